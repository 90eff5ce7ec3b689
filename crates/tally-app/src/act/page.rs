//! A finding as its page shows it: record, state in words, life line, and what can be done now, by whom, and why the rest cannot.

use tally_model::{Instant, Record};

use super::deed::after;
use super::duty::{barred, objection};
use super::finding::Subject;
use super::life::line;
use super::reach::{find, team_of};
use super::{Actor, Deed, State, Step, state};
use crate::{Error, Programme};

/// All that is known of a finding.
#[derive(Clone, Debug)]
pub struct FindingPage {
    /// The record as it stands.
    pub record: Record,
    /// The last entry that touched it: `expected` of an act made from this page.
    pub last: u64,
    /// Its state at T.
    pub state: State,
    /// The system's name.
    pub system_name: Option<String>,
    /// The team that owns the system.
    pub team: Option<String>,
    /// Its life, oldest step first.
    pub life: Vec<Step>,
    /// Every act, possible or not, in the order of a finding's life.
    pub acts: Vec<Possible>,
}

/// Whether an act is possible now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Possible {
    /// The act.
    pub deed: Deed,
    /// Why it makes no sense in this state, and what can be done instead; `None` where it does.
    pub refused: Option<String>,
    /// Who cannot do it, since they claimed a fix.
    pub barred: Vec<String>,
}

impl Possible {
    /// Why this actor cannot do it now; `None` where the actor can.
    pub fn why_not(&self, by: &Actor) -> Option<String> {
        self.refused.clone().or_else(|| objection(self.deed, &self.barred, &by.name).filter(|_| !by.may_override))
    }
}

/// A finding at T, for an actor who may see it.
///
/// # Errors
/// Where there is no such finding within the actor's scope.
pub fn finding(programme: &Programme, id: &str, by: Option<&Actor>, at: Instant) -> Result<FindingPage, Error> {
    let Subject { record, log, last } = Subject::of(programme, id, by)?;
    let now = state(&record, at);
    // An act sees what happened at its own instant; a page, as every number, what happened before T.
    let next = state(&record, after(at));
    let acts = Deed::ALL.into_iter().map(|deed| Possible {
        deed,
        refused: deed.refusal(&record, &next).map(str::to_owned),
        barred: barred(deed, &record, &log, after(at)),
    });
    let system = find(&*programme.store, "system", record.text("system").unwrap_or_default())?;
    Ok(FindingPage {
        last,
        state: now,
        system_name: system.and_then(|system| system.text("name").map(str::to_owned)),
        team: team_of(&*programme.store, &record)?,
        life: line(&log)?,
        acts: acts.collect(),
        record,
    })
}
