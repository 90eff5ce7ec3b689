//! The words of access: plain data. Nothing here touches a database, and no secret is here but the key of one-time
//! codes, which cannot be hashed; it stays out of every debug text.

use std::collections::BTreeSet;
use std::fmt;

use tally_model::Instant;

use crate::Hash;

/// What a person may do, each more than the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Looks.
    Viewer,
    /// Imports, edits and triages.
    Contributor,
    /// Accepts, and publishes.
    Reviewer,
    /// Lets people in.
    Administrator,
}

impl Role {
    /// All, the least first.
    pub const ALL: [Self; 4] = [Self::Viewer, Self::Contributor, Self::Reviewer, Self::Administrator];

    /// Its word, for people, programs and the database.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Contributor => "contributor",
            Self::Reviewer => "reviewer",
            Self::Administrator => "administrator",
        }
    }

    /// The role with this word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.word() == word)
    }
}

/// A person who may sign in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The account name, for life: it is what the journal knows.
    pub id: String,
    /// The name that is shown.
    pub name: String,
    /// Where mail reaches the person.
    pub email: Option<String>,
    /// What the person may do.
    pub role: Role,
    /// The teams whose systems the person sees; `None` for all.
    pub teams: Option<BTreeSet<String>>,
    /// Whether the person may not come in.
    pub disabled: bool,
    /// The password's hash, as a PHC string; `None` where there is no password.
    pub password: Option<String>,
    /// Who the person is at a sign-in service.
    pub outside: Option<Outside>,
    /// One-time codes.
    pub totp: Option<Totp>,
    /// When the person was added.
    pub created: Instant,
    /// Goes up with every change; 1 at first.
    pub version: u64,
}

/// An identity at a sign-in service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outside {
    /// The service, by its own name for itself.
    pub issuer: String,
    /// Its name for the person.
    pub subject: String,
}

/// One-time codes of a person.
#[derive(Clone, PartialEq, Eq)]
pub struct Totp {
    /// The shared key.
    pub secret: Vec<u8>,
    /// Whether a code was given once, so that they are asked for.
    pub confirmed: bool,
    /// The last step that was used; 0 at first.
    pub step: u64,
}

impl fmt::Debug for Totp {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Totp {{ confirmed: {}, step: {} }}", self.confirmed, self.step)
    }
}

/// A person at a browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// SHA-256 of what the browser holds.
    pub id: Hash,
    /// Account name.
    pub person: String,
    /// When it began.
    pub created: Instant,
    /// When it was last seen.
    pub seen: Instant,
    /// When the person last proved who it is (password, code, sign-in service).
    pub proved: Instant,
    /// How the person signed in, in a word.
    pub means: String,
    /// The address it began at.
    pub address: String,
    /// What the browser said it was.
    pub agent: String,
}

/// What an API token is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TokenScope {
    /// The calendar of duties alone, at an address that holds the token.
    Calendar,
    /// Reading.
    Read,
    /// Reading and importing.
    Import,
    /// All that its role allows through the API.
    Write,
}

impl TokenScope {
    /// All, the least first.
    pub const ALL: [Self; 4] = [Self::Calendar, Self::Read, Self::Import, Self::Write];

    /// Its word, for people, programs and the database.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Calendar => "calendar",
            Self::Read => "read",
            Self::Import => "import",
            Self::Write => "write",
        }
    }

    /// The scope with this word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.word() == word)
    }
}

/// An API token, without its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// Its public id.
    pub id: String,
    /// SHA-256 of the secret.
    pub secret: Hash,
    /// Account name of its owner.
    pub person: String,
    /// What the owner calls it.
    pub name: String,
    /// The most it may do; never more than its owner at the time of use.
    pub role: Role,
    /// What it is for.
    pub scope: TokenScope,
    /// The teams whose systems it sees; `None` for all that its owner sees.
    pub teams: Option<BTreeSet<String>>,
    /// When it was made.
    pub created: Instant,
    /// When it stops; `None` for never.
    pub expires: Option<Instant>,
    /// When it was last used.
    pub used: Option<Instant>,
    /// When it was revoked.
    pub revoked: Option<Instant>,
}

/// A one-time link, without its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// SHA-256 of what the link holds.
    pub id: Hash,
    /// What it is for, in a word.
    pub purpose: String,
    /// Account name of whom it is for; empty where nobody is named. No check that there is such a person.
    pub person: String,
    /// What else the purpose needs.
    pub payload: String,
    /// When it stops.
    pub expires: Instant,
}

/// How fast one may try again: the delay doubles with each attempt beyond the free ones, up to a most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// Attempts without a delay.
    pub free: u32,
    /// The first delay, in microseconds.
    pub first: i64,
    /// The longest delay, in microseconds.
    pub most: i64,
    /// After this long without an attempt the count begins anew, in microseconds; longer than `most`.
    pub forget: i64,
}

impl Pace {
    /// The delay after the attempt with this number (from 1), in microseconds.
    pub fn delay(&self, count: u32) -> i64 {
        match count.checked_sub(self.free) {
            None | Some(0) => 0,
            Some(beyond) => self.first.saturating_mul(1 << (beyond - 1).min(62)).min(self.most),
        }
    }

    /// Whether an attempt that long ago no longer counts.
    pub fn forgets(&self, last: Instant, now: Instant) -> bool {
        now.micros().saturating_sub(last.micros()) >= self.forget
    }
}

/// Whether one may try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attempt {
    /// Yes; it is counted.
    Go,
    /// Not before this instant.
    Wait(Instant),
}

/// What became of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It is made.
    Done,
    /// What it was based on is not how things are.
    Stale,
    /// It would break a rule.
    Refused,
}

/// An entry of the log of sign-ins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Its number; the database gives it.
    pub no: u64,
    /// When.
    pub at: Instant,
    /// The account name that was given, whether or not there is one.
    pub person: String,
    /// What happened, in a word.
    pub what: String,
    /// From which address.
    pub address: String,
}

/// A saved view: a page and what is asked of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saved {
    /// Account name of its owner.
    pub owner: String,
    /// The page.
    pub page: String,
    /// What the owner calls it.
    pub name: String,
    /// The query string.
    pub query: String,
    /// Whether others see it.
    pub shared: bool,
    /// When it was saved.
    pub saved: Instant,
}

/// What was answered to a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The HTTP status, or what the caller uses as one.
    pub status: u16,
    /// The body.
    pub body: Vec<u8>,
}

/// What is known of a request's key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reservation {
    /// Nothing: it is the caller's now.
    New,
    /// Another is at it.
    Running,
    /// It was used for another request.
    Other,
    /// It was answered.
    Done(Reply),
}
