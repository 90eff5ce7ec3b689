//! A list as CSV: the columns, rows and order that are shown, all pages of it. No cell becomes a formula in a spreadsheet.

use std::io::Write;

use super::page::{Shown, listed};
use super::state::ListState;
use super::view::View;
use crate::{Error, Facts};

/// Rows that are read at once.
const STEP: usize = 1_000;

/// Writes every row of a list as CSV (RFC 4180): a header, then a line a row. Links are ids, words are as people call
/// them, instants RFC 3339.
///
/// # Errors
/// Where the facts cannot be read, or the writer fails.
pub fn csv(facts: &Facts, view: &'static View, state: &ListState, out: &mut dyn Write) -> Result<(), Error> {
    let failed = Error::file("writing", "the list");
    let columns = state.columns(view);
    let listed = listed(facts, view, state)?;
    let mut text = line(columns.iter().map(|column| guarded(column.label)));
    let mut offset = 0;
    let mut written = Ok(());
    while written.is_ok() {
        let rows = listed.rows(&columns, offset, STEP)?;
        for row in &rows {
            text.push_str(&line(row.cells.iter().map(cell)));
        }
        written = out.write_all(text.as_bytes());
        text.clear();
        offset += STEP;
        if rows.len() < STEP {
            break;
        }
    }
    written.map_err(failed)
}

fn cell(cell: &Shown) -> String {
    match cell {
        Shown::Nothing => String::new(),
        Shown::Text(text) => guarded(text),
        Shown::Word { label, .. } => guarded(label),
        Shown::Link { id, .. } => guarded(id),
        Shown::Flag(flag) => if *flag { "yes" } else { "no" }.to_owned(),
        Shown::Whole(number) => number.to_string(),
        Shown::Number(number) | Shown::Percent(number) => number.to_string(),
        Shown::Money(amount) => amount.clone(),
        Shown::At(at) => at.to_string(),
    }
}

/// A text that a spreadsheet would run as a formula gets an apostrophe before it.
fn guarded(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}

fn line(cells: impl Iterator<Item = String>) -> String {
    let quoted = cells
        .map(|cell| if cell.contains(['"', ',', '\n', '\r']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell });
    let mut line = quoted.collect::<Vec<_>>().join(",");
    line.push_str("\r\n");
    line
}
