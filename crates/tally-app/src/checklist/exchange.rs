//! A review as a file, and answers from such a file: CSV or JSON, the same form out and in. Everything that is wrong with a file
//! is said at once, with line and field; nothing is written while any of it stands.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::{Value as Json, json};
use tally_catalog::Checklist;
use tally_catalog::checklist::Question;
use tally_model::problem::shorten;
use tally_model::{Instant, Problem, Record};
use tally_report::sheet;

use super::answer::{Said, id_of, not_asked, objection, patch, question};
use super::outcome::Answer;
use super::sheet::{Line, Sheet};
use super::{answerable, authors, find, kind, nature, table};
use crate::act::{ActError, Actor, Deeds, Edited, Patch, same, write};
use crate::{Error, Programme};

/// The columns of a review as a table.
const HEAD: [&str; 9] = ["Group", "Question id", "Question", "Blocking", "Answer", "Note", "Evidence", "By", "Answered at"];
/// What a table is called in problems; its own name is the faces' to know.
pub(super) const FILE: &str = "answers";
/// What is between two pieces of evidence in one cell.
const BETWEEN: &str = "; ";

/// What an import took.
#[derive(Clone, Debug)]
pub struct Taken {
    /// What was written.
    pub edited: Edited,
    /// Answers that are new or changed.
    pub answers: usize,
    /// Answers that stood so already.
    pub unchanged: usize,
}

/// A review as CSV, a row a question that applies; safe for spreadsheets.
pub fn export_csv(review: &Sheet) -> String {
    let row = |title: &str, line: &Line| {
        let given = line.given.as_ref();
        let evidence: Vec<&str> = given.iter().flat_map(|given| &given.evidence).map(|proof| proof.text.as_str()).collect();
        vec![
            title.to_owned(),
            line.question.id.clone(),
            line.question.ask.clone(),
            if line.question.blocking { "yes" } else { "no" }.to_owned(),
            given.map_or("", |given| given.answer.word()).to_owned(),
            given.and_then(|given| given.note.clone()).unwrap_or_default(),
            evidence.join(BETWEEN),
            given.map(|given| given.by.clone()).unwrap_or_default(),
            given.map(|given| given.answered_at.to_string()).unwrap_or_default(),
        ]
    };
    let head = HEAD.map(str::to_owned).to_vec();
    let rows = review.groups.iter().flat_map(|group| group.lines.iter().map(|line| row(&group.title, line)));
    sheet::write(&std::iter::once(head).chain(rows).collect::<Vec<_>>())
}

/// A review as JSON.
pub fn export_json(review: &Sheet) -> Json {
    let lines = review.groups.iter().flat_map(|group| &group.lines);
    let answers = lines.filter_map(|line| {
        let given = line.given.as_ref()?;
        let evidence: Vec<&str> = given.evidence.iter().map(|proof| proof.text.as_str()).collect();
        Some(json!({
            "question": line.question.id, "answer": given.answer.word(), "note": given.note, "evidence": evidence, "by": given.by,
            "answered_at": given.answered_at.to_string()
        }))
    });
    json!({
        "review": review.id, "checklist": review.checklist, "system": review.system, "release": review.release,
        "reviewer": review.reviewer, "started_at": review.started_at.to_string(),
        "completed_at": review.completed_at.map(|at| at.to_string()), "outcome": review.outcome.word(),
        "answers": answers.collect::<Vec<Json>>()
    })
}

/// Where an answer stands in a file: on a line of a table, or in a list.
#[derive(Clone, Copy, Debug)]
enum Place {
    Line(u64),
    Nth(usize),
}

impl Default for Place {
    fn default() -> Self {
        Self::Nth(0)
    }
}

/// An answer as a file says it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Written {
    #[serde(skip)]
    place: Place,
    question: String,
    answer: String,
    note: Option<String>,
    evidence: Vec<String>,
    by: Option<String>,
    answered_at: Option<String>,
}

#[derive(Deserialize)]
struct Document {
    answers: Vec<Written>,
}

/// Takes the answers of a file into an open review: CSV or JSON as they are exported. Rows without an answer are passed over; what
/// stands so already is not written again. An answer without a name or a date is the actor's of now.
///
/// # Errors
/// All that is wrong with the file; where there is no such review, it is completed, or the actor made what is reviewed.
pub fn take(programme: &mut Programme, review: &str, text: &str, by: &Actor, at: Instant) -> Result<Taken, Error> {
    let record = answerable(programme, review, by)?;
    let written = read(text).map_err(|problem| ActError::Problems(vec![problem]))?;
    let checklist = find(programme.catalog(), record.text("checklist").unwrap_or_default())?;
    let reader = Reader {
        checklist,
        nature: nature(programme, &record)?,
        authors: authors(programme, record.text("author"), record.text("release"))?,
        by,
        at,
    };
    let (mut patches, mut problems, mut unchanged) = (Vec::new(), Vec::new(), 0);
    let mut seen: BTreeSet<String> = BTreeSet::new();
    for row in written.iter().filter(|row| !row.answer.trim().is_empty()) {
        let (asked, said, name, when) = match reader.answer(row) {
            Ok(found) => found,
            Err(found) => {
                problems.extend(found);
                continue;
            }
        };
        if !seen.insert(asked.id.clone()) {
            problems.push(at_row(
                Problem::error(format!("{} a second time", asked.id), "each question once"),
                row.place,
                "question",
            ));
            continue;
        }
        let known = programme.store.record(kind("checklist_answer")?, &id_of(review, &asked.id))?;
        let patch = patch(review, &asked.id, &said, (&name, when), known.as_ref())?;
        if stands(known.as_ref(), &patch, row) { unchanged += 1 } else { patches.push(Patch { record: patch, expected: None }) }
    }
    if !problems.is_empty() {
        return Err(ActError::Problems(problems).into());
    }
    let answers = patches.len();
    let deeds = Deeds { word: "checklist-import", more: vec![("answers", json!(answers))] };
    let edited = write(programme, &patches, &deeds, by, at)?.sound()?;
    Ok(Taken { edited, answers, unchanged })
}

/// Whether an answer stands as a row says it; a row without a name or a date says nothing of these.
fn stands(known: Option<&Record>, patch: &Record, row: &Written) -> bool {
    let Some(known) = known else { return false };
    let mut wanted = patch.clone();
    for (name, given) in [("by", row.by.is_some()), ("answered_at", row.answered_at.is_some())] {
        if let (false, Some(value)) = (given, known.get(name)) {
            wanted.set(name, value.clone());
        }
    }
    let Some(difference) = known.difference(&wanted) else { return true };
    // A mark of where an answer was taken over from goes with a new answer only.
    difference.members().iter().all(|(at, _)| Some(*at) == known.kind().position("labels"))
}

struct Reader<'r> {
    checklist: &'r Checklist,
    nature: (String, String),
    authors: Vec<String>,
    by: &'r Actor,
    at: Instant,
}

impl<'r> Reader<'r> {
    /// What a row says: the question, the answer, by whom and when; or all that is wrong with it.
    fn answer(&self, row: &Written) -> Result<(&'r Question, Said, String, Instant), Vec<Problem>> {
        let mut problems = Vec::new();
        let mut wrong = |field: &str, problem: Problem| problems.push(at_row(problem, row.place, field));
        let asked = question(self.checklist, &row.question);
        if let Err(error) = &asked {
            wrong("question", Problem::error(error.to_string(), "a question of the checklist"));
        }
        let (form, tier) = &self.nature;
        if let Some(asked) = asked.as_ref().ok().filter(|asked| !asked.asked_of(form, tier)) {
            wrong(
                "question",
                Problem::error(not_asked(&asked.id, form, tier), "a question that applies").with_help("leave the row out"),
            );
        }
        let answer = Answer::named(&row.answer);
        if answer.is_none() {
            let found = format!("`{}`", shorten(row.answer.trim()));
            wrong("answer", Problem::error(found, "yes, partly, no or not_applicable"));
        }
        let when = row.answered_at.as_deref().map_or(Some(self.at), Instant::parse).filter(|when| *when <= self.at);
        if when.is_none() {
            let found = format!("`{}`", shorten(row.answered_at.as_deref().unwrap_or_default()));
            wrong("answered_at", Problem::error(found, "an instant that is past, or nothing"));
        }
        let name = row.by.clone().unwrap_or_else(|| self.by.name.clone());
        if self.authors.iter().any(|author| same(author, &name)) {
            wrong("by", Problem::error(format!("{}, who made what is reviewed", shorten(&name)), "somebody else"));
        }
        let said = answer.map(|answer| Said {
            question: row.question.clone(),
            answer,
            note: row.note.clone(),
            evidence: row.evidence.clone(),
        });
        if let Some(problem) = said.as_ref().and_then(objection) {
            wrong("note", problem);
        }
        match (asked, said, when) {
            (Ok(asked), Some(said), Some(when)) if problems.is_empty() => Ok((asked, said, name, when)),
            _ => Err(problems),
        }
    }
}

fn at_row(problem: Problem, place: Place, field: &str) -> Problem {
    match place {
        Place::Line(line) => problem.at_field(field).at_line(FILE, line),
        Place::Nth(nth) => problem.at_field(format!("answers[{nth}].{field}")),
    }
}

/// The answers of a file.
fn read(text: &str) -> Result<Vec<Written>, Problem> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.trim_start().starts_with(['{', '[']) {
        let wrong = |error: serde_json::Error| {
            Problem::error(format!("a document that cannot be used: {error}"), "a review as it is exported")
        };
        let list = text.trim_start().starts_with('[');
        let answers: Result<Vec<Written>, _> =
            if list { serde_json::from_str(text) } else { serde_json::from_str(text).map(|it: Document| it.answers) };
        let placed = |(nth, row)| Written { place: Place::Nth(nth), ..row };
        return Ok(answers.map_err(wrong)?.into_iter().enumerate().map(placed).collect());
    }
    let mut rows = table::rows(text)?.into_iter();
    let (_, head) = rows.next().ok_or_else(|| Problem::error("an empty file", "a review as it is exported"))?;
    let column = |name: &str| head.iter().position(|cell| table::plain(cell).eq_ignore_ascii_case(name));
    let needed = |name: &str| {
        let expected = format!("a column `{name}`, beside Note, Evidence, By and Answered at");
        column(name)
            .ok_or_else(|| Problem::error(format!("the columns {}", shorten(&head.join(", "))), expected).at_line(FILE, 1))
    };
    let (asked, answer) = (needed("Question id")?, needed("Answer")?);
    let others = ["Note", "Evidence", "By", "Answered at"].map(column);
    let written = |(line, cells): (u64, Vec<String>)| {
        let cell = |at: usize| cells.get(at).map(|cell| table::plain(cell)).unwrap_or_default();
        let maybe = |at: usize| others.get(at).copied().flatten().map(cell).filter(|text| !text.is_empty()).map(str::to_owned);
        let evidence = maybe(1).unwrap_or_default();
        Written {
            place: Place::Line(line),
            question: cell(asked).to_owned(),
            answer: cell(answer).to_owned(),
            note: maybe(0),
            evidence: evidence.split(';').map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned).collect(),
            by: maybe(2),
            answered_at: maybe(3),
        }
    };
    Ok(rows.map(written).collect())
}
