//! Forms of records, made from the table of kinds: a new one, and an edit of one that was seen. What is wrong stands beside
//! its field and what was typed stays. A form never writes past the checks of the verb.

use askama::Template;
use tally_app::access::Permission;
use tally_app::act::{self, ActError, Edit};
use tally_app::{Error, records};
use tally_model::{Instant, Kind, Problem, Record};

use super::form_field::{FormField, form_field};
use super::grid::gathered;
use super::place::{self, PLACES, Place, has_form};
use super::record::above;
use super::typed::{Said, fields, said, text};
use super::value::heading;
use crate::failure::Failure;
use crate::pairs::encode;
use crate::reply::Reply;
use crate::route::{Need, Route};
use crate::shell::Shell;
use crate::visit::Visit;
use crate::words::many;

#[derive(Template)]
#[template(path = "record_form.html")]
struct Page {
    shell: Shell,
    title: String,
    what: &'static str,
    path: String,
    back: String,
    is_new: bool,
    id: String,
    id_problems: Vec<String>,
    expected: u64,
    problems: Vec<String>,
    fields: Vec<FormField>,
    left_out: Vec<String>,
}

/// A form of a field or two on a record's page.
pub(super) struct Small {
    /// What it does.
    pub label: &'static str,
    /// Name, label, value, whether it is needed.
    pub fields: Vec<(&'static str, &'static str, String, bool)>,
}

/// The forms of every kind that has some.
pub fn routes() -> Vec<Route> {
    let need = Need::May(Permission::Edit);
    let with_form = PLACES.iter().filter(|place| has_form(place.kind));
    let of = |place: &Place| {
        let mut routes = vec![Route::get(place.new, need, new), Route::post(place.folder, need, create)];
        if place.kind != "finding" {
            routes.extend([Route::get(place.edit, need, edit), Route::post(place.one, need, change)]);
        }
        routes
    };
    with_form.flat_map(of).collect()
}

/// What comes next for a record, as forms of a field or two.
pub(super) fn small(record: &Record, now: Instant) -> Vec<Small> {
    if record.kind().name != "assessment" {
        return Vec::new();
    }
    let is = |name: &str| record.instant(name).is_some();
    // To the second: what lies behind it says nothing.
    let now = Instant::from_micros(now.micros() / 1_000_000 * 1_000_000).to_string();
    let planned = text(record.get("planned_for"));
    let plan = Small { label: "Plan it", fields: vec![("planned_for", "Planned for (a date)", planned, true)] };
    let start = Small { label: "Start it", fields: vec![("started_at", "Started at", now.clone(), true)] };
    let deliver = Small {
        label: "Deliver it",
        fields: vec![
            ("delivered_at", "Report delivered at", now, true),
            ("manual_hours", "Hours of work by people", text(record.get("manual_hours")), false),
            ("automated_hours", "Hours of work by tools", text(record.get("automated_hours")), false),
        ],
    };
    match (is("started_at"), is("delivered_at")) {
        (_, true) => Vec::new(),
        (true, false) => vec![deliver],
        (false, false) if is("planned_for") => vec![start, plan, deliver],
        (false, false) => vec![plan, start, deliver],
    }
}

/// What a form shows beside the record it is of.
#[derive(Default)]
struct Back {
    /// What was typed, by field.
    typed: Vec<(&'static str, String)>,
    /// What is wrong, by field; an empty name for the whole.
    problems: Vec<(String, String)>,
}

fn new(visit: &Visit) -> Result<Reply, Failure> {
    let (place, kind) = place::of(&visit.path)?;
    let base = Record::new(kind, "");
    let mut typed: Vec<(&'static str, String)> =
        fields(&base).filter_map(|field| Some((field.name, visit.query.get(field.name)?.to_owned()))).collect();
    // What is asked for is asked for now, unless somebody says otherwise.
    let now = Instant::from_micros(visit.now.micros() / 1_000_000 * 1_000_000).to_string();
    for name in ["requested_at", "reported_at", "assigned_at"] {
        if kind.position(name).is_some() && typed.iter().all(|(known, _)| *known != name) {
            typed.push((name, now.clone()));
        }
    }
    draw(visit, place, &base, 0, &Back { typed, problems: Vec::new() }, visit.query.get("id"))
}

fn edit(visit: &Visit) -> Result<Reply, Failure> {
    let (place, kind) = place::of(&visit.path)?;
    let found = visit.bench().read(|programme| records::one(programme, kind, visit.param("id"), &visit.scope()))?;
    draw(visit, place, &found.record, found.last, &Back::default(), None)
}

fn create(visit: &Visit) -> Result<Reply, Failure> {
    let (place, kind) = place::of(&visit.path)?;
    let id = visit.form.get("id").unwrap_or_default().trim().to_owned();
    let base = Record::new(kind, "");
    let said = said(&base, &id, &gathered(&base, &visit.form));
    match write(visit, &said, Some(0))? {
        Ok(_) => Ok(visit.told(&format!("{}/{}", place.folder, encode(&id)), "It is there now.")),
        Err(Refused::Problems(problems)) => refuse(visit, place, &base, 0, Back { typed: said.changed, problems }, Some(&id)),
        Err(Refused::Conflict(_)) => {
            let problems =
                vec![("id".to_owned(), "there is one of this id already; choose another, or edit that one".to_owned())];
            refuse(visit, place, &base, 0, Back { typed: said.changed, problems }, Some(&id))
        }
    }
}

fn change(visit: &Visit) -> Result<Reply, Failure> {
    let (place, kind) = place::of(&visit.path)?;
    let id = visit.param("id");
    let expected: Option<u64> = visit.form.get("expected").and_then(|text| text.parse().ok());
    let found = visit.bench().read(|programme| records::one(programme, kind, id, &visit.scope()))?;
    // What was changed is held against what was seen: a field that only others changed stays as they left it.
    let base = match expected.filter(|seen| *seen != found.last) {
        Some(seen) => visit.bench().read(|programme| records::as_seen(programme, kind, id, seen))?,
        None => found.record.clone(),
    };
    let said = said(&base, id, &gathered(&base, &visit.form));
    let path = format!("{}/{}", place.folder, encode(id));
    if said.changed.is_empty() {
        return Ok(visit.told(&path, "Nothing was changed."));
    }
    match write(visit, &said, expected)? {
        Ok(changed) => Ok(visit.told(&path, &format!("Saved: {} changed.", many(changed as u64, "field")))),
        Err(Refused::Problems(problems)) => {
            refuse(visit, place, &found.record, found.last, Back { typed: said.changed, problems }, None)
        }
        Err(Refused::Conflict(message)) => {
            let problems = vec![(String::new(), message)];
            let reply = draw(visit, place, &found.record, found.last, &Back { typed: said.changed, problems }, None)?;
            Ok(reply.with_status(axum::http::StatusCode::CONFLICT))
        }
    }
}

/// Why nothing was written.
enum Refused {
    /// By field.
    Problems(Vec<(String, String)>),
    /// Somebody else was faster.
    Conflict(String),
}

/// Writes what was said; how many fields it names.
fn write(visit: &Visit, said: &Said, expected: Option<u64>) -> Result<Result<usize, Refused>, Failure> {
    let listed = |problems: &[Problem]| Err(Refused::Problems(problems.iter().map(placed).collect()));
    if !said.problems.is_empty() {
        let problems = said.problems.iter().map(|(name, text)| ((*name).to_owned(), text.clone()));
        return Ok(Err(Refused::Problems(problems.collect())));
    }
    let edit = match Edit::read(&said.patch, expected) {
        Ok(edit) => edit,
        Err(problems) => return Ok(listed(&problems)),
    };
    let actor = visit.actor()?;
    match visit.bench().write(|programme| act::edit(programme, vec![edit], &actor, visit.now)) {
        Ok(edited) if edited.problems.is_empty() => Ok(Ok(said.changed.len())),
        Ok(edited) => Ok(listed(&edited.problems)),
        Err(error @ Error::Act(ActError::Conflict { .. })) => Ok(Err(Refused::Conflict(error.to_string()))),
        Err(error) => Err(error.into()),
    }
}

/// The field that a problem belongs to, and the problem in words.
fn placed(problem: &Problem) -> (String, String) {
    let path = problem.place.field.as_deref().unwrap_or_default();
    let end = path.find(['.', '[']).unwrap_or(path.len());
    let inner = path[end..].trim_start_matches('.');
    let mut text = if inner.is_empty() { String::new() } else { format!("{inner}: ") };
    text.push_str(&format!("found {}", problem.found));
    if !problem.expected.is_empty() {
        // A form brings one record: there is no other in the same import.
        text.push_str(&format!(", expected {}", problem.expected.replace(", known or in the same import", "")));
    }
    if let Some(help) = &problem.help {
        text.push_str(&format!("; {help}"));
    }
    (path[..end].to_owned(), text)
}

fn refuse(
    visit: &Visit,
    place: &'static Place,
    base: &Record,
    last: u64,
    back: Back,
    id: Option<&str>,
) -> Result<Reply, Failure> {
    let reply = draw(visit, place, base, last, &back, id)?;
    Ok(reply.with_status(axum::http::StatusCode::UNPROCESSABLE_ENTITY))
}

fn draw(
    visit: &Visit,
    place: &'static Place,
    base: &Record,
    last: u64,
    back: &Back,
    id: Option<&str>,
) -> Result<Reply, Failure> {
    let kind = base.kind();
    let is_new = base.id().is_empty();
    let title = if is_new { new_title(kind) } else { format!("Edit {}", heading(base)) };
    let mut shown = Vec::new();
    for field in fields(base) {
        let typed = back.typed.iter().find(|(name, _)| *name == field.name).map(|(_, typed)| typed.as_str());
        let problems =
            back.problems.iter().filter(|(name, _)| name == field.name).map(|(_, problem)| problem.clone()).collect();
        shown.push(form_field(visit, base, field, typed, problems)?);
    }
    let known = |name: &str| name == "id" || shown.iter().any(|field| field.name == name);
    let whole = back.problems.iter().filter(|(name, _)| !known(name));
    let left_out = base.members().iter().map(|(at, _)| kind.fields[usize::from(*at)].name).filter(|name| !known(name));
    let path = if is_new { place.folder.to_owned() } else { format!("{}/{}", place.folder, encode(base.id())) };
    let page = Page {
        shell: visit.shell(&title).below(&above(place.folder, kind)),
        what: kind.doc,
        back: path.clone(),
        is_new,
        id: id.unwrap_or(base.id()).to_owned(),
        id_problems: back.problems.iter().filter(|(name, _)| name == "id").map(|(_, problem)| problem.clone()).collect(),
        expected: last,
        problems: whole
            .map(|(name, problem)| if name.is_empty() { problem.clone() } else { format!("{name}: {problem}") })
            .collect(),
        left_out: left_out.map(super::value::title).collect(),
        fields: shown,
        title,
        path,
    };
    Ok(Reply::html(page.render()?))
}

/// What a form of a new record is called.
fn new_title(kind: &Kind) -> String {
    let made =
        super::links::makes(kind.name).into_iter().find(|(_, path)| path.ends_with("/new")).map(|(words, _)| words.to_owned());
    made.unwrap_or_else(|| format!("New {}", crate::words::plain(kind.name)))
}
