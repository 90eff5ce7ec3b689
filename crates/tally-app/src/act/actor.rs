//! Who acts, through which face, and how far. Never decides who somebody is: that is the caller's to know.

use crate::scope::Scope;

/// The face an act came through; the source of its commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Via {
    /// A page.
    Page,
    /// The API.
    Api,
    /// The command line.
    Cli,
}

impl Via {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Page, Self::Api, Self::Cli];

    /// Its word in the journal.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Api => "api",
            Self::Cli => "cli",
        }
    }
}

/// Who acts.
#[derive(Clone, Debug)]
pub struct Actor {
    /// The name in the journal.
    pub name: String,
    /// The face.
    pub via: Via,
    /// The systems that the actor may see and change.
    pub scope: Scope,
    /// May do two duties that one person must not have; the journal says so where it happens.
    pub may_override: bool,
}

impl Actor {
    /// Somebody who sees all systems and keeps to separated duties.
    pub fn new(name: impl Into<String>, via: Via) -> Self {
        Self { name: name.into(), via, scope: Scope::All, may_override: false }
    }

    /// Whether this is the person of that name; case and outer blanks say nothing.
    pub fn is(&self, name: &str) -> bool {
        same(&self.name, name)
    }
}

/// Whether two names are one person's.
pub(crate) fn same(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.trim().to_lowercase()
}
