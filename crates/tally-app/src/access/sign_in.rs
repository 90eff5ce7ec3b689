//! Signing in with a password, and a code where the account has codes. Every way to fail looks the same and costs the
//! same; attempts are counted in the database before they are made, by account and by address.

use std::net::IpAddr;

use tally_model::Instant;
use tally_store::access::{Attempt, Event, Pace, Person};

use super::session::Begun;
use super::{Desk, HOUR, MINUTE, Refusal, SECOND, Viewer, account};
use crate::Error;

/// By account: five free, then 1 s, 2 s, 4 s, at most a minute. Nobody is locked out for good by another's attempts.
const ACCOUNT: Pace = Pace { free: 5, first: SECOND, most: MINUTE, forget: 24 * HOUR };
/// By address: many people may share one.
const ADDRESS: Pace = Pace { free: 20, first: SECOND, most: 15 * MINUTE, forget: 24 * HOUR };
/// By account, for codes: whoever comes here knows the password, and a code has few digits.
const CODE: Pace = Pace { free: 3, first: 5 * SECOND, most: 15 * MINUTE, forget: 24 * HOUR };

/// What is asked with a sign-in.
#[derive(Clone, Copy)]
pub struct SignIn<'a> {
    /// Account name.
    pub account: &'a str,
    /// Password.
    pub password: &'a str,
    /// One-time code or recovery code; empty at first.
    pub code: &'a str,
    /// The address that asks.
    pub address: &'a str,
    /// What the browser says it is.
    pub agent: &'a str,
}

/// What a sign-in led to.
#[derive(Debug)]
pub enum SignedIn {
    /// They are in.
    Open(Opened),
    /// The password is right, and the account wants a code: ask again with all three.
    CodeWanted,
}

/// A session that was just begun.
pub struct Opened {
    /// Its secret, for the browser's cookie; it is not kept anywhere else.
    pub secret: String,
    /// Who is in.
    pub viewer: Viewer,
}

impl std::fmt::Debug for Opened {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Opened({:?})", self.viewer)
    }
}

/// The keys that attempts of one sign-in are counted under.
struct Keys {
    account: String,
    address: String,
    code: String,
}

impl Desk {
    /// Signs in.
    ///
    /// # Errors
    /// `Refusal::Wrong`, `Refusal::TooSoon`.
    pub fn sign_in(&self, asked: &SignIn<'_>, now: Instant) -> Result<SignedIn, Error> {
        let name = account::folded(asked.account);
        let name = if account::is_name(&name) { name } else { String::new() };
        let keys = Keys {
            account: format!("account:{name}"),
            address: format!("address:{}", network(asked.address)),
            code: format!("code:{name}"),
        };
        self.knock(&keys, now)?;
        let found = self.access().person(&name)?;
        let hash = found.as_ref().and_then(|person| person.password.as_deref());
        let holds = self.hashing.holds(asked.password, hash);
        // Looked up again: a password that was changed while the old one was hashed no longer opens anything.
        let person = self.access().person(&name)?;
        let person = person.filter(|person| holds && !person.disabled && person.password.as_deref() == hash);
        let Some(person) = person else {
            return self.failed(&name, "sign-in failed", asked, now);
        };
        if person.totp.as_ref().is_some_and(|totp| totp.confirmed) {
            if asked.code.trim().is_empty() {
                let mut access = self.access();
                access.forgive(&keys.account)?;
                access.take_back(&keys.address)?;
                return Ok(SignedIn::CodeWanted);
            }
            self.attempt(&keys.code, now, &CODE)?;
            if !self.takes_code(&person, asked.code, now)? {
                return self.failed(&name, "code failed", asked, now);
            }
        }
        self.forgive(&keys)?;
        self.begin(&person, &Begun { means: "password", address: asked.address, agent: asked.agent }, now).map(SignedIn::Open)
    }

    /// Proves again who one is, within a session, before what matters most.
    ///
    /// # Errors
    /// As `sign_in`.
    pub fn prove(&self, by: &Viewer, password: &str, code: &str, address: &str, now: Instant) -> Result<(), Error> {
        let super::Means::Session(session) = &by.means else { return Err(Refusal::ProveAgain.into()) };
        let asked = SignIn { account: &by.person, password, code, address, agent: "" };
        let keys = Keys {
            account: format!("account:{}", by.person),
            address: format!("address:{}", network(address)),
            code: format!("code:{}", by.person),
        };
        self.knock(&keys, now)?;
        let person = self.person_of(by)?;
        if !self.hashing.holds(password, person.password.as_deref()) {
            return self.failed(&by.person, "proof failed", &asked, now);
        }
        if person.totp.as_ref().is_some_and(|totp| totp.confirmed) {
            self.attempt(&keys.code, now, &CODE)?;
            if !self.takes_code(&person, code, now)? {
                return self.failed(&by.person, "code failed", &asked, now);
            }
        }
        self.forgive(&keys)?;
        Ok(self.access().touch_session(session, now, Some(now))?)
    }

    /// Counts an attempt with a password, by address and by account; none where either has to wait.
    fn knock(&self, keys: &Keys, now: Instant) -> Result<(), Error> {
        self.attempt(&keys.address, now, &ADDRESS)?;
        let account = self.attempt(&keys.account, now, &ACCOUNT);
        if account.is_err() {
            self.access().take_back(&keys.address)?;
        }
        account
    }

    /// Counts an attempt to leave for a sign-in service, by address; none where the address has to wait.
    pub(super) fn knock_outward(&self, address: &str, now: Instant) -> Result<(), Error> {
        self.attempt(&outward_key(address), now, &ADDRESS)
    }

    /// Whoever left came back and is in: that attempt is not counted.
    pub(super) fn forgive_outward(&self, address: &str) -> Result<(), Error> {
        Ok(self.access().take_back(&outward_key(address))?)
    }

    fn attempt(&self, key: &str, now: Instant, pace: &Pace) -> Result<(), Error> {
        match self.access().attempt(key, now, pace)? {
            Attempt::Go => Ok(()),
            Attempt::Wait(until) => Err(Refusal::TooSoon { until }.into()),
        }
    }

    /// It was them: what was counted against the account is forgotten; of the address, this one attempt.
    fn forgive(&self, keys: &Keys) -> Result<(), Error> {
        let mut access = self.access();
        access.forgive(&keys.account)?;
        access.forgive(&keys.code)?;
        access.take_back(&keys.address)?;
        Ok(())
    }

    fn failed<T>(&self, account: &str, what: &str, asked: &SignIn<'_>, now: Instant) -> Result<T, Error> {
        self.happened(account, what, asked.address, now)?;
        Err(Refusal::Wrong.into())
    }

    /// Writes to the log of sign-ins. What was typed in place of an account name is left out: it may be a password.
    pub(super) fn happened(&self, account: &str, what: &str, address: &str, now: Instant) -> Result<(), Error> {
        let (person, what, address) = (account.to_owned(), what.to_owned(), short(address));
        Ok(self.access().log(&Event { no: 0, at: now, person, what, address })?)
    }

    /// Begins a session for somebody who has proved who they are.
    pub(super) fn begin(&self, person: &Person, how: &Begun<'_>, now: Instant) -> Result<Opened, Error> {
        let opened = self.begin_session(person, how, now)?;
        self.happened(&person.id, &format!("signed in by {}", how.means), how.address, now)?;
        Ok(opened)
    }
}

fn outward_key(address: &str) -> String {
    format!("outward:{}", network(address))
}

/// A text from outside, at a length that can be kept.
pub(super) fn short(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(200).collect()
}

/// The part of an address that one household or office has: of IPv6 its first 64 bits.
fn network(address: &str) -> String {
    match address.parse::<IpAddr>() {
        Ok(IpAddr::V6(six)) => match six.to_ipv4_mapped() {
            Some(four) => four.to_string(),
            None => {
                let [a, b, c, d, ..] = six.segments();
                format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
            }
        },
        Ok(four) => four.to_string(),
        Err(_) => short(address),
    }
}
