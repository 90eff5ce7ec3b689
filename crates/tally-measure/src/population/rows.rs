//! A row behind a number: a member with hit or miss, its segments, and why.

use std::collections::BTreeMap;

use tally_catalog::Metric;
use tally_model::Instant;

use super::members::MemberFilter;
use crate::{Engine, MeasureError};

/// One member of a population.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Id of the record behind it.
    pub key: String,
    /// What else tells members of the same record apart, such as a technique.
    pub item: Option<String>,
    /// For rates: whether it counts as a hit.
    pub hit: Option<bool>,
    /// For durations: its value; for counts with an age: the age in days.
    pub value: Option<f64>,
    /// For ratios.
    pub numerator: Option<f64>,
    /// For ratios.
    pub denominator: Option<f64>,
    /// Its segments, the system's included.
    pub segments: BTreeMap<String, String>,
    /// Why it counts as it does.
    pub because: Option<String>,
}

/// The members of a population at one instant, ordered by key and item.
#[derive(Clone, Debug, PartialEq)]
pub struct Rows {
    /// The members.
    pub rows: Vec<Row>,
}

impl Engine {
    /// All members of a metric's population at `as_of`: exactly as many as its `n`. For small populations; `members`
    /// holds large ones.
    ///
    /// # Errors
    /// Where the population's query does not run.
    pub fn rows(&self, metric: &Metric, as_of: Instant) -> Result<Rows, MeasureError> {
        Ok(Rows { rows: self.members(metric, as_of)?.page(&MemberFilter::default(), 0, usize::MAX) })
    }
}
