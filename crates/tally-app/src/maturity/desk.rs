//! What the verbs read from, and who uses them. Never decides who somebody is.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use tally_model::{Instant, Record, Value};

use super::round::{ORGANISATION, Round, RoundScope, Subject};
use super::state::State;
use crate::act::Actor;
use crate::scope::Scope;
use crate::{Error, Facts, Programme, Workbench};

/// What reading verbs read from.
#[derive(Clone, Copy)]
pub struct Desk<'a> {
    /// The programme.
    pub programme: &'a Programme,
    /// All facts: rounds and answers tell of all systems, and are cut by subject here.
    pub facts: &'a Facts,
    /// The facts that the viewer may see: computed answers are counted over these.
    pub seen: &'a Facts,
    /// What the viewer may see. Who sees some teams sees the rounds over these teams or their systems, and of these only
    /// the teams' own subjects; rounds of the organisation need sight of all.
    pub scope: &'a Scope,
    /// T: what happens at or after it is not seen. A round that is approved is looked at as of its approval instead.
    pub at: Instant,
    /// The server's memory, where there is one: rounds that follow the journal.
    pub bench: Option<&'a Workbench>,
}

impl<'a> Desk<'a> {
    /// Of somebody who sees everything.
    pub const fn whole(programme: &'a Programme, facts: &'a Facts, at: Instant) -> Self {
        Self { programme, facts, seen: facts, scope: &Scope::All, at, bench: None }
    }

    /// A round with all its answers, scored.
    pub(super) fn state(&self, round: &Round) -> Result<Arc<State>, Error> {
        let Some(bench) = self.bench else { return State::of(self, round).map(Arc::new) };
        let name = format!("maturity/state/{}", round.id);
        let at = self.at(round);
        bench.moved(
            self.scope,
            &name,
            |known: &State| known.is_at(at),
            |_, older| match older {
                Some(older) => State::follow(self, round, &older),
                None => State::of(self, round),
            },
        )
    }

    /// The subjects of a round that the viewer sees, by name.
    ///
    /// # Errors
    /// Where the facts cannot be read.
    pub fn subjects(&self, round: &Round) -> Result<Vec<Subject>, Error> {
        let names: Arc<HashMap<String, String>> = match round.scope {
            RoundScope::Organisation => {
                let whole = *self.scope == Scope::All;
                return Ok(whole.then(Subject::organisation).into_iter().collect());
            }
            RoundScope::Team => self.facts.engine().names("teams")?,
            RoundScope::System => self.facts.engine().names("systems")?,
        };
        let seen: Option<BTreeSet<String>> = match (self.scope, round.scope) {
            (Scope::All, _) => None,
            (Scope::Teams(teams), RoundScope::System) => {
                Some(self.facts.engine().systems_of(|owner| teams.contains(owner)).into_iter().collect())
            }
            (Scope::Teams(teams), _) => Some(teams.clone()),
        };
        let ids = round.subjects.iter().filter(|id| seen.as_ref().is_none_or(|seen| seen.contains(*id)));
        let named = ids.map(|id| Subject { id: id.clone(), name: names.get(id).cloned().unwrap_or_else(|| id.clone()) });
        Ok(named.collect())
    }

    /// The subject of this name that the viewer sees; of a round over one subject it need not be named.
    ///
    /// # Errors
    /// Where there is none of that name.
    pub fn subject(&self, round: &Round, id: Option<&str>) -> Result<Subject, Error> {
        let subjects = self.subjects(round)?;
        let Some(id) = id.filter(|id| !id.is_empty()) else {
            let mut subjects = subjects;
            return match subjects.len() {
                1 => Ok(subjects.remove(0)),
                many => Err(Error::Invalid(format!(
                    "round `{}` is over {many} {}s; name one of them as its subject",
                    round.id,
                    round.scope.word()
                ))),
            };
        };
        let near = tally_model::problem::nearest(id, subjects.iter().map(|subject| subject.id.as_str()));
        let help = near.map(|near| format!("did you mean `{near}`?"));
        let name = tally_model::problem::printable(&tally_model::problem::shorten(id));
        let found = subjects.into_iter().find(|subject| subject.id == id);
        found.ok_or(Error::Unknown { what: "subject of this round", name, help })
    }

    /// T of a round: its approval, or the desk's.
    pub fn at(&self, round: &Round) -> Instant {
        round.approved_at.map_or(self.at, |at| Instant::from_micros(at.micros().saturating_add(1)))
    }
}

/// Whoever acts.
#[derive(Clone, Copy, Debug)]
pub struct Hand<'a> {
    /// Who, through which face, how far.
    pub by: &'a Actor,
    /// Whether it is an administrator, who may do what a round's assessor may.
    pub administers: bool,
}

impl<'a> Hand<'a> {
    /// Somebody who is no administrator.
    pub const fn of(by: &'a Actor) -> Self {
        Self { by, administers: false }
    }

    /// Whether it is the round's assessor, or an administrator.
    pub(super) fn leads(&self, round: &Round) -> bool {
        self.administers || self.by.is(&round.assessor)
    }

    /// Whether the actor's scope covers a subject.
    pub(super) fn reaches(&self, programme: &Programme, scope: RoundScope, subject: &str) -> Result<bool, Error> {
        let Scope::Teams(teams) = &self.by.scope else { return Ok(true) };
        Ok(match scope {
            RoundScope::Organisation => false,
            RoundScope::Team => teams.contains(subject),
            RoundScope::System => {
                let system = programme.store.record(super::kind("system")?, subject)?;
                system.and_then(|system| system.text("owner").map(|owner| teams.contains(owner))).unwrap_or(false)
            }
        })
    }
}

/// The word for a subject in ids and addresses.
pub(super) fn subject_of(record: &Record) -> &str {
    record.text("subject").unwrap_or(ORGANISATION)
}

/// The value of a record's field `subject`.
pub(super) fn subject_value(round: &Round, subject: &str) -> Value {
    if round.scope == RoundScope::Organisation { Value::Null } else { Value::from(subject) }
}

/// The texts of a list.
pub(super) fn texts(record: &Record, field: &str) -> Vec<String> {
    let items = record.get(field).map(Value::list).unwrap_or_default();
    items.iter().filter_map(|item| item.text().map(str::to_owned)).collect()
}
