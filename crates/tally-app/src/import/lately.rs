//! What was imported lately, as the journal tells: one row a commit. Finds a commit's first entry by halving, so that a
//! commit of a million entries costs no more than one of ten.

use tally_model::Instant;

use crate::act::Via;
use crate::{Error, Programme, journal};

/// Commits that are looked at for imports among them.
const LOOKED_AT: usize = 200;

/// One import, as the journal has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lately {
    /// When.
    pub at: Instant,
    /// Who imported.
    pub actor: String,
    /// The files' names.
    pub source: String,
    /// Its first entry.
    pub first: u64,
    /// How many entries it has.
    pub count: u64,
}

/// The last imports, the newest first, at most `most`, among the last 200 commits.
///
/// # Errors
/// Where the journal cannot be read.
pub fn lately(programme: &Programme, most: usize) -> Result<Vec<Lately>, Error> {
    let mut found = Vec::new();
    let mut last = journal::size(programme)?;
    for _ in 0..LOOKED_AT {
        if last == 0 || found.len() >= most {
            break;
        }
        let Some(entry) = at(programme, last)? else { break };
        let first = first_of(programme, entry.commit, last)?;
        if is_import(&entry.source) {
            found.push(Lately { at: entry.at, actor: entry.actor, source: entry.source, first, count: last + 1 - first });
        }
        last = first.saturating_sub(1);
    }
    Ok(found)
}

/// Whether a commit of this source is none of those that are made by hand.
fn is_import(source: &str) -> bool {
    !["access", "redact"].into_iter().chain(Via::ALL.map(Via::word)).any(|known| known == source)
}

fn at(programme: &Programme, no: u64) -> Result<Option<journal::Entry>, Error> {
    Ok(journal::show(programme, no, 1)?.pop())
}

/// The first entry of a commit whose last is known: steps back that double, then halving.
fn first_of(programme: &Programme, commit: u64, last: u64) -> Result<u64, Error> {
    let inside = |no: u64| Ok::<_, Error>(at(programme, no)?.is_some_and(|entry| entry.commit == commit));
    let (mut known, mut step) = (last, 1);
    let mut outside = loop {
        let Some(next) = known.checked_sub(step).filter(|next| *next > 0) else { break 0 };
        if !inside(next)? {
            break next;
        }
        known = next;
        step *= 2;
    };
    while known - outside > 1 {
        let middle = outside + (known - outside) / 2;
        if inside(middle)? { known = middle } else { outside = middle }
    }
    Ok(known)
}
