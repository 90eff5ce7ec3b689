//! Checklists: the reviews of all systems with what came out, what they found missing, and the start of another one.

use askama::Template;
use tally_app::access::Permission;
use tally_app::checklist::{self, Gap, Outcome, Progress, ReviewLine, Standing, Start, Which};
use tally_app::list::{self, Filter, ListState, Shown, Sort, Test};
use tally_model::Instant;
use tally_report::number::{count, day};

use super::links;
use crate::failure::Failure;
use crate::pairs::encode;
use crate::reply::Reply;
use crate::route::{Need, Route};
use crate::shell::Shell;
use crate::visit::Visit;
use crate::words::{State, many, minute};

/// The routes of this module.
pub const ROUTES: &[Route] = &[
    Route::get("/checklists", Need::May(Permission::Read), page),
    Route::get("/checklists/gaps", Need::May(Permission::Read), gaps),
    Route::get("/checklists/start", Need::May(Permission::Edit), form),
    Route::post("/checklists/start", Need::May(Permission::Edit), start),
];

/// Systems and releases that a form offers.
const OFFERED: usize = 2_000;

#[derive(Template)]
#[template(path = "checklists.html")]
struct Page {
    shell: Shell,
    band: Vec<(String, &'static str, String)>,
    lists: Vec<(String, String, String)>,
    rows: Vec<Row>,
    narrowed: Vec<String>,
    gaps: String,
    can_start: bool,
}

struct Row {
    path: String,
    title: String,
    system: (String, String),
    outcome: State,
    progress: String,
    missing: String,
    reviewer: String,
    started: String,
    completed: String,
}

/// An outcome as a state.
pub(super) fn outcome(outcome: Outcome) -> State {
    match outcome {
        Outcome::Open => State::new("◌", outcome.label(), ""),
        Outcome::Ready => State::new("✓", outcome.label(), "good"),
        Outcome::ReadyWithGaps => State::new("●", outcome.label(), "warn"),
        Outcome::Stopped => State::new("✗", outcome.label(), "bad"),
    }
}

/// Where a question stands, as a state.
pub(super) fn standing(standing: Standing) -> State {
    match standing {
        Standing::Stops => State::new("■", standing.label(), "bad"),
        Standing::No => State::new("✗", standing.label(), "bad"),
        Standing::Partly => State::new("●", standing.label(), "warn"),
        Standing::Claimed => State::new("?", standing.label(), "warn"),
        Standing::Unanswered => State::new("·", standing.label(), "none"),
        Standing::Shown => State::new("✓", standing.label(), "good"),
        Standing::NotApplicable => State::new("–", standing.label(), ""),
    }
}

/// How far a review is, in words.
pub(super) fn progress(progress: &Progress) -> String {
    format!("{} of {}", count(progress.answered as u64), count(progress.asked as u64))
}

fn page(visit: &Visit) -> Result<Reply, Failure> {
    let at = visit.as_of()?;
    let facts = visit.facts()?;
    let which = Which {
        system: visit.query.get("system").map(str::to_owned),
        checklist: visit.query.get("checklist").map(str::to_owned),
    };
    let wanted = visit.query.get("outcome");
    let (lines, missing, lists) = visit.bench().read(|programme| {
        let lists = programme.catalog().checklists().map(|list| {
            let words = format!("{}, version {}", many(list.questions.len() as u64, "question"), list.version);
            (list.title.clone(), list.summary.clone(), words)
        });
        let gaps = checklist::gaps(programme, &facts, at)?.len();
        Ok((checklist::reviews(programme, &facts, &which, at)?, gaps, lists.collect()))
    })?;
    let address = |word: &str| {
        let query = visit.query.with("outcome", word).to_query();
        format!("/checklists?{query}")
    };
    let of = |outcome: Outcome| {
        let many = lines.iter().filter(|line| line.outcome == outcome).count() as u64;
        (count(many), outcome.label(), address(outcome.word()))
    };
    let narrowed = [which.system.as_ref(), which.checklist.as_ref()].into_iter().flatten().cloned();
    let page = Page {
        shell: visit.shell("Checklist reviews").made_of(&facts, at, &visit.scope()),
        band: [Outcome::Open, Outcome::Ready, Outcome::ReadyWithGaps, Outcome::Stopped].into_iter().map(of).collect(),
        rows: lines.iter().filter(|line| wanted.is_none_or(|word| word == line.outcome.word())).map(row).collect(),
        narrowed: narrowed.chain(wanted.map(|word| word.replace('_', " "))).collect(),
        gaps: count(missing as u64),
        can_start: visit.viewer()?.may(Permission::Edit),
        lists,
    };
    Ok(Reply::html(page.render()?))
}

fn row(line: &ReviewLine) -> Row {
    let title = line.release.clone().unwrap_or_else(|| format!("{} of {}", line.system, day(line.started_at)));
    Row {
        path: links::record("checklist_review", &line.id).unwrap_or_default(),
        title,
        system: (line.system_name.clone(), links::record("system", &line.system).unwrap_or_default()),
        outcome: outcome(line.outcome),
        progress: progress(&line.progress),
        missing: count(line.progress.gaps() as u64),
        reviewer: line.reviewer.clone(),
        started: minute(line.started_at),
        completed: line.completed_at.map(minute).unwrap_or_default(),
    }
}

#[derive(Template)]
#[template(path = "checklist_gaps.html")]
struct GapsPage {
    shell: Shell,
    system: Option<String>,
    total: String,
    stops: String,
    rows: Vec<GapRow>,
}

struct GapRow {
    standing: State,
    system: (String, String),
    question: String,
    ask: String,
    group: String,
    path: String,
    when: String,
    open: bool,
}

fn gaps(visit: &Visit) -> Result<Reply, Failure> {
    let at = visit.as_of()?;
    let facts = visit.facts()?;
    let system = visit.query.get("system").map(str::to_owned);
    let mut found = visit.bench().read(|programme| checklist::gaps(programme, &facts, at))?;
    found.retain(|gap| system.as_ref().is_none_or(|system| *system == gap.system));
    let page = GapsPage {
        shell: visit.shell("Gaps").below(&[("Checklist reviews", "/checklists")]).made_of(&facts, at, &visit.scope()),
        total: count(found.len() as u64),
        stops: count(found.iter().filter(|gap| gap.standing == Standing::Stops).count() as u64),
        rows: found.iter().map(gap).collect(),
        system,
    };
    Ok(Reply::html(page.render()?))
}

fn gap(gap: &Gap) -> GapRow {
    let review = links::record("checklist_review", &gap.review).unwrap_or_default();
    GapRow {
        standing: standing(gap.standing),
        system: (gap.system_name.clone(), links::record("system", &gap.system).unwrap_or_default()),
        path: format!("{review}?group=all#q-{}", encode(&gap.question)),
        question: gap.question.clone(),
        ask: gap.ask.clone(),
        group: gap.group.clone(),
        when: minute(gap.answered_at),
        open: !gap.completed,
    }
}

#[derive(Template)]
#[template(path = "checklist_start.html")]
struct StartPage {
    shell: Shell,
    lists: Vec<(String, String)>,
    systems: Vec<(String, String)>,
    system: Option<(String, String)>,
    releases: Vec<(String, String)>,
    release: String,
    reviewer: String,
}

fn form(visit: &Visit) -> Result<Reply, Failure> {
    let at = visit.as_of()?;
    let asked = visit.query.get("system").unwrap_or_default();
    let systems = offered(visit, "system", &["name"], None, at)?;
    let system = systems.iter().find(|(id, _)| id == asked).cloned();
    let releases = match &system {
        Some((id, _)) => offered(visit, "release", &["state"], Some(id), at)?,
        None => Vec::new(),
    };
    let lists = visit
        .bench()
        .read(|programme| Ok(programme.catalog().checklists().map(|list| (list.id.clone(), list.title.clone())).collect()))?;
    let page = StartPage {
        shell: visit.shell("Start a review").below(&[("Checklist reviews", "/checklists")]),
        lists,
        systems,
        system,
        releases,
        release: visit.query.get("release").unwrap_or_default().to_owned(),
        reviewer: visit.viewer()?.person.clone(),
    };
    Ok(Reply::html(page.render()?))
}

/// Records that a form offers: id and what it is called.
fn offered(
    visit: &Visit,
    kind: &'static str,
    columns: &[&str],
    system: Option<&str>,
    at: Instant,
) -> Result<Vec<(String, String)>, Failure> {
    let view = list::view(kind).ok_or(Failure::Broken)?;
    let is = |id: &str| Filter { column: "system".to_owned(), test: Test::Is(vec![id.to_owned()]) };
    let newest = system.map(|_| Sort { column: "deployed_at".to_owned(), down: true });
    let state = ListState {
        filters: system.map(is).into_iter().collect(),
        sort: newest.into_iter().collect(),
        cols: columns.iter().map(|name| (*name).to_owned()).collect(),
        per: OFFERED,
        as_of: Some(at),
        ..ListState::default()
    };
    let (_, rows) = list::first(&*visit.facts()?, view, &state)?;
    let named = |row: list::ListRow| {
        let word = match row.cells.into_iter().next() {
            Some(Shown::Text(text)) => text,
            Some(Shown::Word { label, .. } | Shown::Link { label, .. }) => label,
            _ => String::new(),
        };
        (row.id, word)
    };
    Ok(rows.into_iter().map(named).collect())
}

fn start(visit: &Visit) -> Result<Reply, Failure> {
    let text = |name: &str| visit.form.get(name).map(str::to_owned);
    let asked = Start {
        checklist: visit.field("checklist")?.to_owned(),
        system: visit.field("system")?.to_owned(),
        release: text("release"),
        author: text("author"),
        reviewer: text("reviewer"),
        copy: visit.form.get("copy") == Some("yes"),
    };
    let actor = visit.actor()?;
    let facts = visit.facts()?;
    let started = visit.bench().write(|programme| checklist::start(programme, &facts, &asked, &actor, visit.now))?;
    let word = match &started.copied {
        Some((many, from)) => format!("The review has begun, with {many} answers of {from}, dated as they were."),
        None => "The review has begun.".to_owned(),
    };
    Ok(visit.told(&links::record("checklist_review", &started.id).unwrap_or_default(), &word))
}
