//! Lists: what is declared once for each kind, and the verbs over it. Works on facts that are cut to the viewer's systems
//! already; decides nobody's rights.

mod assuring;
mod heat;
mod page;
mod programme;
mod running;
mod search;
mod sheet;
mod state;
mod testing;
mod view;
mod views;
mod words;

pub use heat::{Heat, HeatMap, HeatRow, heatmap};
pub use page::{Facet, FacetValue, ListPage, ListRow, Shown, page};
pub use search::{COUNT_MAX, Found, Group, search};
pub use sheet::csv;
pub use state::{ListState, PER};
pub use tally_measure::{Filter, Sort, Test};
pub use view::{Choice, Holds, View, ViewColumn};
pub use views::{VIEWS, view};
pub use words::label;

use crate::{Error, Facts};

/// How many rows a list has.
///
/// # Errors
/// Where the facts cannot be read.
pub fn count(facts: &Facts, view: &'static View, state: &ListState) -> Result<usize, Error> {
    Ok(page::listed(facts, view, state)?.list.total())
}

/// The first rows of a list, as many as a page has, and how many there are; without what filters could choose.
///
/// # Errors
/// Where the facts cannot be read.
pub fn first(facts: &Facts, view: &'static View, state: &ListState) -> Result<(usize, Vec<ListRow>), Error> {
    let listed = page::listed(facts, view, state)?;
    Ok((listed.list.total(), listed.rows(&state.columns(view), 0, state.per)?))
}

/// Rows of a list from one on, without what its filters could choose.
#[derive(Clone, Debug, PartialEq)]
pub struct Slice {
    /// The columns asked for.
    pub columns: Vec<&'static ViewColumn>,
    /// The rows.
    pub rows: Vec<ListRow>,
    /// Rows of the whole list.
    pub total: usize,
}

/// Some rows of a list, from `offset` on; the state's page says nothing here.
///
/// # Errors
/// Where the facts cannot be read.
pub fn slice(facts: &Facts, view: &'static View, state: &ListState, offset: usize, limit: usize) -> Result<Slice, Error> {
    let listed = page::listed(facts, view, state)?;
    let total = listed.list.total();
    let columns = state.columns(view);
    let rows = if offset < total { listed.rows(&columns, offset, limit)? } else { Vec::new() };
    Ok(Slice { columns, rows, total })
}

/// The ids of all rows of a list, in its order, for acts on all of them.
///
/// # Errors
/// Where the facts cannot be read, or there are more than `most`.
pub fn ids(facts: &Facts, view: &'static View, state: &ListState, most: usize) -> Result<Vec<String>, Error> {
    let listed = page::listed(facts, view, state)?;
    let total = listed.list.total();
    if total > most {
        let message = format!("found {total} rows, expected {most} at most for one act; narrow the filters");
        return Err(Error::Invalid(message));
    }
    Ok(listed.list.ids(0, most)?)
}
