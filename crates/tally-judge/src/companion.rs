//! A metric and the companion that would show how it was gamed. A warning is a question to ask; never a proof.

use std::fmt;

use crate::change::{Change, Way};
use crate::target::Outcome;

/// How one metric fared between two points.
#[derive(Clone, Copy, Debug)]
pub struct Course<'a> {
    /// What people call it.
    pub title: &'a str,
    /// Its unit: `percent`, `days`, ...
    pub unit: &'a str,
    /// Its change over the period; the same period for both metrics.
    pub change: &'a Change,
    /// How its targets stood at the earlier point.
    pub before: Outcome,
    /// How its targets stand at the later point.
    pub now: Outcome,
}

/// What happened to the companion while the metric got better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// It clearly worsened.
    Worsened,
    /// It met its target and no longer does, though chance could have done that.
    LostTarget,
}

/// A metric got better at the price, perhaps, of its companion. Prints as one sentence with both pairs of numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Warning {
    /// What happened to the companion.
    pub sign: Sign,
    /// The metric that got better.
    pub metric: Span,
    /// The companion.
    pub companion: Span,
}

/// A metric's value at two points.
#[derive(Clone, Debug, PartialEq)]
pub struct Span {
    /// What people call the metric.
    pub title: String,
    /// Its unit.
    pub unit: String,
    /// Value at the earlier point.
    pub from: Option<f64>,
    /// Value at the later point.
    pub to: Option<f64>,
}

/// Warns where a metric got better while its companion got worse over the same period.
///
/// A metric got better where its change is clear and for the better, or where it missed its targets before and meets
/// them now (the only sign there is for counts and quotients, which no test fits). Its companion got worse where its
/// change is clear and for the worse, or where it met its targets before and misses them now.
pub fn warn(metric: &Course<'_>, companion: &Course<'_>) -> Option<Warning> {
    let better = metric.change.way == Way::Improved || turned(metric, Outcome::Missed, Outcome::Met);
    // A value that clearly got worse did not get better because a target was reached elsewhere, in one segment.
    if !better || metric.change.way == Way::Worsened {
        return None;
    }
    let sign = match companion.change.way {
        Way::Worsened => Sign::Worsened,
        Way::Improved => return None,
        _ if turned(companion, Outcome::Met, Outcome::Missed) => Sign::LostTarget,
        _ => return None,
    };
    Some(Warning { sign, metric: span(metric), companion: span(companion) })
}

impl fmt::Display for Warning {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.sign {
            Sign::Worsened => "worsened",
            Sign::LostTarget => "no longer meets its target",
        };
        write!(out, "{} got better, but its companion {} {what}", self.metric, self.companion)
    }
}

impl fmt::Display for Span {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (from, to) = (figure(self.from), figure(self.to));
        match self.unit.as_str() {
            "percent" => write!(out, "{} ({from}% to {to}%)", self.title),
            unit => write!(out, "{} ({from} to {to} {unit})", self.title),
        }
    }
}

fn turned(course: &Course<'_>, before: Outcome, now: Outcome) -> bool {
    course.before == before && course.now == now
}

fn span(course: &Course<'_>) -> Span {
    Span { title: course.title.to_owned(), unit: course.unit.to_owned(), from: course.change.from, to: course.change.to }
}

/// One decimal where it says something, more where the number is below one.
fn figure(value: Option<f64>) -> String {
    match value {
        None => "no data".to_owned(),
        Some(value) if value.fract() == 0.0 => format!("{value}"),
        Some(value) if value.abs() < 1.0 => format!("{value:.3}"),
        Some(value) => format!("{value:.1}"),
    }
}
