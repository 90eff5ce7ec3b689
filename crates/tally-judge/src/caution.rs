//! What a reader must be told beside a number. Says how far to trust it; never changes it.

use std::fmt;

use tally_catalog::metric::Mode;
use tally_model::reading::Reading;

use crate::target::Wanted;

/// Fewer members than this: too few to judge.
pub const JUDGED_MIN: u64 = 5;
/// Fewer members than this: a small sample.
pub const SAMPLE_MIN: u64 = 30;

/// A reason to read a number with care. Prints as one short phrase.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Caution {
    /// Fewer than five members.
    TooFew {
        /// Members.
        n: u64,
    },
    /// Fewer than thirty members.
    SmallSample {
        /// Members.
        n: u64,
    },
    /// The target lies inside the 95% interval: the sample does not settle on which side of it the rate lies.
    TargetInside {
        /// The target, in percent.
        target: f64,
        /// The interval, in percent.
        interval: [f64; 2],
    },
}

impl fmt::Display for Caution {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooFew { n } => write!(out, "too few to judge (n = {n})"),
            Self::SmallSample { n } => write!(out, "small sample (n = {n})"),
            Self::TargetInside { target, interval: [low, high] } => {
                write!(out, "target lies inside the interval ({target} in {low:.1} to {high:.1})")
            }
        }
    }
}

/// The cautions that belong to a reading, and to the target it is held against.
///
/// Only a value that is a mean or a share of its members gets the first two: a count is not a sample, and the rows of a
/// quotient are only one side of it. No data is not a small sample: it gets none.
pub fn cautions(mode: Mode, reading: &Reading, wanted: Option<Wanted>) -> Vec<Caution> {
    let sampled = matches!(mode, Mode::Rate | Mode::Ratio | Mode::Duration);
    let size = match reading.n {
        _ if !sampled || reading.value.is_none() => None,
        n if n < JUDGED_MIN => Some(Caution::TooFew { n }),
        n if n < SAMPLE_MIN => Some(Caution::SmallSample { n }),
        _ => None,
    };
    let inside = reading.interval.zip(wanted).and_then(|(interval @ [low, high], wanted)| {
        // An end of the interval is not inside: where all members are hits, a target of 100 is met and not in doubt.
        let mut edges = wanted.edges().into_iter().flatten();
        let target = edges.find(|edge| low < *edge && *edge < high)?;
        Some(Caution::TargetInside { target, interval })
    });
    size.into_iter().chain(inside).collect()
}
