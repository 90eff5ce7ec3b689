//! Scoring: metrics measured, read, judged, set beside their companions and their last review.

use std::collections::BTreeMap;
use std::sync::Arc;

use tally_catalog::{Catalog, Metric};
use tally_judge::companion::Course;
use tally_judge::warn;
pub use tally_measure::{MemberFilter, Members, Row};
use tally_measure::{Segments, Wanted};
use tally_model::instant::{Point, monthly_points};
use tally_model::problem::{nearest, printable};
use tally_model::{Instant, Kind};
use tally_report::{MetricScore, Review, Score};

use crate::judged::{BACK, Case, Judged, Key, judge_all};
use crate::{Error, Facts, Programme};

/// What to score.
#[derive(Clone, Debug)]
pub struct Ask {
    /// The instant T.
    pub as_of: Instant,
    /// Monthly points.
    pub months: u32,
    /// Which metrics.
    pub which: Which,
    /// Whether to cut segments; targets by segment need them, so this only saves work where none are shown.
    pub segments: bool,
}

/// Which metrics to score.
#[derive(Clone, Debug)]
pub enum Which {
    /// A scorecard's, in its order.
    Scorecard(String),
    /// Every metric of the catalog.
    All,
    /// One.
    One(String),
}

/// Scores metrics.
///
/// # Errors
/// Where a name is unknown, or a population's query does not run.
pub fn score(programme: &Programme, facts: &Facts, ask: &Ask) -> Result<Score, Error> {
    within_time(ask.as_of)?;
    let catalog = programme.catalog();
    let (title, chosen) = chosen(catalog, &ask.which)?;
    // Companions are measured with the metrics: a warning needs both.
    let mut metrics: Vec<&Metric> = chosen.iter().map(|(metric, _)| *metric).collect();
    for (metric, _) in &chosen {
        if let Some(companion) = catalog.metric(&metric.companion)
            && !metrics.iter().any(|known| known.id == companion.id)
        {
            metrics.push(companion);
        }
    }
    let points = points(ask);
    let wanted = Wanted { as_of: ask.as_of, points: points.clone(), segments: Segments::All };
    let mut cases = Vec::with_capacity(metrics.len());
    for (metric, measured) in metrics.iter().zip(facts.engine().measure(&metrics, &wanted)) {
        let key = Key {
            definition: metric.hash(),
            as_of: ask.as_of.micros(),
            points: points.len(),
            segments: ask.segments,
            scope: facts.engine().scope(),
        };
        cases.push(Case { metric, measured: measured?, key });
    }
    let judged: BTreeMap<&str, Arc<Judged>> =
        metrics.iter().map(|metric| metric.id.as_str()).zip(judge_all(&facts.judged, &cases, &points)?).collect();
    // What a review says is said of all systems.
    let reviews = if facts.engine().scope() == 0 { reviews(programme, ask.as_of)? } else { BTreeMap::new() };
    let through = data_through(facts, ask.as_of);
    let scored = chosen
        .iter()
        .filter_map(|(metric, owner)| {
            let own = judged.get(metric.id.as_str())?;
            let warning = judged
                .get(metric.companion.as_str())
                .zip(catalog.metric(&metric.companion))
                .and_then(|(other, companion)| warn_of(metric, own, companion, other));
            Some(MetricScore {
                metric: (*metric).clone(),
                definition: cases.iter().find(|case| case.metric.id == metric.id)?.key.definition.clone(),
                owner: owner.clone(),
                verdict: own.verdict.clone(),
                segments: if ask.segments { own.segments.clone() } else { BTreeMap::new() },
                trend: own.newest(ask.months),
                applicability_unknown: own.applicability_unknown,
                km_median_by: own.km_median_by.clone(),
                warning,
                data_through: read_through(metric, &through),
                review: reviews.get(&metric.id).cloned(),
            })
        })
        .collect();
    Ok(Score { title, as_of: ask.as_of, months: ask.months, entries: facts.entries, head: facts.head.clone(), metrics: scored })
}

/// The members behind a metric's number at an instant: exactly as many as its n. Kept by the facts until they change, so
/// that a second page costs little.
///
/// # Errors
/// Where the metric's query does not run.
pub fn members(facts: &Facts, metric: &Metric, as_of: Instant) -> Result<Arc<Members>, Error> {
    within_time(as_of)?;
    Ok(facts.engine().members(metric, as_of)?)
}

/// The first and the last instant that is scored at, in microseconds: years that queries can go back from, and on. The query
/// engine counts nanoseconds in places, which end in 2262.
const TIME: std::ops::RangeInclusive<i64> = -2_208_988_800_000_000..=7_258_118_399_999_999;

fn within_time(as_of: Instant) -> Result<(), Error> {
    if TIME.contains(&as_of.micros()) {
        return Ok(());
    }
    Err(Error::Invalid(format!("as of {as_of}, expected an instant of the years 1900 to 2199")))
}

/// Which members are wanted: hits or misses alone, and conditions such as `severity=high`, all of which must hold.
///
/// # Errors
/// Where a condition is none, or names a segment that these members do not have.
pub fn narrowed<'w>(
    members: &Members,
    hit: Option<bool>,
    conditions: impl IntoIterator<Item = &'w str>,
) -> Result<MemberFilter, Error> {
    let known = members.segments();
    let condition = |word: &str| {
        let (name, value) = word
            .split_once('=')
            .ok_or_else(|| Error::Invalid(format!("`{}`, expected a condition such as severity=high", printable(word))))?;
        if known.iter().any(|known| known == name) {
            return Ok((name.to_owned(), value.to_owned()));
        }
        let help = Some(format!("these rows have {}", known.join(", ")));
        Err(Error::Unknown { what: "segment", name: printable(name), help })
    };
    Ok(MemberFilter { hit, segments: conditions.into_iter().map(condition).collect::<Result<_, Error>>()? })
}

/// Leaves only one segment; a name that no metric has is an error that names those there are.
///
/// # Errors
/// Where no metric has it.
pub fn keep_segment(score: &mut Score, name: &str) -> Result<(), Error> {
    let known: std::collections::BTreeSet<&str> =
        score.metrics.iter().flat_map(|metric| metric.segments.keys().map(String::as_str)).collect();
    if !known.contains(name) {
        let help = Some(format!("these metrics have {}", known.into_iter().collect::<Vec<_>>().join(", ")));
        return Err(Error::Unknown { what: "segment", name: printable(name), help });
    }
    for metric in &mut score.metrics {
        metric.segments.retain(|segment, _| segment == name);
    }
    Ok(())
}

/// The metric of this id.
///
/// # Errors
/// Where there is none; names the nearest.
pub fn find_metric<'c>(catalog: &'c Catalog, id: &str) -> Result<&'c Metric, Error> {
    catalog.metric(id).ok_or_else(|| {
        let near = nearest(id, catalog.metrics().map(|metric| metric.id.as_str()));
        let help = near.map_or_else(|| "`tally metric list` names all".to_owned(), |near| format!("did you mean `{near}`?"));
        Error::Unknown { what: "metric", name: printable(id), help: Some(help) }
    })
}

type Chosen<'c> = Vec<(&'c Metric, String)>;

fn chosen<'c>(catalog: &'c Catalog, which: &Which) -> Result<(String, Chosen<'c>), Error> {
    let own = |metric: &'c Metric| (metric, metric.owner.clone());
    match which {
        Which::All => Ok(("All metrics".to_owned(), catalog.metrics().map(own).collect())),
        Which::One(id) => find_metric(catalog, id).map(|metric| (metric.title.clone(), vec![own(metric)])),
        Which::Scorecard(id) => {
            let scorecard = catalog.scorecard(id).ok_or_else(|| Error::Unknown {
                what: "scorecard",
                name: printable(id),
                help: Some(format!(
                    "there is {}",
                    catalog.scorecards().map(|card| card.id.as_str()).collect::<Vec<_>>().join(", ")
                )),
            })?;
            let entries = scorecard.metrics.iter();
            let metrics = entries.map(|entry| {
                let metric = find_metric(catalog, &entry.metric)?;
                Ok((metric, entry.owner.clone().unwrap_or_else(|| metric.owner.clone())))
            });
            Ok((scorecard.title.clone(), metrics.collect::<Result<_, Error>>()?))
        }
    }
}

/// The points asked for and the one twelve months before the newest, which changes are looked at against.
fn points(ask: &Ask) -> Vec<Point> {
    monthly_points(ask.as_of, ask.months.max(BACK[2] + 1))
}

fn warn_of(metric: &Metric, own: &Judged, companion: &Metric, other: &Judged) -> Option<tally_judge::Warning> {
    let course = |metric, judged| -> Option<Course<'_>> { course_of(metric, judged) };
    warn(&course(metric, own)?, &course(companion, other)?)
}

fn course_of<'a>(metric: &'a Metric, judged: &'a Judged) -> Option<Course<'a>> {
    let change = judged.verdict.twelve_back.as_ref()?;
    Some(Course {
        title: &metric.title,
        unit: &metric.unit,
        change,
        before: judged.before,
        now: judged.verdict.targets.outcome,
    })
}

/// The last review of each metric before T.
fn reviews(programme: &Programme, as_of: Instant) -> Result<BTreeMap<String, Review>, Error> {
    let mut found: BTreeMap<String, (Instant, Review)> = BTreeMap::new();
    programme.store.records(Kind::named("metric_review"), &mut |record| {
        let (Some(metric), Some(at)) = (record.text("metric"), record.instant("reviewed_at")) else { return Ok(()) };
        let Some(tally_model::Value::Month(period)) = record.get("period") else { return Ok(()) };
        let newer = found.get(metric).is_none_or(|(known, review)| (period, at) >= (&review.period, *known));
        if at < as_of && newer {
            let text = |name: &str| record.text(name).map(str::to_owned);
            let review = Review {
                period: *period,
                blockers: text("blockers"),
                next_action: text("next_action"),
                next_action_due: record.instant("next_action_due"),
                ticket: text("ticket"),
            };
            found.insert(metric.to_owned(), (at, review));
        }
        Ok(())
    })?;
    Ok(found.into_iter().map(|(metric, (_, review))| (metric, review)).collect())
}

/// Instants that say up to when a table has data, by table.
const THROUGH: [(&str, &str); 18] = [
    ("systems", "production_from"),
    ("releases", "deployed_at"),
    ("assessments", "delivered_at"),
    ("scans", "at"),
    ("findings", "reported_at"),
    ("eval_runs", "finished_at"),
    ("credentials", "issued_at"),
    ("key_compromises", "detected_at"),
    ("index_audits", "at"),
    ("incidents", "detected_at"),
    ("tabletops", "held_at"),
    ("processes", "approved_at"),
    ("activities", "assigned_at"),
    ("gate_checks", "performed_at"),
    ("monitors", "enabled_from"),
    ("capacity", "month_start"),
    ("costs", "month_start"),
    ("metric_reviews", "reviewed_at"),
];

/// Up to when each table has data before T.
pub(crate) fn data_through(facts: &Facts, as_of: Instant) -> BTreeMap<String, Instant> {
    let newest = |(table, column): &(&str, &str)| Some(((*table).to_owned(), facts.engine().newest(table, column, as_of)?));
    THROUGH.iter().filter_map(newest).collect()
}

/// The tables that a metric's SQL reads; what is worked out from findings counts as findings.
fn read_through(metric: &Metric, through: &BTreeMap<String, Instant>) -> Option<Instant> {
    let sql = &metric.population.sql;
    let words: Vec<&str> = sql.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').collect();
    let reads = |table: &str| words.contains(&table) || (table == "findings" && sql.contains("finding_"));
    // Systems hardly change; they say little about how fresh a rate is unless nothing else is read.
    let fresh = through.iter().filter(|(table, _)| table.as_str() != "systems" && reads(table)).map(|(_, at)| *at).max();
    fresh.or_else(|| through.get("systems").copied().filter(|_| reads("systems")))
}
