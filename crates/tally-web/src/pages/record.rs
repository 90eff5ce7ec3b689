//! The page of a record of any kind that has no page of its own: its fields, what refers to it, its evidence, its life.

use askama::Template;
use tally_app::access::Permission;
use tally_app::list::{self, Filter, Holds, ListState, Test, VIEWS};
use tally_app::{Facts, records};
use tally_model::{Instant, Kind, Record};
use tally_report::number::{count, day};

use super::history::{History, history};
use super::place::{self, PLACES};
use super::value::{self, Shown, Table, heading};
use super::{links, record_form};
use crate::failure::Failure;
use crate::pairs::encode;
use crate::reply::Reply;
use crate::route::{Need, Route};
use crate::shell::Shell;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "record.html")]
struct Page {
    shell: Shell,
    heading: String,
    what: &'static str,
    id: String,
    path: String,
    edit: Option<String>,
    links: Vec<(&'static str, String)>,
    fields: Vec<Shown>,
    tables: Vec<Table>,
    related: Vec<Related>,
    proofs: Vec<Proof>,
    history: History,
    steps: Vec<record_form::Small>,
    last: u64,
}

/// A list of what refers to a record.
pub(super) struct Related {
    /// What is listed.
    pub title: String,
    /// How many.
    pub count: String,
    /// The list.
    pub path: String,
}

/// A piece of evidence.
pub(super) struct Proof {
    /// Its name.
    pub name: String,
    /// Its page.
    pub path: String,
    /// When it was collected.
    pub day: String,
}

/// The page of each kind that has none of its own.
pub fn routes() -> Vec<Route> {
    let own = |kind: &str| matches!(kind, "finding" | "system" | "checklist_review" | "threat_model");
    PLACES
        .iter()
        .filter(|place| !own(place.kind))
        .map(|place| Route::get(place.one, Need::May(Permission::Read), page))
        .collect()
}

fn page(visit: &Visit) -> Result<Reply, Failure> {
    let (place, kind) = place::of(&visit.path)?;
    let id = visit.param("id");
    let found = visit.bench().read(|programme| records::one(programme, kind, id, &visit.scope()))?;
    let record = &found.record;
    let at = visit.as_of()?;
    let facts = visit.facts()?;
    let may_edit = visit.viewer()?.may(Permission::Edit) && place::has_form(kind.name);
    let path = format!("{}/{}", place.folder, encode(id));
    let title = heading(record);
    let page = Page {
        shell: visit.shell(&title).below(&above(place.folder, kind)).made_of(&facts, at, &visit.scope()),
        heading: title,
        what: kind.doc,
        id: id.to_owned(),
        edit: may_edit.then(|| format!("{path}/edit")),
        links: besides(record),
        fields: value::fields(visit, record)?,
        tables: value::tables(visit, record)?,
        related: related(&facts, record, at)?,
        proofs: proofs(visit, &facts, record, at)?,
        history: history(visit, kind.name, id)?,
        steps: if may_edit { record_form::small(record, visit.now) } else { Vec::new() },
        last: found.last,
        path,
    };
    Ok(Reply::html(page.render()?))
}

/// The list that a record lies below.
pub(super) fn above(folder: &'static str, kind: &Kind) -> Vec<(&'static str, &'static str)> {
    match list::view(kind.name) {
        Some(view) => vec![(view.title, folder)],
        None => vec![("Review", "/review")],
    }
}

/// Where else one may want to go from a record.
fn besides(record: &Record) -> Vec<(&'static str, String)> {
    match record.kind().name {
        "eval_run" => vec![("Compare with another run", format!("/evals/compare?b={}", encode(record.id())))],
        "metric_review" => {
            let metric = record.text("metric").map(|id| ("The metric", format!("/metrics/{}", encode(id))));
            metric.into_iter().chain([("The review", "/review".to_owned())]).collect()
        }
        _ => Vec::new(),
    }
}

/// The lists of what refers to a record, each with exactly as many rows as it says.
pub(super) fn related(facts: &Facts, record: &Record, at: Instant) -> Result<Vec<Related>, Failure> {
    let kind = record.kind().name;
    let mut found = Vec::new();
    for view in VIEWS {
        let subject =
            |name: &str| view.kind == "activity" && name == "subject" && matches!(kind, "team" | "system" | "release");
        let refers = |column: &&list::ViewColumn| column.holds == Holds::Link(link_of(kind)) || subject(column.name);
        for column in view.columns.iter().filter(refers) {
            let filter = Filter { column: column.name.to_owned(), test: Test::Is(vec![record.id().to_owned()]) };
            let state = ListState { filters: vec![filter], ..ListState::default() };
            let many = list::count(facts, view, &ListState { as_of: Some(at), ..state.clone() })?;
            let Some(folder) = links::folder(view.kind).filter(|_| many > 0) else { continue };
            found.push(Related {
                title: if view.kind == kind { column.label.to_owned() } else { view.title.to_owned() },
                count: count(many as u64),
                path: format!("{folder}?{}", super::list::query(view, &state)),
            });
        }
    }
    Ok(found)
}

/// The kind's name for as long as the program runs, as columns hold it.
fn link_of(kind: &str) -> &'static str {
    Kind::named(kind).map_or("", |kind| kind.name)
}

/// The evidence that supports a record.
pub(super) fn proofs(visit: &Visit, facts: &Facts, record: &Record, at: Instant) -> Result<Vec<Proof>, Failure> {
    let found = visit.bench().read(|programme| records::evidence_of(programme, facts, record, &visit.scope(), at))?;
    let proof = |proof: &Record| Proof {
        name: heading(proof),
        path: links::record("evidence", proof.id()).unwrap_or_default(),
        day: proof.instant("collected_at").map(day).unwrap_or_default(),
    };
    Ok(found.iter().map(proof).collect())
}
