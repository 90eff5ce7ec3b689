//! The one way in: patches through the checks of an import, a note of what was done, one commit. Never half of it.

use serde_json::{Value as Json, json};
use tally_model::problem::shorten;
use tally_model::{Instant, Kind, Problem, Record};
use tally_store::{Commit, Op, changes};

use super::{ActError, Actor};
use crate::import::{Change, Origin, Upsert};
use crate::{Error, Programme};

/// The topic under which the journal notes acts; the note's id is the act's word.
pub(super) const TOPIC: &str = "act";
/// Most changes that are listed one by one.
const LISTED: usize = 1_000;

/// What an act changed.
#[derive(Clone, Debug, Default)]
pub struct Edited {
    /// Its first entry in the journal, by which it can be undone; `None` where nothing was written.
    pub first: Option<u64>,
    /// Entries appended, the note of the act included.
    pub entries: u64,
    /// Size of the journal afterwards.
    pub size: u64,
    /// The changes, record by record, up to a thousand.
    pub changes: Vec<Change>,
    /// Records that said nothing new.
    pub unchanged: u64,
    /// What is wrong; nothing was written where there is any.
    pub problems: Vec<Problem>,
}

impl Edited {
    /// Whether anything was written.
    pub fn written(&self) -> bool {
        self.first.is_some()
    }

    /// Turns problems into an error.
    pub(crate) fn sound(self) -> Result<Self, Error> {
        if self.problems.is_empty() { Ok(self) } else { Err(ActError::Problems(self.problems).into()) }
    }
}

/// A patch, and the last entry of its record that its author saw (0: none); `None` where that does not matter.
pub(crate) struct Patch {
    pub record: Record,
    pub expected: Option<u64>,
}

/// What is noted of an act.
pub(crate) struct Deeds<'a> {
    /// Its word.
    pub word: &'a str,
    /// More members of the note.
    pub more: Vec<(&'static str, Json)>,
}

/// Writes patches in one commit.
pub(crate) fn write(
    programme: &mut Programme,
    patches: &[Patch],
    deeds: &Deeds<'_>,
    by: &Actor,
    at: Instant,
) -> Result<Edited, Error> {
    let written = attempt(programme, patches, deeds, by, at)?;
    match written {
        Attempt::Done(edited) => Ok(edited),
        Attempt::Stale(patch, seen) => Err(conflict(programme, patch.record.kind(), patch.record.id(), seen)?.into()),
    }
}

/// What became of an attempt to write.
enum Attempt<'p> {
    Done(Edited),
    /// This patch was made from an older state; nothing was written.
    Stale(&'p Patch, u64),
}

fn attempt<'p>(
    programme: &mut Programme,
    patches: &'p [Patch],
    deeds: &Deeds<'_>,
    by: &Actor,
    at: Instant,
) -> Result<Attempt<'p>, Error> {
    let signer = programme.signer()?;
    let before = programme.store.head()?.size;
    let problems: Vec<Problem> = patches.iter().flat_map(|patch| unreadable(&patch.record)).collect();
    if !problems.is_empty() {
        return Ok(Attempt::Done(Edited { size: before, problems, ..Edited::default() }));
    }
    let commit = Commit { actor: by.name.clone(), source: by.via.word().to_owned(), at };
    let mut upsert = Upsert::new(programme.store.begin(commit)?, LISTED);
    for patch in patches {
        if let Some(seen) = patch.expected {
            let known = upsert.batch.find(patch.record.kind(), patch.record.id())?;
            if known.map_or(0, |known| known.last.0) != seen {
                upsert.batch.rollback();
                return Ok(Attempt::Stale(patch, seen));
            }
        }
        upsert.take(patch.record.clone(), Origin { file: "", line: 0 })?;
    }
    upsert.resolve()?;
    let Upsert { mut batch, import, .. } = upsert;
    let mut edited = Edited { size: before, changes: import.changes, unchanged: import.unchanged, ..Edited::default() };
    if import.errors > 0 {
        batch.rollback();
        edited.changes.clear();
        edited.problems = import.problems.into_iter().map(placeless).collect();
        return Ok(Attempt::Done(edited));
    }
    let records = batch.appended();
    if records == 0 {
        batch.rollback();
        return Ok(Attempt::Done(edited));
    }
    let note = batch.note(TOPIC, deeds.word, &payload(deeds, records, by))?;
    edited.first = Some(note.0 - records);
    edited.entries = batch.appended();
    edited.size = batch.commit(&signer)?.size;
    Ok(Attempt::Done(edited))
}

/// What is wrong with a patch as a reader of the journal meets it: one that cannot be read again would stay so for good.
fn unreadable(patch: &Record) -> Vec<Problem> {
    let bytes = patch.canonical();
    let read = match tally_model::json::Json::parse(&bytes) {
        Ok(json) => Record::read(&json).map(|_| ()),
        Err(error) => Err(vec![Problem::error(error.to_string(), "a record that can be read again")]),
    };
    read.err().unwrap_or_default().into_iter().map(placeless).collect()
}

fn payload(deeds: &Deeds<'_>, records: u64, by: &Actor) -> Vec<u8> {
    let mut note = json!({"act": deeds.word, "records": records, "via": by.via.word()});
    for (name, value) in &deeds.more {
        note[*name] = value.clone();
    }
    note.to_string().into_bytes()
}

/// A problem of an act has no file and no line.
fn placeless(mut problem: Problem) -> Problem {
    problem.place.line = None;
    problem
}

/// Who changed what of a record after the entry that was seen.
fn conflict(programme: &Programme, kind: &'static Kind, id: &str, seen: u64) -> Result<ActError, Error> {
    let log = programme.store.log(kind, id)?;
    let mut fields: Vec<String> = Vec::new();
    for change in changes(&log)?.into_iter().filter(|change| change.entry.0 > seen) {
        if !fields.contains(&change.field) {
            fields.push(change.field);
        }
    }
    if fields.is_empty() {
        fields.push(if log.iter().any(|entry| entry.op == Op::Redaction) { "redacted" } else { "nothing" }.to_owned());
    }
    let record = format!("{} {}", kind.name, shorten(id));
    Ok(match log.last() {
        Some(last) => ActError::Conflict { record, seen, entry: last.no.0, actor: last.actor.clone(), at: last.at, fields },
        None => ActError::Conflict {
            record,
            seen,
            entry: 0,
            actor: "nobody: there is no such record".to_owned(),
            at: Instant::from_micros(0),
            fields,
        },
    })
}
