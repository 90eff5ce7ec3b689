//! Publishing: a period's values become records, once and for all. Each names all that it takes to compute it again.

use tally_judge::Status;
use tally_model::{Instant, Kind, Month, Record, Value};
use tally_report::{MetricScore, Score};

use super::super::write::{Deeds, Patch, write};
use super::super::{ActError, Actor, Edited};
use super::PUBLISHED;
use crate::score::{Ask, Which, score};
use crate::{Error, Facts, Programme};

/// A value as it was published.
#[derive(Clone, Debug, PartialEq)]
pub struct Published {
    /// Id of its record.
    pub id: String,
    /// The scorecard.
    pub scorecard: String,
    /// The metric.
    pub metric: String,
    /// The month.
    pub period: Month,
    /// The instant T.
    pub as_of: Instant,
    /// The value in the metric's unit; `None`: no data.
    pub value: Option<f64>,
    /// Its numerator.
    pub numerator: Option<f64>,
    /// Its denominator.
    pub denominator: Option<f64>,
    /// Members of the population.
    pub n: u64,
    /// 95% interval in percent.
    pub interval: Option<[f64; 2]>,
    /// Where it stood: holds, misses, too_few, no_data or trend_only.
    pub status: String,
    /// Digest of the metric's definition.
    pub definition: String,
    /// Number of journal entries it was computed from.
    pub entry: u64,
    /// Hash of the last of these.
    pub head: String,
    /// When it was published.
    pub published_at: Instant,
    /// By whom.
    pub by: String,
}

/// Publishes a period of a scorecard: a value for each of its metrics, in one commit. `facts` are those of the whole
/// programme, not cut to a team.
///
/// # Errors
/// `Published` where it was published before, `NotOver` where the period runs still; where the scorecard is unknown.
pub fn publish(
    programme: &mut Programme,
    facts: &Facts,
    period: Month,
    scorecard: &str,
    by: &Actor,
    at: Instant,
) -> Result<Edited, Error> {
    let as_of = period.next().start();
    if at < as_of {
        return Err(ActError::NotOver { period, from: as_of }.into());
    }
    let before = published(programme, None)?.into_iter().find(|value| value.scorecard == scorecard && value.period == period);
    if let Some(Published { published_at, by, .. }) = before {
        return Err(ActError::Published { scorecard: scorecard.to_owned(), period, at: published_at, by }.into());
    }
    if facts.entries == 0 {
        return Err(Error::Invalid("the journal is empty; there is nothing to publish".to_owned()));
    }
    let ask = Ask { as_of, months: 1, which: Which::Scorecard(scorecard.to_owned()), segments: false };
    let score = score(programme, facts, &ask)?;
    let records = score.metrics.iter().map(|metric| value_record(&score, metric, (scorecard, period), by, at));
    // Whoever published it a moment ago has made these records: then nothing is written.
    let patches: Vec<Patch> =
        records.map(|record| Ok(Patch { record: record?, expected: Some(0) })).collect::<Result<_, Error>>()?;
    let deeds = Deeds { word: "publish", more: vec![("period", period.to_string().into()), ("scorecard", scorecard.into())] };
    write(programme, &patches, &deeds, by, at)?.sound()
}

/// The published values, of one metric or of all, by period and then by scorecard.
///
/// # Errors
/// Where the journal cannot be read.
pub fn published(programme: &Programme, metric: Option<&str>) -> Result<Vec<Published>, Error> {
    let mut found = Vec::new();
    programme.store.records(Kind::named(PUBLISHED), &mut |record| {
        if metric.is_none_or(|metric| record.text("metric") == Some(metric)) {
            found.extend(Published::of(&record));
        }
        Ok(())
    })?;
    found.sort_by(|one, other| (one.period, &one.scorecard, &one.metric).cmp(&(other.period, &other.scorecard, &other.metric)));
    Ok(found)
}

impl Published {
    /// Reads the record; `None` where a part of it was redacted.
    fn of(record: &Record) -> Option<Self> {
        let text = |name: &str| record.text(name).map(str::to_owned);
        let number = |name: &str| match record.get(name) {
            Some(Value::Number(number)) => Some(*number),
            _ => None,
        };
        let count = |name: &str| record.get(name).and_then(Value::count).and_then(|count| u64::try_from(count).ok());
        let Some(Value::Month(period)) = record.get("period") else { return None };
        Some(Self {
            id: record.id().to_owned(),
            scorecard: text("scorecard")?,
            metric: text("metric")?,
            period: *period,
            as_of: record.instant("as_of")?,
            value: number("value"),
            numerator: number("numerator"),
            denominator: number("denominator"),
            n: count("n")?,
            interval: number("interval_low").zip(number("interval_high")).map(|(low, high)| [low, high]),
            status: text("status")?,
            definition: text("definition")?,
            entry: count("entry")?,
            head: text("head")?,
            published_at: record.instant("published_at")?,
            by: text("by")?,
        })
    }
}

fn value_record(
    score: &Score,
    metric: &MetricScore,
    (scorecard, period): (&str, Month),
    by: &Actor,
    at: Instant,
) -> Result<Record, Error> {
    let kind = Kind::named(PUBLISHED).ok_or_else(|| Error::Invalid(format!("no kind `{PUBLISHED}`")))?;
    let reading = &metric.verdict.reading;
    let count = |count: u64| Value::Count(i64::try_from(count).unwrap_or(i64::MAX));
    let mut record = Record::new(kind, format!("{scorecard}/{}/{period}", metric.metric.id))
        .with("scorecard", scorecard)
        .with("metric", metric.metric.id.as_str())
        .with("period", Value::Month(period))
        .with("as_of", score.as_of)
        .with("n", count(reading.n))
        .with("status", status_word(metric.verdict.status))
        .with("definition", metric.definition.as_str())
        .with("entry", count(score.entries))
        .with("head", score.head.as_str())
        .with("published_at", at)
        .with("by", by.name.as_str());
    let figures = [
        ("value", reading.value),
        ("numerator", reading.numerator.map(tally_model::Amount::to_f64)),
        ("denominator", reading.denominator),
        ("interval_low", reading.interval.map(|[low, _]| low)),
        ("interval_high", reading.interval.map(|[_, high]| high)),
    ];
    for (name, figure) in figures {
        if let Some(figure) = figure {
            // A negative zero is written as 0, and would not compare equal to what is read again.
            record.set(name, Value::Number(figure + 0.0));
        }
    }
    Ok(record)
}

const fn status_word(status: Status) -> &'static str {
    match status {
        Status::Holds => "holds",
        Status::Misses => "misses",
        Status::NoData => "no_data",
        Status::TooFew => "too_few",
        Status::TrendOnly => "trend_only",
    }
}
