//! The trend of a metric: monthly points with their intervals, the target, and what was published beside what is computed
//! for the same month today.

use tally_model::{Month, Reading};

use super::{path, place, reach, runs};
use crate::number::value;

const WIDTH: f64 = 760.0;
const HEIGHT: f64 = 240.0;
const LEFT: f64 = 56.0;
const RIGHT: f64 = 28.0;
const TOP: f64 = 12.0;
const BOTTOM: f64 = 28.0;

/// A trend chart of 760 by 240.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trend {
    /// The line, as SVG paths; a gap parts them.
    pub paths: Vec<String>,
    /// The intervals, as closed SVG paths.
    pub hazes: Vec<String>,
    /// Points of the months.
    pub marks: Vec<Mark>,
    /// Points that were published; differing ones say so.
    pub published: Vec<Mark>,
    /// Lines across, with their figures.
    pub rows: Vec<Tick>,
    /// Months below.
    pub columns: Vec<Tick>,
    /// Height of the target.
    pub target: Option<String>,
    /// What it shows.
    pub words: String,
}

/// A point.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    /// From the left.
    pub x: String,
    /// From the top.
    pub y: String,
    /// What it stands for, such as `2026-03: 71.4%, n 35`.
    pub words: String,
    /// Whether it differs from what is computed today (published points), or not.
    pub differs: bool,
}

/// A line across or a month below.
#[derive(Clone, Debug, PartialEq)]
pub struct Tick {
    /// Its place on the axis.
    pub at: String,
    /// What stands beside it.
    pub text: String,
}

/// A value that was published for a month.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Published {
    /// The month.
    pub month: Month,
    /// The value then.
    pub value: f64,
    /// Whether it is another today.
    pub differs: bool,
}

/// The chart of a trend, oldest first.
pub fn trend(points: &[(Month, Reading)], published: &[Published], target: Option<f64>, unit: &str) -> Trend {
    let values = points.iter().flat_map(|(_, reading)| {
        reading.value.into_iter().chain(reading.interval.filter(|_| reading.value.is_some()).into_iter().flatten())
    });
    let all = values.chain(published.iter().map(|point| point.value)).chain(target);
    let Some((low, high)) = reach(all) else {
        return Trend { words: "no data at any of these months".to_owned(), ..Trend::default() };
    };
    let scale = Scale::new(low, high, points.len(), unit);
    let at = |index: usize, value: f64| (scale.x(index), scale.y(value));
    let line: Vec<Option<(f64, f64)>> =
        points.iter().enumerate().map(|(index, (_, reading))| reading.value.map(|value| at(index, value))).collect();
    let index_of = |month: Month| points.iter().position(|(known, _)| *known == month);
    Trend {
        paths: runs(&line).iter().filter(|run| run.len() > 1).map(|run| path(run)).collect(),
        hazes: hazes(points, &scale),
        marks: marks(points, &scale, unit),
        published: published
            .iter()
            .filter_map(|point| {
                let (x, y) = at(index_of(point.month)?, point.value);
                let differs = if point.differs { "; computed again it is another" } else { "" };
                let words = format!("{} published: {}{differs}", point.month, value(Some(point.value), unit));
                Some(Mark { x: place(x), y: place(y), words, differs: point.differs })
            })
            .collect(),
        rows: scale.rows(unit),
        columns: columns(points, &scale),
        target: target.map(|target| place(scale.y(target))),
        words: format!("{} monthly points; the table below has the same figures", points.len()),
    }
}

fn marks(points: &[(Month, Reading)], scale: &Scale, unit: &str) -> Vec<Mark> {
    let known = points.iter().enumerate().filter_map(|(index, (month, reading))| Some((index, month, reading, reading.value?)));
    known
        .map(|(index, month, reading, found)| Mark {
            x: place(scale.x(index)),
            y: place(scale.y(found)),
            words: format!("{month}: {}, n {}", value(Some(found), unit), crate::number::count(reading.n)),
            differs: false,
        })
        .collect()
}

/// The interval of each run of months as a shape: along the upper ends and back along the lower ones.
fn hazes(points: &[(Month, Reading)], scale: &Scale) -> Vec<String> {
    let edge = |which: usize| -> Vec<Option<(f64, f64)>> {
        let ends = points.iter().enumerate();
        ends.map(|(at, (_, reading))| reading.value.and(reading.interval).map(|ends| (scale.x(at), scale.y(ends[which]))))
            .collect()
    };
    let (lower, upper) = (runs(&edge(0)), runs(&edge(1)));
    let shapes = upper.iter().zip(&lower).filter(|(run, _)| run.len() > 1);
    shapes
        .map(|(upper, lower)| {
            let back: Vec<(f64, f64)> = lower.iter().rev().copied().collect();
            format!("{}{}Z", path(upper), path(&back).replacen('M', "L", 1))
        })
        .collect()
}

/// At most eight months get a name, the newest always.
fn columns(points: &[(Month, Reading)], scale: &Scale) -> Vec<Tick> {
    let every = points.len().div_ceil(8).max(1);
    let named = points.iter().enumerate().filter(|(at, _)| (points.len() - 1 - at).is_multiple_of(every));
    named.map(|(at, (month, _))| Tick { at: place(scale.x(at)), text: month.to_string() }).collect()
}

/// From values and months to places.
struct Scale {
    low: f64,
    high: f64,
    step: f64,
    months: usize,
}

impl Scale {
    /// Round ends; a percentage never goes beyond 0 and 100, and a bar of nothing starts at 0 where 0 is near.
    fn new(low: f64, high: f64, months: usize, unit: &str) -> Self {
        let step = round_step((high - low) / 4.0);
        let mut ends = ((low / step).floor() * step, (high / step).ceil() * step);
        if ends.0 > 0.0 && ends.0 <= (ends.1 - ends.0) * 0.6 {
            ends.0 = 0.0;
        }
        if unit == "percent" {
            ends = (ends.0.max(0.0), ends.1.min(100.0));
        }
        Self { low: ends.0, high: ends.1.max(ends.0 + step * 0.5), step, months }
    }

    #[expect(clippy::cast_precision_loss, reason = "a few dozen months")]
    fn x(&self, index: usize) -> f64 {
        let steps = self.months.saturating_sub(1).max(1) as f64;
        LEFT + index as f64 / steps * (WIDTH - LEFT - RIGHT)
    }

    fn y(&self, value: f64) -> f64 {
        let share = ((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0);
        HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)
    }

    fn rows(&self, unit: &str) -> Vec<Tick> {
        let mut rows = Vec::new();
        let mut at = self.low;
        while at <= self.high + self.step * 0.01 && rows.len() < 12 {
            let text = if unit == "percent" { format!("{at:.0}%") } else { crate::number::grouped(at, decimals(self.step)) };
            rows.push(Tick { at: place(self.y(at)), text });
            at += self.step;
        }
        rows
    }
}

/// The next of 1, 2, 5 times a power of ten.
fn round_step(rough: f64) -> f64 {
    if rough <= 0.0 || !rough.is_finite() {
        return 1.0;
    }
    let power = 10_f64.powf(rough.log10().floor());
    let share = rough / power;
    power
        * if share <= 1.0 {
            1.0
        } else if share <= 2.0 {
            2.0
        } else if share <= 5.0 {
            5.0
        } else {
            10.0
        }
}

fn decimals(step: f64) -> usize {
    if step >= 1.0 {
        0
    } else if step >= 0.1 {
        1
    } else {
        2
    }
}
