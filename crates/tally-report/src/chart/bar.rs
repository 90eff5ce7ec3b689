//! A bar beside a number: a share of a whole, its interval as a whisker, the target as a line.

use super::place;

const WIDTH: f64 = 140.0;

/// A bar of 140 by 14.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bar {
    /// How long; absent where there is no value.
    pub width: Option<String>,
    /// Where the interval begins and ends.
    pub whisker: Option<(String, String)>,
    /// Where the target lies.
    pub target: Option<String>,
    /// What it shows.
    pub words: String,
}

/// A bar of `value` on a scale from 0 to `full`, which is 100 for a percentage.
pub fn bar(value: Option<f64>, interval: Option<[f64; 2]>, target: Option<f64>, full: f64) -> Bar {
    let full = if full > 0.0 { full } else { 1.0 };
    let x = |at: f64| place((at / full).clamp(0.0, 1.0) * WIDTH);
    let words = match (value, target) {
        (None, _) => "no data".to_owned(),
        (Some(value), None) => format!("{value:.1} of {full:.0}"),
        (Some(value), Some(target)) => format!("{value:.1} of {full:.0}, target {target}"),
    };
    Bar {
        width: value.map(x),
        whisker: interval.filter(|_| value.is_some()).map(|[low, high]| (x(low), x(high))),
        target: target.map(x),
        words,
    }
}
