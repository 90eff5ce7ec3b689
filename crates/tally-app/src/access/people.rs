//! People: who there is, who may do what. An administrator stays, whatever is changed.

use std::collections::BTreeSet;

use serde_json::json;
use tally_model::Instant;
use tally_store::Access;
use tally_store::access::{Change, Event, Person, Role};

use super::note::{Told, standing, teams};
use super::{Desk, Means, Permission, Purpose, Refusal, Viewer, account};
use crate::{Error, Programme};

/// Somebody to be let in.
#[derive(Clone, Debug)]
pub struct Invite {
    /// Account name, for life.
    pub account: String,
    /// The name that is shown; the account name where empty.
    pub name: String,
    /// Mail address.
    pub email: Option<String>,
    /// Role.
    pub role: Role,
    /// The teams whose systems they see; `None` for all.
    pub teams: Option<BTreeSet<String>>,
}

/// What is to be changed of a person; `None` leaves a thing as it is.
#[derive(Clone, Debug, Default)]
pub struct Alter {
    /// The name that is shown.
    pub name: Option<String>,
    /// Mail address; an inner `None` takes it away.
    pub email: Option<Option<String>>,
    /// Role.
    pub role: Option<Role>,
    /// The teams whose systems they see; an inner `None` for all.
    pub teams: Option<Option<BTreeSet<String>>>,
    /// Whether they may not come in.
    pub disabled: Option<bool>,
    /// The version that the change is based on; `None` for whatever stands.
    pub version: Option<u64>,
}

impl Desk {
    /// All people, by account name.
    ///
    /// # Errors
    /// Where `by` may not.
    pub fn people(&self, by: &Viewer) -> Result<Vec<Person>, Error> {
        by.must(Permission::Administer)?;
        Ok(self.access().people()?)
    }

    /// A person as they stand: oneself, or another for an administrator.
    ///
    /// # Errors
    /// Where `by` may not, or there is no such person.
    pub fn look_up(&self, by: &Viewer, account: &str) -> Result<Person, Error> {
        let account = self.own_or_administered(by, account)?;
        self.person(&account)
    }

    /// The role of a person: one's own, or another's for an administrator.
    ///
    /// # Errors
    /// Where `by` may not, or there is no such person.
    pub fn role(&self, by: &Viewer, account: &str) -> Result<Role, Error> {
        let account = self.own_or_administered(by, account)?;
        Ok(self.person(&account)?.role)
    }

    /// Adds a person and gives the secret of a link with which they set a password.
    ///
    /// # Errors
    /// Where `by` may not, something cannot be used, or the account name is taken.
    pub fn invite(&self, programme: &mut Programme, by: &Viewer, invite: &Invite, now: Instant) -> Result<String, Error> {
        by.must_freshly(Permission::Administer, now)?;
        let id = account::name(&invite.account)?;
        let shown = if invite.name.trim().is_empty() { &id } else { &invite.name };
        let person = Person {
            name: account::shown("name", shown)?,
            email: invite.email.as_deref().map(account::email).transpose()?,
            role: invite.role,
            teams: invite.teams.clone(),
            disabled: false,
            password: None,
            outside: None,
            totp: None,
            created: now,
            version: 1,
            id: id.clone(),
        };
        fits(&person)?;
        self.add(programme, &by.person, &person, now)?;
        self.link(Purpose::Invitation, &id, now)
    }

    /// Adds a person and tells the journal.
    pub(super) fn add(&self, programme: &mut Programme, actor: &str, person: &Person, now: Instant) -> Result<(), Error> {
        if self.access().person(&person.id)?.is_some() {
            return Err(Refusal::Taken(person.id.clone()).into());
        }
        let more = standing(person.role, person.teams.as_ref());
        let told = Told { actor, person: &person.id, act: "person added", more, at: now };
        self.noted(programme, &told, |access| match access.add_person(person, false)? {
            Change::Done => Ok(()),
            Change::Stale | Change::Refused => Err(Refusal::Taken(person.id.clone()).into()),
        })
    }

    /// Changes a person. Who is disabled has no session any more; open links of theirs are gone.
    ///
    /// # Errors
    /// Where `by` may not, something cannot be used, somebody else changed the person, or no administrator would stay.
    pub fn alter(
        &self,
        programme: &mut Programme,
        by: &Viewer,
        account: &str,
        alter: &Alter,
        now: Instant,
    ) -> Result<Person, Error> {
        by.must_freshly(Permission::Administer, now)?;
        let before = self.person(&account::folded(account))?;
        if alter.version.is_some_and(|version| version != before.version) {
            return Err(Refusal::Changed(before.id).into());
        }
        let mut person = before.clone();
        if let Some(name) = &alter.name {
            person.name = account::shown("name", name)?;
        }
        if let Some(email) = &alter.email {
            person.email = email.as_deref().map(account::email).transpose()?;
        }
        person.role = alter.role.unwrap_or(person.role);
        person.teams = alter.teams.clone().unwrap_or(person.teams);
        person.disabled = alter.disabled.unwrap_or(person.disabled);
        fits(&person)?;
        self.replace(programme, &by.person, &before, &person, now)?;
        self.person(&person.id)
    }

    /// Puts a person in the place of how they stood, and tells the journal what differs.
    pub(super) fn replace(
        &self,
        programme: &mut Programme,
        actor: &str,
        before: &Person,
        person: &Person,
        now: Instant,
    ) -> Result<(), Error> {
        if person == before {
            return Ok(());
        }
        self.keeps_administrator(before, person)?;
        let told = Told { actor, person: &person.id, act: "person changed", more: differences(before, person), at: now };
        self.noted(programme, &told, |access| {
            change(access, person)?;
            if person.disabled {
                access.end_sessions(&person.id, None)?;
                access.drop_links(Purpose::Invitation.word(), &person.id)?;
                access.drop_links(Purpose::Reset.word(), &person.id)?;
            }
            Ok(())
        })
    }

    /// Says early that no administrator would stay, so that the journal is not told of what will not be.
    fn keeps_administrator(&self, before: &Person, person: &Person) -> Result<(), Error> {
        let lets_in = |person: &Person| person.role == Role::Administrator && !person.disabled;
        if !lets_in(before) || lets_in(person) {
            return Ok(());
        }
        let others = self.access().people()?;
        if others.iter().any(|other| other.id != person.id && lets_in(other)) {
            return Ok(());
        }
        Err(Refusal::LastAdministrator.into())
    }

    /// Sets one's own password; the old one is asked for, where there is one. Ends all other sessions.
    ///
    /// # Errors
    /// Where `by` may not, the old one is wrong, or the new one cannot be used.
    pub fn set_password(
        &self,
        programme: &mut Programme,
        by: &Viewer,
        old: &str,
        new: &str,
        now: Instant,
    ) -> Result<(), Error> {
        by.must_freshly(Permission::Account, now)?;
        let person = self.person_of(by)?;
        if person.password.is_some() && !self.hashing.holds(old, person.password.as_deref()) {
            return Err(Refusal::Wrong.into());
        }
        account::password(new, &person.id)?;
        let hash = self.hashing.hash(new)?;
        let session = if let Means::Session(id) = &by.means { Some(id) } else { None };
        self.noted(programme, &Told::new(by, &person.id, "password set", now), |access| {
            change(access, &Person { password: Some(hash), ..person.clone() })?;
            access.end_sessions(&person.id, session)?;
            access.drop_links(Purpose::Reset.word(), &person.id)?;
            Ok(())
        })
    }

    /// The log of sign-ins, newest first: one's own, or anybody's for an administrator (`None` for all).
    ///
    /// # Errors
    /// Where `by` may not.
    pub fn events(&self, by: &Viewer, account: Option<&str>, before: Option<u64>, most: u32) -> Result<Vec<Event>, Error> {
        let account = match account {
            Some(account) => Some(self.own_or_administered(by, account)?),
            None => by.must(Permission::Administer).map(|()| None)?,
        };
        Ok(self.access().events(account.as_deref(), before, most)?)
    }
}

/// Puts a person in its place, or says why not.
pub(super) fn change(access: &mut dyn Access, person: &Person) -> Result<(), Error> {
    match access.change_person(person)? {
        Change::Done => Ok(()),
        Change::Stale => Err(Refusal::Changed(person.id.clone()).into()),
        Change::Refused => Err(Refusal::LastAdministrator.into()),
    }
}

/// Whether role and teams go together.
fn fits(person: &Person) -> Result<(), Error> {
    if person.role == Role::Administrator && person.teams.is_some() {
        return Err(Error::Invalid(
            "an administrator sees all systems; leave the teams out, or choose another role".to_owned(),
        ));
    }
    Ok(())
}

/// What differs, as the journal tells it: names and mail addresses only by that they did.
fn differences(before: &Person, after: &Person) -> serde_json::Value {
    let mut more = serde_json::Map::new();
    if before.role != after.role {
        more.insert("role".to_owned(), json!({"from": before.role.word(), "to": after.role.word()}));
    }
    if before.teams != after.teams {
        more.insert("teams".to_owned(), json!({"from": teams(before.teams.as_ref()), "to": teams(after.teams.as_ref())}));
    }
    if before.disabled != after.disabled {
        more.insert("disabled".to_owned(), json!(after.disabled));
    }
    let also = [
        ("name", before.name != after.name),
        ("email", before.email != after.email),
        ("outside", before.outside != after.outside),
    ];
    let also: Vec<_> = also.into_iter().filter(|(_, differs)| *differs).map(|(what, _)| what).collect();
    if !also.is_empty() {
        more.insert("also".to_owned(), json!(also));
    }
    serde_json::Value::Object(more)
}
