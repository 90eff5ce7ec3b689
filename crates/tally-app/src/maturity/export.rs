//! The answers of a round as a file: CSV for spreadsheets, JSON for programs. Unanswered questions are there without a score,
//! so that a file can be filled in and imported.

use serde_json::{Value as Json, json};
use tally_model::Instant;

use super::desk::Desk;
use super::round::{Round, RoundScope, Subject, round};
use super::sheet::given;
use super::{cards::Given, model};
use crate::Error;

/// The columns of the CSV, in order. Files over teams or systems have `Subject` before them.
pub(super) const COLUMNS: [&str; 10] =
    ["Domain", "Level", "Question id", "Question", "Score", "Answer", "Note", "Evidence", "By", "Answered at"];
/// The column of the subject.
pub(super) const SUBJECT: &str = "Subject";
/// What parts pieces of evidence in a cell.
pub(super) const BETWEEN: &str = "; ";

/// A question of a subject as a file has it.
#[derive(Clone, Debug, PartialEq)]
pub struct ExportRow {
    /// The subject.
    pub subject: Subject,
    /// The domain's id.
    pub domain: String,
    /// The level.
    pub level: u8,
    /// The question's id.
    pub question: String,
    /// The question.
    pub ask: String,
    /// The answer; `None`: unanswered.
    pub answer: Option<Given>,
    /// What people call its score.
    pub name: String,
}

/// The questions of a round, subject by subject in the model's order; of one subject, where one is named.
///
/// # Errors
/// Where the viewer sees no such round or subject, or the facts cannot be read.
pub fn export_rows(desk: &Desk<'_>, id: &str, subject: Option<&str>) -> Result<(Round, Vec<ExportRow>), Error> {
    let round = round(desk, id)?;
    let of = model(desk.programme.catalog(), &round.model)?;
    let subjects = match subject {
        Some(_) => vec![desk.subject(&round, subject)?],
        None => desk.subjects(&round)?,
    };
    let mut rows = Vec::with_capacity(subjects.len() * of.questions.len());
    for subject in subjects {
        let mut answers = given(desk, &round, of, &subject.id)?;
        rows.extend(of.questions.iter().map(|question| {
            let answer = answers.remove(&question.id);
            let step = answer.as_ref().and_then(|answer| of.scale.iter().find(|step| step.score == answer.score));
            ExportRow {
                subject: subject.clone(),
                domain: question.domain.clone(),
                level: question.level,
                question: question.id.clone(),
                ask: question.ask.clone(),
                name: step.map(|step| step.name.clone()).unwrap_or_default(),
                answer,
            }
        }));
    }
    Ok((round, rows))
}

/// As CSV; no cell becomes a formula in a spreadsheet.
///
/// # Errors
/// As [`export_rows`].
pub fn export_csv(desk: &Desk<'_>, id: &str, subject: Option<&str>) -> Result<String, Error> {
    let (round, rows) = export_rows(desk, id, subject)?;
    let several = round.scope != RoundScope::Organisation;
    let head = several.then_some(SUBJECT).into_iter().chain(COLUMNS).map(str::to_owned).collect();
    let mut lines: Vec<Vec<String>> = vec![head];
    for row in rows {
        let mut cells: Vec<String> = several.then(|| row.subject.id.clone()).into_iter().collect();
        cells.extend([row.domain, row.level.to_string(), row.question, row.ask]);
        cells.extend(match row.answer {
            Some(answer) => [
                answer.score.to_string(),
                row.name,
                answer.note.clone().unwrap_or_default(),
                named(&answer).join(BETWEEN),
                answer.by,
                answer.answered_at.to_string(),
            ],
            None => Default::default(),
        });
        lines.push(cells);
    }
    Ok(tally_report::sheet::write(&lines))
}

/// As JSON: an object with the round and its `answers`; those without an answer have a `score` of null.
///
/// # Errors
/// As [`export_rows`].
pub fn export_json(desk: &Desk<'_>, id: &str, subject: Option<&str>) -> Result<Json, Error> {
    let (round, rows) = export_rows(desk, id, subject)?;
    let line = |row: ExportRow| {
        let answer = row.answer.as_ref();
        json!({
            "subject": row.subject.id, "domain": row.domain, "level": row.level, "question_id": row.question, "question": row.ask,
            "score": answer.map(|answer| answer.score), "answer": answer.map(|_| row.name),
            "note": answer.and_then(|answer| answer.note.clone()),
            "evidence": answer.map(named).unwrap_or_default(),
            "by": answer.map(|answer| answer.by.clone()),
            "answered_at": answer.map(|answer| answer.answered_at.to_string()),
            "carried_from": answer.and_then(|answer| answer.carried.clone())
        })
    };
    let instant = |at: Option<Instant>| at.map(|at| at.to_string());
    Ok(json!({
        "round": round.id, "title": round.title, "model": round.model, "scope": round.scope.word(), "state": round.state.word(),
        "started_at": instant(round.started_at), "approved_at": instant(round.approved_at),
        "answers": rows.into_iter().map(line).collect::<Vec<_>>()
    }))
}

fn named(answer: &Given) -> Vec<String> {
    answer.evidence.iter().map(|proof| proof.named.clone()).collect()
}
