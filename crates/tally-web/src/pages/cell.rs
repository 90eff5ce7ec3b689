//! A cell of a list: text, a state, a link, and on which side it stands.

use tally_app::list::{Holds, Shown, ViewColumn};
use tally_report::number::{count, day, grouped};

use super::links;
use crate::words::{self, State};

/// A cell.
pub struct Cell {
    /// Its text.
    pub text: String,
    /// A state instead of plain text.
    pub state: Option<State>,
    /// Where it leads.
    pub link: Option<String>,
    /// Whether it is a number.
    pub right: bool,
    /// Whether it stays on one line.
    pub tight: bool,
    /// Whether it may be long.
    pub long: bool,
}

/// Whether a column stands at the right.
pub fn is_right(holds: Holds) -> bool {
    matches!(holds, Holds::Number | Holds::Percent | Holds::Money)
}

/// A cell of the record `kind`, `id`.
pub fn cell(shown: &Shown, column: &ViewColumn, kind: &str, id: &str) -> Cell {
    let mut cell = Cell {
        text: text(shown),
        state: None,
        link: None,
        right: is_right(column.holds),
        tight: column.holds == Holds::Instant,
        long: false,
    };
    match (column.holds, shown) {
        (Holds::Id, _) => cell.link = links::record(kind, id),
        (_, Shown::Link { kind, id, .. }) => cell.link = links::record(kind, id),
        (Holds::Severity, Shown::Word { word, .. }) => cell.state = Some(words::severity(word)),
        (Holds::State, Shown::Word { label, .. }) => cell.state = Some(state(label)),
        (Holds::Text, _) if matches!(column.name, "title" | "name") => {
            cell.link = links::record(kind, id);
            cell.long = cell.text.len() > 40;
        }
        (Holds::Text, _) => cell.long = cell.text.len() > 40,
        _ => {}
    }
    cell
}

fn text(shown: &Shown) -> String {
    match shown {
        Shown::Nothing => String::new(),
        Shown::Text(text) | Shown::Money(text) => text.clone(),
        Shown::Word { label, .. } | Shown::Link { label, .. } => label.clone(),
        Shown::Flag(true) => "yes".to_owned(),
        Shown::Flag(false) => "no".to_owned(),
        Shown::Whole(number) => u64::try_from(*number).map_or_else(|_| number.to_string(), count),
        Shown::Number(number) => grouped(*number, usize::from(number.fract() != 0.0)),
        Shown::Percent(number) => format!("{number:.1}%"),
        Shown::At(at) => day(*at),
    }
}

/// A state in the words of a list, with its sign.
pub fn state(word: &str) -> State {
    let (sign, class) = match word {
        "Open" | "Overdue" | "Running late" => ("○", "bad"),
        "In progress" | "Running" | "Requested" | "Planned" => ("◐", "warn"),
        "Disputed" => ("≠", "warn"),
        "Verified" | "Delivered" | "Resolved" | "Closed" | "Done" | "In production" => ("✓", "good"),
        word if word.starts_with("Fixed") => ("◑", "warn"),
        word if word.starts_with("Risk accepted") => ("◇", "warn"),
        "False positive" | "Duplicate" | "Retired" => ("–", "none"),
        _ => ("·", ""),
    };
    State::new(sign, word, class)
}
