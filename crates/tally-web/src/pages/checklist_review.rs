//! One checklist review: its questions by group, answered one by one, from the keyboard too; completed by a reviewer.

use askama::Template;
use tally_app::access::Permission;
use tally_app::checklist::{self, Answer, Line, Said, Sheet, SheetGroup};
use tally_app::records;
use tally_app::scope::Scope;
use tally_report::number::count;

use super::checklist::{outcome, progress, standing};
use super::history::{History, history};
use super::links;
use crate::failure::Failure;
use crate::pairs::encode;
use crate::reply::Reply;
use crate::route::{Need, Route};
use crate::shell::Shell;
use crate::visit::Visit;
use crate::words::{State, minute};

/// The routes of this module.
pub const ROUTES: &[Route] = &[
    Route::get("/checklist-reviews/{id}", Need::May(Permission::Read), page),
    Route::get("/checklist-reviews/{id}/answers.csv", Need::May(Permission::Read), csv),
    Route::get("/checklist-reviews/{id}/answers.json", Need::May(Permission::Read), json),
    Route::post("/checklist-reviews/{id}/answer", Need::May(Permission::Edit), answer),
    Route::post("/checklist-reviews/{id}/clear", Need::May(Permission::Edit), clear),
    Route::post("/checklist-reviews/{id}/import", Need::May(Permission::Edit), import),
    Route::post("/checklist-reviews/{id}/complete", Need::May(Permission::Review), complete),
];

/// Pieces of evidence that a field offers.
const OFFERED: usize = 300;
/// The group that stands for all of them.
const ALL: &str = "all";

#[derive(Template)]
#[template(path = "checklist_review.html")]
struct Page {
    shell: Shell,
    path: String,
    title: String,
    outcome: State,
    band: Vec<(String, &'static str)>,
    facts: Vec<(&'static str, String, Option<String>)>,
    notes: Vec<String>,
    tabs: Vec<Tab>,
    here: String,
    groups: Vec<Group>,
    can_answer: bool,
    can_complete: bool,
    left: usize,
    stops: usize,
    offered: Vec<(String, String)>,
    history: History,
}

struct Tab {
    id: String,
    title: String,
    progress: String,
    here: bool,
}

struct Group {
    title: String,
    cards: Vec<Card>,
}

struct Card {
    id: String,
    ask: String,
    why: String,
    shows: String,
    blocking: bool,
    links: Vec<(String, String, Option<String>)>,
    standing: State,
    answer: &'static str,
    given: Option<String>,
    copied: Option<(String, String)>,
    note: String,
    proofs: Vec<Shown>,
    evidence: String,
}

struct Shown {
    text: String,
    path: Option<String>,
    expired: bool,
}

impl Card {
    /// The four answers: word, label, key, whether it is the one given.
    fn choices(&self) -> Vec<(&'static str, &'static str, &'static str, bool)> {
        let keys = ["y", "p", "n", "a"];
        Answer::ALL.into_iter().zip(keys).map(|(one, key)| (one.word(), one.label(), key, one.word() == self.answer)).collect()
    }
}

fn sheet(visit: &Visit) -> Result<Sheet, Failure> {
    let facts = visit.facts()?;
    let (id, at) = (visit.param("id"), visit.as_of()?);
    Ok(visit.bench().read(|programme| checklist::sheet(programme, &facts, id, &visit.scope(), at))?)
}

fn page(visit: &Visit) -> Result<Reply, Failure> {
    let sheet = sheet(visit)?;
    let at = visit.as_of()?;
    let viewer = visit.viewer()?;
    let own = visit.actor()?;
    let open = sheet.completed_at.is_none();
    let author = sheet.authors.iter().any(|author| own.is(author));
    let wanted = group(visit, &sheet);
    let shown = sheet.groups.iter().filter(|group| wanted == ALL || group.id == wanted);
    let can_answer = open && !author && viewer.may(Permission::Edit);
    let progress_of = &sheet.progress;
    let figure = |number: usize| count(number as u64);
    let title = match &sheet.release {
        Some(release) => format!("{}: {release}", sheet.title),
        None => format!("{}: {}", sheet.title, sheet.system_name),
    };
    let page = Page {
        shell: visit.shell(&title).below(&[("Checklist reviews", "/checklists")]).made_of(&*visit.facts()?, at, &visit.scope()),
        path: links::record("checklist_review", &sheet.id).unwrap_or_default(),
        outcome: outcome(sheet.outcome),
        band: vec![
            (progress(progress_of), "answered"),
            (figure(progress_of.shown), "yes, shown"),
            (figure(progress_of.claimed), "yes, claimed"),
            (figure(progress_of.partly), "partly"),
            (figure(progress_of.no), "no"),
            (figure(progress_of.stops), "stop the release"),
        ],
        facts: about(&sheet),
        notes: notes(&sheet, author),
        tabs: tabs(&sheet, &wanted),
        here: wanted.clone(),
        groups: shown.map(cards).collect(),
        can_answer,
        can_complete: open && !author && viewer.may(Permission::Review),
        left: progress_of.asked - progress_of.answered,
        stops: progress_of.stops,
        offered: if can_answer { offered(visit)? } else { Vec::new() },
        history: history(visit, "checklist_review", &sheet.id)?,
        title,
    };
    Ok(Reply::html(page.render()?))
}

/// The group asked for, else the first with an unanswered question, else the first.
fn group(visit: &Visit, sheet: &Sheet) -> String {
    let known = |id: &&str| *id == ALL || sheet.groups.iter().any(|group| group.id == *id);
    if let Some(id) = visit.query.get("group").filter(known) {
        return id.to_owned();
    }
    let open = sheet.groups.iter().find(|group| group.progress.answered < group.progress.asked);
    open.or(sheet.groups.first()).map(|group| group.id.clone()).unwrap_or_default()
}

fn about(sheet: &Sheet) -> Vec<(&'static str, String, Option<String>)> {
    let mut found = vec![("System", sheet.system_name.clone(), links::record("system", &sheet.system))];
    found.extend(sheet.release.as_ref().map(|id| ("Release", id.clone(), links::record("release", id))));
    found.push((
        "Made by",
        if sheet.authors.is_empty() { "nobody is named".to_owned() } else { sheet.authors.join(", ") },
        None,
    ));
    found.push(("Reviewer", sheet.reviewer.clone(), None));
    found.push(("Started", minute(sheet.started_at), None));
    found.extend(sheet.completed_at.map(|at| ("Completed", minute(at), None)));
    found.push(("Not asked", format!("{} questions, by the system’s type and risk tier", sheet.not_asked), None));
    found
}

fn notes(sheet: &Sheet, author: bool) -> Vec<String> {
    let mut notes = Vec::new();
    if sheet.changed {
        notes.push("The checklist’s text changed since this review began.".to_owned());
    }
    if author && sheet.completed_at.is_none() {
        notes.push("You made what is reviewed here: somebody else has to answer.".to_owned());
    }
    notes
}

fn tabs(sheet: &Sheet, wanted: &str) -> Vec<Tab> {
    let tab = |id: &str, title: &str, progress: String| Tab {
        id: id.to_owned(),
        title: title.to_owned(),
        progress,
        here: id == wanted,
    };
    let groups = sheet.groups.iter().map(|group| tab(&group.id, &group.title, progress(&group.progress)));
    groups.chain([tab(ALL, "All", progress(&sheet.progress))]).collect()
}

fn cards(group: &SheetGroup) -> Group {
    Group { title: group.title.clone(), cards: group.lines.iter().map(card).collect() }
}

fn card(line: &Line) -> Card {
    let given = line.given.as_ref();
    let proofs = given.map(|given| given.evidence.as_slice()).unwrap_or_default();
    Card {
        id: line.question.id.clone(),
        ask: line.question.ask.clone(),
        why: line.question.why.clone(),
        shows: line.question.evidence.clone(),
        blocking: line.question.blocking,
        links: line.links.clone(),
        standing: standing(line.standing),
        answer: given.map_or("", |given| given.answer.word()),
        given: given.map(|given| format!("{} on {}", given.by, minute(given.answered_at))),
        copied: given
            .and_then(|given| given.copied_from.clone())
            .and_then(|id| Some((id.clone(), links::record("checklist_review", &id)?))),
        note: given.and_then(|given| given.note.clone()).unwrap_or_default(),
        evidence: proofs.iter().map(|proof| proof.text.as_str()).collect::<Vec<_>>().join("\n"),
        proofs: proofs
            .iter()
            .map(|proof| Shown {
                text: proof.name.clone().unwrap_or_else(|| proof.text.clone()),
                path: proof.name.as_ref().and_then(|_| links::record("evidence", &proof.text)),
                expired: proof.expired,
            })
            .collect(),
    }
}

/// Evidence that can be named. It tells of all systems, so that who sees some of them is offered none.
fn offered(visit: &Visit) -> Result<Vec<(String, String)>, Failure> {
    if visit.scope() != Scope::All {
        return Ok(Vec::new());
    }
    let kind = records::kind("evidence")?;
    let found = visit.bench().read(|programme| records::all(programme, kind, OFFERED, |_| true))?;
    Ok(found.iter().map(|proof| (proof.id().to_owned(), proof.text("name").unwrap_or_default().to_owned())).collect())
}

fn file(visit: &Visit, ending: &str) -> Result<(Sheet, String), Failure> {
    let sheet = sheet(visit)?;
    let name = format!("checklist-{}.{ending}", sheet.id.replace('/', "-"));
    Ok((sheet, name))
}

fn csv(visit: &Visit) -> Result<Reply, Failure> {
    let (sheet, name) = file(visit, "csv")?;
    let text = checklist::export_csv(&sheet);
    Ok(Reply::file("text/csv; charset=utf-8", &name, Box::new(move |out| out.write_all(text.as_bytes()))))
}

fn json(visit: &Visit) -> Result<Reply, Failure> {
    let (sheet, name) = file(visit, "json")?;
    let text = checklist::export_json(&sheet).to_string();
    Ok(Reply::file("application/json", &name, Box::new(move |out| out.write_all(text.as_bytes()))))
}

/// Back to a question of the review, in the group that was shown.
fn back(visit: &Visit, anchor: &str, word: &str) -> Reply {
    let path = links::record("checklist_review", visit.param("id")).unwrap_or_default();
    let group = visit.form.get("group").map(|group| format!("?group={}", encode(group))).unwrap_or_default();
    visit.told(&format!("{path}{group}{anchor}"), word)
}

fn answer(visit: &Visit) -> Result<Reply, Failure> {
    let word = visit.field("answer")?;
    let question = visit.field("question")?.to_owned();
    let said = Said {
        answer: Answer::named(word)
            .ok_or_else(|| Failure::Wrong(format!("answer `{word}`, expected yes, partly, no or not_applicable")))?,
        note: visit.form.get("note").map(str::to_owned),
        evidence: visit.form.get("evidence").unwrap_or_default().lines().map(|line| line.trim().to_owned()).collect(),
        question: question.clone(),
    };
    let actor = visit.actor()?;
    let id = visit.param("id").to_owned();
    visit.bench().write(|programme| checklist::answer(programme, &id, &said, None, &actor, visit.now))?;
    let next =
        visit.form.get("next").map_or_else(|| format!("#q-{}", encode(&question)), |next| format!("#q-{}", encode(next)));
    Ok(back(visit, &next, &format!("{question}: {}.", said.answer.label())))
}

fn clear(visit: &Visit) -> Result<Reply, Failure> {
    let question = visit.field("question")?.to_owned();
    let actor = visit.actor()?;
    let id = visit.param("id").to_owned();
    visit.bench().write(|programme| checklist::clear(programme, &id, &question, &actor, visit.now))?;
    Ok(back(visit, &format!("#q-{}", encode(&question)), &format!("{question} is unanswered again.")))
}

fn import(visit: &Visit) -> Result<Reply, Failure> {
    let text = visit.field("answers")?.to_owned();
    let actor = visit.actor()?;
    let id = visit.param("id").to_owned();
    let taken = visit.bench().write(|programme| checklist::take(programme, &id, &text, &actor, visit.now))?;
    Ok(back(visit, "", &format!("{} answers taken over, {} stood so already.", taken.answers, taken.unchanged)))
}

fn complete(visit: &Visit) -> Result<Reply, Failure> {
    let actor = visit.actor()?;
    let id = visit.param("id").to_owned();
    let facts = visit.facts()?;
    visit.bench().write(|programme| checklist::complete(programme, &facts, &id, &actor, visit.now))?;
    Ok(back(visit, "", "The review is completed and stays as it is."))
}
