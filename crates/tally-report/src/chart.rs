//! Charts as geometry: where a line, a bar, a tick lies. Templates draw it; nothing here writes markup or computes a
//! metric. Each chart says in words what it shows, for those who do not see it.

mod bar;
mod radar;
mod shade;
mod spark;
mod trend;

pub use bar::{Bar, bar};
pub use radar::{Axis, Radar, Ring, Shape, Spoke, radar};
pub use shade::{Shade, shade};
pub use spark::{Spark, spark};
pub use trend::{Mark, Published, Tick, Trend, trend};

/// A coordinate with two decimals: as fine as a screen, and the same on every machine.
pub(crate) fn place(x: f64) -> String {
    let text = format!("{x:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// The runs of neighbouring points that have a value: a gap stays a gap.
pub(crate) fn runs(points: &[Option<(f64, f64)>]) -> Vec<Vec<(f64, f64)>> {
    let mut runs: Vec<Vec<(f64, f64)>> = Vec::new();
    let mut open = false;
    for point in points {
        match point {
            Some(at) if open => runs.last_mut().into_iter().for_each(|run| run.push(*at)),
            Some(at) => runs.push(vec![*at]),
            None => {}
        }
        open = point.is_some();
    }
    runs
}

/// A run as the `d` of an SVG path.
pub(crate) fn path(run: &[(f64, f64)]) -> String {
    let mut out = String::new();
    for (at, (x, y)) in run.iter().enumerate() {
        out.push_str(if at == 0 { "M" } else { "L" });
        out.push_str(&format!("{} {}", place(*x), place(*y)));
    }
    out
}

/// The lowest and the highest of some values, a little apart where all are the same.
pub(crate) fn reach(values: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    let (low, high) = values
        .filter(|value| value.is_finite())
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
    if low > high {
        return None;
    }
    if high - low < f64::EPSILON.max(high.abs() * 1e-9) {
        let pad = if high == 0.0 { 1.0 } else { high.abs() * 0.1 };
        return Some((low - pad, high + pad));
    }
    Some((low, high))
}
