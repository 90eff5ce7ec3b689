//! Saying that a duty was done, once: with evidence, by whoever says so. Never twice for the same time.

use tally_judge::recurrence::{Day, State};
use tally_model::problem::{nearest, printable, shorten};
use tally_model::{Instant, Record, Value};

use super::board::{Group, Occurring, board};
use crate::act::{Actor, Deeds, Edited, Patch, write};
use crate::records::kind;
use crate::{Error, Facts, Programme};

/// How a duty was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Did {
    /// Id of the record that says so.
    pub id: String,
    /// When.
    pub at: Instant,
    /// Who.
    pub by: String,
    /// Ids of evidence, or where the proof is.
    pub evidence: Vec<String>,
    /// What came out.
    pub note: Option<String>,
}

/// What is said of a duty that was done.
#[derive(Clone, Debug, Default)]
pub struct Done {
    /// Id of the duty's record.
    pub duty: String,
    /// Which time: `2026-Q3`, `2026-03`, or the id of a release; `None`: the one due first of those not done.
    pub occurrence: Option<String>,
    /// Ids of evidence, or where the proof is.
    pub evidence: Vec<String>,
    /// What came out.
    pub note: Option<String>,
    /// When it was done; `None`: now.
    pub done_at: Option<Instant>,
}

/// Says that a duty was done; gives which time that was. `facts` are cut to the actor's scope.
///
/// # Errors
/// Where the actor sees no such duty, it has no such time, that time is done already, or neither evidence nor a note says
/// what was done.
pub fn done(programme: &mut Programme, facts: &Facts, said: &Done, by: &Actor, at: Instant) -> Result<(String, Edited), Error> {
    // What was done at this very instant counts.
    let now = Instant::from_micros(at.micros().saturating_add(1));
    let (_, rows) = board(programme, facts, &by.scope, now)?.history(&said.duty)?;
    let row = chosen(&rows, said)?;
    if let Some(done) = &row.done {
        return Err(Error::Invalid(format!(
            "{} for {} was done on {} by {}; nothing was changed",
            printable(&said.duty),
            printable(&row.name),
            Day::of(done.at),
            printable(&done.by)
        )));
    }
    let done_at = said.done_at.unwrap_or(at);
    timely(row, done_at, at)?;
    let text = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let evidence: Vec<String> = said.evidence.iter().filter_map(|one| text(one)).collect();
    let note = said.note.as_deref().and_then(text);
    if evidence.is_empty() && note.is_none() {
        let expected = "ids of evidence, where the proof is, or at least a note of what came out";
        return Err(Error::Invalid(format!("nothing says how it was done; expected {expected}")));
    }
    let (kind, id) = (kind("duty_done")?, format!("{}/{}", said.duty, row.name));
    // Another server may say the same at this moment: one of the two is told.
    let seen = programme.store.log(kind, &id)?.last().map_or(0, |entry| entry.no.0);
    let record = Record::new(kind, id)
        .with("duty", said.duty.as_str())
        .with("occurrence", row.name.as_str())
        .with("done_at", done_at)
        .with("by", by.name.as_str())
        .with("evidence", Value::List(evidence.into_iter().map(Value::from).collect()))
        .with("note", note.map_or(Value::Null, Value::from));
    let patches = [Patch { record, expected: Some(seen) }];
    let edited = write(programme, &patches, &Deeds { word: "duty-done", more: Vec::new() }, by, at)?.sound()?;
    Ok((row.name.clone(), edited))
}

/// The time that is meant.
fn chosen<'r>(rows: &'r [Occurring], said: &Done) -> Result<&'r Occurring, Error> {
    let Some(name) = &said.occurrence else {
        // Newest first: the last one that is not done is due first.
        let open = rows.iter().rfind(|row| Group::of(row.state) != Group::Done && row.starts.is_some());
        let open = open.or_else(|| rows.iter().find(|row| Group::of(row.state) != Group::Done));
        return open.ok_or_else(|| {
            Error::Invalid(format!("nothing of {} is to be done: it was done each time so far", printable(&said.duty)))
        });
    };
    rows.iter().find(|row| row.name == *name).ok_or_else(|| {
        let near = nearest(name, rows.iter().map(|row| row.name.as_str()));
        let help = match (near, rows.last().zip(rows.first())) {
            (Some(near), _) => format!("did you mean `{near}`?"),
            (None, Some((first, last))) => format!("it has {} to {} so far", first.name, last.name),
            (None, None) => "it is not owed yet".to_owned(),
        };
        Error::Unknown { what: "time of this duty", name: printable(&shorten(name)), help: Some(help) }
    })
}

/// It was done before now, and not before its period began; before a deployment it may be.
fn timely(row: &Occurring, done_at: Instant, now: Instant) -> Result<(), Error> {
    if done_at > now {
        return Err(Error::Invalid(format!("done at {done_at}, which is yet to come; say it when it is done")));
    }
    let is_release = row.duty.cadence == tally_judge::recurrence::Cadence::PerRelease;
    match row.starts.filter(|starts| !is_release && Day::of(done_at) < *starts) {
        Some(starts) => Err(Error::Invalid(format!(
            "done at {done_at}, before {} began on {starts}; name the time it was done for",
            row.name
        ))),
        None => Ok(()),
    }
}

/// In words, with how late it was or is, such as `overdue by 3 days`.
pub fn standing(row: &Occurring, today: Day) -> String {
    let late = match (row.state, row.due, &row.done) {
        (State::Overdue, Some(due), _) => today.epoch_days() - due.epoch_days(),
        (State::DoneLate, Some(due), Some(done)) => Day::of(done.at).epoch_days() - due.epoch_days(),
        _ => return row.state.words().to_owned(),
    };
    let plural = if late == 1 { "" } else { "s" };
    match row.state {
        State::DoneLate => format!("done {late} day{plural} late"),
        _ => format!("overdue by {late} day{plural}"),
    }
}
