//! Sessions: begun after a proof, looked at with every request, ended by the person, an administrator, or time.

use tally_model::Instant;
use tally_store::access::{Person, Session};
use tally_store::hex;

use super::sign_in::short;
use super::{Desk, HOUR, MINUTE, Means, Opened, Permission, Viewer, account, secret};
use crate::Error;
use crate::scope::Scope;

/// How long a session lasts, whatever happens in it.
pub(super) const LONGEST: i64 = 12 * HOUR;
/// How long it lasts with nothing happening.
const IDLE: i64 = 2 * HOUR;
/// How exactly it is known when it was last seen: a write a request would be a high price.
const SEEN: i64 = MINUTE;

/// How a session begins.
pub(super) struct Begun<'a> {
    pub(super) means: &'static str,
    pub(super) address: &'a str,
    pub(super) agent: &'a str,
}

/// A session as its person sees it in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenSession {
    /// Names it, to end it; it opens nothing.
    pub handle: String,
    /// When it began.
    pub created: Instant,
    /// When it was last seen, to the minute.
    pub seen: Instant,
    /// How it began.
    pub means: String,
    /// The address that it began at.
    pub address: String,
    /// What the browser said it was.
    pub agent: String,
    /// Whether it is the one that asks.
    pub current: bool,
}

impl Desk {
    pub(super) fn begin_session(&self, person: &Person, how: &Begun<'_>, now: Instant) -> Result<Opened, Error> {
        let secret = secret::fresh()?;
        let id = secret::hashed(&secret);
        self.access().add_session(&Session {
            id,
            person: person.id.clone(),
            created: now,
            seen: now,
            proved: now,
            means: how.means.to_owned(),
            address: short(how.address),
            agent: short(how.agent),
        })?;
        Ok(Opened { secret, viewer: viewer(person, Means::Session(id), now) })
    }

    /// Who holds this session; `None` where it is none, is over, or its person is disabled.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn session(&self, secret: &str, now: Instant) -> Result<Option<Viewer>, Error> {
        let id = secret::hashed(secret);
        let mut access = self.access();
        let Some(session) = access.session(&id)? else { return Ok(None) };
        if !lasts(&session, now) {
            access.end_session(&id)?;
            return Ok(None);
        }
        let Some(person) = access.person(&session.person)?.filter(|person| !person.disabled) else { return Ok(None) };
        if now.micros() - session.seen.micros() >= SEEN {
            access.touch_session(&id, now, None)?;
        }
        Ok(Some(viewer(&person, Means::Session(id), session.proved)))
    }

    /// Ends the viewer's own session.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn sign_out(&self, by: &Viewer, address: &str, now: Instant) -> Result<(), Error> {
        let Means::Session(id) = &by.means else { return Ok(()) };
        let ended = self.access().end_session(id)?;
        if ended { self.happened(&by.person, "signed out", address, now) } else { Ok(()) }
    }

    /// The sessions of a person that are not over: one's own, or another's for an administrator.
    ///
    /// # Errors
    /// Where `by` may not.
    pub fn sessions(&self, by: &Viewer, account: &str, now: Instant) -> Result<Vec<SeenSession>, Error> {
        let account = self.own_or_administered(by, account)?;
        let found = self.access().sessions(&account)?;
        let shown = |session: Session| SeenSession {
            handle: hex(&session.id),
            created: session.created,
            seen: session.seen,
            means: session.means,
            address: session.address,
            agent: session.agent,
            current: by.means == Means::Session(session.id),
        };
        Ok(found.into_iter().filter(|session| lasts(session, now)).map(shown).collect())
    }

    /// Ends one session of a person by its handle.
    ///
    /// # Errors
    /// Where `by` may not, or the person has no such session.
    pub fn end_session(&self, by: &Viewer, account: &str, handle: &str, now: Instant) -> Result<(), Error> {
        let account = self.own_or_administered(by, account)?;
        let found = self.access().sessions(&account)?.into_iter().find(|session| hex(&session.id) == handle);
        let unknown = || Error::Unknown { what: "session", name: short(handle), help: None };
        self.access().end_session(&found.ok_or_else(unknown)?.id)?;
        self.happened(&account, "session ended", "", now)
    }

    /// Ends all sessions of the viewer but the one that asks, and says how many.
    ///
    /// # Errors
    /// Where `by` may not.
    pub fn end_other_sessions(&self, by: &Viewer, now: Instant) -> Result<u64, Error> {
        by.must(Permission::Account)?;
        let Means::Session(id) = &by.means else { return Ok(0) };
        let ended = self.access().end_sessions(&by.person, Some(id))?;
        if ended > 0 {
            self.happened(&by.person, "other sessions ended", "", now)?;
        }
        Ok(ended)
    }

    /// The account that is meant, where `by` may look after it.
    pub(super) fn own_or_administered(&self, by: &Viewer, account: &str) -> Result<String, Error> {
        let account = account::folded(account);
        by.must(if account == by.person { Permission::Account } else { Permission::Administer })?;
        Ok(account)
    }
}

fn lasts(session: &Session, now: Instant) -> bool {
    let since = |then: Instant| now.micros().saturating_sub(then.micros());
    since(session.created) < LONGEST && since(session.seen) < IDLE
}

fn viewer(person: &Person, means: Means, proved: Instant) -> Viewer {
    Viewer {
        person: person.id.clone(),
        name: person.name.clone(),
        role: person.role,
        scope: Scope::from(person.teams.clone()),
        means,
        proved: Some(proved),
    }
}
