//! Counts become a reading, an interval, a change, a verdict on the target: pure arithmetic.
//!
//! This room never sees a record, never reads a clock and does no IO. The same tallies give the same verdict, to the
//! last bit and in whatever order the rows came, because a published number must come back the same (HOUSE.md, law 1).
//!
//! | module | from | to |
//! | --- | --- | --- |
//! | [`read()`] | one [`tally_model::Tally`] | its [`tally_model::Reading`] |
//! | [`interval`], [`order`], [`survival`] | counts, values | Wilson interval; mean, median, p90; Kaplan-Meier median |
//! | [`proportion`], [`rank`] | two samples | p of the two-proportion z-test; p of the Mann-Whitney U test |
//! | [`change`] | two tallies | better, worse, or no clear change |
//! | [`assurance`] | hits among trials of a retest | Clopper-Pearson bound; whether a fix is proven |
//! | [`target`], [`distance`] | readings and targets | met or missed, by how much, and how many more it takes |
//! | [`caution`], [`companion`] | readings, changes | what a reader must be told beside the number |
//! | [`verdict`] | all of the above | one row of a scorecard |
//! | [`maturity`] | the questions of a model and their answers | earned levels, score ranges, confidence; plans |
//! | [`recurrence`] | a duty's cadence and dates | what is owed, until when, and how it stands |
//! | [`claim`] | what is true of a claim today | what it may be used for, and why no more |
//! | [`responsibility`] | who answers for what | where nobody or too many do |

pub mod assurance;
mod binomial;
pub mod caution;
pub mod change;
pub mod claim;
pub mod companion;
pub mod distance;
pub mod interval;
pub mod maturity;
pub mod order;
pub mod proportion;
pub mod rank;
mod read;
pub mod recurrence;
pub mod responsibility;
pub mod survival;
pub mod target;
pub mod verdict;

pub use assurance::{fix_assured, upper_bound};
pub use caution::Caution;
pub use change::{Change, Unfit, Way, compare};
pub use companion::{Course, Sign, Warning, warn};
pub use distance::{Direction, Noun, Quantity, ToGo, to_go};
pub use read::read;
pub use target::{Check, Outcome, TargetError, TargetVerdict, Wanted, judge_targets};
pub use verdict::{Question, Status, Verdict, judge};
