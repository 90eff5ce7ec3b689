//! Improvements: questions that somebody is to lift, with owner, due date, effort and ticket; and how they come along.

use std::collections::BTreeMap;

use tally_judge::maturity::Effort;
use tally_model::problem::{printable, shorten};
use tally_model::{Instant, Record, Value};

use super::desk::{Desk, Hand, subject_of};
use super::round::{ORGANISATION, Round, RoundScope};
use super::{domain, kind, model, question};
use crate::act::{Deeds, Edited, Patch, write};
use crate::{Error, Programme};

/// Kind of an improvement's record.
const IMPROVEMENT: &str = "improvement";
/// Most improvements that are read.
const MOST: usize = 20_000;

/// A question that somebody is to lift.
#[derive(Clone, Debug, PartialEq)]
pub struct Improvement {
    /// Id of its record.
    pub id: String,
    /// The model.
    pub model: String,
    /// The question.
    pub question: String,
    /// The subject, as in rounds.
    pub subject: String,
    /// The score that it is to reach.
    pub target: u8,
    /// Who does it.
    pub owner: String,
    /// When it was planned.
    pub created_at: Option<Instant>,
    /// Until when.
    pub due: Option<Instant>,
    /// How much work it is.
    pub effort: Option<Effort>,
    /// Where it is tracked.
    pub ticket: Option<String>,
    /// When it was done.
    pub done_at: Option<Instant>,
    /// What else was said.
    pub note: Option<String>,
}

/// How an improvement stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// To be done.
    Open,
    /// Due and not done.
    Overdue,
    /// Done.
    Done,
}

impl Progress {
    /// In a word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Overdue => "overdue",
            Self::Done => "done",
        }
    }
}

impl Improvement {
    /// How it stands.
    pub fn progress(&self, now: Instant) -> Progress {
        match (self.done_at, self.due) {
            (Some(_), _) => Progress::Done,
            (None, Some(due)) if due <= now => Progress::Overdue,
            _ => Progress::Open,
        }
    }

    fn of(record: &Record) -> Option<Self> {
        let owned = |name: &str| record.text(name).map(str::to_owned);
        Some(Self {
            id: record.id().to_owned(),
            model: owned("model")?,
            question: owned("question")?,
            subject: subject_of(record).to_owned(),
            target: record.get("target").and_then(Value::count).and_then(|target| u8::try_from(target).ok()).unwrap_or(3),
            owner: owned("owner")?,
            created_at: record.instant("created_at"),
            due: record.instant("due"),
            effort: record.text("effort").and_then(Effort::parse),
            ticket: owned("ticket"),
            done_at: record.instant("done_at"),
            note: owned("note"),
        })
    }
}

/// What is planned: the same for each of some questions.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The model.
    pub model: String,
    /// What its rounds assess; says what `subject` names.
    pub scope: RoundScope,
    /// The team or system; `organisation`.
    pub subject: String,
    /// The questions.
    pub questions: Vec<String>,
    /// Who does it.
    pub owner: String,
    /// Until when.
    pub due: Option<Instant>,
    /// How much work each is; not given: what the model says.
    pub effort: Option<Effort>,
    /// Where it is tracked.
    pub ticket: Option<String>,
    /// The score that is to be reached; not given: the one that earns.
    pub target: Option<u8>,
    /// What else is to be said.
    pub note: Option<String>,
}

/// Improvements of what a round assesses, by question and then by when they were planned, the newest first; the subject's
/// alone, where one is named.
///
/// # Errors
/// Where the journal cannot be read.
pub fn improvements(desk: &Desk<'_>, round: &Round, subject: Option<&str>) -> Result<Vec<Improvement>, Error> {
    let seen: Vec<String> = desk.subjects(round)?.into_iter().map(|subject| subject.id).collect();
    let wanted = |record: &Record| {
        let of = subject_of(record);
        record.text("model") == Some(&round.model)
            && subject.is_none_or(|subject| subject == of)
            && seen.iter().any(|seen| seen == of)
    };
    let records = crate::records::all(desk.programme, kind(IMPROVEMENT)?, MOST, wanted)?;
    let mut found: Vec<Improvement> = records.iter().filter_map(Improvement::of).collect();
    found.sort_by(|one, other| {
        let subject = one.subject.cmp(&other.subject);
        one.question.cmp(&other.question).then(subject).then(other.created_at.cmp(&one.created_at))
    });
    Ok(found)
}

/// The newest improvement of each question of one subject.
pub(super) fn newest(improvements: Vec<Improvement>) -> BTreeMap<String, Improvement> {
    let mut found = BTreeMap::new();
    for improvement in improvements {
        found.entry(improvement.question.clone()).or_insert(improvement);
    }
    found
}

/// Makes an improvement of each question; one that is planned already and not done is changed instead.
///
/// # Errors
/// Where a question or the model is unknown, nobody is named, or the journal cannot be written.
pub fn plan(programme: &mut Programme, said: &Plan, hand: Hand<'_>, at: Instant) -> Result<Edited, Error> {
    let of = model(programme.catalog(), &said.model)?;
    if said.questions.is_empty() {
        return Err(Error::Invalid("no question is named; name those that are to be lifted".to_owned()));
    }
    if said.owner.trim().is_empty() {
        return Err(Error::Invalid("nobody is named who does it; name an owner".to_owned()));
    }
    let target = said.target.unwrap_or(of.earned_from);
    if target == 0 || target > of.top_score() {
        return Err(Error::Invalid(format!("target {target}, expected a score from 1 to {}", of.top_score())));
    }
    reach(programme, said.scope, &said.subject, hand)?;
    let mut patches = Vec::new();
    for id in &said.questions {
        let asked = question(of, id)?;
        domain(of, &asked.domain)?;
        let effort = said.effort.unwrap_or_else(|| super::lay::effort(asked.effort));
        let (id, is_new) = vacant(programme, said, &asked.id)?;
        let text = |text: &Option<String>| text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(Value::from);
        let mut record = Record::new(kind(IMPROVEMENT)?, id)
            .with("model", of.id.as_str())
            .with("question", asked.id.as_str())
            .with("target", Value::Count(i64::from(target)))
            .with("owner", said.owner.trim())
            .with("effort", effort.word());
        if said.scope != RoundScope::Organisation {
            record.set("subject", said.subject.as_str());
        }
        if is_new {
            record.set("created_at", at);
        }
        for (field, value) in [("due", said.due.map(Value::from)), ("ticket", text(&said.ticket)), ("note", text(&said.note))] {
            if let Some(value) = value {
                record.set(field, value);
            }
        }
        patches.push(Patch { record, expected: None });
    }
    write(programme, &patches, &Deeds { word: "improvement", more: Vec::new() }, hand.by, at)?.sound()
}

/// Says that an improvement is done; the question counts as before until it is answered anew.
///
/// # Errors
/// Where there is no such improvement within reach, or it is done already.
pub fn done(programme: &mut Programme, id: &str, hand: Hand<'_>, at: Instant) -> Result<Edited, Error> {
    let unknown = || Error::Unknown { what: "improvement", name: printable(&shorten(id)), help: None };
    let known = programme.store.record(kind(IMPROVEMENT)?, id)?.ok_or_else(unknown)?;
    let scope = scope_of(programme, &known)?;
    reach(programme, scope, subject_of(&known), hand).map_err(|_| unknown())?;
    if let Some(done) = known.instant("done_at") {
        return Err(super::round::shut_as(&format!("improvement {}", shorten(id)), format!("it was done at {done}")));
    }
    let record = Record::new(known.kind(), known.id()).with("done_at", at);
    let patches = [Patch { record, expected: None }];
    write(programme, &patches, &Deeds { word: "improvement-done", more: Vec::new() }, hand.by, at)?.sound()
}

/// What the subject of an improvement is.
fn scope_of(programme: &Programme, improvement: &Record) -> Result<RoundScope, Error> {
    let Some(subject) = improvement.text("subject") else { return Ok(RoundScope::Organisation) };
    let is_team = programme.store.record(kind("team")?, subject)?.is_some();
    let is_system = programme.store.record(kind("system")?, subject)?.is_some();
    Ok(if is_team && !is_system { RoundScope::Team } else { RoundScope::System })
}

/// Refuses a subject that is not there, or out of the actor's reach.
fn reach(programme: &Programme, scope: RoundScope, subject: &str, hand: Hand<'_>) -> Result<(), Error> {
    let help = || match scope {
        RoundScope::Organisation => Some("a plan for the organisation needs sight of all systems".to_owned()),
        _ => None,
    };
    let unknown = || Error::Unknown { what: "subject", name: printable(&shorten(subject)), help: help() };
    let known = match scope {
        RoundScope::Organisation => subject == ORGANISATION,
        RoundScope::Team => programme.store.record(kind("team")?, subject)?.is_some(),
        RoundScope::System => programme.store.record(kind("system")?, subject)?.is_some(),
    };
    if known && hand.reaches(programme, scope, subject)? { Ok(()) } else { Err(unknown()) }
}

/// The id of the improvement of a question: the one that is planned and not done, or a new one.
fn vacant(programme: &Programme, said: &Plan, question: &str) -> Result<(String, bool), Error> {
    let base = format!("{}/{}/{question}", said.model, said.subject);
    for nth in 1.. {
        let id = if nth == 1 { base.clone() } else { format!("{base}/{nth}") };
        match programme.store.record(kind(IMPROVEMENT)?, &id)? {
            None => return Ok((id, true)),
            Some(known) if known.instant("done_at").is_none() => return Ok((id, false)),
            Some(_) => {}
        }
    }
    Ok((base, false))
}
