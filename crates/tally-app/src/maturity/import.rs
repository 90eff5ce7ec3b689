//! Answers from a file of the form that [`super::export_csv`] and [`super::export_json`] write. Idempotent: what is known
//! already writes nothing. Every problem is told, with its line and field, and nothing is written while any stands.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

use serde_json::Value as Json;
use tally_catalog::MaturityModel;
use tally_model::problem::{nearest, printable, shorten};
use tally_model::{Instant, Problem, Record};

use super::answer::{Reached, Reply, answer_id, finish, open, patch, says_same};
use super::desk::Hand;
use super::export::{COLUMNS, SUBJECT};
use super::round::Round;
use super::{ANSWER, kind, model};
use crate::act::{Edited, Patch};
use crate::{Error, Programme};

/// Most bytes of a file.
const LONGEST: usize = 64 << 20;
/// Most problems that are told one by one.
const TOLD: usize = 1_000;

/// How a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// A sheet with a header.
    Csv,
    /// An object with `answers`, or a list of them.
    Json,
}

/// What an import did.
#[derive(Clone, Debug, Default)]
pub struct Imported {
    /// Rows that were read.
    pub rows: usize,
    /// Rows without a score: they say nothing.
    pub blank: usize,
    /// Answers that are known already.
    pub unchanged: usize,
    /// Answers that are new, or other than before.
    pub answers: usize,
    /// What is wrong; nothing was written where there is any.
    pub problems: Vec<Problem>,
    /// What was written.
    pub edited: Edited,
}

/// A row of a file.
struct Line {
    /// From 1; of JSON the place in the list.
    number: u64,
    fields: Vec<(String, Option<String>)>,
    /// Of JSON a list, of CSV parts of a cell.
    evidence: Vec<String>,
}

/// Imports answers into a round.
///
/// # Errors
/// Where the round cannot be answered, or the file is none of this form. What is wrong with rows is in the answer.
pub fn import(
    programme: &mut Programme,
    id: &str,
    (file, bytes): (&str, &[u8]),
    layout: Layout,
    hand: Hand<'_>,
    at: Instant,
) -> Result<Imported, Error> {
    let round = open(programme, id)?;
    let of = model(programme.catalog(), &round.model)?;
    if bytes.len() > LONGEST {
        return Err(Error::Invalid(format!(
            "{} of {} bytes, at most {LONGEST} are taken; import it in parts",
            printable(file),
            bytes.len()
        )));
    }
    let mut done = Imported::default();
    let lines = match layout {
        Layout::Csv => sheet(file, bytes, &mut done.problems)?,
        Layout::Json => list(file, bytes, &mut done.problems)?,
    };
    let mut taking = Taking { file, round: &round, of, reached: Reached::new(&round, hand), seen: BTreeMap::new(), hand, at };
    let mut patches: Vec<Patch> = Vec::new();
    for line in &lines {
        done.rows += 1;
        match taking.take(programme, line)? {
            Taken::Blank => done.blank += 1,
            Taken::Known => done.unchanged += 1,
            Taken::Answer(record) => patches.push(Patch { record, expected: None }),
            Taken::Wrong(problems) => done.problems.extend(problems),
        }
    }
    done.answers = patches.len();
    done.problems.truncate(TOLD);
    if done.problems.is_empty() && !patches.is_empty() {
        done.edited = finish(programme, &round, patches, "answer-import", hand, at)?;
    }
    Ok(done)
}

/// What a row comes to.
enum Taken {
    /// It has no score.
    Blank,
    /// It is known already.
    Known,
    /// It says something new.
    Answer(Record),
    /// It cannot be used.
    Wrong(Vec<Problem>),
}

/// Takes rows, one after the other.
struct Taking<'t> {
    file: &'t str,
    round: &'t Round,
    of: &'t MaturityModel,
    reached: Reached<'t>,
    /// Subjects and questions that were met, and where.
    seen: BTreeMap<(String, String), u64>,
    hand: Hand<'t>,
    at: Instant,
}

impl Taking<'_> {
    fn take(&mut self, programme: &Programme, line: &Line) -> Result<Taken, Error> {
        let file = self.file;
        let at_line = |problem: Problem| problem.at_line(file, line.number);
        let wrong = |field: &str, error: Error| match error {
            error @ (Error::Store(_) | Error::File { .. }) => Err(error),
            error => Ok(Taken::Wrong(vec![at_line(Problem::error(error.to_string(), "").at_field(field))])),
        };
        let reply = match reply(line, self.at) {
            Ok(Some(reply)) => reply,
            Ok(None) => return Ok(Taken::Blank),
            Err(problems) => return Ok(Taken::Wrong(problems.into_iter().map(at_line).collect())),
        };
        let subject = match self.reached.subject(programme, reply.subject.as_deref()) {
            Ok(subject) => subject,
            Err(error) => return wrong(SUBJECT, error),
        };
        if let Some(first) = self.seen.insert((subject.clone(), reply.question.clone()), line.number) {
            let found = format!("question {} a second time; line {first} has it", shorten(&reply.question));
            let problem = Problem::error(found, "each question once").at_field("Question id");
            return Ok(Taken::Wrong(vec![at_line(problem)]));
        }
        let id = answer_id(&self.round.id, &subject, &reply.question);
        let known = programme.store.record(kind(ANSWER)?, &id)?;
        if known.is_some_and(|known| says_same(&known, &reply)) {
            return Ok(Taken::Known);
        }
        match patch(programme, self.round, self.of, &subject, &reply, self.hand, self.at) {
            Ok(record) => Ok(Taken::Answer(record)),
            Err(error) => wrong(if self.of.question(&reply.question).is_some() { "Score" } else { "Question id" }, error),
        }
    }
}

/// As [`import`], from a file; `-` is standard input. What its name ends in says how it is written, where nothing else does.
///
/// # Errors
/// As [`import`], and where the file cannot be read.
pub fn import_file(
    programme: &mut Programme,
    id: &str,
    (path, name): (&Path, Option<&str>),
    layout: Option<Layout>,
    hand: Hand<'_>,
    at: Instant,
) -> Result<Imported, Error> {
    let shown = name.map_or_else(|| crate::import::shown(path), str::to_owned);
    let mut bytes = Vec::new();
    let raw = crate::import::open(path)?.take(LONGEST as u64 + 1);
    std::io::BufReader::new(raw).read_to_end(&mut bytes).map_err(Error::file("reading", path))?;
    let is_json = || shown.to_lowercase().ends_with(".json") || bytes.trim_ascii_start().starts_with(b"{");
    let layout = layout.unwrap_or_else(|| if is_json() { Layout::Json } else { Layout::Csv });
    import(programme, id, (&shown, &bytes), layout, hand, at)
}

/// What a row says; `None` where it has no score.
fn reply(line: &Line, now: Instant) -> Result<Option<Reply>, Vec<Problem>> {
    let mut problems = Vec::new();
    let text = |name: &str| {
        let found = line.fields.iter().find(|(known, _)| known == name).and_then(|(_, value)| value.as_deref());
        found.map(str::trim).filter(|text| !text.is_empty())
    };
    let Some(score) = text("Score") else { return Ok(None) };
    let score = score.parse::<u8>().map_err(|_| {
        let problem = Problem::error(format!("`{}`", printable(&shorten(score))), "a score of the model's scale, such as 3");
        vec![problem.at_field("Score").with_help("leave it empty where the question is not answered")]
    })?;
    let question = text("Question id").map(str::to_owned).unwrap_or_else(|| {
        problems.push(Problem::error("nothing", "the id of a question (required)").at_field("Question id"));
        String::new()
    });
    let answered = text("Answered at").and_then(|text| match Instant::parse(text) {
        Some(at) if at <= now => Some(at),
        Some(at) => {
            problems
                .push(Problem::error(format!("{at}, which is yet to come"), "an instant up to now").at_field("Answered at"));
            None
        }
        None => {
            let found = format!("`{}`", printable(&shorten(text)));
            problems.push(Problem::error(found, "an instant such as 2026-03-31T17:20:00Z, or a date").at_field("Answered at"));
            None
        }
    });
    let said = match (text("By"), answered) {
        (Some(by), Some(at)) => Some((by.to_owned(), at)),
        (Some(by), None) => Some((by.to_owned(), now)),
        (None, Some(_)) => {
            let help = "leave out both where you answer now";
            problems.push(Problem::error("nothing", "who answered, beside when").at_field("By").with_help(help));
            None
        }
        (None, None) => None,
    };
    if !problems.is_empty() {
        return Err(problems);
    }
    Ok(Some(Reply {
        subject: text(SUBJECT).map(str::to_owned),
        question,
        score: Some(score),
        note: Some(text("Note").unwrap_or_default().to_owned()),
        evidence: Some(line.evidence.clone()),
        seen: None,
        said,
    }))
}

/// The rows of a sheet. Columns may stand in any order; those that nobody fills in may be left out.
fn sheet(file: &str, bytes: &[u8], problems: &mut Vec<Problem>) -> Result<Vec<Line>, Error> {
    let mut lines = Vec::new();
    let mut head: Option<Vec<Option<&'static str>>> = None;
    tally_import::records::read_cells(&mut &bytes[..], file, LONGEST, &mut |number, cells| match (cells, &head) {
        (Err(problem), _) => problems.push(problem),
        (Ok(cells), None) => head = Some(header(&cells, file, number, problems)),
        (Ok(cells), Some(head)) => {
            let mut line = Line { number, fields: Vec::new(), evidence: Vec::new() };
            for (name, cell) in head.iter().zip(cells) {
                match name {
                    Some("Evidence") => line.evidence = parts(&unguarded(&cell)),
                    Some(name) => line.fields.push(((*name).to_owned(), Some(unguarded(&cell)))),
                    None => {}
                }
            }
            lines.push(line);
        }
    })?;
    if head.is_none() && problems.is_empty() {
        return Err(Error::Invalid(format!("{} is empty; expected a header with {}", printable(file), COLUMNS.join(", "))));
    }
    Ok(lines)
}

/// Which column holds what; `Question id` and `Score` have to be there.
fn header(cells: &[String], file: &str, line: u64, problems: &mut Vec<Problem>) -> Vec<Option<&'static str>> {
    let known = || COLUMNS.into_iter().chain([SUBJECT]);
    let mut found = Vec::new();
    for cell in cells {
        let name = known().find(|name| name.eq_ignore_ascii_case(cell.trim()));
        if name.is_none() && !cell.trim().is_empty() {
            let near = nearest(cell, known()).map_or_else(|| known().collect::<Vec<_>>().join(", "), str::to_owned);
            let problem = Problem::error(format!("the column `{}`", printable(&shorten(cell))), format!("one of {near}"));
            problems.push(problem.at_field(cell.trim()).at_line(file, line).with_help("rename it, or take it out"));
        }
        found.push(name);
    }
    for must in ["Question id", "Score"] {
        if !found.contains(&Some(must)) {
            problems.push(Problem::error("no such column", format!("a column `{must}`")).at_field(must).at_line(file, line));
        }
    }
    found
}

/// A cell as it was before it was kept from being a formula.
fn unguarded(cell: &str) -> String {
    let rest = cell.strip_prefix('\'').filter(|rest| rest.starts_with(['=', '+', '-', '@', '\t', '\r']));
    rest.unwrap_or(cell).to_owned()
}

fn parts(cell: &str) -> Vec<String> {
    cell.split(';').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

/// The members of an answer in JSON, beside the columns that they are.
const MEMBERS: [(&str, &str); 6] = [
    ("subject", SUBJECT),
    ("question_id", "Question id"),
    ("score", "Score"),
    ("note", "Note"),
    ("by", "By"),
    ("answered_at", "Answered at"),
];

/// The answers of a JSON file.
fn list(file: &str, bytes: &[u8], problems: &mut Vec<Problem>) -> Result<Vec<Line>, Error> {
    let invalid = |text: String| Error::Invalid(format!("{}: {text}", printable(file)));
    let json: Json = serde_json::from_slice(bytes).map_err(|error| invalid(error.to_string()))?;
    let items = match &json {
        Json::Array(items) => items,
        other => other.get("answers").and_then(Json::as_array).ok_or_else(|| {
            invalid("expected a list of answers, or an object with `answers` as `tally maturity export` writes it".to_owned())
        })?,
    };
    let mut lines = Vec::with_capacity(items.len());
    for (number, item) in (1..).zip(items) {
        let Some(members) = item.as_object() else {
            problems.push(Problem::error("an answer that is no object", "an object").at_line(file, number));
            continue;
        };
        let mut line = Line { number, fields: Vec::new(), evidence: Vec::new() };
        for (member, column) in MEMBERS {
            let text = match members.get(member) {
                None | Some(Json::Null) => None,
                Some(Json::String(text)) => Some(text.clone()),
                Some(other) => Some(other.to_string()),
            };
            line.fields.push((column.to_owned(), text));
        }
        match members.get("evidence") {
            None | Some(Json::Null) => {}
            Some(Json::Array(named)) if named.iter().all(Json::is_string) => {
                line.evidence = named.iter().filter_map(|name| name.as_str().map(|name| name.trim().to_owned())).collect();
            }
            Some(_) => {
                let problem = Problem::error("evidence that is no list of texts", "a list such as [\"ev-1\"]");
                problems.push(problem.at_field(format!("answers[{}].evidence", number - 1)).at_line(file, number));
            }
        }
        lines.push(line);
    }
    Ok(lines)
}
