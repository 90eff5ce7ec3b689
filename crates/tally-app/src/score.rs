//! Scoring: metrics measured, read, judged, set beside their companions and their last review.

use std::collections::BTreeMap;

use tally_catalog::{Catalog, Metric};
use tally_judge::companion::Course;
use tally_judge::{Question, Verdict, judge, judge_targets, read, warn};
use tally_measure::{Answer, Cell, Limits, Measured, Row, Segments, Wanted};
use tally_model::instant::{Point, monthly_points};
use tally_model::problem::{nearest, printable};
use tally_model::{Instant, Kind, Month, Reading, Tally};
use tally_report::{MetricScore, Review, Score};

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

/// Months back from the newest point that a change is looked at over.
const BACK: [u32; 3] = [1, 3, 12];

/// Scores metrics.
///
/// # Errors
/// Where a name is unknown, or a population's query does not run.
pub fn score(programme: &Programme, facts: &Facts, ask: &Ask) -> Result<Score, Error> {
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
    let mut judged: BTreeMap<&str, Judged> = BTreeMap::new();
    for (metric, measured) in metrics.iter().zip(facts.engine().measure(&metrics, &wanted)) {
        judged.insert(&metric.id, Judged::of(metric, &*measured?, &points)?);
    }
    let reviews = reviews(programme, ask.as_of)?;
    let through = data_through(facts, ask.as_of)?;
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
                definition: metric.hash(),
                owner: owner.clone(),
                verdict: own.verdict.clone(),
                segments: if ask.segments { own.segments.clone() } else { BTreeMap::new() },
                trend: own.trend(ask.months),
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

/// The rows behind a metric at an instant, with the metric.
///
/// # Errors
/// Where the metric is unknown or its query does not run.
pub fn rows<'c>(programme: &'c Programme, facts: &Facts, id: &str, as_of: Instant) -> Result<(&'c Metric, Vec<Row>), Error> {
    let metric = find_metric(programme.catalog(), id)?;
    Ok((metric, facts.engine().rows(metric, as_of)?.rows))
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

/// A metric measured and judged.
struct Judged {
    verdict: Verdict,
    before: tally_judge::Outcome,
    segments: BTreeMap<String, BTreeMap<String, Reading>>,
    trend: Vec<(Month, Reading)>,
    applicability_unknown: Option<u64>,
    km_median_by: Option<(String, BTreeMap<String, Option<f64>>)>,
}

impl Judged {
    fn of(metric: &Metric, measured: &Measured, points: &[Point]) -> Result<Self, Error> {
        let Measured { whole, segments, trend, applicability_unknown, survival_by } = measured;
        let segments: BTreeMap<String, BTreeMap<String, Reading>> = segments
            .iter()
            .map(|(name, values)| (name.clone(), values.iter().map(|(value, tally)| (value.clone(), read(tally))).collect()))
            .collect();
        // The newest point stands for the as-of instant; points before it are so many months back.
        let back = |months: u32| -> Option<&Tally> {
            let at = points.len().checked_sub(1 + usize::try_from(months).ok()?)?;
            trend.get(at).map(|(_, tally)| tally)
        };
        let question = Question {
            mode: metric.mode,
            better: metric.better,
            targets: &metric.targets,
            now: whole,
            previous: back(BACK[0]),
            three_back: back(BACK[1]),
            twelve_back: back(BACK[2]),
        };
        let broken = |source| Error::Target { metric: metric.id.clone(), source };
        let verdict = judge(&question, |name, value| segments.get(name)?.get(value)).map_err(broken)?;
        // Segments are cut at the as-of instant alone, so only a target of the whole can be held against the past.
        let whole_targets: Vec<_> = metric.targets.iter().filter(|target| target.segment.is_empty()).cloned().collect();
        let before = match back(BACK[2]) {
            Some(tally) => judge_targets(metric.mode, &whole_targets, &read(tally), |_, _| None).map_err(broken)?.outcome,
            None => tally_judge::Outcome::NoData,
        };
        let km_median_by = survival_by.as_ref().map(|(name, values)| {
            let medians = values.iter().map(|(value, tally)| (value.clone(), read(tally).km_median.flatten())).collect();
            (name.clone(), medians)
        });
        let trend = trend.iter().map(|(month, tally)| (*month, read(tally))).collect();
        Ok(Self { verdict, before, segments, trend, applicability_unknown: *applicability_unknown, km_median_by })
    }

    fn trend(&self, months: u32) -> Vec<(Month, Reading)> {
        let wanted = usize::try_from(months).unwrap_or(usize::MAX);
        self.trend[self.trend.len().saturating_sub(wanted)..].to_vec()
    }
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
///
/// # Errors
/// Where the facts cannot be queried.
pub(crate) fn data_through(facts: &Facts, as_of: Instant) -> Result<BTreeMap<String, Instant>, Error> {
    let stamp = as_of.micros();
    let parts: Vec<String> = THROUGH
        .iter()
        .map(|(table, column)| format!("SELECT '{table}' AS name, CAST(max({column}) AS BIGINT) AS at FROM {table} WHERE CAST({column} AS BIGINT) < {stamp}"))
        .collect();
    let answer: Answer = facts.engine().sql(&parts.join(" UNION ALL "), Limits { seconds: 60, rows_max: 100 })?;
    let found = answer.rows.into_iter().filter_map(|row| match row.as_slice() {
        [Cell::Text(table), Cell::Whole(at)] => Some((table.clone(), Instant::from_micros(*at))),
        _ => None,
    });
    Ok(found.collect())
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
