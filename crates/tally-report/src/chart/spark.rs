//! A sparkline: twelve months in the height of a line of text, with the target.

use tally_model::{Month, Reading};

use super::{path, place, reach, runs};
use crate::number::value;

const WIDTH: f64 = 104.0;
const HEIGHT: f64 = 26.0;
const PAD: f64 = 3.0;

/// A sparkline of 104 by 26.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Spark {
    /// Lines, as SVG paths; a gap parts them.
    pub paths: Vec<String>,
    /// Points that have no neighbour.
    pub lone: Vec<(String, String)>,
    /// The newest point, where it has a value.
    pub last: Option<(String, String)>,
    /// Height of the target.
    pub target: Option<String>,
    /// What it shows.
    pub words: String,
}

/// The sparkline of a trend, oldest first, with a target of the whole where there is one.
pub fn spark(trend: &[(Month, Reading)], target: Option<f64>, unit: &str) -> Spark {
    let values: Vec<Option<f64>> = trend.iter().map(|(_, reading)| reading.value).collect();
    let known = values.iter().copied().flatten();
    let Some((low, high)) = reach(known.clone().chain(target.filter(|_| known.clone().next().is_some()))) else {
        return Spark { words: format!("{} months, no data", trend.len()), ..Spark::default() };
    };
    let step = WIDTH_INNER / count(values.len().saturating_sub(1).max(1));
    let y = |value: f64| HEIGHT - PAD - (value - low) / (high - low) * (HEIGHT - 2.0 * PAD);
    let points: Vec<Option<(f64, f64)>> =
        values.iter().enumerate().map(|(at, value)| value.map(|value| (PAD + step * count(at), y(value)))).collect();
    let (lines, lone): (Vec<_>, Vec<_>) = runs(&points).into_iter().partition(|run| run.len() > 1);
    Spark {
        paths: lines.iter().map(|run| path(run)).collect(),
        lone: lone.iter().flatten().map(|(x, y)| (place(*x), place(*y))).collect(),
        last: points.last().copied().flatten().map(|(x, y)| (place(x), place(y))),
        target: target.map(|target| place(y(target))),
        words: words(trend, unit),
    }
}

const WIDTH_INNER: f64 = WIDTH - 2.0 * PAD;

#[expect(clippy::cast_precision_loss, reason = "a few dozen points")]
fn count(count: usize) -> f64 {
    count as f64
}

fn words(trend: &[(Month, Reading)], unit: &str) -> String {
    let known: Vec<_> = trend.iter().filter_map(|(month, reading)| reading.value.map(|value| (month, value))).collect();
    let (Some((first, from)), Some((last, to))) = (known.first(), known.last()) else { return "no data".to_owned() };
    format!("from {} in {first} to {} in {last}", value(Some(*from), unit), value(Some(*to), unit))
}
