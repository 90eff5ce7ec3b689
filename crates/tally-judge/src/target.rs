//! Targets: met, missed or no data, for the whole and for each segment that has one. Never turns absence into a miss.

use std::fmt;

use tally_catalog::metric::{Mode, Target};
use tally_model::reading::Reading;
use thiserror::Error;

use crate::caution::{Caution, cautions};
use crate::distance::{ToGo, to_go};

/// How far a value may lie beyond its target, as a share of the target, and still meet it.
///
/// It has to absorb arithmetic and nothing else. A share or mean is off by some 1e-16 of itself, a sum of a million
/// doubles by some 1e-13; a real miss of a rate is at least 1/n of a target with no decimals, so none is let pass up to
/// 1e9 members. The tolerance is relative, so a target of 0 has none: a single hit is a miss in any crowd.
pub const TOLERANCE: f64 = 1e-11;

/// What a target asks of a value, in the metric's unit. Prints as "at least 80", "at most 10", "10 to 50".
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Wanted {
    /// The value has to reach this.
    AtLeast(f64),
    /// The value must not pass this.
    AtMost(f64),
    /// The value has to lie between these, both included.
    Band(f64, f64),
}

/// A target that says nothing, or contradicts itself. The catalog's lint reports these with line and column.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum TargetError {
    /// Not exactly one of `at_least`, `at_most`, `band`.
    #[error("a target needs exactly one of at_least, at_most and band; found {found}")]
    Direction {
        /// How many it has.
        found: usize,
    },
    /// A number that is not one, or a band upside down.
    #[error("a target needs finite numbers, and a band its lower one first; found {wanted}")]
    Number {
        /// What it asks for.
        wanted: Wanted,
    },
    /// More than one segment.
    #[error("a target holds for one segment value at most; found {found}: write one target for each")]
    Segments {
        /// How many it names.
        found: usize,
    },
}

/// Whether a target is met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is.
    Met,
    /// It is not.
    Missed,
    /// Nothing to hold against it: neither met nor missed.
    NoData,
    /// There is none: the trend is what counts.
    NoTarget,
}

/// One target held against its reading.
#[derive(Clone, Debug, PartialEq)]
pub struct Check {
    /// Segment and value it holds for; `None`: the whole.
    pub segment: Option<(String, String)>,
    /// What it asks for.
    pub wanted: Wanted,
    /// Met, missed or no data.
    pub outcome: Outcome,
    /// The value found, in the metric's unit.
    pub found: Option<f64>,
    /// Members behind it.
    pub n: u64,
    /// How far the value is from the target, in the metric's unit; 0 where it is met, `None` where there is no value.
    pub gap: Option<f64>,
    /// The shortest way to the target, where it is missed and steps can be counted.
    pub to_go: Option<ToGo>,
    /// What to keep in mind.
    pub cautions: Vec<Caution>,
}

/// All targets of a metric held against its readings.
#[derive(Clone, Debug, PartialEq)]
pub struct TargetVerdict {
    /// Met where no target that has data is missed; no data where none has any.
    pub outcome: Outcome,
    /// One for each target, in the order of the definition.
    pub checks: Vec<Check>,
}

/// Holds the targets of a metric against the readings of the whole and of its segments.
///
/// `segment` finds the reading of one segment value, such as `("severity", "critical")`; none: no such members. A target
/// counts where its reading has a value (a count of 0 is one). Where only segments have targets the whole has none of
/// its own: its value is not held against anything.
///
/// # Errors
/// [`TargetError`] for a target that the catalog's lint would refuse.
pub fn judge_targets<'r>(
    mode: Mode,
    targets: &[Target],
    whole: &Reading,
    segment: impl Fn(&str, &str) -> Option<&'r Reading>,
) -> Result<TargetVerdict, TargetError> {
    let checks: Vec<Check> = targets.iter().map(|target| check(mode, target, whole, &segment)).collect::<Result<_, _>>()?;
    let any = |outcome| checks.iter().any(|check| check.outcome == outcome);
    let outcome = if checks.is_empty() {
        Outcome::NoTarget
    } else if any(Outcome::Missed) {
        Outcome::Missed
    } else if any(Outcome::Met) {
        Outcome::Met
    } else {
        Outcome::NoData
    };
    Ok(TargetVerdict { outcome, checks })
}

impl Wanted {
    /// What a definition's target asks for.
    ///
    /// # Errors
    /// Where it has not exactly one direction, or its numbers are not finite and in order.
    pub fn of(target: &Target) -> Result<Self, TargetError> {
        let wanted = match (target.at_least, target.at_most, target.band) {
            (Some(low), None, None) => Self::AtLeast(low),
            (None, Some(high), None) => Self::AtMost(high),
            (None, None, Some([low, high])) => Self::Band(low, high),
            (least, most, band) => {
                let given = [least.is_some(), most.is_some(), band.is_some()];
                return Err(TargetError::Direction { found: given.into_iter().filter(|is| *is).count() });
            }
        };
        let sound = match wanted {
            Self::AtLeast(edge) | Self::AtMost(edge) => edge.is_finite(),
            Self::Band(low, high) => low.is_finite() && high.is_finite() && low <= high,
        };
        if sound { Ok(wanted) } else { Err(TargetError::Number { wanted }) }
    }

    /// Whether a value meets it, within [`TOLERANCE`].
    pub fn met_by(self, value: f64) -> bool {
        self.low().is_none_or(|low| reaches(value, low)) && self.high().is_none_or(|high| stays(value, high))
    }

    /// How far a value is from it: 0 where it is met, else positive, in the metric's unit.
    pub fn gap(self, value: f64) -> f64 {
        match (self.low(), self.high()) {
            (Some(low), _) if !reaches(value, low) => low - value,
            (_, Some(high)) if !stays(value, high) => value - high,
            _ => 0.0,
        }
    }

    /// Whether it asks for all members of a rate, or for none: a demand on each member and not on a share of them.
    pub fn all_or_nothing(self, mode: Mode) -> bool {
        mode == Mode::Rate && matches!(self, Self::AtLeast(100.0..) | Self::AtMost(..=0.0))
    }

    /// The number that must be reached.
    pub(crate) fn low(self) -> Option<f64> {
        match self {
            Self::AtLeast(low) | Self::Band(low, _) => Some(low),
            Self::AtMost(_) => None,
        }
    }

    /// The number that must not be passed.
    pub(crate) fn high(self) -> Option<f64> {
        match self {
            Self::AtMost(high) | Self::Band(_, high) => Some(high),
            Self::AtLeast(_) => None,
        }
    }

    /// Both numbers, the lower first.
    pub(crate) fn edges(self) -> [Option<f64>; 2] {
        [self.low(), self.high()]
    }
}

impl fmt::Display for Wanted {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AtLeast(low) => write!(out, "at least {low}"),
            Self::AtMost(high) => write!(out, "at most {high}"),
            Self::Band(low, high) => write!(out, "{low} to {high}"),
        }
    }
}

/// Whether a value reaches a number from below, within [`TOLERANCE`].
pub(crate) fn reaches(value: f64, low: f64) -> bool {
    value >= low - low.abs() * TOLERANCE
}

/// Whether a value does not pass a number, within [`TOLERANCE`].
pub(crate) fn stays(value: f64, high: f64) -> bool {
    value <= high + high.abs() * TOLERANCE
}

fn check<'r>(
    mode: Mode,
    target: &Target,
    whole: &Reading,
    segment: &impl Fn(&str, &str) -> Option<&'r Reading>,
) -> Result<Check, TargetError> {
    let wanted = Wanted::of(target)?;
    if target.segment.len() > 1 {
        return Err(TargetError::Segments { found: target.segment.len() });
    }
    let named = target.segment.first_key_value();
    let reading = match named {
        Some((name, value)) => segment(name, value),
        None => Some(whole),
    };
    let found = reading.and_then(|reading| reading.value);
    let outcome = match found {
        Some(value) if wanted.met_by(value) => Outcome::Met,
        Some(_) => Outcome::Missed,
        None => Outcome::NoData,
    };
    Ok(Check {
        segment: named.map(|(name, value)| (name.clone(), value.clone())),
        wanted,
        outcome,
        found,
        n: reading.map_or(0, |reading| reading.n),
        gap: found.map(|value| wanted.gap(value)),
        to_go: reading.and_then(|reading| to_go(mode, reading, wanted)),
        cautions: reading.map_or_else(Vec::new, |reading| cautions(mode, reading, Some(wanted))),
    })
}
