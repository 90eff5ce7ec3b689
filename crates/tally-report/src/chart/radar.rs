//! A radar: one spoke a domain, one ring a level, what is now over what was before. A spoke without a value stays empty: it
//! is never drawn at the centre, where it would look like the lowest level.

use std::f64::consts::TAU;

use super::{path, place, runs};

const CENTRE: (f64, f64) = (220.0, 170.0);
const RADIUS: f64 = 132.0;
/// How far from the centre the names stand.
const NAMES: f64 = RADIUS + 16.0;

/// A radar of 440 by 340.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Radar {
    /// The rings, innermost first.
    pub rings: Vec<Ring>,
    /// The spokes, clockwise from the top.
    pub spokes: Vec<Spoke>,
    /// What is now.
    pub now: Shape,
    /// What was before; `None` where nothing is compared.
    pub before: Option<Shape>,
    /// What it shows.
    pub words: String,
}

/// One domain with its values; `None`: nothing is known.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// Its name, short.
    pub name: String,
    /// The value now.
    pub now: Option<f64>,
    /// The value before.
    pub before: Option<f64>,
}

/// A ring of a whole value.
#[derive(Clone, Debug, PartialEq)]
pub struct Ring {
    /// Its outline, closed.
    pub path: String,
    /// The value.
    pub text: String,
    /// Where the value stands, on the first spoke.
    pub at: String,
}

/// A line from the centre outwards.
#[derive(Clone, Debug, PartialEq)]
pub struct Spoke {
    /// Its outer end.
    pub end: (String, String),
    /// Where its name stands.
    pub name_at: (String, String),
    /// `start`, `middle` or `end`: on which side of that place.
    pub anchor: &'static str,
    /// The name.
    pub name: String,
    /// Whether it has a value now.
    pub known: bool,
}

/// The values of all spokes, joined where neighbours are known.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Shape {
    /// Outlines; closed where every spoke has a value.
    pub paths: Vec<String>,
    /// Whether there is one closed outline, which may be filled.
    pub closed: bool,
    /// A point for each value.
    pub marks: Vec<(String, String)>,
}

/// The radar of these axes with rings 1 to `top`. Fewer than three axes span no plane: there is nothing to draw, and the
/// words say so.
pub fn radar(axes: &[Axis], top: u8) -> Radar {
    if axes.len() < 3 || top == 0 {
        return Radar { words: "too few domains for a radar; the table has them".to_owned(), ..Radar::default() };
    }
    let whole = f64::from(top);
    let at = |index: usize, value: f64| spot(index, axes.len(), (value / whole).clamp(0.0, 1.0) * RADIUS);
    let shape = |pick: fn(&Axis) -> Option<f64>| {
        shape(&axes.iter().enumerate().map(|(index, axis)| pick(axis).map(|value| at(index, value))).collect::<Vec<_>>())
    };
    let known = |pick: fn(&Axis) -> Option<f64>| axes.iter().filter(|axis| pick(axis).is_some()).count();
    let ring = |value: u8| {
        let line: Vec<_> = (0..axes.len()).map(|index| at(index, f64::from(value))).collect();
        Ring { path: format!("{}Z", path(&line)), text: value.to_string(), at: place(line[0].1) }
    };
    Radar {
        rings: (1..=top).map(ring).collect(),
        spokes: axes.iter().enumerate().map(|(index, axis)| spoke(index, axes.len(), axis)).collect(),
        now: shape(|axis| axis.now),
        before: (known(|axis| axis.before) > 0).then(|| shape(|axis| axis.before)),
        words: format!("{} of {} domains have a value; the table has the same figures", known(|axis| axis.now), axes.len()),
    }
}

/// Clockwise from the top.
#[expect(clippy::cast_precision_loss, reason = "a few dozen domains")]
fn spot(index: usize, of: usize, radius: f64) -> (f64, f64) {
    let turn = TAU * index as f64 / of as f64;
    (CENTRE.0 + radius * turn.sin(), CENTRE.1 - radius * turn.cos())
}

fn spoke(index: usize, of: usize, axis: &Axis) -> Spoke {
    let (end, name) = (spot(index, of, RADIUS), spot(index, of, NAMES));
    let aside = name.0 - CENTRE.0;
    let anchor = if aside.abs() < NAMES / 4.0 {
        "middle"
    } else if aside > 0.0 {
        "start"
    } else {
        "end"
    };
    let at = |(x, y): (f64, f64)| (place(x), place(y));
    Spoke { end: at(end), name_at: at(name), anchor, name: axis.name.clone(), known: axis.now.is_some() }
}

/// Goes round once. Where a spoke has no value the round begins behind it, so that no run is cut at the top.
fn shape(points: &[Option<(f64, f64)>]) -> Shape {
    let marks = points.iter().flatten().map(|(x, y)| (place(*x), place(*y))).collect();
    let Some(gap) = points.iter().position(Option::is_none) else {
        let line: Vec<_> = points.iter().copied().flatten().collect();
        return Shape { paths: vec![format!("{}Z", path(&line))], closed: true, marks };
    };
    let round: Vec<_> = points.iter().cycle().skip(gap).take(points.len()).copied().collect();
    let lines = runs(&round).into_iter().filter(|run| run.len() > 1);
    Shape { paths: lines.map(|run| path(&run)).collect(), closed: false, marks }
}
