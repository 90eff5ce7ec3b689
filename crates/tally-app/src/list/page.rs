//! A page of a list: typed cells, counts of what the filters could choose. Renders nothing.

use std::collections::HashMap;
use std::sync::Arc;

use tally_measure::{Filter, ListAsk, ListCell, Listed, Sort, Test};
use tally_model::Instant;

use super::state::ListState;
use super::view::{Choice, Holds, View, ViewColumn};
use super::words::label;
use crate::{Error, Facts};

/// Values of a filter that are offered; what is chosen is offered besides.
const OFFERED: usize = 50;

/// One cell as it is shown.
#[derive(Clone, Debug, PartialEq)]
pub enum Shown {
    /// No value.
    Nothing,
    /// Any text.
    Text(String),
    /// One of few words, with what people call it.
    Word {
        /// The word as records have it.
        word: String,
        /// What people call it.
        label: String,
    },
    /// A record, with its name where it has one.
    Link {
        /// Its kind.
        kind: &'static str,
        /// Its id.
        id: String,
        /// Its name, else its id.
        label: String,
    },
    /// Yes or no.
    Flag(bool),
    /// A whole number.
    Whole(i64),
    /// A number.
    Number(f64),
    /// A percentage, 0 to 100.
    Percent(f64),
    /// An amount, as it was written.
    Money(String),
    /// An instant.
    At(Instant),
}

/// One row.
#[derive(Clone, Debug, PartialEq)]
pub struct ListRow {
    /// The record's id.
    pub id: String,
    /// A cell a column.
    pub cells: Vec<Shown>,
}

/// What a filter could choose.
#[derive(Clone, Debug, PartialEq)]
pub struct Facet {
    /// The column.
    pub column: &'static ViewColumn,
    /// Its values with counts; the count is that of the list were nothing asked of this column.
    pub values: Vec<FacetValue>,
    /// How many values were left out.
    pub more: usize,
}

/// One value of a filter.
#[derive(Clone, Debug, PartialEq)]
pub struct FacetValue {
    /// As addresses have it; `(none)` for rows without a value.
    pub value: String,
    /// What people call it.
    pub label: String,
    /// Rows.
    pub count: u64,
    /// Whether it is asked for.
    pub chosen: bool,
}

/// A page of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct ListPage {
    /// The columns shown.
    pub columns: Vec<&'static ViewColumn>,
    /// The rows of this page.
    pub rows: Vec<ListRow>,
    /// Rows of the whole list.
    pub total: usize,
    /// From 1; the last page where a later one was asked for.
    pub page: usize,
    /// How many pages there are, at least 1.
    pub pages: usize,
    /// What the filters could choose.
    pub facets: Vec<Facet>,
    /// T.
    pub at: Instant,
    /// What was asked for.
    pub state: ListState,
}

/// One page of a list.
///
/// # Errors
/// Where the facts cannot be read.
pub fn page(facts: &Facts, view: &'static View, state: &ListState) -> Result<ListPage, Error> {
    let listed = listed(facts, view, state)?;
    let total = listed.list.total();
    let pages = total.div_ceil(state.per).max(1);
    let page = state.page.clamp(1, pages);
    let columns = state.columns(view);
    let rows = listed.rows(&columns, (page - 1) * state.per, state.per)?;
    let filters: Vec<&'static ViewColumn> = view.facets.iter().filter_map(|name| view.column(name)).collect();
    let counts = listed.list.facets(&filters.iter().map(|column| column.source).collect::<Vec<_>>())?;
    let facets = filters.into_iter().zip(&counts).map(|(column, counts)| listed.facet(column, counts, state)).collect();
    Ok(ListPage { columns, rows, total, page, pages, facets, at: listed.at, state: ListState { page, ..state.clone() } })
}

/// A list and the names of what it links to.
pub(super) struct Answer<'a> {
    pub(super) list: Listed<'a>,
    pub(super) at: Instant,
    names: Vec<(&'static str, Arc<HashMap<String, String>>)>,
}

/// The list that a state asks for.
pub(super) fn listed<'a>(facts: &'a Facts, view: &'static View, state: &ListState) -> Result<Answer<'a>, Error> {
    let at = state.as_of.unwrap_or_else(crate::now);
    let filters = state.filters.iter().filter_map(|filter| asked(view, filter)).collect();
    let sort = state
        .order(view)
        .into_iter()
        .filter_map(|sort| Some(Sort { column: view.column(&sort.column)?.source.to_owned(), down: sort.down }));
    let ask = ListAsk {
        table: view.table.to_owned(),
        filters,
        text: Some(state.q.clone()).filter(|text| !text.trim().is_empty()),
        searched: view.searched.iter().map(|name| (*name).to_owned()).collect(),
        sort: sort.collect(),
        at,
    };
    let names = [("system", "systems"), ("team", "teams")];
    let names = names.into_iter().map(|(kind, table)| Ok((kind, facts.engine().names(table)?)));
    Ok(Answer { list: facts.engine().list(ask)?, at, names: names.collect::<Result<_, Error>>()? })
}

fn asked(view: &View, filter: &Filter) -> Option<Filter> {
    let column = view.column(&filter.column)?;
    let test = match &filter.test {
        Test::Is(values) if column.holds == Holds::List => Test::HasAny(values.clone()),
        test => test.clone(),
    };
    Some(Filter { column: column.source.to_owned(), test })
}

impl Answer<'_> {
    /// Rows of the list as they are shown.
    pub(super) fn rows(&self, columns: &[&'static ViewColumn], offset: usize, limit: usize) -> Result<Vec<ListRow>, Error> {
        let names: Vec<&str> = std::iter::once("id").chain(columns.iter().map(|column| column.source)).collect();
        let rows = self.list.rows(&names, offset, limit)?;
        let row = |cells: Vec<ListCell>| {
            let mut cells = cells.into_iter();
            let id = cells.next().map(text).unwrap_or_default();
            ListRow { id, cells: cells.zip(columns).map(|(cell, column)| self.shown(cell, column)).collect() }
        };
        Ok(rows.into_iter().map(row).collect())
    }

    fn shown(&self, cell: ListCell, column: &ViewColumn) -> Shown {
        match (cell, column.holds) {
            (ListCell::Nothing, _) => Shown::Nothing,
            (ListCell::Flag(flag), _) => Shown::Flag(flag),
            (ListCell::Whole(number), _) => Shown::Whole(number),
            (ListCell::Number(number), Holds::Percent) => Shown::Percent(number),
            (ListCell::Number(number), _) => Shown::Number(number),
            (ListCell::Money { nanos, decimals }, _) => Shown::Money(amount(nanos, decimals)),
            (ListCell::At(at), _) => Shown::At(at),
            (ListCell::Text(id), Holds::Link(kind)) => Shown::Link { kind, label: self.name(kind, &id), id },
            (ListCell::Text(word), Holds::Word | Holds::Severity | Holds::State) => {
                Shown::Word { label: label(column.holds, &word), word }
            }
            (ListCell::Text(text), _) => Shown::Text(text),
        }
    }

    fn name(&self, kind: &str, id: &str) -> String {
        let names = self.names.iter().find(|(known, _)| *known == kind).map(|(_, names)| names);
        names.and_then(|names| names.get(id)).map_or_else(|| id.to_owned(), Clone::clone)
    }

    fn facet(&self, column: &'static ViewColumn, counts: &[(Arc<str>, u64)], state: &ListState) -> Facet {
        let asked = state.filters.iter().filter(|filter| filter.column == column.name);
        let chosen: Vec<&str> = asked
            .filter_map(
                |filter| if let Test::Is(values) = &filter.test { Some(values.iter().map(String::as_str)) } else { None },
            )
            .flatten()
            .collect();
        let absent = chosen.iter().filter(|value| counts.iter().all(|(known, _)| **known != ***value)).map(|value| (*value, 0));
        let known = counts.iter().map(|(value, count)| (&**value, *count)).enumerate();
        let offered = known.filter(|(at, (value, _))| *at < OFFERED || chosen.contains(value)).map(|(_, value)| value);
        let values: Vec<FacetValue> = offered
            .chain(absent)
            .map(|(value, count)| FacetValue {
                label: self.facet_label(column, value),
                chosen: chosen.contains(&value),
                value: if value.is_empty() { "(none)" } else { value }.to_owned(),
                count,
            })
            .collect();
        Facet { column, more: counts.len().saturating_sub(values.len()), values }
    }

    fn facet_label(&self, column: &ViewColumn, value: &str) -> String {
        match column.holds {
            _ if value.is_empty() => "None".to_owned(),
            Holds::Link(kind) => self.name(kind, value),
            Holds::Text | Holds::List | Holds::Id => value.to_owned(),
            _ if column.choice() == Choice::Values => label(column.holds, value),
            _ => value.to_owned(),
        }
    }
}

fn text(cell: ListCell) -> String {
    if let ListCell::Text(text) = cell { text } else { String::new() }
}

/// An amount with as many decimal places as it was written with.
fn amount(nanos: i128, decimals: u8) -> String {
    let decimals = usize::from(decimals.min(9));
    let sign = if nanos < 0 { "-" } else { "" };
    let (whole, part) = (nanos.unsigned_abs() / 1_000_000_000, nanos.unsigned_abs() % 1_000_000_000);
    let part = format!("{part:09}");
    match part.get(..decimals) {
        Some(part) if !part.is_empty() => format!("{sign}{whole}.{part}"),
        _ => format!("{sign}{whole}"),
    }
}
