//! A finding: what was found, where it stands, its life, and what can be done now.

use askama::Template;
use tally_app::access::Permission;
use tally_app::act::{self, Deed, FindingPage, NARRATIVE, State as Standing};
use tally_model::record::shown;
use tally_model::{Instant, Record, Value};

use super::finding_act::{self, Field};
use super::links;
use crate::failure::Failure;
use crate::pairs::encode;
use crate::reply::Reply;
use crate::route::{Need, Route};
use crate::shell::Shell;
use crate::visit::Visit;
use crate::words::{self, State, minute};

/// The routes of this module.
pub const ROUTES: &[Route] = &[
    Route::get("/findings/{id}", Need::May(Permission::Read), page),
    Route::post("/findings/{id}/{act}", Need::May(Permission::Triage), finding_act::act),
];

#[derive(Template)]
#[template(path = "finding.html")]
struct Page {
    shell: Shell,
    id: String,
    id_query: String,
    path: String,
    title: String,
    severity: State,
    state: State,
    age: String,
    system: String,
    system_path: String,
    team: Option<String>,
    facts: Vec<(&'static str, String, Option<String>)>,
    narrative: Vec<(&'static str, Vec<String>)>,
    cycles: Vec<Cycle>,
    tests: Vec<(String, String)>,
    life: Vec<Step>,
    acts: Vec<Act>,
    last: u64,
}

struct Cycle {
    claimed: String,
    by: String,
    retested: String,
    retested_by: String,
    result: State,
    trials: String,
}

struct Step {
    what: String,
    at: String,
    by: String,
    entry: u64,
}

struct Act {
    word: &'static str,
    label: &'static str,
    why: Option<String>,
    first: bool,
    fields: Vec<Field>,
}

/// How a narrative field is called.
const HEADINGS: [(&str, &str); 9] = [
    ("title", "Title"),
    ("scope", "Scope"),
    ("preconditions", "Preconditions"),
    ("reproduction", "Reproduction"),
    ("affected_assets", "Affected assets"),
    ("control_failure", "Control failure"),
    ("severity_rationale", "Severity rationale"),
    ("business_impact", "Business impact"),
    ("remediation_advice", "Remediation"),
];

/// The heading of a narrative field.
pub(super) fn heading(field: &str) -> &'static str {
    HEADINGS.iter().find(|(name, _)| *name == field).map_or("Text", |(_, heading)| heading)
}

fn page(visit: &Visit) -> Result<Reply, Failure> {
    let id = visit.param("id");
    let actor = visit.actor()?;
    let at = tally_app::Workbench::as_of(visit.now);
    let found = visit.bench().read(|programme| act::finding(programme, id, Some(&actor), at))?;
    let shell = visit.shell(found.record.text("title").unwrap_or(id)).below(&[("Findings", "/findings")]);
    Ok(Reply::html(fill(visit, &found, shell, at)?.render()?))
}

fn fill(visit: &Visit, found: &FindingPage, shell: Shell, at: Instant) -> Result<Page, Failure> {
    let record = &found.record;
    let text = |name: &str| record.text(name).unwrap_or_default().to_owned();
    let reported = record.instant("reported_at");
    Ok(Page {
        id: record.id().to_owned(),
        id_query: encode(record.id()),
        path: format!("/findings/{}", encode(record.id())),
        title: text("title"),
        severity: words::severity(&text("severity")),
        state: standing(&found.state),
        age: reported.map(|from| format!("reported {}, {} ago", minute(from), words::age(from, at))).unwrap_or_default(),
        system: found.system_name.clone().unwrap_or_else(|| text("system")),
        system_path: format!("/systems/{}", encode(&text("system"))),
        team: found.team.clone(),
        facts: facts(record),
        narrative: NARRATIVE.iter().filter(|name| **name != "title").map(|name| (heading(name), lines(&text(name)))).collect(),
        cycles: cycles(record),
        tests: tests(record),
        life: found.life.iter().map(step).collect(),
        acts: acts(visit, found)?,
        last: found.last,
        shell,
    })
}

/// A state with its sign.
pub(super) fn standing(state: &Standing) -> State {
    let (sign, class) = match state {
        Standing::Open => ("○", "bad"),
        Standing::InProgress => ("◐", "warn"),
        Standing::Disputed => ("≠", "warn"),
        Standing::Claimed => ("◑", "warn"),
        Standing::Verified => ("✓", "good"),
        Standing::RiskAccepted(_) => ("◇", "warn"),
        Standing::FalsePositive | Standing::Duplicate(_) => ("–", "none"),
    };
    let word = match state {
        Standing::RiskAccepted(until) => format!("Risk accepted until {}", minute(*until)),
        other => other.sentence(),
    };
    State::new(sign, word, class)
}

fn facts(record: &Record) -> Vec<(&'static str, String, Option<String>)> {
    let value = |name: &str| match record.get(name) {
        Some(Value::List(items)) => items.iter().map(shown).collect::<Vec<_>>().join(", "),
        Some(value) => shown(value),
        None => String::new(),
    };
    let linked = |name: &str, kind: &str| record.text(name).and_then(|id| links::record(kind, id));
    let all = [
        ("Class", value("class"), None),
        ("Techniques", value("techniques"), None),
        ("Vector", value("vector"), None),
        ("Assessment", value("assessment"), linked("assessment", "assessment")),
        ("Scan", value("scan"), linked("scan", "scan")),
        ("Eval run", value("eval_run"), linked("eval_run", "eval_run")),
        ("Duplicate of", value("duplicate_of"), linked("duplicate_of", "finding")),
        ("Why", value("disposition_reason"), None),
        ("Impact demonstrated", record.instant("impact_demonstrated_at").map(minute).unwrap_or_default(), None),
        ("Labels", value("labels"), None),
    ];
    all.into_iter().filter(|(_, value, _)| !value.is_empty()).collect()
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

fn cycles(record: &Record) -> Vec<Cycle> {
    let cycles = record.get("remediations").map(Value::objects).unwrap_or_default();
    let day = |at: Option<Instant>| at.map(minute).unwrap_or_default();
    cycles
        .iter()
        .map(|cycle| {
            let text = |name: &str| cycle.text(name).unwrap_or_default().to_owned();
            let count = |name: &str| cycle.get(name).and_then(Value::count);
            Cycle {
                claimed: day(cycle.instant("claimed_at")),
                by: text("by"),
                retested: day(cycle.instant("retested_at")),
                retested_by: text("retested_by"),
                result: match cycle.text("result") {
                    Some("fixed") => State::new("✓", "fixed", "good"),
                    Some(other) => State::new("✗", words::plain(other), "bad"),
                    None => State::new("·", "not retested", "none"),
                },
                trials: count("retest_hits")
                    .zip(count("retest_trials"))
                    .map(|(hits, trials)| format!("{hits} of {trials}"))
                    .unwrap_or_default(),
            }
        })
        .collect()
}

fn tests(record: &Record) -> Vec<(String, String)> {
    let tests = record.get("regression_tests").map(Value::objects).unwrap_or_default();
    tests
        .iter()
        .map(|test| (test.text("ref").unwrap_or_default().to_owned(), test.instant("added_at").map(minute).unwrap_or_default()))
        .collect()
}

fn step(step: &act::Step) -> Step {
    let by = step.by.clone().unwrap_or_else(|| step.actor.clone());
    Step { what: step.what.clone(), at: minute(step.at), by, entry: step.entry }
}

/// What this viewer can do now, and why the rest cannot be done.
fn acts(visit: &Visit, found: &FindingPage) -> Result<Vec<Act>, Failure> {
    if !visit.viewer()?.may(Permission::Triage) {
        return Ok(Vec::new());
    }
    let actor = visit.actor()?;
    let mut acts: Vec<Act> = found
        .acts
        .iter()
        .map(|possible| Act {
            word: possible.deed.word(),
            label: possible.deed.label(),
            why: possible.why_not(&actor),
            first: false,
            fields: finding_act::fields(possible.deed, &found.record),
        })
        .collect();
    let next = acts.iter_mut().find(|act| act.why.is_none() && act.word != Deed::Describe.word());
    next.into_iter().for_each(|act| act.first = true);
    // What can be done stands before what cannot.
    acts.sort_by_key(|act| act.why.is_some());
    Ok(acts)
}
