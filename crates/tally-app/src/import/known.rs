//! What an import has seen so far: ids that exist, and ids named without changing anything. Bounded, or eight bytes each.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};

/// Ids remembered before the memory is dropped and filled anew.
const REMEMBERED: usize = 1 << 20;

/// Digests of (kind, id).
#[derive(Default)]
pub(crate) struct Ids {
    state: RandomState,
    ids: HashSet<u64>,
}

impl Ids {
    pub(crate) fn contains(&self, kind: &str, id: &str) -> bool {
        self.ids.contains(&self.state.hash_one((kind, id)))
    }

    /// Remembers an id for good.
    pub(crate) fn insert(&mut self, kind: &str, id: &str) {
        self.ids.insert(self.state.hash_one((kind, id)));
    }

    /// Remembers an id for a while: a cache, so that forgetting costs a look-up and nothing else.
    pub(crate) fn cache(&mut self, kind: &str, id: &str) {
        if self.ids.len() >= REMEMBERED {
            self.ids.clear();
        }
        self.insert(kind, id);
    }
}
