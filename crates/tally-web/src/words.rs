//! Numbers, instants and states as pages show them: the same thing looks the same everywhere.

use tally_judge::{Status, Way};
use tally_model::Instant;
use tally_report::number;

/// A state: a sign, a word, and the class that colours both.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    /// A sign that stands without colour.
    pub sign: &'static str,
    /// The word.
    pub word: String,
    /// `good`, `bad`, `warn`, `none` or empty.
    pub class: &'static str,
}

impl State {
    /// A state of one's own.
    pub fn new(sign: &'static str, word: impl Into<String>, class: &'static str) -> Self {
        Self { sign, word: word.into(), class }
    }
}

/// Where a metric stands.
pub fn status(status: Status) -> State {
    let class = match status {
        Status::Holds => "good",
        Status::Misses => "bad",
        Status::NoData => "none",
        Status::TooFew => "warn",
        Status::TrendOnly => "",
    };
    State::new(tally_report::human::sign(status), status.words(), class)
}

/// Which way a value went.
pub fn way(way: &Way) -> State {
    match way {
        Way::Improved => State::new("↗", "improved", "good"),
        Way::Worsened => State::new("↘", "worsened", "bad"),
        Way::Moved => State::new("↕", "moved", ""),
        Way::NoClearChange => State::new("→", "no clear change", ""),
        Way::NotComparable(_) => State::new("·", "not comparable", "none"),
    }
}

/// A severity: a sign that grows with it, and the word.
pub fn severity(word: &str) -> State {
    let (sign, class) = match word {
        "critical" => ("◆", "bad"),
        "high" => ("▲", "bad"),
        "medium" => ("●", "warn"),
        "low" => ("▽", ""),
        _ => ("·", "none"),
    };
    State::new(sign, capital(word), class)
}

/// A word with a capital.
pub fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// `snake_case` as words.
pub fn plain(word: &str) -> String {
    word.replace('_', " ")
}

/// An instant to the minute, UTC, such as `2026-03-31 17:20`.
pub fn minute(at: Instant) -> String {
    let text = at.to_string();
    let day = text.get(..10).unwrap_or(&text);
    let clock = text.get(11..16).unwrap_or("00:00");
    if clock == "00:00" { day.to_owned() } else { format!("{day} {clock} UTC") }
}

/// How long ago, in the largest unit that says enough, such as `34 days`.
pub fn age(from: Instant, to: Instant) -> String {
    let seconds = (to.micros() - from.micros()).max(0) / 1_000_000;
    let (count, unit) = match seconds {
        0..3_600 => (seconds / 60, "minute"),
        3_600..172_800 => (seconds / 3_600, "hour"),
        _ => (seconds / 86_400, "day"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

/// A value with its unit, or `no data`.
pub fn value(value: Option<f64>, unit: &str) -> String {
    number::value(value, unit)
}

/// How many of a thing: `1 finding`, `2 findings`.
pub fn many(count: u64, one: &str) -> String {
    let plural = match one.strip_suffix('y') {
        Some(stem) if !one.ends_with("ay") && !one.ends_with("ey") => format!("{stem}ies"),
        _ => format!("{one}s"),
    };
    format!("{} {}", number::count(count), if count == 1 { one } else { &plural })
}

/// Where a target draws its line; a band draws its lower end.
pub fn wanted_line(wanted: tally_judge::Wanted) -> Option<f64> {
    match wanted {
        tally_judge::Wanted::AtLeast(at) | tally_judge::Wanted::AtMost(at) => Some(at),
        tally_judge::Wanted::Band(low, _) => Some(low),
    }
}

/// Words that have an order stand in it; others after them, as they come.
pub fn rank(word: &str) -> usize {
    const ORDER: [&str; 8] = ["critical", "high", "medium", "low", "info", "quick_scan", "standard", "comprehensive"];
    ORDER.iter().position(|known| *known == word).unwrap_or(ORDER.len())
}

/// A number of bytes in the largest unit that says enough, such as `2.1 MB`.
pub fn size(bytes: u64) -> String {
    const UNITS: [(u64, &str); 3] = [(1 << 30, "GB"), (1 << 20, "MB"), (1 << 10, "kB")];
    match UNITS.iter().find(|(unit, _)| bytes >= *unit) {
        Some((unit, word)) => {
            format!("{} {word}", number::grouped(bytes as f64 / *unit as f64, usize::from(!bytes.is_multiple_of(*unit))))
        }
        None => many(bytes, "byte"),
    }
}
