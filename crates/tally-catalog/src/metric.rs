//! A metric's definition: the words, the population SQL, the targets, the cases. One file in `catalog/metrics/` each.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// How the population's rows become a value (METRICS.md, "Ideas that hold for all").
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Hits / members x 100, with a Wilson interval.
    Rate,
    /// Sum of numerators / sum of denominators x 100.
    Ratio,
    /// Mean, median and p90 of one duration a row.
    Duration,
    /// How many rows there are.
    Count,
    /// A sum divided by a number that does not count the same rows.
    Quotient,
}

/// Which of the programme's dimensions a metric belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dimension {
    /// How much of the attack surface is tested.
    Coverage,
    /// How good testing is at finding what matters.
    Effectiveness,
    /// What testing costs in time and money.
    Efficiency,
    /// Whether the organisation gets more secure.
    Impact,
    /// Controls that engineering owns.
    Scorecard,
    /// Whether the documented processes are lived.
    Process,
}

/// Whether a metric foretells or records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Indicator {
    /// Moves before the outcome does.
    Leading,
    /// Moves with the outcome or after it.
    Lagging,
}

/// Which way a metric without a fixed target should move.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Better {
    /// Higher is better.
    Higher,
    /// Lower is better.
    Lower,
    /// Neither: it is read with its companion.
    Neither,
}

/// A target: a direction, a number, and the segment it holds for (empty: the whole).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// Segment name to value, such as `severity = "critical"`; at most one entry.
    #[serde(default, rename = "where")]
    pub segment: BTreeMap<String, String>,
    /// The value has to reach this.
    pub at_least: Option<f64>,
    /// The value must not pass this.
    pub at_most: Option<f64>,
    /// The value has to lie between these, both included.
    pub band: Option<[f64; 2]>,
}

/// The query that yields one row for every member of the population.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Population {
    /// SELECT over `points` and the fact tables; see `docs/guide/metrics.md` for the columns it yields.
    pub sql: String,
    /// The kind of record that `key` names; its labels are segments of the rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
    /// Whether a row depends on facts of one system only, of one class only, or on more than that.
    #[serde(default)]
    pub local_to: Local,
}

/// What the rows of a population depend on: lets one changed record recompute only its neighbourhood.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Local {
    /// Facts of one system.
    System,
    /// Findings and incidents of one class, of whatever system.
    Class,
    /// Anything.
    #[default]
    Everything,
}

/// A second query: one row a point, for quotients and for figures beside the value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Beside {
    /// SELECT that yields `point` and `amount` (and `decimals` for money).
    pub sql: String,
}

/// The two sides of a quotient; the side that is absent is the number of rows of the population.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quotient {
    /// Above the line.
    pub numerator: Option<Beside>,
    /// Below the line.
    pub denominator: Option<Beside>,
}

/// Figures shown beside the value.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Extras {
    /// Members left out because nothing says whether they apply: SQL that yields `point` and `amount`.
    pub applicability_unknown: Option<Beside>,
    /// Kaplan-Meier: SQL that yields `point`, `value`, `observed` and the segment columns named in `by`.
    pub survival: Option<Survival>,
}

/// Durations of members that may not have ended yet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Survival {
    /// SELECT that yields `point`, `value` (in the metric's unit), `observed` and the segments.
    pub sql: String,
    /// The segment for which medians stand beside the whole's.
    pub by: String,
}

/// One worked example that `tally catalog check` runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// What it shows.
    pub name: String,
    /// The instant T, RFC 3339 or a date.
    pub as_of: String,
    /// Program records, one JSON object a line.
    pub records: String,
    /// What must come out; only the keys given are compared (`none` for "no data").
    pub expect: BTreeMap<String, toml::Value>,
}

/// A metric, as its file says it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Metric {
    /// Kebab-case, never reused, the file's name without `.toml`.
    pub id: String,
    /// What people call it.
    pub title: String,
    /// The question it answers, one sentence.
    pub question: String,
    /// The formula in words, one or two sentences.
    pub formula: String,
    /// The programme's dimension.
    pub dimension: Dimension,
    /// Leading or lagging.
    pub indicator: Indicator,
    /// How rows become a value.
    pub mode: Mode,
    /// `percent`, `days`, `hours`, `minutes`, or what is counted.
    pub unit: String,
    /// How far back it looks, such as `12 months` or `1 day`; absent: the state at T, or all time.
    pub window: Option<String>,
    /// Which way is better.
    pub better: Better,
    /// The function (RECORDS.md, `team.function`) that answers for it until a programme says otherwise.
    pub owner: String,
    /// Where the facts come from.
    pub data_source: String,
    /// The decision it informs.
    pub decision: String,
    /// How it could be gamed.
    pub gaming: String,
    /// The metric that would show the gaming.
    pub companion: String,
    /// What to keep in mind when reading it.
    #[serde(default)]
    pub caveats: Vec<String>,
    /// Version of Tallystick that brought it.
    pub since: String,
    /// The population.
    pub population: Population,
    /// For mode `quotient`.
    #[serde(default)]
    pub quotient: Quotient,
    /// Figures beside the value.
    #[serde(default)]
    pub extras: Extras,
    /// Targets; none: the trend is what counts.
    #[serde(default)]
    pub targets: Vec<Target>,
    /// Worked examples; at least two, one of them an empty population.
    #[serde(default)]
    pub cases: Vec<Case>,
}
