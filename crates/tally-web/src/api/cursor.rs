//! Cursors: where a walk through rows goes on. A walk sees the rows as they stood when it began, so that it meets each of them
//! exactly once whatever is written meanwhile; the facts it sees are kept for a while.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex, PoisonError};

use tally_app::Facts;
use tally_app::scope::Scope;
use tally_model::Instant;

use crate::failure::Failure;
use crate::visit::Visit;

/// Older facts that are kept for walks that began on them.
const KEPT: usize = 4;
/// For how long after a walk's last step they are kept, in microseconds.
const IDLE: i64 = 5 * 60 * 1_000_000;

/// Facts that walks began on.
#[derive(Default)]
pub struct Walks(Mutex<Vec<Walk>>);

struct Walk {
    scope: Scope,
    facts: Arc<Facts>,
    used: i64,
}

impl Walks {
    /// Keeps facts for the next step of a walk.
    fn keep(&self, scope: &Scope, facts: &Arc<Facts>, now: Instant) {
        let mut walks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = now.micros();
        walks.retain(|walk| {
            now.saturating_sub(walk.used) < IDLE && !(walk.scope == *scope && walk.facts.entries == facts.entries)
        });
        if walks.len() >= KEPT {
            walks.remove(0);
        }
        walks.push(Walk { scope: scope.clone(), facts: Arc::clone(facts), used: now });
    }

    fn find(&self, scope: &Scope, entries: u64) -> Option<Arc<Facts>> {
        let walks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        walks.iter().find(|walk| walk.scope == *scope && walk.facts.entries == entries).map(|walk| Arc::clone(&walk.facts))
    }
}

/// One step of a walk: the facts it sees, at which instant, from which row on.
pub(super) struct Step {
    pub facts: Arc<Facts>,
    pub as_of: Instant,
    pub offset: usize,
    question: u64,
}

impl Step {
    /// The step that a request asks for: the one its cursor names, else the first.
    pub(super) fn of(visit: &Visit) -> Result<Self, Failure> {
        let question = question(visit);
        let facts = visit.facts()?;
        let Some(text) = visit.query.get("cursor") else {
            return Ok(Self { facts, as_of: visit.as_of()?, offset: 0, question });
        };
        let wrong =
            || Failure::Wrong("this cursor cannot be used; take `next` of the last answer, with the same filters".to_owned());
        let (entries, offset, as_of, asked) = read(text).ok_or_else(wrong)?;
        if asked != question {
            return Err(wrong());
        }
        let facts = if facts.entries == entries { Some(facts) } else { visit.house.walks.find(&visit.scope(), entries) };
        let gone = || {
            Failure::Conflict(
                "the rows changed since this cursor was made, and too long ago; begin again without it".to_owned(),
            )
        };
        Ok(Self { facts: facts.ok_or_else(gone)?, as_of: Instant::from_micros(as_of), offset, question })
    }

    /// The cursor of the step after this one; `None` after the last row.
    pub(super) fn next(&self, visit: &Visit, rows: usize, total: usize) -> Option<String> {
        let offset = self.offset.saturating_add(rows);
        if rows == 0 || offset >= total {
            return None;
        }
        visit.house.walks.keep(&visit.scope(), &self.facts, visit.now);
        Some(format!("{:x}-{offset:x}-{:x}-{:x}", self.facts.entries, self.as_of.micros(), self.question))
    }
}

fn read(text: &str) -> Option<(u64, usize, i64, u64)> {
    let mut parts = text.split('-');
    let mut part = || u64::from_str_radix(parts.next()?, 16).ok();
    let (entries, offset, as_of, question) = (part()?, part()?, part()?, part()?);
    let as_of = i64::from_ne_bytes(as_of.to_ne_bytes());
    parts.next().is_none().then_some((entries, usize::try_from(offset).ok()?, as_of, question))
}

/// All that says which rows are walked through, and in which order.
fn question(visit: &Visit) -> u64 {
    let mut hasher = DefaultHasher::new();
    visit.path.hash(&mut hasher);
    for pair in visit.query.iter().filter(|(name, _)| !matches!(*name, "cursor" | "limit")) {
        pair.hash(&mut hasher);
    }
    hasher.finish()
}
