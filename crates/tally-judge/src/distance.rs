//! The shortest way to a target: "4 more systems". Counts steps that somebody can take; durations have none.

use tally_catalog::metric::Mode;
use tally_model::reading::Reading;

use crate::change::whole;
use crate::read::percent;
use crate::target::{TOLERANCE, Wanted, reaches, stays};

/// How much more, or how much less, would meet a target while all else stays as it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ToGo {
    /// More or fewer.
    pub direction: Direction,
    /// Of what, and how much.
    pub quantity: Quantity,
}

/// Which way to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Misses that have to become hits; members of a count that are still to come.
    More,
    /// Hits that have to become misses; members of a count that have to go.
    Fewer,
}

/// How far to go.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Quantity {
    /// Whole members or cases: the fewest that suffice.
    Members(u64),
    /// An amount of the numerator, in its own unit.
    Amount(f64),
}

/// What is counted, in words: `one` system, `many` systems.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Noun<'a> {
    /// For exactly one.
    pub one: &'a str,
    /// For all other numbers.
    pub many: &'a str,
}

/// The shortest way from a reading to a target; `None` where it is met, where there is no value, or no way.
///
/// | mode | what changes | what stays |
/// | --- | --- | --- |
/// | rate | the least k with (hits + k) / n, or (hits - k) / n, within the target | n |
/// | ratio of whole sums | the same, of numerator / denominator | the denominator |
/// | other ratio | the amount that the numerator lacks or has too much | the denominator |
/// | count | members to come or to go | |
/// | duration, quotient | nothing: see the gap of the [`crate::Check`] | |
///
/// There is no way where the target lies past 100 percent or below 0, or where a band is so narrow that no whole number
/// of hits among n falls into it.
pub fn to_go(mode: Mode, reading: &Reading, wanted: Wanted) -> Option<ToGo> {
    let value = reading.value?;
    if wanted.met_by(value) {
        return None;
    }
    let numerator = || reading.numerator.map(tally_model::Amount::to_f64);
    match mode {
        Mode::Rate => by_members(numerator()?, reading.n as f64, wanted),
        Mode::Ratio => by_sum(numerator()?, reading.denominator?, wanted),
        Mode::Count => by_count(reading.n as f64, wanted),
        Mode::Duration | Mode::Quotient => None,
    }
}

impl ToGo {
    /// In words, such as "4 more systems", "1 fewer finding", "12.25 more hours". Amounts round up to two decimals.
    pub fn words(&self, noun: Noun<'_>) -> String {
        let way = match self.direction {
            Direction::More => "more",
            Direction::Fewer => "fewer",
        };
        match self.quantity {
            Quantity::Members(1) => format!("1 {way} {}", noun.one),
            Quantity::Members(count) => format!("{count} {way} {}", noun.many),
            Quantity::Amount(amount) => {
                // A trace over a whole hundredth is arithmetic; anything more has to be rounded up to suffice.
                let hundredths = (amount * 100.0 - 1e-6).ceil().max(1.0);
                format!("{} {way} {}", hundredths / 100.0, noun.many)
            }
        }
    }
}

/// Hits among n, both whole numbers held in doubles.
fn by_members(hits: f64, n: f64, wanted: Wanted) -> Option<ToGo> {
    let share = percent(hits, n)?;
    let (direction, goal) = match (wanted.low(), wanted.high()) {
        (Some(low), _) if !reaches(share, low) => (Direction::More, least_hits(n, low)?),
        (_, Some(high)) => (Direction::Fewer, most_hits(n, high)?),
        _ => return None,
    };
    // In a narrow band the first number past one edge may lie past the other edge too.
    let fits = percent(goal, n).is_some_and(|share| wanted.met_by(share));
    fits.then_some(ToGo { direction, quantity: Quantity::Members((goal - hits).abs() as u64) })
}

/// The least number of hits among n that reaches a share. The product only says where to look: the same comparison that
/// judges the value decides, so that following the advice always suffices.
fn least_hits(n: f64, low: f64) -> Option<f64> {
    let near = (low / 100.0 * n).floor();
    let tries = [near - 1.0, near, near + 1.0, near + 2.0];
    let mut goals = tries.into_iter().filter(|goal| (0.0..=n).contains(goal));
    goals.find(|goal| percent(*goal, n).is_some_and(|share| reaches(share, low)))
}

/// The greatest number of hits among n that stays within a share.
fn most_hits(n: f64, high: f64) -> Option<f64> {
    let near = (high / 100.0 * n).ceil();
    let tries = [near + 1.0, near, near - 1.0, near - 2.0];
    let mut goals = tries.into_iter().filter(|goal| (0.0..=n).contains(goal));
    goals.find(|goal| percent(*goal, n).is_some_and(|share| stays(share, high)))
}

fn by_sum(numerator: f64, denominator: f64, wanted: Wanted) -> Option<ToGo> {
    if whole(numerator).is_some() && whole(denominator).is_some() && numerator <= denominator {
        return by_members(numerator, denominator, wanted);
    }
    let share = percent(numerator, denominator)?;
    let lacking = |edge: f64| (edge / 100.0 * denominator - numerator).abs();
    match (wanted.low(), wanted.high()) {
        (Some(low), _) if !reaches(share, low) => {
            // A part cannot outgrow its whole where it has not done so already.
            let possible = low <= 100.0 || numerator > denominator;
            let quantity = Quantity::Amount(lacking(low));
            possible.then_some(ToGo { direction: Direction::More, quantity })
        }
        (_, Some(high)) if high >= 0.0 => Some(ToGo { direction: Direction::Fewer, quantity: Quantity::Amount(lacking(high)) }),
        _ => None,
    }
}

fn by_count(n: f64, wanted: Wanted) -> Option<ToGo> {
    let (direction, goal) = match (wanted.low(), wanted.high()) {
        (Some(low), _) if !reaches(n, low) => (Direction::More, (low - low.abs() * TOLERANCE).ceil()),
        (_, Some(high)) if high >= 0.0 => (Direction::Fewer, (high + high * TOLERANCE).floor()),
        _ => return None,
    };
    let steps = (goal - n).abs() as u64;
    wanted.met_by(goal).then_some(ToGo { direction, quantity: Quantity::Members(steps) })
}
