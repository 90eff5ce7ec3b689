//! The viewer: somebody who has said who they are, as every verb and page sees them.

use std::fmt;

use tally_model::Instant;
use tally_store::Hash;
use tally_store::access::{Role, TokenScope};

use super::{MINUTE, Permission, Refusal};
use crate::scope::Scope;

/// For how long a proof of who one is holds for what matters most.
const FRESH: i64 = 30 * MINUTE;

/// Somebody who is in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Viewer {
    /// Account name; what the journal knows.
    pub person: String,
    /// The name that is shown.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// Which systems they see.
    pub scope: Scope,
    /// How they came in.
    pub means: Means,
    /// When they last proved who they are; `None` for a token.
    pub proved: Option<Instant>,
}

/// How somebody came in.
#[derive(Clone, PartialEq, Eq)]
pub enum Means {
    /// A session in a browser: its hashed id.
    Session(Hash),
    /// An API token: its id, and what it is for.
    Token(String, TokenScope),
    /// An account of the machine itself that can open the data directory.
    Machine,
}

impl fmt::Debug for Means {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Session(_) => out.write_str("Session"),
            Self::Token(id, scope) => write!(out, "Token({id}, {})", scope.word()),
            Self::Machine => out.write_str("Machine"),
        }
    }
}

impl Viewer {
    /// Whoever can open the data directory on the machine itself: that is an administrator, whatever is said here.
    pub fn at_machine(actor: &str) -> Self {
        Self {
            person: actor.to_owned(),
            name: actor.to_owned(),
            role: Role::Administrator,
            scope: Scope::All,
            means: Means::Machine,
            proved: None,
        }
    }

    /// Whether they may do this.
    pub fn may(&self, permission: Permission) -> bool {
        let by_role = self.role >= permission.role();
        let by_scope = self.scope == Scope::All || !permission.is_for_all_systems();
        let by_token = match &self.means {
            Means::Token(_, scope) => permission.token().is_some_and(|least| *scope >= least),
            Means::Session(_) | Means::Machine => true,
        };
        by_role && by_scope && by_token
    }

    /// As `may`, for a verb.
    ///
    /// # Errors
    /// `Refusal::NotAllowed` where they may not.
    pub fn must(&self, permission: Permission) -> Result<(), Refusal> {
        if self.may(permission) { Ok(()) } else { Err(Refusal::NotAllowed(permission)) }
    }

    /// Whether they proved lately who they are: asked before what would outlast a borrowed browser.
    pub fn is_fresh(&self, now: Instant) -> bool {
        match (&self.means, self.proved) {
            (Means::Machine, _) => true,
            (Means::Session(_), Some(proved)) => now.micros().saturating_sub(proved.micros()) < FRESH,
            _ => false,
        }
    }

    /// As `must`, for what only somebody may do who proved lately who they are.
    ///
    /// # Errors
    /// `Refusal::NotAllowed`, or `Refusal::ProveAgain`.
    pub(super) fn must_freshly(&self, permission: Permission, now: Instant) -> Result<(), Refusal> {
        self.must(permission)?;
        if self.is_fresh(now) { Ok(()) } else { Err(Refusal::ProveAgain) }
    }
}
