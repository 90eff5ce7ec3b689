//! Scores, the rows behind them, the heat map, queries.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// Every scorecard.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Scorecards {
    /// One a scorecard.
    pub scorecards: Vec<ScorecardLine>,
}

/// A scorecard's definition.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ScorecardLine {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub title: String,
    /// Whom it serves and what for.
    pub purpose: String,
    /// Its metrics, in order.
    pub metrics: Vec<String>,
}

/// Metrics at one instant, and what they were computed from.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Score {
    /// Title of the scorecard, or of the metric.
    pub title: String,
    /// The instant T: what happened at or after it is not seen.
    #[schema(format = "date-time")]
    pub as_of: String,
    /// Monthly points.
    pub months: u32,
    /// The journal that was read.
    pub journal: JournalHead,
    /// The metrics, by id.
    pub metrics: BTreeMap<String, MetricScore>,
    /// Monthly points, by month and metric.
    pub trend: BTreeMap<String, BTreeMap<String, Figures>>,
}

/// The journal's size and head.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct JournalHead {
    /// Number of entries.
    pub entries: u64,
    /// SHA-256 of the last of them, hexadecimal.
    pub head: String,
}

/// The figures of a population.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Figures {
    /// In the metric's unit; null: no data, which is not 0.
    pub value: Option<f64>,
    /// Members of the population.
    pub n: u64,
    /// 95% interval of a rate, in percent.
    pub interval: Option<[f64; 2]>,
    /// Of rates and ratios; an amount of money is text.
    pub numerator: Option<Value>,
    /// Of rates and ratios.
    pub denominator: Option<f64>,
    /// Median of durations.
    pub median: Option<f64>,
    /// 90th percentile of durations.
    pub p90: Option<f64>,
    /// Weighted by risk, where the metric has weights.
    pub weighted: Option<f64>,
    /// Median with those that are still open (Kaplan-Meier); null: not reached.
    pub km_median: Option<f64>,
    /// Cases that could not be judged.
    pub errors: Option<u64>,
    /// Days since the oldest member began.
    pub oldest_days: Option<f64>,
}

/// One metric at one instant.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct MetricScore {
    /// Its figures.
    #[serde(flatten)]
    pub figures: Figures,
    /// Its title.
    pub title: String,
    /// rate, ratio, duration, count or quotient.
    pub mode: String,
    /// The unit of its value.
    pub unit: String,
    /// Digest of its definition.
    pub definition: String,
    /// Who answers for it.
    pub owner: String,
    /// holds, misses, no data, too few to judge, or trend only.
    pub status: String,
    /// Each target and how it is met.
    pub targets: Vec<Target>,
    /// How it changed.
    pub change: Changes,
    /// What to keep in mind.
    pub cautions: Vec<String>,
    /// The metric that is read beside it.
    pub companion: String,
    /// Where the companion moves the wrong way.
    pub warning: Option<String>,
    /// Newest instant in the facts that it reads.
    pub data_through: Option<String>,
    /// What its last review said.
    pub review: Option<ReviewSaid>,
    /// Members left out because nothing says whether they apply.
    pub applicability_unknown: Option<u64>,
    /// Figures by segment and value.
    pub segments: BTreeMap<String, BTreeMap<String, Figures>>,
}

/// A target.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Target {
    /// The segment that it is for; null: the whole.
    pub segment: Option<SegmentName>,
    /// What is asked for, in words.
    pub wanted: String,
    /// met, missed, no data or no target.
    pub outcome: String,
    /// What there is.
    pub found: Option<f64>,
    /// Members that were looked at.
    pub n: u64,
    /// How far it is from the target; positive where it is missed.
    pub gap: Option<f64>,
}

/// A segment and one of its values.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct SegmentName {
    /// The segment.
    pub name: String,
    /// The value.
    pub value: String,
}

/// Changes against earlier points.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Changes {
    /// Against the month before.
    pub previous: Option<Change>,
    /// Against three months before.
    pub three_months: Option<Change>,
    /// Against twelve months before.
    pub twelve_months: Option<Change>,
}

/// A change.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Change {
    /// improved, worsened, no clear change, or why they cannot be compared.
    pub words: String,
    /// The probability that chance alone moves it as far.
    pub p: Option<f64>,
    /// The value then.
    pub from: Option<f64>,
    /// The value now.
    pub to: Option<f64>,
}

/// What a review said of a metric.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ReviewSaid {
    /// The month reviewed.
    pub period: String,
    /// What stands in the way.
    pub blockers: Option<String>,
    /// What happens next.
    pub next_action: Option<String>,
    /// Until when.
    pub next_action_due: Option<String>,
    /// Where it is tracked.
    pub ticket: Option<String>,
}

/// Rows behind a number: exactly as many as its n.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Rows {
    /// The metric.
    pub metric: String,
    /// The instant T.
    #[schema(format = "date-time")]
    pub as_of: String,
    /// Entries of the journal that were read.
    pub entries: u64,
    /// Kind of the records that the keys name.
    pub kind: Option<String>,
    /// Members of the population.
    pub population: u64,
    /// Rows that the filters let through.
    pub total: u64,
    /// The shortest way to each missed target; on the first page.
    pub ways: Vec<String>,
    /// The rows of this page, by key and item.
    pub rows: Vec<Row>,
    /// Where the walk goes on; null: that was all.
    pub next: Option<String>,
}

/// One member of a population.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Row {
    /// Id of the record behind it.
    pub key: String,
    /// What else tells members of the same record apart, such as a technique.
    pub item: Option<String>,
    /// Whether it counts as a hit; null: the metric knows no hits.
    pub hit: Option<bool>,
    /// Its value, or its age in days.
    #[serde(default, deserialize_with = "super::exact::number")]
    pub value: Option<f64>,
    /// For ratios.
    #[serde(default, deserialize_with = "super::exact::number")]
    pub numerator: Option<f64>,
    /// For ratios.
    #[serde(default, deserialize_with = "super::exact::number")]
    pub denominator: Option<f64>,
    /// Why it counts as it does.
    pub because: Option<String>,
    /// Its segments.
    pub segments: BTreeMap<String, String>,
}

impl From<tally_app::score::Row> for Row {
    fn from(row: tally_app::score::Row) -> Self {
        let tally_app::score::Row { key, item, hit, value, numerator, denominator, segments, because } = row;
        Self { key, item, hit, value, numerator, denominator, because, segments }
    }
}

impl From<Row> for tally_app::score::Row {
    fn from(row: Row) -> Self {
        let Row { key, item, hit, value, numerator, denominator, because, segments } = row;
        Self { key, item, hit, value, numerator, denominator, segments, because }
    }
}

/// Systems by tactics.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct HeatMap {
    /// The tactics.
    pub tactics: Vec<Tactic>,
    /// A row a system that has techniques.
    pub systems: Vec<HeatRow>,
    /// Techniques that the framework does not know; they are in no cell.
    pub unknown: Vec<String>,
}

/// A tactic of the framework.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Tactic {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// A system's row.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct HeatRow {
    /// The system.
    pub system: String,
    /// Its name.
    pub name: String,
    /// A cell a tactic, in the order of the tactics.
    pub cells: Vec<Heat>,
}

/// Distinct techniques of a system and tactic.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Heat {
    /// Of those that apply, tried by an assessment delivered in the last 12 months.
    pub tested: u64,
    /// Techniques that apply; 0: none is known to.
    pub applicable: u64,
}

/// A query over the fact tables.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Query {
    /// One SELECT.
    #[schema(min_length = 1, max_length = 100_000)]
    pub query: String,
    /// Most rows, 1 to 100000; else 10000.
    #[schema(minimum = 1, maximum = 100_000)]
    pub limit: Option<u32>,
    /// Seconds after which it is stopped, 1 to 30; else 30.
    #[schema(minimum = 1, maximum = 30)]
    pub seconds: Option<u32>,
}

/// What a query answers.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Answer {
    /// Names of the columns.
    pub columns: Vec<String>,
    /// The rows: null, true or false, numbers, texts.
    #[serde(deserialize_with = "super::exact::rows")]
    pub rows: Vec<Vec<Value>>,
    /// Whether rows were cut off.
    pub cut: bool,
}
