//! Answering: one question of an open review at a time, or many at once; never by whom the work is of.

use std::collections::BTreeMap;

use tally_catalog::Checklist;
use tally_catalog::checklist::Question;
use tally_model::problem::{nearest, printable, shorten};
use tally_model::{Instant, Problem, Record, Value};

use super::outcome::Answer;
use super::{COPIED, answerable, find, kind, nature, shut};
use crate::act::{ActError, Actor, Deeds, Edited, Patch, write};
use crate::{Error, Programme};

/// What is answered.
#[derive(Clone, Debug)]
pub struct Said {
    /// The question's id.
    pub question: String,
    /// The answer.
    pub answer: Answer,
    /// What else is to be said; partly and not applicable need it.
    pub note: Option<String>,
    /// What shows it: ids of evidence, or where it is. A yes without any is claimed.
    pub evidence: Vec<String>,
}

/// Answers a question of an open review; an answer given before is replaced. `expected` is the last entry of that answer that
/// was seen, 0 for none.
///
/// # Errors
/// Where there is no such review or question, the question does not apply, a note is missing, the review is completed, or the
/// actor made what is reviewed.
pub fn answer(
    programme: &mut Programme,
    review: &str,
    said: &Said,
    expected: Option<u64>,
    by: &Actor,
    at: Instant,
) -> Result<Edited, Error> {
    let record = answerable(programme, review, by)?;
    let catalog = programme.catalog();
    let checklist = find(catalog, record.text("checklist").unwrap_or_default())?;
    let question = question(checklist, &said.question)?;
    let (form, tier) = nature(programme, &record)?;
    if !question.asked_of(&form, &tier) {
        return Err(shut(review, format!("{}; leave it out", not_asked(&question.id, &form, &tier))));
    }
    if let Some(problem) = objection(said) {
        return Err(ActError::Problems(vec![problem]).into());
    }
    let known = programme.store.record(kind("checklist_answer")?, &id_of(review, &question.id))?;
    let patch = patch(review, &question.id, said, (by.name.as_str(), at), known.as_ref())?;
    let patches = [Patch { record: patch, expected }];
    let deeds = Deeds { word: "checklist-answer", more: Vec::new() };
    write(programme, &patches, &deeds, by, at)?.sound()
}

/// Takes the answer to a question of an open review away: it is unanswered then.
///
/// # Errors
/// As [`answer`], and where the question is not answered.
pub fn clear(programme: &mut Programme, review: &str, question_id: &str, by: &Actor, at: Instant) -> Result<Edited, Error> {
    let record = answerable(programme, review, by)?;
    let checklist = find(programme.catalog(), record.text("checklist").unwrap_or_default())?;
    let question = question(checklist, question_id)?.id.clone();
    let kind = kind("checklist_answer")?;
    let id = id_of(review, &question);
    let known = programme.store.record(kind, &id)?.filter(|known| known.instant("withdrawn_at").is_none());
    if known.is_none() {
        return Err(Error::Invalid(format!(
            "{question} of {} has no answer that could be cleared",
            printable(&shorten(review))
        )));
    }
    let patches = [Patch { record: Record::new(kind, id).with("withdrawn_at", at), expected: None }];
    write(programme, &patches, &Deeds { word: "checklist-clear", more: Vec::new() }, by, at)?.sound()
}

/// The id of an answer.
pub(super) fn id_of(review: &str, question: &str) -> String {
    format!("{review}/{question}")
}

/// The question of this id; people may write it in small letters.
pub(super) fn question<'c>(checklist: &'c Checklist, id: &str) -> Result<&'c Question, Error> {
    let found = checklist.questions.iter().find(|question| question.id.eq_ignore_ascii_case(id.trim()));
    found.ok_or_else(|| Error::Unknown {
        what: "question",
        name: printable(&shorten(id)),
        help: nearest(id, checklist.questions.iter().map(|question| question.id.as_str()))
            .map(|near| format!("did you mean `{near}`?")),
    })
}

/// Why a question cannot be answered that does not apply.
pub(super) fn not_asked(question: &str, form: &str, tier: &str) -> String {
    format!("{question} is not asked of a system of type {form} with {tier} risk")
}

/// What is missing in an answer.
pub(super) fn objection(said: &Said) -> Option<Problem> {
    let empty = said.note.as_deref().is_none_or(|note| note.trim().is_empty());
    (said.answer.needs_note() && empty).then(|| {
        let expected = if said.answer == Answer::Partly { "a note that says what is missing" } else { "a note that says why" };
        Problem::error(format!("`{}` without a note", said.answer.label().to_lowercase()), expected).at_field("note")
    })
}

/// What an answer says, as a patch: everything an earlier answer said is replaced.
pub(super) fn patch(
    review: &str,
    question: &str,
    said: &Said,
    (by, at): (&str, Instant),
    known: Option<&Record>,
) -> Result<Record, Error> {
    let evidence = said.evidence.iter().map(|text| text.trim()).filter(|text| !text.is_empty()).map(Value::from);
    let evidence: Vec<Value> = evidence.collect();
    let note = said.note.as_deref().map(str::trim).filter(|note| !note.is_empty());
    let mut patch = Record::new(kind("checklist_answer")?, id_of(review, question))
        .with("review", review)
        .with("question", question)
        .with("answer", said.answer.word())
        .with("by", by)
        .with("answered_at", at)
        .with("note", note.map_or(Value::Null, Value::from))
        .with("evidence", if evidence.is_empty() { Value::Null } else { Value::List(evidence) })
        .with("withdrawn_at", Value::Null);
    if known.is_some_and(|known| known.label(COPIED).is_some()) {
        // It is an answer of its own from now on.
        patch.set("labels", Value::Labels(BTreeMap::from([(COPIED.into(), None)])));
    }
    Ok(patch)
}
