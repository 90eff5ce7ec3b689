//! Asking for an activity of several teams, systems or releases at once. Who has the same open already is not asked twice.

use std::collections::BTreeSet;

use tally_model::problem::printable;
use tally_model::{Instant, Problem, Record, Value};

use crate::act::{ActError, Actor, Deeds, Edited, Patch, find, reaches, write};
use crate::records::{all, kind};
use crate::scope::Scope;
use crate::{Error, Programme};

/// Most subjects of one request.
const SUBJECTS: usize = 5_000;
/// Most activities that are read.
const MOST: usize = 500_000;

/// What is asked for, and of whom.
#[derive(Clone, Debug, Default)]
pub struct Assign {
    /// `training`, `threat_model` or `code_review`.
    pub activity: String,
    /// Its topic.
    pub topic: String,
    /// Ids of teams, systems and releases.
    pub subjects: Vec<String>,
    /// Until when; `None`: no date.
    pub due: Option<Instant>,
}

/// What was asked for.
#[derive(Clone, Debug, Default)]
pub struct Assigned {
    /// What was written.
    pub edited: Edited,
    /// Ids of the new activities.
    pub activities: Vec<String>,
    /// Subjects that have the same open already.
    pub open: Vec<String>,
}

/// Asks for an activity: all subjects in one commit, or nothing.
///
/// # Errors
/// Where nobody is named, a subject is unknown or out of the actor's scope, or the due date has passed.
pub fn assign(programme: &mut Programme, wanted: &Assign, by: &Actor, at: Instant) -> Result<Assigned, Error> {
    let named: BTreeSet<&str> = wanted.subjects.iter().map(|one| one.trim()).filter(|one| !one.is_empty()).collect();
    within(wanted, &named, at)?;
    let same = |record: &Record| {
        record.text("activity") == Some(wanted.activity.trim()) && record.text("topic") == Some(wanted.topic.trim())
    };
    let known = all(programme, kind("activity")?, MOST, same)?;
    let open: BTreeSet<&str> = known
        .iter()
        .filter(|record| record.instant("completed_at").is_none())
        .filter_map(|record| record.text("subject"))
        .collect();
    let taken: BTreeSet<&str> = known.iter().map(Record::id).collect();
    let day = tally_judge::recurrence::Day::of(at);
    let (mut assigned, mut patches, mut problems) = (Assigned::default(), Vec::new(), Vec::new());
    for subject in named {
        if open.contains(subject) {
            assigned.open.push(subject.to_owned());
            continue;
        }
        let first = format!("{}/{}/{subject}/{day}", wanted.activity.trim(), wanted.topic.trim());
        let again = (2..).map(|number| format!("{first}.{number}"));
        let id = std::iter::once(first.clone()).chain(again).find(|id| !taken.contains(id.as_str())).unwrap_or(first);
        let record = Record::new(kind("activity")?, id.clone())
            .with("activity", wanted.activity.trim())
            .with("topic", wanted.topic.trim())
            .with("subject", subject)
            .with("assigned_at", at)
            .with("due", wanted.due.map_or(Value::Null, Value::Instant));
        if !may(programme, &by.scope, subject, &record)? {
            let found = format!("`{}`", printable(subject));
            problems.push(Problem::error(found, "the id of a team, system or release that you see").at_field("subjects"));
            continue;
        }
        patches.push(Patch { record, expected: Some(0) });
        assigned.activities.push(id);
    }
    if !problems.is_empty() {
        return Err(ActError::Problems(problems).into());
    }
    assigned.edited = write(programme, &patches, &Deeds { word: "assign", more: Vec::new() }, by, at)?.sound()?;
    Ok(assigned)
}

/// What can be said without looking at a record.
fn within(wanted: &Assign, named: &BTreeSet<&str>, at: Instant) -> Result<(), Error> {
    if named.is_empty() {
        return Err(Error::Invalid("nobody is named; name teams, systems or releases".to_owned()));
    }
    if named.len() > SUBJECTS {
        return Err(Error::Invalid(format!("{} subjects at once; {SUBJECTS} are possible", named.len())));
    }
    match wanted.due.filter(|due| *due <= at) {
        Some(due) => Err(Error::Invalid(format!("due {due}, which has passed; name a later date or none"))),
        None => Ok(()),
    }
}

/// Whether the actor may ask this of the subject: a team of the scope, or what belongs to one.
fn may(programme: &Programme, scope: &Scope, subject: &str, record: &Record) -> Result<bool, Error> {
    let store = &*programme.store;
    let is_team = find(store, "team", subject)?.is_some();
    match scope {
        Scope::Teams(teams) if is_team => Ok(teams.contains(subject)),
        Scope::Teams(_) => reaches(store, scope, record),
        Scope::All => Ok(is_team || find(store, "system", subject)?.is_some() || find(store, "release", subject)?.is_some()),
    }
}
