//! A scorecard's definition: which metrics, in which order, who owns them. One file in `catalog/scorecards/` each.

use serde::Deserialize;

/// A scorecard: few metrics that are reviewed together.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scorecard {
    /// Kebab-case, the file's name without `.toml`.
    pub id: String,
    /// What people call it.
    pub title: String,
    /// Whom it serves and what for.
    pub purpose: String,
    /// How often it is reviewed: `monthly` or `quarterly`.
    pub cadence: String,
    /// Its metrics, in order.
    pub metrics: Vec<Entry>,
}

/// One line of a scorecard.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The metric's id.
    pub metric: String,
    /// Whether it counts among the core ones (at most eight).
    #[serde(default = "yes")]
    pub core: bool,
    /// Who answers for it here; absent: the metric's own owner.
    pub owner: Option<String>,
}

fn yes() -> bool {
    true
}
