//! One act on many findings: one commit; what is refused is told, grouped by why. Never does half of what it says it did.

use std::collections::HashSet;

use serde_json::json;
use tally_model::Instant;

use super::finding::{Subject, prepared};
use super::write::{Patch, write};
use super::{Act, ActError, Actor, Edited};
use crate::{Error, Programme};

/// Most findings of one act.
pub const BULK_MAX: usize = 50_000;
/// Ids that are listed with a refusal.
const NAMED: usize = 20;
/// How often it is tried again where others write meanwhile.
const TRIES: usize = 3;

/// What an act on many findings did.
#[derive(Clone, Debug, Default)]
pub struct Bulk {
    /// What was written.
    pub edited: Edited,
    /// Findings that were changed.
    pub changed: u64,
    /// Findings that were not, by why.
    pub refused: Vec<Refused>,
}

/// Findings that an act was refused for, for one reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Why.
    pub why: String,
    /// How many.
    pub count: u64,
    /// The first of them.
    pub ids: Vec<String>,
}

/// Does one act on many findings, those named twice once.
///
/// # Errors
/// Where there are too many, or the journal cannot be read or written. What is refused is in the answer.
pub fn bulk(programme: &mut Programme, ids: &[String], act: &Act, by: &Actor, at: Instant) -> Result<Bulk, Error> {
    within(ids)?;
    let mut tries = 0;
    loop {
        tries += 1;
        match once(programme, ids, act, by, at) {
            Err(Error::Act(ActError::Conflict { .. })) if tries < TRIES => {}
            done => return done,
        }
    }
}

/// What an act on many findings would do: how many it would change, and which it would be refused for. Writes nothing.
///
/// # Errors
/// Where there are too many, or the journal cannot be read.
pub fn bulk_look(programme: &Programme, ids: &[String], act: &Act, by: &Actor, at: Instant) -> Result<Bulk, Error> {
    within(ids)?;
    let weighed = weigh(programme, ids, act, by, at)?;
    Ok(Bulk { changed: weighed.patches.len() as u64, refused: weighed.refused, ..Bulk::default() })
}

fn within(ids: &[String]) -> Result<(), Error> {
    if ids.len() > BULK_MAX {
        return Err(Error::Invalid(format!("{} findings at once; {BULK_MAX} are possible: narrow the list", ids.len())));
    }
    Ok(())
}

/// What can be done of an act on many findings.
#[derive(Default)]
struct Weighed {
    patches: Vec<Patch>,
    refused: Vec<Refused>,
    overridden: bool,
}

fn weigh(programme: &Programme, ids: &[String], act: &Act, by: &Actor, at: Instant) -> Result<Weighed, Error> {
    let mut weighed = Weighed::default();
    let mut seen: HashSet<&str> = HashSet::new();
    for id in ids.iter().filter(|id| seen.insert(id.as_str())) {
        let prepared = Subject::of(programme, id, Some(by)).and_then(|subject| {
            let (record, set_aside) = prepared(programme, &subject, act, by, at)?;
            let mut merged = subject.record.clone();
            merged.merge(&record);
            let problems = merged.check();
            if problems.is_empty() { Ok((record, subject.last, set_aside)) } else { Err(ActError::Problems(problems).into()) }
        });
        match prepared {
            Ok((record, last, set_aside)) => {
                weighed.overridden |= set_aside;
                weighed.patches.push(Patch { record, expected: Some(last) });
            }
            Err(error) => refuse(&mut weighed.refused, id, reason(error)?),
        }
    }
    Ok(weighed)
}

fn once(programme: &mut Programme, ids: &[String], act: &Act, by: &Actor, at: Instant) -> Result<Bulk, Error> {
    let Weighed { patches, refused, overridden } = weigh(programme, ids, act, by, at)?;
    let mut deeds = act.deeds(overridden);
    deeds.more.push(("bulk", json!(patches.len())));
    let edited = write(programme, &patches, &deeds, by, at)?.sound()?;
    Ok(Bulk { edited, changed: patches.len() as u64, refused })
}

/// Why one finding is refused, the same words for all of one sort; failures of the machine stay errors.
fn reason(error: Error) -> Result<String, Error> {
    Ok(match error {
        Error::Unknown { .. } => "there is no such finding".to_owned(),
        Error::Act(ActError::NotNow { state, why, .. }) => format!("{state}: {why}"),
        Error::Act(ActError::Duty { why, .. }) => why,
        Error::Act(ActError::Problems(problems)) => {
            let told = problems.into_iter().map(|mut problem| {
                problem.place.record = None;
                problem.to_string()
            });
            told.collect::<Vec<_>>().join("; ")
        }
        other => return Err(other),
    })
}

fn refuse(refused: &mut Vec<Refused>, id: &str, why: String) {
    match refused.iter_mut().find(|known| known.why == why) {
        Some(known) => {
            known.count += 1;
            if known.ids.len() < NAMED {
                known.ids.push(id.to_owned());
            }
        }
        None => refused.push(Refused { why, count: 1, ids: vec![id.to_owned()] }),
    }
}
