//! The sheet of a review: metric by metric what would be published, with what is unusual about it first. Judges nothing itself:
//! statuses, changes and warnings are the scorecard's.

use std::collections::BTreeMap;

use tally_judge::change::Way;
use tally_judge::{Change, Outcome, Status};
use tally_model::{Instant, Kind, Month, Record, Value};
use tally_report::MetricScore;

use super::{Published, REVIEW, published};
use crate::score::{Ask, Which, score};
use crate::{Error, Facts, Programme};

/// All that a review of a period looks at.
#[derive(Clone, Debug)]
pub struct ReviewSheet {
    /// The scorecard.
    pub scorecard: String,
    /// Its title.
    pub title: String,
    /// The month.
    pub period: Month,
    /// The instant T: the end of the period, or now while it runs.
    pub as_of: Instant,
    /// Whether the period is over, so that it can be published.
    pub over: bool,
    /// Number of journal entries that the values are computed from.
    pub entries: u64,
    /// Hash of the last of them.
    pub head: String,
    /// Who published the period, and when; `None`: nobody yet.
    pub published: Option<(String, Instant)>,
    /// The metrics: those with anomalies first, else in the scorecard's order.
    pub rows: Vec<ReviewRow>,
}

/// One metric of a review.
#[derive(Clone, Debug)]
pub struct ReviewRow {
    /// Value, target, change, companion: what would be published.
    pub score: MetricScore,
    /// What is unusual, the gravest first.
    pub anomalies: Vec<Anomaly>,
    /// What was published for the period before.
    pub before: Option<Published>,
    /// What was published for this period.
    pub published: Option<Published>,
    /// The last review of an earlier period.
    pub last: Option<LastReview>,
    /// The review of this period.
    pub this: Option<LastReview>,
}

/// Something to look at.
#[derive(Clone, Debug, PartialEq)]
pub enum Anomaly {
    /// A target is missed.
    TargetMissed {
        /// What the target asks for, and of which segment.
        wanted: String,
        /// What there is.
        found: Option<f64>,
    },
    /// It got better, and its companion worse.
    Companion(String),
    /// A clear change.
    Changed {
        /// Months back.
        months: u32,
        /// In words.
        words: &'static str,
        /// Value then.
        from: Option<f64>,
        /// Value now.
        to: Option<f64>,
    },
    /// It has no value, and had one a month before.
    LostData,
    /// No fact it reads happened in the period.
    Stale {
        /// The newest fact, where there is any.
        through: Option<Instant>,
    },
    /// What the last review decided to do is overdue.
    ActionOverdue {
        /// Since when.
        due: Instant,
    },
}

/// What a review said.
#[derive(Clone, Debug, PartialEq)]
pub struct LastReview {
    /// Id of its record.
    pub id: String,
    /// The month it reviewed.
    pub period: Month,
    /// When.
    pub reviewed_at: Instant,
    /// Who was there.
    pub by: Vec<String>,
    /// What stands in the way.
    pub blockers: Option<String>,
    /// What happens next.
    pub next_action: Option<String>,
    /// Until when.
    pub due: Option<Instant>,
    /// When it was done; `None`: not yet, as far as anybody said.
    pub done_at: Option<Instant>,
    /// Where it is tracked.
    pub ticket: Option<String>,
    /// What becomes of the metric.
    pub decision: Option<String>,
    /// Why.
    pub reason: Option<String>,
}

/// Months of the trend on the sheet.
const MONTHS: u32 = 12;

/// Opens the review of a period. `facts` are those of the whole programme, not cut to a team.
///
/// # Errors
/// Where the period is yet to come, the scorecard is unknown, or a population's query does not run.
pub fn open(facts: &Facts, programme: &Programme, period: Month, scorecard: &str, now: Instant) -> Result<ReviewSheet, Error> {
    if period.start() >= now {
        return Err(Error::Invalid(format!("{period} is yet to come; review a month that has begun")));
    }
    let end = period.next().start();
    let as_of = end.min(now);
    let ask = Ask { as_of, months: MONTHS, which: Which::Scorecard(scorecard.to_owned()), segments: true };
    let score = score(programme, facts, &ask)?;
    let mut reviews = reviews(programme)?;
    let mut values = values(programme, scorecard, period)?;
    let stamp = values.values().find_map(|(_, own)| own.as_ref()).map(|own| (own.by.clone(), own.published_at));
    let mut rows: Vec<ReviewRow> = Vec::new();
    for metric in score.metrics {
        let (before, published) = values.remove(&metric.metric.id).unwrap_or_default();
        let of_metric = reviews.remove(&metric.metric.id).unwrap_or_default();
        let newest = |wanted: &dyn Fn(Month) -> bool| {
            of_metric
                .iter()
                .filter(|review| wanted(review.period))
                .max_by_key(|review| (review.period, review.reviewed_at))
                .cloned()
        };
        let (last, this) = (newest(&|month| month < period), newest(&|month| month == period));
        // A review of this period has looked at what the last one decided.
        let anomalies = anomalies(&metric, last.as_ref().filter(|_| this.is_none()), period, now);
        rows.push(ReviewRow { score: metric, anomalies, before, published, last, this });
    }
    rows.sort_by_key(|row| row.anomalies.first().map_or(u8::MAX, Anomaly::rank));
    Ok(ReviewSheet {
        scorecard: scorecard.to_owned(),
        title: score.title,
        period,
        as_of,
        over: now >= end,
        entries: score.entries,
        head: score.head,
        published: stamp,
        rows,
    })
}

impl Anomaly {
    /// The gravest first.
    const fn rank(&self) -> u8 {
        match self {
            Self::TargetMissed { .. } => 0,
            Self::Companion(_) => 1,
            Self::Changed { .. } => 2,
            Self::LostData => 3,
            Self::Stale { .. } => 4,
            Self::ActionOverdue { .. } => 5,
        }
    }

    /// In one sentence. Figures are in the metric's unit.
    pub fn sentence(&self) -> String {
        let figure = |value: &Option<f64>| value.map_or_else(|| "no data".to_owned(), |value| format!("{value:.1}"));
        match self {
            Self::TargetMissed { wanted, found } => format!("target missed: {wanted}, is {}", figure(found)),
            Self::Companion(warning) => warning.clone(),
            Self::Changed { months: 1, words, from, to } => {
                format!("{words} within a month: {} to {}", figure(from), figure(to))
            }
            Self::Changed { months, words, from, to } => {
                format!("{words} within {months} months: {} to {}", figure(from), figure(to))
            }
            Self::LostData => "no data now; there was a month before".to_owned(),
            Self::Stale { through: Some(through) } => format!("stale: the newest fact it reads is of {through}"),
            Self::Stale { through: None } => "stale: there is no fact that it reads".to_owned(),
            Self::ActionOverdue { due } => format!("what the last review decided was due at {due}"),
        }
    }
}

fn anomalies(score: &MetricScore, last: Option<&LastReview>, period: Month, now: Instant) -> Vec<Anomaly> {
    let mut found = Vec::new();
    if score.verdict.status == Status::Misses {
        for check in score.verdict.targets.checks.iter().filter(|check| check.outcome == Outcome::Missed) {
            let of = check.segment.as_ref().map(|(name, value)| format!(" for {name} {value}")).unwrap_or_default();
            found.push(Anomaly::TargetMissed { wanted: format!("{}{of}", check.wanted), found: check.found });
        }
    }
    found.extend(score.warning.as_ref().map(|warning| Anomaly::Companion(warning.to_string())));
    let verdict = &score.verdict;
    let changes = [(1, &verdict.previous), (3, &verdict.three_back), (12, &verdict.twelve_back)];
    let clear = |change: &Change| matches!(change.way, Way::Improved | Way::Worsened | Way::Moved);
    let change = changes.iter().find_map(|(months, change)| Some((*months, change.as_ref().filter(|change| clear(change))?)));
    if let Some((months, change)) = change {
        found.push(Anomaly::Changed { months, words: change.words(), from: change.from, to: change.to });
    }
    let before = score.trend.iter().rev().find(|(month, _)| *month < period).and_then(|(_, reading)| reading.value);
    if verdict.reading.value.is_none() && before.is_some() {
        found.push(Anomaly::LostData);
    }
    if score.data_through.is_none_or(|through| through < period.start()) {
        found.push(Anomaly::Stale { through: score.data_through });
    }
    if let Some(due) = last.filter(|last| last.done_at.is_none()).and_then(|last| last.due).filter(|due| *due < now) {
        found.push(Anomaly::ActionOverdue { due });
    }
    found.sort_by_key(Anomaly::rank);
    found
}

/// All reviews, by metric.
fn reviews(programme: &Programme) -> Result<BTreeMap<String, Vec<LastReview>>, Error> {
    let mut found: BTreeMap<String, Vec<LastReview>> = BTreeMap::new();
    programme.store.records(Kind::named(REVIEW), &mut |record| {
        if let Some((metric, review)) = review(&record) {
            found.entry(metric).or_default().push(review);
        }
        Ok(())
    })?;
    Ok(found)
}

fn review(record: &Record) -> Option<(String, LastReview)> {
    let text = |name: &str| record.text(name).map(str::to_owned);
    let Some(Value::Month(period)) = record.get("period") else { return None };
    let by = record.get("by").map(Value::list).unwrap_or_default();
    let review = LastReview {
        id: record.id().to_owned(),
        period: *period,
        reviewed_at: record.instant("reviewed_at")?,
        by: by.iter().filter_map(Value::text).map(str::to_owned).collect(),
        blockers: text("blockers"),
        next_action: text("next_action"),
        due: record.instant("next_action_due"),
        done_at: record.instant("next_action_done_at"),
        ticket: text("ticket"),
        decision: text("decision"),
        reason: text("reason"),
    };
    Some((text("metric")?, review))
}

/// What was published of each metric for the period before and for this one.
type Values = BTreeMap<String, (Option<Published>, Option<Published>)>;

fn values(programme: &Programme, scorecard: &str, period: Month) -> Result<Values, Error> {
    let mut found = Values::new();
    for value in published(programme, None)?.into_iter().filter(|value| value.scorecard == scorecard) {
        let known = found.entry(value.metric.clone()).or_default();
        if value.period == period {
            known.1 = Some(value);
        } else if value.period.next() == period {
            known.0 = Some(value);
        }
    }
    Ok(found)
}
