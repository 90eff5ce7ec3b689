//! A short list inside another page: the first rows of what a filter finds, and the way to all of them.

use tally_app::Facts;
use tally_app::list::{self, Filter, ListState, Sort, Test, ViewColumn};
use tally_model::Instant;
use tally_report::number::count;

use super::cell::{Cell, cell, is_right};
use super::links;
use crate::failure::Failure;

/// What a short list holds.
pub(super) struct Ask<'a> {
    /// The kind.
    pub kind: &'static str,
    /// The column that refers to the page's record, and the record's id.
    pub of: (&'a str, &'a str),
    /// The columns shown.
    pub columns: &'a [&'static str],
    /// The column to sort by, the greatest first; the list's own order where empty.
    pub newest: &'static str,
    /// Rows shown.
    pub rows: usize,
}

/// A short list.
pub(super) struct Part {
    /// What is listed.
    pub title: &'static str,
    /// How many there are.
    pub total: usize,
    /// The same with separators.
    pub count: String,
    /// The list with all of them.
    pub path: String,
    /// What the columns are called, and whether they stand right.
    pub heads: Vec<(&'static str, bool)>,
    /// The rows as records: id, cells.
    pub rows: Vec<(String, Vec<Cell>)>,
}

/// Finds a short list.
pub(super) fn part(facts: &Facts, ask: &Ask<'_>, at: Instant) -> Result<Part, Failure> {
    let view = list::view(ask.kind).ok_or(Failure::Broken)?;
    let filters = vec![Filter { column: ask.of.0.to_owned(), test: Test::Is(vec![ask.of.1.to_owned()]) }];
    let sort = Some(ask.newest).filter(|name| !name.is_empty()).map(|name| Sort { column: name.to_owned(), down: true });
    let narrowed = ListState { filters, ..ListState::default() };
    let state = ListState {
        sort: sort.into_iter().collect(),
        cols: ask.columns.iter().map(|name| (*name).to_owned()).collect(),
        per: ask.rows,
        as_of: Some(at),
        ..narrowed.clone()
    };
    let (total, rows) = list::first(facts, view, &state)?;
    let columns: Vec<&'static ViewColumn> = state.columns(view);
    let folder = links::folder(ask.kind).unwrap_or("/");
    let cells = |row: &list::ListRow| {
        row.cells.iter().zip(&columns).map(|(shown, column)| cell(shown, column, ask.kind, &row.id)).collect()
    };
    Ok(Part {
        title: view.title,
        total,
        count: count(total as u64),
        path: format!("{folder}?{}", super::list::query(view, &narrowed)),
        heads: columns.iter().map(|column| (column.label, is_right(column.holds))).collect(),
        rows: rows.iter().map(|row| (row.id.clone(), cells(row))).collect(),
    })
}
