//! The lists: one page for every kind of record, drawn from what `tally-app` declares of it.

use askama::Template;
use tally_app::access::{Permission, Saved};
use tally_app::list::{self, Choice, Facet, ListPage, ListState, PER, Test, View};
use tally_report::number::count;

use super::cell::{Cell, cell, is_right};
use super::links;
use super::place::PLACES;
use crate::failure::Failure;
use crate::pairs::{Pairs, encode};
use crate::reply::Reply;
use crate::route::{Need, Route};
use crate::shell::Shell;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "list.html")]
struct Page {
    shell: Shell,
    total: String,
    purpose: &'static str,
    acts: Vec<(&'static str, &'static str)>,
    csv: String,
    problems: Vec<String>,
    path: &'static str,
    q: String,
    filters: Vec<Filter>,
    columns: Vec<Column>,
    all_columns: Vec<Choose>,
    kept: Vec<(String, String)>,
    filtered: bool,
    views: Vec<SavedView>,
    can_save: bool,
    query: String,
    rows: Vec<Row>,
    range: String,
    prev: Option<String>,
    next: Option<String>,
    sizes: Vec<Size>,
    bulk: Option<Bulk>,
    empty_title: String,
    empty_advice: &'static str,
}

struct Filter {
    name: &'static str,
    title: &'static str,
    chosen: usize,
    is_range: bool,
    from: String,
    to: String,
    choices: Vec<Choose>,
}

struct Choose {
    value: String,
    title: String,
    count: String,
    on: bool,
}

struct Column {
    title: &'static str,
    right: bool,
    order: Option<String>,
    sort: Option<String>,
}

struct SavedView {
    name: String,
    query: String,
    shared: bool,
    own: bool,
}

struct Row {
    id: String,
    cells: Vec<Cell>,
}

struct Size {
    title: usize,
    path: String,
    here: bool,
}

struct Bulk {
    acts: Vec<(&'static str, &'static str)>,
}

/// The view of the list at this path.
pub(super) fn view_at(path: &str) -> Result<&'static View, Failure> {
    let place = PLACES.iter().find(|place| place.folder == path);
    place.and_then(|place| list::view(place.kind)).ok_or_else(|| Failure::Missing("there is no such list".to_owned()))
}

/// What a query asks of a list; what cannot be used is named.
pub(crate) fn state_of(view: &'static View, query: &Pairs) -> (ListState, Vec<String>) {
    // The boxes of the column chooser come as one pair each.
    let cols: Vec<&str> = query.all("cols").filter(|col| !col.is_empty()).collect();
    let cols = cols.join(",");
    let others = query.iter().filter(|(name, _)| *name != "cols");
    ListState::parse(view, others.chain(std::iter::once(("cols", cols.as_str()))))
}

/// A list.
pub(super) fn page(visit: &Visit) -> Result<Reply, Failure> {
    let folder = PLACES.iter().find(|place| place.folder == visit.path).map(|place| place.folder);
    let path = folder.ok_or_else(|| Failure::Missing("there is no such list".to_owned()))?;
    let view = view_at(path)?;
    let (state, problems) = state_of(view, &visit.query);
    if problems.is_empty() && visit.query.all("cols").nth(1).is_some() {
        return Ok(Reply::see(&plainly(path, view, state)));
    }
    let facts = visit.facts()?;
    let found = visit.bench().list(&visit.scope(), view, &ListState { as_of: Some(visit.as_of()?), ..state.clone() })?;
    let shell = visit.shell(view.title).made_of(&facts, found.at, &visit.scope());
    Ok(Reply::html(fill(visit, path, view, (state, problems), &found, shell)?.render()?))
}

/// The short address of what a form with a box for each column asked for.
fn plainly(path: &str, view: &'static View, mut state: ListState) -> String {
    let usual = |state: &ListState| {
        state.cols.len() == view.shown.len() && state.cols.iter().all(|name| view.shown.contains(&name.as_str()))
    };
    if usual(&state) {
        state.cols.clear();
    }
    match query(view, &state) {
        query if query.is_empty() => path.to_owned(),
        query => format!("{path}?{query}"),
    }
}

fn fill(
    visit: &Visit,
    path: &'static str,
    view: &'static View,
    (state, problems): (ListState, Vec<String>),
    found: &ListPage,
    shell: Shell,
) -> Result<Page, Failure> {
    let viewer = visit.viewer()?;
    let address = |state: &ListState| format!("{path}?{}", query(view, state));
    let first = (found.page - 1) * state.per + 1;
    let last = (first + found.rows.len()).saturating_sub(1);
    let at_page = |page: usize| address(&ListState { page, ..state.clone() });
    let sizes = PER.iter().map(|per| Size {
        title: *per,
        path: address(&ListState { per: *per, page: 1, ..state.clone() }),
        here: *per == state.per,
    });
    Ok(Page {
        total: count(found.total as u64),
        purpose: "",
        acts: if viewer.may(Permission::Edit) { links::makes(view.kind) } else { Vec::new() },
        csv: format!("{path}.csv?{}", query(view, &state)),
        problems,
        q: state.q.clone(),
        filters: found.facets.iter().map(|facet| filter(facet, &state)).collect(),
        columns: found.columns.iter().map(|column| head(view, column, &state, path)).collect(),
        all_columns: choosable(view, found),
        kept: state.to_query(view).into_iter().filter(|(name, _)| matches!(name.as_str(), "sort" | "per" | "as_of")).collect(),
        filtered: state.is_narrowed(),
        views: views(visit, path)?,
        can_save: viewer.may(Permission::Save),
        query: query(view, &ListState { page: 1, ..state.clone() }),
        rows: found.rows.iter().map(|row| line(row, found, view)).collect(),
        range: format!("{} to {} of {}", count(first as u64), count(last as u64), count(found.total as u64)),
        prev: (found.page > 1).then(|| at_page(found.page - 1)),
        next: (found.page < found.pages).then(|| at_page(found.page + 1)),
        sizes: sizes.collect(),
        bulk: (view.kind == "finding" && viewer.may(Permission::Triage)).then(|| Bulk { acts: super::bulk::acts() }),
        empty_title: if state.is_narrowed() {
            "Nothing matches.".to_owned()
        } else {
            format!("No {} yet.", view.title.to_lowercase())
        },
        empty_advice: if state.is_narrowed() {
            "Fewer filters show more."
        } else {
            "They come with an import, or from the API."
        },
        path,
        shell,
    })
}

/// The columns that can be shown, and which are.
fn choosable(view: &'static View, found: &ListPage) -> Vec<Choose> {
    let is_shown = |name: &str| found.columns.iter().any(|column| column.name == name);
    let cells = view.columns.iter().filter(|column| column.is_cell());
    let choose = cells.map(|column| Choose {
        value: column.name.to_owned(),
        title: column.label.to_owned(),
        count: String::new(),
        on: is_shown(column.name),
    });
    choose.collect()
}

fn line(row: &list::ListRow, found: &ListPage, view: &View) -> Row {
    let cells = row.cells.iter().zip(&found.columns);
    Row { id: row.id.clone(), cells: cells.map(|(shown, column)| cell(shown, column, view.kind, &row.id)).collect() }
}

/// A state as a query.
pub(super) fn query(view: &View, state: &ListState) -> String {
    let pairs = state.to_query(view);
    pairs.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect::<Vec<_>>().join("&")
}

fn head(view: &'static View, column: &'static list::ViewColumn, state: &ListState, path: &str) -> Column {
    let now = state.order(view).into_iter().next().filter(|sort| sort.column == column.name);
    let down = now.as_ref().is_some_and(|sort| !sort.down);
    let next = list::Sort { column: column.name.to_owned(), down };
    let sorted = ListState { sort: vec![next], page: 1, ..state.clone() };
    Column {
        title: column.label,
        right: is_right(column.holds),
        order: now.map(|sort| if sort.down { "descending" } else { "ascending" }.to_owned()),
        sort: Some(format!("{path}?{}", query(view, &sorted))),
    }
}

fn filter(facet: &Facet, state: &ListState) -> Filter {
    let own = state.filters.iter().filter(|filter| filter.column == facet.column.name);
    let (mut from, mut to) = (String::new(), String::new());
    for filter in own {
        match &filter.test {
            Test::Since(at) => from = tally_report::number::day(*at),
            Test::Until(at) => to = tally_report::number::day(at.days_before(1)),
            _ => {}
        }
    }
    let choices = facet.values.iter().map(|value| Choose {
        value: value.value.clone(),
        title: value.label.clone(),
        count: count(value.count),
        on: value.chosen,
    });
    Filter {
        name: facet.column.name,
        title: facet.column.label,
        chosen: facet.values.iter().filter(|value| value.chosen).count()
            + usize::from(!from.is_empty())
            + usize::from(!to.is_empty()),
        is_range: facet.column.choice() == Choice::Span,
        choices: choices.collect(),
        from,
        to,
    }
}

fn views(visit: &Visit, path: &str) -> Result<Vec<SavedView>, Failure> {
    let viewer = visit.viewer()?;
    let found: Vec<Saved> = visit.house.desk.views(viewer, Some(path))?;
    let shown = found.into_iter().map(|saved| SavedView {
        own: saved.owner == viewer.person,
        name: saved.name,
        query: saved.query,
        shared: saved.shared,
    });
    Ok(shown.collect())
}

/// The list as CSV: exactly what is shown, all pages of it.
pub(super) fn csv(visit: &Visit) -> Result<Reply, Failure> {
    let path = visit.path.strip_suffix(".csv").unwrap_or(&visit.path);
    let view = view_at(path)?;
    let (state, problems) = state_of(view, &visit.query);
    if let Some(problem) = problems.first() {
        return Err(Failure::Wrong(problem.clone()));
    }
    let facts = visit.facts()?;
    let state = ListState { as_of: Some(visit.as_of()?), ..state };
    let name = format!("{}.csv", view.table);
    Ok(Reply::file(
        "text/csv; charset=utf-8",
        &name,
        Box::new(move |out| list::csv(&facts, view, &state, out).map_err(std::io::Error::other)),
    ))
}

/// The lists of all kinds, and each as CSV.
pub fn routes() -> Vec<Route> {
    let known = PLACES.iter().filter(|place| list::view(place.kind).is_some());
    let both = known.flat_map(|place| {
        [Route::get(place.folder, Need::May(Permission::Read), page), Route::get(place.csv, Need::May(Permission::Read), csv)]
    });
    both.collect()
}
