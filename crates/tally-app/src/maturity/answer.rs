//! Answers are given and taken back: one, or many in one commit. A round that was approved stays as it is; a change of one that
//! was handed in takes the hand-in back, so that what is approved is what was handed in.

use std::collections::BTreeMap;

use tally_catalog::MaturityModel;
use tally_model::problem::{printable, shorten};
use tally_model::{Instant, Record, Value};

use super::desk::{Desk, Hand, subject_value, texts};
use super::round::{ORGANISATION, Round, RoundScope, RoundState, shut, shut_as, writable};
use super::sheet::{records, score_of};
use super::{ANSWER, CARRIED, ROUND, kind, model, question};
use crate::act::{ActError, Deeds, Edited, Patch, same, write};
use crate::{Error, Programme};

/// Most answers of one call.
const ANSWERS_MAX: usize = 50_000;
/// Most pieces of evidence of one answer.
const PROOFS_MAX: usize = 50;
/// Longest name of a piece of evidence, in characters.
const PROOF_LONGEST: usize = 500;

/// What is said to one question. What is not given stays as it is; answering anew by the score makes the answer one of now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reply {
    /// The subject; of a round over the organisation, or over one subject, it need not be named.
    pub subject: Option<String>,
    /// The question's id.
    pub question: String,
    /// The score.
    pub score: Option<u8>,
    /// What else is to be said; empty: nothing.
    pub note: Option<String>,
    /// Ids of evidence, or where the proof is; empty: none.
    pub evidence: Option<Vec<String>>,
    /// What the asker saw, where it matters that nobody answered meanwhile.
    pub seen: Option<Seen>,
    /// Who answered and when, of answers that are imported; else who acts, and now.
    pub said: Option<(String, Instant)>,
}

/// What somebody saw who answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// No answer.
    Nothing,
    /// The answer of this instant.
    At(Instant),
}

/// Answers questions of a round, in one commit.
///
/// # Errors
/// `NotFound` for an unknown round, subject or question; `Invalid` for a score off the scale; `Denied` where the domain is
/// assigned to others; `Conflict` where the round is approved, or the answer was changed since it was seen.
pub fn answer(programme: &mut Programme, id: &str, replies: &[Reply], hand: Hand<'_>, at: Instant) -> Result<Edited, Error> {
    let round = open(programme, id)?;
    let of = model(programme.catalog(), &round.model)?;
    if replies.len() > ANSWERS_MAX {
        return Err(Error::Invalid(format!(
            "{} answers at once, at most {ANSWERS_MAX} are taken; send them in parts",
            replies.len()
        )));
    }
    let mut patches = Vec::with_capacity(replies.len() + 1);
    let mut reached = Reached::new(&round, hand);
    for reply in replies {
        let subject = reached.subject(programme, reply.subject.as_deref())?;
        patches.push(Patch { record: patch(programme, &round, of, &subject, reply, hand, at)?, expected: None });
    }
    finish(programme, &round, patches, "answer", hand, at)
}

/// Takes answers back: from now on the questions are unanswered. What was answered stays in the journal.
///
/// # Errors
/// As `answer`; and where a question is not answered.
pub fn clear(
    programme: &mut Programme,
    facts: &crate::Facts,
    id: &str,
    questions: &[(Option<String>, String)],
    hand: Hand<'_>,
    at: Instant,
) -> Result<Edited, Error> {
    let round = open(programme, id)?;
    let of = model(programme.catalog(), &round.model)?;
    let mut patches = Vec::new();
    let mut reached = Reached::new(&round, hand);
    let mut known: BTreeMap<String, Vec<Record>> = BTreeMap::new();
    for (subject, asked) in questions {
        let subject = reached.subject(programme, subject.as_deref())?;
        let asked = question(of, asked)?;
        refuse_others(&round, &asked.domain, hand)?;
        if !known.contains_key(&subject) {
            let desk = Desk::whole(programme, facts, at);
            known.insert(subject.clone(), records(&desk, &round, Some(&subject), Instant::from_micros(i64::MAX))?);
        }
        let answered = known
            .get(&subject)
            .into_iter()
            .flatten()
            .filter(|record| record.text("question") == Some(&asked.id) && record.instant("withdrawn_at").is_none());
        let before = patches.len();
        for record in answered {
            let from = record.instant("answered_at").map_or(at, |answered| answered.max(at));
            let record = Record::new(record.kind(), record.id()).with("withdrawn_at", from);
            patches.push(Patch { record, expected: None });
        }
        if patches.len() == before {
            return Err(shut_as(
                &format!("question {}", asked.id),
                "it is not answered; there is nothing to take back".to_owned(),
            ));
        }
    }
    finish(programme, &round, patches, "answer-clear", hand, at)
}

/// A round that answers can still be given to.
pub(super) fn open(programme: &Programme, id: &str) -> Result<Round, Error> {
    let round = writable(programme, id)?;
    match (round.state, &round.approved_at) {
        (RoundState::Approved, Some(at)) => {
            let by = round.approved_by.as_deref().unwrap_or("somebody");
            let why =
                format!("it was approved by {by} on {at} and stays as it is; start a new round, with its answers or without");
            Err(shut(id, why))
        }
        _ => Ok(round),
    }
}

/// Whether a domain is somebody's to answer.
pub(super) fn is_theirs(round: &Round, domain: &str, hand: Hand<'_>) -> bool {
    let mut assigned = round.assignments.iter().filter(|known| known.domain == domain).peekable();
    assigned.peek().is_none() || hand.leads(round) || assigned.any(|known| hand.by.is(&known.owner))
}

/// Refuses who may not answer a domain that is assigned.
pub(super) fn refuse_others(round: &Round, domain: &str, hand: Hand<'_>) -> Result<(), Error> {
    if is_theirs(round, domain, hand) {
        return Ok(());
    }
    let owners: Vec<String> = round.assigned(domain).into_iter().map(|known| known.owner).collect();
    let why = format!(
        "domain {domain} is assigned to {}; they, the assessor {} or an administrator answer it, or assign it anew",
        owners.join(", "),
        round.assessor
    );
    Err(ActError::SeparateDuties { record: format!("round {}", shorten(&round.id)), why }.into())
}

/// Refuses a score that the model's scale does not have.
pub(super) fn on_scale(of: &MaturityModel, score: u8, what: &str) -> Result<(), Error> {
    if of.scale.iter().any(|step| step.score == score) {
        return Ok(());
    }
    let steps: Vec<String> = of.scale.iter().map(|step| format!("{} ({})", step.score, step.name)).collect();
    Err(Error::Invalid(format!("score {score} for {what}, expected one of {}", steps.join(", "))))
}

/// The id of an answer.
pub(super) fn answer_id(round: &str, subject: &str, question: &str) -> String {
    format!("{round}/{subject}/{question}")
}

/// Subjects that are known to be there and within reach: each is looked up once.
pub(super) struct Reached<'r> {
    round: &'r Round,
    hand: Hand<'r>,
    known: Vec<String>,
}

impl<'r> Reached<'r> {
    pub(super) fn new(round: &'r Round, hand: Hand<'r>) -> Self {
        Self { round, hand, known: Vec::new() }
    }

    /// The subject of this name; of a round over one it need not be named.
    pub(super) fn subject(&mut self, programme: &Programme, named: Option<&str>) -> Result<String, Error> {
        let round = self.round;
        let named = match (named.filter(|named| !named.is_empty()), round.scope, round.subjects.as_slice()) {
            (Some(named), ..) => named,
            (None, RoundScope::Organisation, _) => ORGANISATION,
            (None, _, [only]) => only,
            (None, ..) => {
                let text = format!(
                    "round `{}` is over {} {}s; name the one that is answered for",
                    round.id,
                    round.subjects.len(),
                    round.scope.word()
                );
                return Err(Error::Invalid(text));
            }
        };
        if self.known.iter().any(|known| known == named) {
            return Ok(named.to_owned());
        }
        let is_there = match round.scope {
            RoundScope::Organisation => named == ORGANISATION,
            _ => round.subjects.iter().any(|known| known == named),
        };
        if !is_there || !self.hand.reaches(programme, round.scope, named)? {
            let name = printable(&shorten(named));
            return Err(Error::Unknown { what: "subject of this round", name, help: None });
        }
        self.known.push(named.to_owned());
        Ok(named.to_owned())
    }
}

/// What a reply says of an answer's record.
pub(super) fn patch(
    programme: &Programme,
    round: &Round,
    of: &MaturityModel,
    subject: &str,
    reply: &Reply,
    hand: Hand<'_>,
    at: Instant,
) -> Result<Record, Error> {
    let asked = question(of, &reply.question)?;
    refuse_others(round, &asked.domain, hand)?;
    if let Some(score) = reply.score {
        on_scale(of, score, &asked.id)?;
    }
    let id = answer_id(&round.id, subject, &asked.id);
    let known = programme.store.record(kind(ANSWER)?, &id)?;
    let standing = known.as_ref().filter(|known| known.instant("withdrawn_at").is_none());
    unchanged(&asked.id, standing, reply.seen)?;
    let mut record = Record::new(kind(ANSWER)?, id.as_str());
    match (reply.score, standing) {
        (Some(score), _) => {
            let (by, answered) = reply.said.clone().unwrap_or_else(|| (hand.by.name.clone(), at));
            record.set("model", of.id.as_str());
            record.set("question", asked.id.as_str());
            record.set("score", Value::Count(i64::from(score)));
            record.set("round", round.id.as_str());
            record.set("subject", subject_value(round, subject));
            record.set("by", by.as_str());
            record.set("answered_at", answered);
            record.set("withdrawn_at", Value::Null);
            own(&mut record, known.as_ref());
        }
        (None, Some(_)) => {}
        (None, None) => {
            let text = format!("question {} is not answered; give its score with the note or the evidence", asked.id);
            return Err(Error::Invalid(text));
        }
    }
    // What was said beside an answer that was taken back goes with it.
    let stale = known.is_some() && standing.is_none();
    match reply.note.as_deref().map(str::trim) {
        Some("") => record.set("note", Value::Null),
        Some(note) => record.set("note", note),
        None if stale => record.set("note", Value::Null),
        None => {}
    }
    match &reply.evidence {
        Some(named) => record.set("evidence", evidence(&asked.id, named)?),
        None if stale => record.set("evidence", Value::Null),
        None => {}
    }
    Ok(record)
}

/// An answer that is given anew is this round's own.
fn own(record: &mut Record, known: Option<&Record>) {
    if known.is_some_and(|known| known.label(CARRIED).is_some()) {
        record.set("labels", Value::Labels([(CARRIED.into(), None)].into()));
    }
}

fn unchanged(question: &str, standing: Option<&Record>, seen: Option<Seen>) -> Result<(), Error> {
    let now = standing.and_then(|record| record.instant("answered_at"));
    let as_seen = match seen {
        None => true,
        Some(Seen::Nothing) => now.is_none(),
        Some(Seen::At(at)) => now == Some(at),
    };
    if as_seen {
        return Ok(());
    }
    let why = match standing {
        Some(record) => format!(
            "{} answered it meanwhile with {}; look at it again and decide anew",
            record.text("by").unwrap_or("somebody"),
            score_of(record).unwrap_or_default()
        ),
        None => "its answer was taken back meanwhile; look at it again and decide anew".to_owned(),
    };
    Err(shut_as(&format!("question {question}"), why))
}

/// A list of evidence; named twice is named once.
fn evidence(question: &str, named: &[String]) -> Result<Value, Error> {
    let mut kept: Vec<&str> = Vec::new();
    for name in named.iter().map(|name| name.trim()).filter(|name| !name.is_empty()) {
        if name.chars().count() > PROOF_LONGEST {
            let text = format!("evidence of {question} named in more than {PROOF_LONGEST} characters; name an id or a place");
            return Err(Error::Invalid(text));
        }
        if !kept.contains(&name) {
            kept.push(name);
        }
    }
    if kept.len() > PROOFS_MAX {
        return Err(Error::Invalid(format!(
            "{} pieces of evidence for {question}, at most {PROOFS_MAX} are taken",
            kept.len()
        )));
    }
    Ok(if kept.is_empty() { Value::Null } else { Value::List(kept.into_iter().map(Value::from).collect()) })
}

/// Writes answers, and takes the hand-in back where there was one.
pub(super) fn finish(
    programme: &mut Programme,
    round: &Round,
    mut patches: Vec<Patch>,
    word: &str,
    hand: Hand<'_>,
    at: Instant,
) -> Result<Edited, Error> {
    if round.state == RoundState::Submitted {
        let record = Record::new(kind(ROUND)?, round.id.as_str()).with("submitted_at", Value::Null);
        patches.push(Patch { record, expected: None });
    }
    write(programme, &patches, &Deeds { word, more: vec![("round", round.id.as_str().into())] }, hand.by, at)?.sound()
}

/// Whether a name is one of these.
pub(super) fn is_any(name: &str, others: &[&str]) -> bool {
    others.iter().any(|other| same(name, other))
}

/// Whether a record says the same as a reply: score, note and evidence, and who and when where the reply says so.
pub(super) fn says_same(record: &Record, reply: &Reply) -> bool {
    let note = reply.note.as_deref().map(str::trim).unwrap_or_default();
    record.instant("withdrawn_at").is_none()
        && score_of(record) == reply.score
        && record.text("note").unwrap_or_default() == note
        && texts(record, "evidence") == reply.evidence.clone().unwrap_or_default()
        && reply
            .said
            .as_ref()
            .is_none_or(|(by, at)| record.text("by") == Some(by) && record.instant("answered_at") == Some(*at))
}
