//! Tallies and readings: what `tally-measure` counted and what `tally-judge` makes of it.
//!
//! They live here because measure and judge never import each other.

use crate::Money;

/// An exact or a floating amount: money stays exact, everything else is a double.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Amount {
    /// An exact decimal, printed as a string.
    Money(Money),
    /// A plain number.
    Number(f64),
}

impl Amount {
    /// The amount as a double.
    pub fn to_f64(self) -> f64 {
        match self {
            Self::Money(money) => money.to_f64(),
            Self::Number(number) => number,
        }
    }
}

/// What was counted for one metric at one instant over one set of rows.
#[derive(Clone, Debug, PartialEq)]
pub enum Tally {
    /// Members and how many of them are hits; with weights where the metric has a weighted reading.
    Rate {
        /// Members that are hits.
        hits: u64,
        /// Members.
        n: u64,
        /// Sum of the hits' weights and of all weights.
        weighted: Option<(f64, f64)>,
    },
    /// Sums of numerators and denominators that the rows carry.
    Ratio {
        /// Sum of numerators.
        numerator: f64,
        /// Sum of denominators.
        denominator: f64,
        /// Rows.
        n: u64,
        /// Cases shown but not counted, where the metric has them.
        errors: Option<u64>,
    },
    /// One duration a row, in the metric's unit; in any order.
    Duration {
        /// The values.
        values: Vec<f64>,
        /// Durations for the Kaplan-Meier median (value, observed), where the metric asks for one.
        survival: Option<Vec<(f64, bool)>>,
    },
    /// How many rows; with the age of the oldest where the metric shows it.
    Count {
        /// Rows.
        n: u64,
        /// Greatest age in days.
        oldest_days: Option<f64>,
    },
    /// A sum divided by a number that is not a count of the same rows.
    Quotient {
        /// Above the line; `None`: not recorded.
        numerator: Option<Amount>,
        /// Below the line; `None`: not recorded.
        denominator: Option<f64>,
        /// Rows of the population.
        n: u64,
    },
}

/// A metric read at one instant for one set of rows: value, n and what belongs to them.
///
/// `value` is `None` where there is no data; that is never 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reading {
    /// The value in the metric's unit; percent for rates and ratios.
    pub value: Option<f64>,
    /// Members of the population.
    pub n: u64,
    /// Numerator, where the mode has one.
    pub numerator: Option<Amount>,
    /// Denominator, where the mode has one.
    pub denominator: Option<f64>,
    /// Wilson 95% interval in percent, for rates over counted members.
    pub interval: Option<[f64; 2]>,
    /// Median, for durations.
    pub median: Option<f64>,
    /// 90th percentile, for durations.
    pub p90: Option<f64>,
    /// Weighted rate in percent, where the metric has weights.
    pub weighted: Option<f64>,
    /// Kaplan-Meier median in the metric's unit: outer `None` where the metric has none, inner `None` where not reached.
    pub km_median: Option<Option<f64>>,
    /// Cases shown but not counted.
    pub errors: Option<u64>,
    /// Age in days of the oldest row.
    pub oldest_days: Option<f64>,
}
