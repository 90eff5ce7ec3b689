//! Whether a metric changed between two points, by more than chance. Never calls a difference a change for its size.

use std::cmp::Ordering;

use tally_catalog::metric::Better;
use tally_model::reading::Tally;

use crate::proportion::two_proportions;
use crate::rank::mann_whitney;
use crate::read;

/// Members that each side needs before a test is asked at all.
pub const MEMBERS_MIN: u64 = 5;
/// A change is clear below this p.
pub const CLEAR: f64 = 0.05;

/// What became of a metric between two points.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Change {
    /// Better, worse, or no clear change.
    pub way: Way,
    /// Two-sided p of the test; `None` where none was made.
    pub p: Option<f64>,
    /// Value at the earlier point, in the metric's unit.
    pub from: Option<f64>,
    /// Value at the later point, in the metric's unit.
    pub to: Option<f64>,
}

/// Which way a metric went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Clearly, and for the better.
    Improved,
    /// Clearly, and for the worse.
    Worsened,
    /// Clearly, but it is neither better nor worse: no direction of the metric is better, or most durations moved one
    /// way and their mean the other.
    Moved,
    /// Chance would do as much.
    NoClearChange,
    /// No test was made.
    NotComparable(Unfit),
}

/// Why two points cannot be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// One side has no value.
    NoValue,
    /// One side has fewer than five members.
    TooFew,
    /// No test is defined for such a value.
    NoTest,
    /// The two tallies are not of one mode: the definition changed in between.
    Unlike,
}

impl Change {
    /// The change in words, such as "improved" or "no clear change".
    pub fn words(&self) -> &'static str {
        match self.way {
            Way::Improved => "improved",
            Way::Worsened => "worsened",
            Way::Moved => "moved",
            Way::NoClearChange => "no clear change",
            Way::NotComparable(Unfit::NoValue) => "not comparable: no data at one of the points",
            Way::NotComparable(Unfit::TooFew) => "not comparable: fewer than 5 members at one of the points",
            Way::NotComparable(Unfit::NoTest) => "not comparable: no test is defined for this kind of value",
            Way::NotComparable(Unfit::Unlike) => "not comparable: the metric was defined otherwise",
        }
    }
}

/// Compares two points of one metric (METRICS.md: p < 0.05 and n >= 5 on both sides, else no clear change).
///
/// - **Rates**: the two-proportion z-test on hits and members; weights play no part.
/// - **Durations**: the Mann-Whitney U test. The direction is that of the ranks; where the mean (the value shown) went
///   the other way, it is [`Way::Moved`], because "improved" beside a mean that rose would be a riddle.
/// - **Ratios**: the z-test on the sums, but only where they count cases: `errors` is recorded on both sides (a ratio
///   that sets cases aside counts cases) and all sums are whole with numerator <= denominator. Any other sum (hours,
///   documents weighed by size) has no binomial law, and its p would change with the unit it is written in. Cases of
///   one run resemble each other, so the p of a ratio is a lower bound.
/// - **Counts and quotients**: no test.
///
/// Both tests take the two samples for independent. Windows that overlap share members, which hides changes and never
/// invents them: "no clear change" is weak between neighbouring months of a twelve-month window, and strong between
/// points a window apart.
pub fn compare(before: &Tally, after: &Tally, better: Better) -> Change {
    let (from, to) = (read::value(before), read::value(after));
    let (way, p) = match test(before, after) {
        Ok(_) if from.is_none() || to.is_none() => (Way::NotComparable(Unfit::NoValue), None),
        Ok((_, p)) if p >= CLEAR => (Way::NoClearChange, Some(p)),
        Ok((tendency, p)) => {
            let agrees = to.partial_cmp(&from) == Some(tendency);
            (if agrees { way(tendency, better) } else { Way::Moved }, Some(p))
        }
        Err(unfit) => (Way::NotComparable(unfit), None),
    };
    Change { way, p, from, to }
}

fn way(tendency: Ordering, better: Better) -> Way {
    match (tendency, better) {
        (Ordering::Equal, _) => Way::NoClearChange,
        (_, Better::Neither) => Way::Moved,
        (Ordering::Greater, Better::Higher) | (Ordering::Less, Better::Lower) => Way::Improved,
        (Ordering::Greater, Better::Lower) | (Ordering::Less, Better::Higher) => Way::Worsened,
    }
}

/// Which way the later side lies, and the p of it.
fn test(before: &Tally, after: &Tally) -> Result<(Ordering, f64), Unfit> {
    match (before, after) {
        (Tally::Rate { hits: h1, n: n1, .. }, Tally::Rate { hits: h2, n: n2, .. }) => {
            enough(*n1, *n2)?;
            shares((*h1, *n1), (*h2, *n2))
        }
        (Tally::Ratio { n: n1, .. }, Tally::Ratio { n: n2, .. }) => {
            let (first, second) = (cases(before)?, cases(after)?);
            enough(*n1, *n2)?;
            shares(first, second)
        }
        (Tally::Duration { values: first, .. }, Tally::Duration { values: second, .. }) => {
            enough(first.len() as u64, second.len() as u64)?;
            let found = mann_whitney(first, second).ok_or(Unfit::NoValue)?;
            Ok((found.tendency, found.p))
        }
        (Tally::Count { .. }, Tally::Count { .. }) | (Tally::Quotient { .. }, Tally::Quotient { .. }) => Err(Unfit::NoTest),
        _ => Err(Unfit::Unlike),
    }
}

fn enough(before: u64, after: u64) -> Result<(), Unfit> {
    match before.min(after) {
        0 => Err(Unfit::NoValue),
        1..MEMBERS_MIN => Err(Unfit::TooFew),
        _ => Ok(()),
    }
}

fn shares(before: (u64, u64), after: (u64, u64)) -> Result<(Ordering, f64), Unfit> {
    let p = two_proportions(before, after).ok_or(Unfit::NoValue)?;
    let cross = |(hits, _): (u64, u64), (_, n): (u64, u64)| u128::from(hits) * u128::from(n);
    Ok((cross(after, before).cmp(&cross(before, after)), p))
}

/// Passed cases and all cases, where a ratio counts cases.
fn cases(tally: &Tally) -> Result<(u64, u64), Unfit> {
    let Tally::Ratio { numerator, denominator, errors: Some(_), .. } = tally else {
        return Err(Unfit::NoTest);
    };
    match (whole(*numerator), whole(*denominator)) {
        (Some(part), Some(all)) if part <= all => Ok((part, all)),
        _ => Err(Unfit::NoTest),
    }
}

/// A double that holds a whole number exactly, as such.
pub(crate) fn whole(number: f64) -> Option<u64> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let fits = (0.0..=EXACT).contains(&number) && number.fract() == 0.0;
    fits.then_some(number as u64)
}
