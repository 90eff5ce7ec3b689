//! The page of a system: what it is, what is stale since its last release, how it was tested, what is open, what runs.

use std::sync::Arc;

use askama::Template;
use tally_app::access::Permission;
use tally_app::care::{Care, Tried};
use tally_app::list::{self, Filter, ListState, Shown, Test};
use tally_app::{Facts, care, records};
use tally_catalog::framework::atlas;
use tally_model::{Instant, Record};
use tally_report::number::count;

use super::history::{History, history};
use super::links;
use super::part::{Ask, Part, part};
use super::record::{Proof, Related, proofs, related};
use super::system_parts::{Change, Event, Figure, Measured, Reviewed, evals, events, figures, releases, reviewed};
use super::value::{self, Shown as Field};
use crate::failure::Failure;
use crate::pairs::encode;
use crate::reply::Reply;
use crate::route::{Need, Route};
use crate::shell::Shell;
use crate::visit::Visit;
use crate::words::{self, State, minute};

/// The routes of this module.
pub const ROUTES: &[Route] = &[Route::get("/systems/{id}", Need::May(Permission::Read), page)];

#[derive(Template)]
#[template(path = "system.html")]
struct Page {
    shell: Shell,
    id: String,
    path: String,
    acts: Vec<(&'static str, String)>,
    tactic: Option<(String, String)>,
    techniques: Vec<Line>,
    known: Arc<Known>,
}

/// All that the facts and the journal say of a system; the same for all who see it, until the journal grows.
struct Known {
    name: String,
    chips: Vec<State>,
    stale: Vec<(State, String)>,
    overdue: Option<(String, String)>,
    reviewed: Option<Reviewed>,
    fields: Vec<Field>,
    open: Vec<Open>,
    open_all: (String, String),
    changes: Vec<Change>,
    releases: Part,
    tested: Arc<Care>,
    since: String,
    techniques_tried: String,
    vectors: Vec<Line>,
    vectors_tried: String,
    figures: Vec<Figure>,
    evals: Vec<Measured>,
    parts: Vec<Part>,
    events: Vec<Event>,
    related: Vec<Related>,
    proofs: Vec<Proof>,
    history: History,
}

/// Open findings of one severity.
struct Open {
    severity: State,
    count: String,
    path: String,
}

/// A technique or a vector.
struct Line {
    id: String,
    name: String,
    state: State,
    when: String,
    by: Option<(String, String)>,
}

fn page(visit: &Visit) -> Result<Reply, Failure> {
    let id = visit.param("id");
    let at = visit.as_of()?;
    let known = visit.bench().kept(&visit.scope(), &format!("system/{id}/{at}"), |facts| learn(visit, facts, id, at))?;
    let tactic = visit.query.get("tactic").and_then(|id| Some((id.to_owned(), tactic_name(id)?)));
    let shown = known.tested.techniques.iter().filter(|tried| tactic.as_ref().is_none_or(|(id, _)| serves(&tried.id, id)));
    let page = Page {
        shell: visit.shell(&known.name).below(&[("Systems", "/systems")]).made_of(&*visit.facts()?, at, &visit.scope()),
        acts: acts(visit, id)?,
        techniques: shown.map(|tried| line(tried, technique_name(&tried.id))).collect(),
        path: format!("/systems/{}", encode(id)),
        id: id.to_owned(),
        tactic,
        known,
    };
    Ok(Reply::html(page.render()?))
}

fn learn(visit: &Visit, facts: &Facts, id: &str, at: Instant) -> Result<Known, Failure> {
    let kind = records::kind("system")?;
    let record = visit.bench().read(|programme| records::one(programme, kind, id, &visit.scope()))?.record;
    let tested = visit.bench().kept(&visit.scope(), &format!("care/{id}/{at}"), |facts| {
        visit.bench().read(|programme| care::care(programme, facts, &record, at))
    })?;
    let row = standing(facts, id, at)?;
    let list = |kind, columns, newest, rows| part(facts, &Ask { kind, of: ("system", id), columns, newest, rows }, at);
    let releases_part = list("release", &["id", "version", "change", "state", "deployed_at"], "deployed_at", 5)?;
    let parts = vec![
        list("credential", &["id", "workflow", "state", "scoped", "next_rotation", "rotation_overdue"], "", 8)?,
        list("retrieval_index", &["id", "state"], "", 8)?,
        list("index_audit", &["id", "index", "at", "documents", "authorized_rate"], "at", 5)?,
        list("incident", &["id", "severity", "state", "class", "started_at"], "started_at", 8)?,
        list("monitor", &["id", "family", "state", "enabled_from", "baseline_at"], "", 8)?,
        list("threat_model", &["id", "title", "state", "made_at", "review_due"], "made_at", 5)?,
    ];
    let fields = value::fields(visit, &record)?.into_iter();
    Ok(Known {
        name: value::heading(&record),
        chips: chips(&record, &row),
        stale: stale(facts, id, &row, at)?,
        overdue: overdue(facts, id, at)?,
        reviewed: reviewed(visit, facts, id, at)?,
        fields: fields.filter(|field| !matches!(&*field.label, "Name" | "Techniques")).collect(),
        open: open(id, &row),
        open_all: (whole(&row, "open"), format!("/findings?system={}&open=yes", encode(id))),
        changes: releases(visit, facts, &releases_part, at)?,
        releases: releases_part,
        since: minute(tested.since),
        techniques_tried: tried(&tested.techniques),
        vectors: tested.vectors.iter().map(|tried| line(tried, words::capital(&words::plain(&tried.channel)))).collect(),
        vectors_tried: tried(&tested.vectors),
        tested,
        figures: figures(visit, id, at)?,
        evals: evals(facts, id, at)?,
        parts: parts.into_iter().filter(|part| part.total > 0).collect(),
        events: events(facts, id, at)?,
        related: related(facts, &record, at)?,
        proofs: proofs(visit, facts, &record, at)?,
        history: history(visit, "system", id)?,
    })
}

fn acts(visit: &Visit, id: &str) -> Result<Vec<(&'static str, String)>, Failure> {
    let id = encode(id);
    let mut acts = vec![("Findings", format!("/findings?system={id}"))];
    if visit.viewer()?.may(Permission::Edit) {
        acts.insert(0, ("Request an assessment", format!("/assessments/new?system={id}")));
        acts.push(("Report a finding", format!("/findings/new?system={id}")));
        acts.push(("Edit", format!("/systems/{id}/edit")));
    }
    Ok(acts)
}

/// The system's row of the list of systems, all columns of it.
fn standing(facts: &Facts, id: &str, at: Instant) -> Result<Vec<(&'static str, Shown)>, Failure> {
    let view = list::view("system").ok_or(Failure::Broken)?;
    let state = ListState {
        filters: vec![Filter { column: "id".to_owned(), test: Test::Is(vec![id.to_owned()]) }],
        cols: view.columns.iter().filter(|column| column.is_cell()).map(|column| column.name.to_owned()).collect(),
        as_of: Some(at),
        ..ListState::default()
    };
    let (_, rows) = list::first(facts, view, &state)?;
    let names = state.columns(view).into_iter().map(|column| column.name);
    Ok(rows.into_iter().next().map(|row| names.zip(row.cells).collect()).unwrap_or_default())
}

fn get<'r>(row: &'r [(&'static str, Shown)], name: &str) -> Option<&'r Shown> {
    row.iter().find(|(known, _)| *known == name).map(|(_, shown)| shown)
}

fn whole(row: &[(&'static str, Shown)], name: &str) -> String {
    match get(row, name) {
        Some(Shown::Whole(number)) => count(u64::try_from(*number).unwrap_or(0)),
        _ => "no data".to_owned(),
    }
}

fn chips(record: &Record, row: &[(&'static str, Shown)]) -> Vec<State> {
    let tier = match record.text("risk_tier") {
        Some("high") => State::new("▲", "High risk", "bad"),
        Some("medium") => State::new("●", "Medium risk", "warn"),
        Some(other) => State::new("▽", format!("{} risk", words::capital(other)), ""),
        None => State::new("·", "no risk tier", "none"),
    };
    let serves = match (get(row, "in_production"), record.instant("retired_at")) {
        (Some(Shown::Flag(true)), _) => State::new("✓", "In production", "good"),
        (_, Some(_)) => State::new("–", "Retired", "none"),
        _ => State::new("◌", "Not in production", "none"),
    };
    vec![tier, serves]
}

fn open(id: &str, row: &[(&'static str, Shown)]) -> Vec<Open> {
    let of = |word: &str| Open {
        severity: words::severity(word),
        count: whole(row, &format!("open_{word}")),
        path: format!("/findings?system={}&open=yes&severity={word}", encode(id)),
    };
    ["critical", "high", "medium", "low", "info"].iter().map(|word| of(word)).collect()
}

/// What was not done since the last release.
fn stale(facts: &Facts, id: &str, row: &[(&'static str, Shown)], at: Instant) -> Result<Vec<(State, String)>, Failure> {
    let newest = |kind, column: &'static str| -> Result<Option<Instant>, Failure> {
        let view = list::view(kind).ok_or(Failure::Broken)?;
        let state = ListState {
            filters: vec![Filter { column: "system".to_owned(), test: Test::Is(vec![id.to_owned()]) }],
            sort: vec![list::Sort { column: column.to_owned(), down: true }],
            cols: vec![column.to_owned()],
            per: 1,
            as_of: Some(at),
            ..ListState::default()
        };
        let (_, rows) = list::first(facts, view, &state)?;
        Ok(rows.first().and_then(|row| if let Some(Shown::At(at)) = row.cells.first() { Some(*at) } else { None }))
    };
    let Some(released) = newest("release", "deployed_at")?.filter(|released| *released < at) else { return Ok(Vec::new()) };
    let assessed = if let Some(Shown::At(at)) = get(row, "last_assessed") { Some(*at) } else { None };
    let checks =
        [("assessed", assessed), ("scanned", newest("scan", "at")?), ("evaluated", newest("eval_run", "finished_at")?)];
    let say = |(word, last): (&str, Option<Instant>)| match last {
        Some(last) if last >= released => (State::new("✓", format!("{word} since"), "good"), format!("on {}", minute(last))),
        Some(last) => (State::new("✗", format!("not {word} since"), "bad"), format!("last on {}", minute(last))),
        None => (State::new("✗", format!("never {word}"), "bad"), String::new()),
    };
    let mut found: Vec<(State, String)> = vec![(State::new("·", "last release", ""), format!("on {}", minute(released)))];
    found.extend(checks.into_iter().map(say));
    if let (Some(Shown::Flag(current)), Some(Shown::Link { id, .. })) =
        (get(row, "current_version_assessed"), get(row, "current_release"))
    {
        let state = if *current {
            State::new("✓", "current version assessed", "good")
        } else {
            State::new("✗", "current version not assessed", "bad")
        };
        found.push((state, format!("release {id}, the last new system or major update")));
    }
    Ok(found)
}

/// Keys whose rotation is overdue: how many, and their list.
fn overdue(facts: &Facts, id: &str, at: Instant) -> Result<Option<(String, String)>, Failure> {
    let view = list::view("credential").ok_or(Failure::Broken)?;
    let is = |name: &str, value: &str| Filter { column: name.to_owned(), test: Test::Is(vec![value.to_owned()]) };
    let state = ListState { filters: vec![is("system", id), is("rotation_overdue", "yes")], ..ListState::default() };
    let many = list::count(facts, view, &ListState { as_of: Some(at), ..state.clone() })?;
    let words = words::many(many as u64, "key");
    Ok((many > 0).then(|| (words, format!("/keys?{}", super::list::query(view, &state)))))
}

fn line(tried: &Tried, name: String) -> Line {
    Line {
        id: tried.id.clone(),
        name,
        state: match tried.last {
            Some(_) => State::new("✓", "tried", "good"),
            None => State::new("✗", "not tried", "bad"),
        },
        when: tried.last.as_ref().map(|(at, _)| minute(*at)).unwrap_or_default(),
        by: tried.last.as_ref().and_then(|(_, id)| Some((id.clone(), links::record("assessment", id)?))),
    }
}

fn tried(all: &[Tried]) -> String {
    format!("{} of {} tried", count(all.iter().filter(|tried| tried.last.is_some()).count() as u64), count(all.len() as u64))
}

fn technique_name(id: &str) -> String {
    atlas().and_then(|framework| framework.technique(id)).map(|technique| technique.name.clone()).unwrap_or_default()
}

fn tactic_name(id: &str) -> Option<String> {
    atlas()?.tactics.iter().find(|tactic| tactic.id == id).map(|tactic| tactic.name.clone())
}

/// Whether a technique serves a tactic.
fn serves(technique: &str, tactic: &str) -> bool {
    let found = atlas().and_then(|framework| framework.technique(technique));
    found.is_some_and(|technique| technique.tactics.iter().any(|id| id == tactic))
}
