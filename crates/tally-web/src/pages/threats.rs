//! Threat models: what could happen to a system, what each threat led to and how that stands, and where a threat led to nothing.

use askama::Template;
use tally_app::access::Permission;
use tally_app::records;
use tally_app::threats::{self, Led, Link, Missing, NewThreat, TELEMETRY, TESTS, ThreatView};
use tally_model::Record;
use tally_report::number::count;

use super::history::{History, history};
use super::links;
use crate::failure::Failure;
use crate::pairs::encode;
use crate::reply::Reply;
use crate::route::{Need, Route};
use crate::shell::Shell;
use crate::visit::Visit;
use crate::words::{self, State, minute, plain};

/// The routes of this module.
pub const ROUTES: &[Route] = &[
    Route::get("/threat-models/board", Need::May(Permission::Read), board),
    Route::get("/threat-models/gaps", Need::May(Permission::Read), gaps),
    Route::get("/threat-models/{id}", Need::May(Permission::Read), page),
    Route::post("/threat-models/{id}/add", Need::May(Permission::Edit), add),
    Route::post("/threat-models/{id}/link", Need::May(Permission::Edit), link),
    Route::post("/threat-models/{id}/unlink", Need::May(Permission::Edit), unlink),
    Route::post("/threat-models/{id}/accept", Need::May(Permission::Review), accept),
];

const SEVERITIES: [&str; 5] = ["critical", "high", "medium", "low", "info"];

#[derive(Template)]
#[template(path = "threats_board.html")]
struct Board {
    shell: Shell,
    rows: Vec<BoardRow>,
    gaps: String,
    can_edit: bool,
}

struct BoardRow {
    path: String,
    title: String,
    system: (String, String),
    made: String,
    due: String,
    overdue: bool,
    threats: String,
    accepted: String,
    gaps: String,
    nothing: String,
}

fn board(visit: &Visit) -> Result<Reply, Failure> {
    let at = visit.as_of()?;
    let facts = visit.facts()?;
    let lines = threats::models(&facts, visit.query.get("system"), at)?;
    let figure = |number: usize| count(number as u64);
    let rows = lines.iter().map(|line| BoardRow {
        path: links::record("threat_model", &line.id).unwrap_or_default(),
        title: line.title.clone(),
        system: (line.system_name.clone(), links::record("system", &line.system).unwrap_or_default()),
        made: minute(line.made_at),
        due: line.review_due.map(minute).unwrap_or_default(),
        overdue: line.overdue,
        threats: figure(line.threats),
        accepted: figure(line.accepted),
        gaps: figure(line.gaps),
        nothing: figure(line.nothing),
    });
    let page = Board {
        shell: visit.shell("Threat models").made_of(&facts, at, &visit.scope()),
        gaps: figure(lines.iter().map(|line| line.gaps).sum()),
        rows: rows.collect(),
        can_edit: visit.viewer()?.may(Permission::Edit),
    };
    Ok(Reply::html(page.render()?))
}

#[derive(Template)]
#[template(path = "threats_gaps.html")]
struct GapsPage {
    shell: Shell,
    system: Option<String>,
    total: String,
    rows: Vec<GapRow>,
}

struct GapRow {
    path: String,
    title: String,
    severity: State,
    system: (String, String),
    missing: Vec<State>,
}

fn missing(missing: &[Missing]) -> Vec<State> {
    if missing.len() == Missing::ALL.len() {
        return vec![State::new("✗", "leads to nothing", "bad")];
    }
    missing.iter().map(|one| State::new("✗", one.label(), "warn")).collect()
}

fn gaps(visit: &Visit) -> Result<Reply, Failure> {
    let at = visit.as_of()?;
    let facts = visit.facts()?;
    let system = visit.query.get("system");
    let found = threats::gaps(&facts, system, at)?;
    let rows = found.iter().map(|gap| GapRow {
        path: format!("{}#{}", links::record("threat_model", &gap.model).unwrap_or_default(), anchor(&gap.threat)),
        title: gap.title.clone(),
        severity: words::severity(gap.severity.as_deref().unwrap_or("not rated")),
        system: (gap.system_name.clone(), links::record("system", &gap.system).unwrap_or_default()),
        missing: missing(&gap.missing),
    });
    let page = GapsPage {
        shell: visit.shell("Gaps").below(&[("Threat models", "/threat-models/board")]).made_of(&facts, at, &visit.scope()),
        system: system.map(str::to_owned),
        total: count(found.len() as u64),
        rows: rows.collect(),
    };
    Ok(Reply::html(page.render()?))
}

#[derive(Template)]
#[template(path = "threat_model.html")]
struct Page {
    shell: Shell,
    path: String,
    edit: Option<String>,
    title: String,
    state: State,
    facts: Vec<(&'static str, String, Option<String>)>,
    gaps: usize,
    threats: Vec<Threat>,
    coverage: Vec<Cover>,
    covered: String,
    can_edit: bool,
    can_accept: bool,
    kinds: Vec<(&'static str, String)>,
    severities: [&'static str; 5],
    history: History,
}

struct Threat {
    id: String,
    anchor: String,
    edit: String,
    title: String,
    severity: State,
    vector: String,
    techniques: Vec<(String, String)>,
    controls: Vec<String>,
    tests: Ways,
    telemetry: Ways,
    assumptions: Vec<String>,
    accepted: Option<String>,
    missing: Vec<State>,
}

/// What tries a threat, or would see it.
struct Ways {
    ways: Vec<Way>,
}

struct Way {
    kind: String,
    words: String,
    id: String,
    path: Option<String>,
    state: State,
}

struct Cover {
    id: String,
    name: String,
    state: State,
    threats: Vec<(String, String)>,
}

/// Where a threat stands on the page: an id may hold what an anchor does not.
fn anchor(id: &str) -> String {
    let plain = |letter: char| if letter.is_ascii_alphanumeric() { letter } else { '-' };
    format!("t-{}", id.chars().map(plain).collect::<String>())
}

fn page(visit: &Visit) -> Result<Reply, Failure> {
    let at = visit.as_of()?;
    let facts = visit.facts()?;
    let id = visit.param("id");
    let found = visit.bench().read(|programme| threats::page(programme, &facts, id, &visit.scope(), at))?;
    let viewer = visit.viewer()?;
    let title = found.record.text("title").unwrap_or(id).to_owned();
    let path = links::record("threat_model", id).unwrap_or_default();
    let can_edit = viewer.may(Permission::Edit);
    let overdue = found.record.instant("review_due").is_some_and(|due| due < at);
    let with = found.coverage.iter().filter(|one| !one.threats.is_empty()).count();
    let page = Page {
        shell: visit.shell(&title).below(&[("Threat models", "/threat-models/board")]).made_of(&facts, at, &visit.scope()),
        edit: can_edit.then(|| format!("{path}/edit")),
        state: if overdue { State::new("!", "review overdue", "warn") } else { State::new("✓", "current", "good") },
        facts: about(&found.record, &found.system_name),
        gaps: found.threats.iter().filter(|threat| !threat.missing.is_empty()).count(),
        threats: found.threats.iter().map(threat).collect(),
        covered: format!("{} of {}", count(with as u64), count(found.coverage.len() as u64)),
        coverage: found.coverage.iter().map(cover).collect(),
        can_edit,
        can_accept: viewer.may(Permission::Review),
        kinds: TESTS.into_iter().chain(TELEMETRY).map(|kind| (kind, words::capital(&plain(kind)))).collect(),
        severities: SEVERITIES,
        history: history(visit, "threat_model", id)?,
        path,
        title,
    };
    Ok(Reply::html(page.render()?))
}

fn about(record: &Record, system: &str) -> Vec<(&'static str, String, Option<String>)> {
    let mut found = vec![("Id", record.id().to_owned(), None)];
    found.push(("System", system.to_owned(), record.text("system").and_then(|id| links::record("system", id))));
    for (label, name) in [("Method", "method"), ("Made by", "by")] {
        found.extend(record.text(name).map(|text| (label, text.to_owned(), None)));
    }
    for (label, name) in [("Made", "made_at"), ("Review due", "review_due")] {
        found.extend(record.instant(name).map(|at| (label, minute(at), None)));
    }
    for (label, name) in [("Release", "release"), ("Activity", "activity")] {
        found.extend(record.text(name).map(|id| (label, id.to_owned(), links::record(name, id))));
    }
    found
}

fn threat(view: &ThreatView) -> Threat {
    let record = &view.record;
    Threat {
        id: record.id().to_owned(),
        anchor: anchor(record.id()),
        edit: format!("{}/edit", links::record("threat", record.id()).unwrap_or_default()),
        title: record.text("title").unwrap_or_default().to_owned(),
        severity: words::severity(record.text("severity").unwrap_or("not rated")),
        vector: record.text("vector").unwrap_or_default().to_owned(),
        techniques: view.techniques.clone(),
        controls: view.controls.clone(),
        tests: Ways { ways: view.tests.iter().map(way).collect() },
        telemetry: Ways { ways: view.telemetry.iter().map(way).collect() },
        assumptions: view.assumptions.clone(),
        accepted: view.accepted.clone(),
        missing: missing(&view.missing),
    }
}

fn way(led: &Led) -> Way {
    let (sign, class) = match led.sound {
        Some(true) => ("✓", "good"),
        Some(false) => ("✗", "bad"),
        None => ("·", ""),
    };
    Way {
        kind: led.kind.clone(),
        words: words::capital(&plain(&led.kind)),
        id: led.id.clone(),
        path: Some(&led.id).filter(|id| !id.is_empty() && led.state != "not there").and_then(|id| links::record(&led.kind, id)),
        state: State::new(sign, led.state.clone(), class),
    }
}

fn cover(one: &threats::Covered) -> Cover {
    Cover {
        id: one.id.clone(),
        name: one.name.clone(),
        state: match one.threats.len() {
            0 => State::new("✗", "no threat speaks of it", "bad"),
            many => State::new("✓", words::many(many as u64, "threat"), "good"),
        },
        threats: one.threats.iter().map(|id| (id.clone(), anchor(id))).collect(),
    }
}

/// A list as a form has it: one a line.
fn lines(visit: &Visit, name: &str) -> Vec<String> {
    let text = visit.form.get(name).unwrap_or_default();
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

fn add(visit: &Visit) -> Result<Reply, Failure> {
    let text = |name: &str| visit.form.get(name).map(str::to_owned);
    let new = NewThreat {
        title: visit.field("title")?.to_owned(),
        severity: text("severity"),
        techniques: lines(visit, "techniques").iter().flat_map(|line| line.split([',', ' '])).map(str::to_owned).collect(),
        vector: text("vector"),
        controls: lines(visit, "controls"),
        assumptions: lines(visit, "assumptions"),
    };
    let actor = visit.actor()?;
    let id = visit.param("id").to_owned();
    let added = visit.bench().write(|programme| threats::add(programme, &id, &new, &actor, visit.now))?;
    Ok(back(visit, &added.id, "The threat is there now."))
}

fn back(visit: &Visit, threat: &str, word: &str) -> Reply {
    let path = links::record("threat_model", visit.param("id")).unwrap_or_default();
    visit.told(&format!("{path}#{}", anchor(threat)), word)
}

/// The threat of a form, which has to be one of the model in the address.
fn own(visit: &Visit) -> Result<String, Failure> {
    let id = visit.field("threat")?.to_owned();
    let kind = records::kind("threat")?;
    let found = visit.bench().read(|programme| records::one(programme, kind, &id, &visit.scope()))?.record;
    if found.text("threat_model") == Some(visit.param("id")) {
        return Ok(id);
    }
    Err(Failure::Missing(format!("there is no threat `{}` in this model", encode(&id))))
}

fn target(visit: &Visit) -> Result<Link, Failure> {
    Ok(Link { kind: visit.field("kind")?.to_owned(), id: visit.field("record")?.trim().to_owned() })
}

fn link(visit: &Visit) -> Result<Reply, Failure> {
    let (threat, to, actor) = (own(visit)?, target(visit)?, visit.actor()?);
    visit.bench().write(|programme| threats::link(programme, &threat, &to, &actor, visit.now))?;
    Ok(back(visit, &threat, "Linked."))
}

fn unlink(visit: &Visit) -> Result<Reply, Failure> {
    let (threat, to, actor) = (own(visit)?, target(visit)?, visit.actor()?);
    visit.bench().write(|programme| threats::unlink(programme, &threat, &to, &actor, visit.now))?;
    Ok(back(visit, &threat, "The link is taken away."))
}

fn accept(visit: &Visit) -> Result<Reply, Failure> {
    let (threat, actor) = (own(visit)?, visit.actor()?);
    let reason = visit.form.get("reason").map(str::to_owned);
    visit.bench().write(|programme| threats::accept(programme, &threat, reason.as_deref(), &actor, visit.now))?;
    Ok(back(visit, &threat, if reason.is_some() { "Accepted, with its reason." } else { "Not accepted any more." }))
}
