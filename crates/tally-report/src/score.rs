//! A score: everything that is shown about a set of metrics at one instant. Plain data, filled by `tally-app`.

use std::collections::BTreeMap;
use std::sync::Arc;

use tally_catalog::Metric;
use tally_judge::{Verdict, Warning};
use tally_model::{Instant, Month, Reading};

/// Metrics at one instant, and what they were computed from (HOUSE.md, law 3).
#[derive(Clone, Debug)]
pub struct Score {
    /// Title of the scorecard, or of the whole catalog.
    pub title: String,
    /// The instant T.
    pub as_of: Instant,
    /// Monthly points.
    pub months: u32,
    /// Number of journal entries that were seen.
    pub entries: u64,
    /// Hash of the last of them, hexadecimal.
    pub head: String,
    /// The metrics, in the scorecard's order.
    pub metrics: Vec<MetricScore>,
}

/// One metric at one instant.
#[derive(Clone, Debug)]
pub struct MetricScore {
    /// Its definition.
    pub metric: Metric,
    /// Digest of the definition.
    pub definition: String,
    /// Who answers for it.
    pub owner: String,
    /// What is judged of the whole.
    pub verdict: Verdict,
    /// Readings by segment and value.
    pub segments: BTreeMap<String, Arc<BTreeMap<String, Reading>>>,
    /// Readings at the monthly points, oldest first.
    pub trend: Vec<(Month, Reading)>,
    /// Members left out because nothing says whether they apply.
    pub applicability_unknown: Option<u64>,
    /// Kaplan-Meier medians by the values of a segment.
    pub km_median_by: Option<(String, BTreeMap<String, Option<f64>>)>,
    /// The companion moves the wrong way.
    pub warning: Option<Warning>,
    /// Newest instant before T in the facts it reads.
    pub data_through: Option<Instant>,
    /// What its last review said.
    pub review: Option<Review>,
}

/// What a review said of a metric.
#[derive(Clone, Debug, PartialEq)]
pub struct Review {
    /// The month reviewed.
    pub period: Month,
    /// What stands in the way.
    pub blockers: Option<String>,
    /// What happens next.
    pub next_action: Option<String>,
    /// Until when.
    pub next_action_due: Option<Instant>,
    /// Where it is tracked.
    pub ticket: Option<String>,
}

/// Where a whole score stands, for exit codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// No target is missed, and there is data.
    Holds,
    /// A target is missed.
    Misses,
    /// No target is missed, but a metric that has targets has too little data to say.
    NoData,
}

impl Standing {
    /// The worst of a score's metrics. A missed target outweighs missing data: it is known.
    pub fn of(score: &Score) -> Self {
        use tally_judge::Status;
        let any = |wanted: &[Status]| score.metrics.iter().any(|metric| wanted.contains(&metric.verdict.status));
        if any(&[Status::Misses]) {
            Self::Misses
        } else if any(&[Status::NoData, Status::TooFew]) {
            Self::NoData
        } else {
            Self::Holds
        }
    }
}
