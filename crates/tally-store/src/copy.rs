//! Taking a whole journal over into another database: entry by entry, with its hashes, commits and signatures, so that
//! the copy has the same head. Works nothing out anew but which row a record has. Memory grows by two numbers an entry.

use std::collections::HashMap;

use crate::ledger::{RECORDS, TOPICS};
use crate::{Committed, Entry, EntryNo, Head, Op, Store, StoreError, Verification, Wrong};

/// Commits read at once.
const STEP: u32 = 1000;

/// Where a driver puts what comes in.
pub(crate) trait Intake {
    /// A kind of record or a topic of notes.
    fn kind(&mut self, no: i64, family: i64, name: &str) -> Result<(), StoreError>;
    /// A record or note that an entry names first; how it stands comes later.
    fn record(&mut self, no: i64, kind_no: i64, id: &str, first: u64) -> Result<(), StoreError>;
    /// An entry about the record `no`.
    fn entry(&mut self, entry: &Entry, no: i64) -> Result<(), StoreError>;
    /// How a record stands: its last entry, and its line (`None` for a note).
    fn stands(&mut self, no: i64, last: u64, body: Option<&[u8]>) -> Result<(), StoreError>;
    /// A commit.
    fn commit(&mut self, commit: &Committed) -> Result<(), StoreError>;
}

/// Copies all of `from`, as it is at one moment; gives its head.
pub(crate) fn copy(from: &dyn Store, into: &mut dyn Intake) -> Result<Head, StoreError> {
    let mut copied = None;
    from.snapshot(&mut |store| {
        let mut copy = Copy { into: &mut *into, kinds: HashMap::new(), entries: Vec::new(), records: Vec::new() };
        store.entries(EntryNo(1)..=EntryNo(u64::MAX), &mut |entry| copy.entry(&entry))?;
        let mut at = 0;
        store.records(None, &mut |record| {
            at = copy.notes(at)?;
            let line = record.canonical();
            copy.stands(at, Some(&line))?;
            at += 1;
            Ok(())
        })?;
        if copy.notes(at)? != copy.records.len() {
            return Err(StoreError::malformed("the journal", "fewer current records than its entries name"));
        }
        commits(store, copy.into)?;
        copied = Some(store.head()?);
        Ok(())
    })?;
    copied.ok_or_else(|| StoreError::malformed("the journal", "no head"))
}

/// Whether a copy is what it was made of: nothing wrong with it, and the same head.
pub(crate) fn same(found: Verification, head: &Head) -> Result<Verification, StoreError> {
    let different = |found: String| Err(StoreError::NotCopied { found });
    match found.faults.first() {
        // Damage that came along with the copy, a redaction's or a hand's, is damage all the same.
        Some(fault) if fault.wrong != Wrong::AlteredSchema => different(fault.to_string()),
        _ if found.head != *head => different(format!("its head has {} entries, the copy's {}", head.size, found.head.size)),
        _ => Ok(found),
    }
}

fn commits(store: &dyn Store, into: &mut dyn Intake) -> Result<(), StoreError> {
    let mut before = None;
    loop {
        let some = store.commits(before, STEP)?;
        let Some(last) = some.last() else { return Ok(()) };
        before = Some(last.no);
        some.iter().try_for_each(|commit| into.commit(commit))?;
    }
}

struct Copy<'i> {
    into: &'i mut dyn Intake,
    kinds: HashMap<(i64, String), i64>,
    /// The record of every entry, as an index.
    entries: Vec<u32>,
    /// Last entry of every record, and whether it is one (and no note).
    records: Vec<(u64, bool)>,
}

impl Copy<'_> {
    fn entry(&mut self, entry: &Entry) -> Result<(), StoreError> {
        let wrong = |found: &str| Err(StoreError::malformed(format!("entry {}", entry.no), found));
        if entry.no.0 != self.entries.len() as u64 + 1 {
            return wrong("an entry before it is missing");
        }
        let at = match entry.previous {
            Some(EntryNo(no)) => match usize::try_from(no).ok().and_then(|no| self.entries.get(no.wrapping_sub(1))) {
                Some(at) => *at,
                None => return wrong("a link to an entry that is not before it"),
            },
            None if entry.op == Op::Redaction => return wrong("a redaction of nothing"),
            None => self.record(entry)?,
        };
        self.entries.push(at);
        self.records[at as usize].0 = entry.no.0;
        self.into.entry(entry, i64::from(at) + 1)
    }

    /// A record that this entry names first.
    fn record(&mut self, entry: &Entry) -> Result<u32, StoreError> {
        let family = if entry.op == Op::Patch { RECORDS } else { TOPICS };
        let next = self.kinds.len() as i64 + 1;
        let key = (family, entry.kind.clone());
        let kind = match self.kinds.get(&key) {
            Some(no) => *no,
            None => {
                self.into.kind(next, family, &entry.kind)?;
                self.kinds.insert(key, next);
                next
            }
        };
        let at = u32::try_from(self.records.len()).map_err(|_| StoreError::malformed("the journal", "too many records"))?;
        self.into.record(i64::from(at) + 1, kind, &entry.id, entry.no.0)?;
        self.records.push((entry.no.0, family == RECORDS));
        Ok(at)
    }

    /// Passes over the notes from `at` on; gives where the next record is.
    fn notes(&mut self, mut at: usize) -> Result<usize, StoreError> {
        while self.records.get(at).is_some_and(|(_, is_record)| !is_record) {
            self.stands(at, None)?;
            at += 1;
        }
        Ok(at)
    }

    fn stands(&mut self, at: usize, body: Option<&[u8]>) -> Result<(), StoreError> {
        let Some((last, _)) = self.records.get(at) else {
            return Err(StoreError::malformed("the journal", "more current records than its entries name"));
        };
        self.into.stands(at as i64 + 1, *last, body)
    }
}
