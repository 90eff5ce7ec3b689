//! What the journal is told of access: who did what to whom. Never a secret, never a mail address.
//!
//! The note comes first and the change after it: where the machine stops in between, the journal tells of a change that
//! was not made, and never lacks one that was. A change that is refused at the last moment has a second note.

use serde_json::{Map, Value, json};
use tally_model::Instant;
use tally_store::{Access, Commit};

use super::{Desk, Role, Viewer};
use crate::{Error, Programme};

/// The topic of notes about access; their id is an account name.
const TOPIC: &str = "access";

/// What is to be told.
pub(super) struct Told<'a> {
    /// Who did it, by account name.
    pub(super) actor: &'a str,
    /// To whom, by account name.
    pub(super) person: &'a str,
    /// What, in a word or two.
    pub(super) act: &'static str,
    /// What else there is to say.
    pub(super) more: Value,
    /// When.
    pub(super) at: Instant,
}

impl<'a> Told<'a> {
    pub(super) fn new(by: &'a Viewer, person: &'a str, act: &'static str, at: Instant) -> Self {
        Self { actor: &by.person, person, act, more: Value::Null, at }
    }

    pub(super) fn with(self, more: Value) -> Self {
        Self { more, ..self }
    }

    fn write(&self, programme: &mut Programme, act: &str) -> Result<(), Error> {
        let mut payload = Map::from_iter([("act".to_owned(), json!(act)), ("person".to_owned(), json!(self.person))]);
        if let Value::Object(more) = &self.more {
            payload.extend(more.clone());
        }
        let signer = programme.signer()?;
        let commit = Commit { actor: self.actor.to_owned(), source: TOPIC.to_owned(), at: self.at };
        let mut batch = programme.store.begin(commit)?;
        batch.note(TOPIC, self.person, Value::Object(payload).to_string().as_bytes())?;
        batch.commit(&signer)?;
        Ok(())
    }
}

/// Teams as the journal tells them.
pub(super) fn teams(teams: Option<&std::collections::BTreeSet<String>>) -> Value {
    teams.map_or(json!("all"), |teams| json!(teams))
}

/// A role and its teams as the journal tells them.
pub(super) fn standing(role: Role, of: Option<&std::collections::BTreeSet<String>>) -> Value {
    json!({"role": role.word(), "teams": teams(of)})
}

impl Desk {
    /// Tells the journal, then makes the change.
    pub(super) fn noted<T>(
        &self,
        programme: &mut Programme,
        told: &Told<'_>,
        change: impl FnOnce(&mut dyn Access) -> Result<T, Error>,
    ) -> Result<T, Error> {
        told.write(programme, told.act)?;
        let changed = change(&mut **self.access());
        if let Err(error) = changed {
            // Should this fail too, the first failure is the one that says why.
            return match told.write(programme, &format!("{}: not done", told.act)) {
                Ok(()) | Err(_) => Err(error),
            };
        }
        changed
    }
}
