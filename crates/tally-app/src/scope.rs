//! Which systems somebody sees: all of them, or those that some teams own. Counts are made as if others did not exist.

use std::collections::BTreeSet;

/// What somebody sees.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scope {
    /// Every system, and what belongs to none.
    All,
    /// The systems that these teams own.
    Teams(BTreeSet<String>),
}

impl Scope {
    /// What is seen under both.
    #[must_use]
    pub fn meet(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::All, scope) | (scope, Self::All) => scope.clone(),
            (Self::Teams(one), Self::Teams(other)) => Self::Teams(one.intersection(other).cloned().collect()),
        }
    }
}

impl From<Option<BTreeSet<String>>> for Scope {
    fn from(teams: Option<BTreeSet<String>>) -> Self {
        teams.map_or(Self::All, Self::Teams)
    }
}
