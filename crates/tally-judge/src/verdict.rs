//! One row of a scorecard: the reading, its targets, its changes, the cautions and the status. Adds no arithmetic.

use tally_catalog::metric::{Better, Mode, Target};
use tally_model::reading::{Reading, Tally};

use crate::caution::{Caution, JUDGED_MIN, cautions};
use crate::change::{Change, compare};
use crate::read::read;
use crate::target::{Check, Outcome, TargetError, TargetVerdict, judge_targets};

/// Where a metric stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Its targets are met.
    Holds,
    /// A target is missed.
    Misses,
    /// Nothing was measured.
    NoData,
    /// Measured, but on fewer than five members: no more than a first impression.
    TooFew,
    /// It has a value and no target.
    TrendOnly,
}

/// What is asked about one metric. Points are counted in months back from the point judged; `None`: not evaluated.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// How its rows become a value.
    pub mode: Mode,
    /// Which way is better.
    pub better: Better,
    /// Its targets.
    pub targets: &'a [Target],
    /// The point that is judged.
    pub now: &'a Tally,
    /// The point before.
    pub previous: Option<&'a Tally>,
    /// Three points before.
    pub three_back: Option<&'a Tally>,
    /// Twelve points before.
    pub twelve_back: Option<&'a Tally>,
}

/// All that is judged about one metric at one point.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// Where it stands.
    pub status: Status,
    /// The whole population, read.
    pub reading: Reading,
    /// Its targets.
    pub targets: TargetVerdict,
    /// Against the point before.
    pub previous: Option<Change>,
    /// Against three points before.
    pub three_back: Option<Change>,
    /// Against twelve points before.
    pub twelve_back: Option<Change>,
    /// What to keep in mind about the whole; each check has its own beside it.
    pub cautions: Vec<Caution>,
}

/// Judges one metric. `segment` finds the reading of one segment value, such as `("severity", "critical")`.
///
/// # Errors
/// [`TargetError`] for a target that the catalog's lint would refuse.
pub fn judge<'r>(question: &Question<'_>, segment: impl Fn(&str, &str) -> Option<&'r Reading>) -> Result<Verdict, TargetError> {
    let reading = read(question.now);
    let targets = judge_targets(question.mode, question.targets, &reading, segment)?;
    let since = |earlier: Option<&Tally>| earlier.map(|tally| compare(tally, question.now, question.better));
    let own = targets.checks.iter().find(|check| check.segment.is_none());
    Ok(Verdict {
        status: Status::of(question.mode, &reading, &targets),
        cautions: cautions(question.mode, &reading, own.map(|check| check.wanted)),
        previous: since(question.previous),
        three_back: since(question.three_back),
        twelve_back: since(question.twelve_back),
        reading,
        targets,
    })
}

impl Status {
    /// The status that follows from a reading and its targets.
    ///
    /// A check on fewer than five members of a rate, ratio or duration is weak: it neither holds nor misses on its own.
    /// Except where the target asks for all members of a rate or for none: that is a demand on each member, and one
    /// counter-example refutes it in a population of any size (the four required processes will never be five).
    /// A firm miss misses; a miss that is weak is too few; met is too few where every check is weak.
    pub fn of(mode: Mode, reading: &Reading, targets: &TargetVerdict) -> Self {
        let firm = |outcome| targets.checks.iter().any(|check| check.outcome == outcome && !weak(mode, check));
        match targets.outcome {
            Outcome::NoTarget if reading.value.is_none() => Self::NoData,
            Outcome::NoTarget => Self::TrendOnly,
            Outcome::NoData => Self::NoData,
            Outcome::Missed if firm(Outcome::Missed) => Self::Misses,
            Outcome::Met if firm(Outcome::Met) => Self::Holds,
            Outcome::Missed | Outcome::Met => Self::TooFew,
        }
    }

    /// In words, such as "holds" or "too few to judge".
    pub fn words(self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::Misses => "misses",
            Self::NoData => "no data",
            Self::TooFew => "too few to judge",
            Self::TrendOnly => "trend only",
        }
    }
}

fn weak(mode: Mode, check: &Check) -> bool {
    let sampled = matches!(mode, Mode::Rate | Mode::Ratio | Mode::Duration);
    sampled && check.n < JUDGED_MIN && !check.wanted.all_or_nothing(mode)
}
