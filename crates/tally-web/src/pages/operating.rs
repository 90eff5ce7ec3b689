//! The operating model: subjects by functions, what is recorded beside what the catalog suggests, and what is wrong. Names
//! functions, never persons.

use askama::Template;
use tally_app::access::Permission;
use tally_app::operating::{self, About, Lists, Model, Subject, Which};
use tally_app::scope::Scope;
use tally_report::number::count;

use super::links;
use crate::failure::Failure;
use crate::pairs::encode;
use crate::reply::Reply;
use crate::route::{Need, Route};
use crate::shell::Shell;
use crate::visit::Visit;
use crate::words::{capital, many, plain};

/// The routes of this module.
pub const ROUTES: &[Route] = &[
    Route::get("/operating", Need::May(Permission::Read), page),
    Route::post("/operating/adopt", Need::May(Permission::Edit), adopt),
];

#[derive(Template)]
#[template(path = "operating.html")]
struct Page {
    shell: Shell,
    gaps: String,
    subjects: String,
    unrecorded: usize,
    only_gaps: bool,
    can_edit: bool,
    functions: Vec<String>,
    sorts: Vec<Sort>,
}

struct Sort {
    word: &'static str,
    title: &'static str,
    total: String,
    gaps: String,
    rows: Vec<Row>,
    fillable: usize,
}

struct Row {
    about: &'static str,
    id: String,
    title: String,
    path: Option<String>,
    record: Option<String>,
    new: String,
    cells: Vec<Cell>,
    gaps: Vec<String>,
    differs: bool,
    can_adopt: bool,
}

struct Cell {
    class: &'static str,
    text: String,
    words: String,
    soft: bool,
}

const fn title(about: About) -> &'static str {
    match about {
        About::Domain => "Domains",
        About::Process => "Processes",
        About::Duty => "Duties",
        About::Metric => "Metrics",
    }
}

fn page(visit: &Visit) -> Result<Reply, Failure> {
    let at = visit.as_of()?;
    let model = visit.bench().read(|programme| operating::model(programme, &visit.scope(), at))?;
    let facts = visit.facts()?;
    let only_gaps = visit.query.get("gaps") == Some("yes");
    let wanted = match visit.query.get("about") {
        Some(word) => Some(
            operating::about(word)
                .ok_or_else(|| Failure::Wrong(format!("about `{word}`, expected domain, process, duty or metric")))?,
        ),
        None => None,
    };
    let sorts = operating::ABOUTS.into_iter().filter(|about| wanted.is_none_or(|wanted| wanted == *about));
    let page = Page {
        shell: visit.shell("Operating model").made_of(&facts, at, &visit.scope()),
        gaps: count(model.gaps() as u64),
        subjects: count(model.subjects.len() as u64),
        unrecorded: model.subjects.iter().filter(|one| can_fill(one)).count(),
        only_gaps,
        can_edit: visit.viewer()?.may(Permission::Edit) && visit.scope() == Scope::All,
        functions: operating::functions().iter().map(|word| plain(word)).collect(),
        sorts: sorts.map(|about| sort(about, &model, only_gaps)).collect(),
    };
    Ok(Reply::html(page.render()?))
}

fn can_fill(subject: &Subject) -> bool {
    subject.needed && subject.recorded.is_empty() && subject.suggested.is_some()
}

fn sort(about: About, model: &Model, only_gaps: bool) -> Sort {
    let own: Vec<&Subject> = model.subjects.iter().filter(|subject| subject.about == about).collect();
    let shown = own.iter().filter(|subject| !only_gaps || !subject.gaps.is_empty());
    Sort {
        word: about.as_str(),
        title: title(about),
        total: count(own.len() as u64),
        gaps: many(own.iter().map(|subject| subject.gaps.len() as u64).sum(), "gap"),
        fillable: own.iter().filter(|subject| can_fill(subject)).count(),
        rows: shown.map(|subject| row(subject)).collect(),
    }
}

fn row(subject: &Subject) -> Row {
    let holds = subject.holds();
    let suggested = subject.suggested.as_ref();
    let cells = operating::functions().iter().map(|function| cell(function, holds, suggested));
    let query = format!("about={}&subject={}", subject.about.as_str(), encode(&subject.id));
    Row {
        about: subject.about.as_str(),
        id: subject.id.clone(),
        title: capital(&subject.title),
        path: path(subject),
        record: match &subject.recorded[..] {
            [] => None,
            [(id, _)] => links::record("responsibility", id),
            _ => Some(format!("/responsibilities?q={}", encode(&subject.id))),
        },
        new: format!("/responsibilities/new?id={}&{query}", encode(&format!("{}/{}", subject.about.as_str(), subject.id))),
        cells: cells.collect(),
        gaps: subject.gaps.iter().map(ToString::to_string).collect(),
        differs: holds.zip(suggested).is_some_and(|(holds, suggested)| !holds.same(suggested)),
        can_adopt: suggested.is_some_and(|suggested| holds.is_none_or(|holds| !holds.same(suggested)))
            && subject.recorded.len() < 2,
    }
}

fn path(subject: &Subject) -> Option<String> {
    match subject.about {
        About::Metric => Some(format!("/metrics/{}", encode(&subject.id))),
        About::Process => Some("/process-board".to_owned()),
        About::Duty => Some("/duties".to_owned()),
        About::Domain => None,
    }
}

/// What a function has to do with a subject; what is only suggested stands in brackets.
fn cell(function: &str, holds: Option<&Lists>, suggested: Option<&Lists>) -> Cell {
    let letters = |lists: Option<&Lists>| lists.map(|lists| lists.letters(function)).unwrap_or_default();
    let (recorded, hint) = (letters(holds), letters(suggested));
    let class = if recorded.contains('A') {
        "h4"
    } else if recorded.contains('R') {
        "h2"
    } else {
        "hx"
    };
    if !recorded.is_empty() || holds.is_some() {
        let words = if hint == recorded || suggested.is_none() {
            words(function, &recorded)
        } else if hint.is_empty() {
            format!("{}; not suggested", words(function, &recorded))
        } else {
            format!("{}; suggested: {hint}", words(function, &recorded))
        };
        let text = if recorded.is_empty() && !hint.is_empty() { format!("({hint})") } else { recorded.clone() };
        return Cell { class, soft: recorded.is_empty(), text, words };
    }
    let text = if hint.is_empty() { String::new() } else { format!("({hint})") };
    let words = if hint.is_empty() { String::new() } else { format!("suggested, not recorded: {}", words(function, &hint)) };
    Cell { class: "hx", text, words, soft: true }
}

fn words(function: &str, letters: &str) -> String {
    let word = |letter: &str| match letter {
        "A" => "accountable",
        "R" => "responsible",
        "C" => "consulted",
        "I" => "informed",
        _ => "nothing",
    };
    let roles: Vec<&str> = letters.split('/').map(word).collect();
    format!("{}: {}", plain(function), roles.join(", "))
}

fn adopt(visit: &Visit) -> Result<Reply, Failure> {
    let about = match visit.form.get("about") {
        Some(word) => Some(
            operating::about(word)
                .ok_or_else(|| Failure::Wrong(format!("about `{word}`, expected domain, process, duty or metric")))?,
        ),
        None => None,
    };
    let which = match (about, visit.form.get("subject")) {
        (Some(about), Some(subject)) => Which::One(about, subject.to_owned()),
        (Some(about), None) => Which::Sort(about),
        (None, Some(_)) => {
            return Err(Failure::Wrong("the field `about` is empty; it says what sort of subject is meant".to_owned()));
        }
        (None, None) => Which::All,
    };
    let actor = visit.actor()?;
    let adopted = visit.bench().write(|programme| operating::adopt(programme, &which, &actor, visit.now))?;
    let mut word = format!("{} taken over.", many(adopted.adopted.len() as u64, "suggestion"));
    if !adopted.left.is_empty() {
        word.push_str(&format!(" For {} the catalog suggests nobody.", many(adopted.left.len() as u64, "subject")));
    }
    Ok(visit.told("/operating", &word))
}
