//! One-time links: for the first administrator, an invitation, a forgotten password. Each opens one door once; none signs
//! anybody in.

use tally_model::Instant;
use tally_store::access::{Change, Link, Person, Role};

use super::note::{Told, standing};
use super::{Desk, HOUR, Permission, Refusal, Viewer, account, after, secret};
use crate::{Error, Programme};

/// The path of the page that takes a link; what follows is its secret.
pub const LINK_PATH: &str = "/link/";

/// What a one-time link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Makes the first administrator; good for an hour.
    First,
    /// Gives an invited person a password; good for 72 hours.
    Invitation,
    /// Gives a person a new password; good for an hour.
    Reset,
}

impl Purpose {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::First, Self::Invitation, Self::Reset];

    /// Its word in the database.
    pub const fn word(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Invitation => "invitation",
            Self::Reset => "reset",
        }
    }

    /// How long it is good for, in hours.
    pub const fn hours(self) -> i64 {
        match self {
            Self::First | Self::Reset => 1,
            Self::Invitation => 72,
        }
    }
}

/// What a link offers to whoever opens it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// What it is for.
    pub purpose: Purpose,
    /// The account that it is for; empty for the first, who chooses one.
    pub account: String,
    /// When it ends.
    pub expires: Instant,
}

impl Desk {
    /// A link for the first administrator; `None` where there is anybody already.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn first_link(&self, now: Instant) -> Result<Option<String>, Error> {
        if !self.access().people()?.is_empty() {
            return Ok(None);
        }
        self.link(Purpose::First, "", now).map(Some)
    }

    /// Makes a link; an older one of the same purpose for the same account is gone then. Two servers may each have one
    /// for the first administrator.
    pub(super) fn link(&self, purpose: Purpose, account: &str, now: Instant) -> Result<String, Error> {
        let secret = secret::fresh()?;
        let link = Link {
            id: secret::hashed(&secret),
            purpose: purpose.word().to_owned(),
            person: account.to_owned(),
            payload: String::new(),
            expires: after(now, purpose.hours() * HOUR),
        };
        self.access().add_link(&link, purpose != Purpose::First)?;
        Ok(secret)
    }

    /// What a link offers; it is not used up by that.
    ///
    /// # Errors
    /// `Refusal::LinkGone`.
    pub fn offer(&self, link: &str, now: Instant) -> Result<Offer, Error> {
        let link = self.access().link(&secret::hashed(link), now)?.ok_or(Refusal::LinkGone)?;
        let purpose = Purpose::ALL.into_iter().find(|purpose| purpose.word() == link.purpose);
        Ok(Offer { purpose: purpose.ok_or(Refusal::LinkGone)?, account: link.person, expires: link.expires })
    }

    /// Uses a link up: sets the password, ends all sessions of the account, and gives the account name to sign in with.
    /// `chosen` is the account name that the first administrator wants; no other link looks at it.
    ///
    /// # Errors
    /// `Refusal::LinkGone`; where the name or the password cannot be used, and the link stays good then.
    pub fn accept_link(
        &self,
        programme: &mut Programme,
        link: &str,
        chosen: &str,
        password: &str,
        now: Instant,
    ) -> Result<String, Error> {
        let offer = self.offer(link, now)?;
        if offer.purpose == Purpose::First {
            return self.first(programme, link, chosen, password, now);
        }
        account::password(password, &offer.account)?;
        let hash = self.hashing.hash(password)?;
        let person = self.person(&offer.account)?;
        if person.disabled {
            return Err(Refusal::LinkGone.into());
        }
        let by = Viewer::at_machine(&offer.account);
        let told = Told::new(&by, &offer.account, "password set by link", now);
        self.noted(programme, &told, |access| {
            access.take_link(&secret::hashed(link), now)?.ok_or(Refusal::LinkGone)?;
            match access.change_person(&Person { password: Some(hash), ..person })? {
                Change::Done => {}
                Change::Stale | Change::Refused => return Err(Refusal::Changed(offer.account.clone()).into()),
            }
            access.end_sessions(&offer.account, None)?;
            Ok(())
        })?;
        Ok(offer.account)
    }

    fn first(
        &self,
        programme: &mut Programme,
        link: &str,
        chosen: &str,
        password: &str,
        now: Instant,
    ) -> Result<String, Error> {
        let id = account::name(chosen)?;
        account::password(password, &id)?;
        let person = Person {
            name: id.clone(),
            id: id.clone(),
            email: None,
            role: Role::Administrator,
            teams: None,
            disabled: false,
            password: Some(self.hashing.hash(password)?),
            outside: None,
            totp: None,
            created: now,
            version: 1,
        };
        let by = Viewer::at_machine(&id);
        let told = Told::new(&by, &id, "person added", now).with(standing(Role::Administrator, None));
        self.noted(programme, &told, |access| {
            access.take_link(&secret::hashed(link), now)?.ok_or(Refusal::LinkGone)?;
            match access.add_person(&person, true)? {
                Change::Done => Ok(()),
                Change::Stale | Change::Refused => Err(Refusal::NotFirst.into()),
            }
        })?;
        Ok(id)
    }

    /// A link with which a person sets a new password. The old one holds until the link is used.
    ///
    /// # Errors
    /// Where `by` may not, or there is no such person.
    pub fn reset(&self, programme: &mut Programme, by: &Viewer, account: &str, now: Instant) -> Result<String, Error> {
        by.must_freshly(Permission::Administer, now)?;
        let person = self.person(&account::folded(account))?;
        self.noted(programme, &Told::new(by, &person.id, "password link made", now), |_| Ok(()))?;
        self.link(Purpose::Reset, &person.id, now)
    }
}
