//! From a row to the words of the journal. Never trusts what a row holds: a damaged file may hold anything.

use rusqlite::Row;
use rusqlite::types::ValueRef;
use tally_model::Instant;

use super::fail::failed;
use crate::{Commit, Committed, Entry, EntryNo, Hash, Op, StoreError};

/// Reads columns of one row; `what` names the row in messages.
pub(super) struct Reader<'a, 'r> {
    pub(super) row: &'a Row<'r>,
    pub(super) what: &'a str,
}

impl<'a, 'r> Reader<'a, 'r> {
    pub(super) const fn new(row: &'a Row<'r>, what: &'a str) -> Self {
        Self { row, what }
    }

    fn value(&self, at: usize) -> Result<ValueRef<'a>, StoreError> {
        self.row.get_ref(at).map_err(failed("read a row"))
    }

    pub(super) fn signed(&self, at: usize) -> Result<i64, StoreError> {
        match self.value(at)? {
            ValueRef::Integer(number) => Ok(number),
            other => Err(self.wrong(at, "a number", other)),
        }
    }

    pub(super) fn number(&self, at: usize) -> Result<u64, StoreError> {
        let number = self.signed(at)?;
        u64::try_from(number).map_err(|_| StoreError::malformed(self.what, format!("the number {number}")))
    }

    pub(super) fn optional(&self, at: usize) -> Result<Option<u64>, StoreError> {
        if self.value(at)? == ValueRef::Null { Ok(None) } else { self.number(at).map(Some) }
    }

    pub(super) fn text(&self, at: usize) -> Result<&'a str, StoreError> {
        match self.value(at)? {
            ValueRef::Text(bytes) => {
                std::str::from_utf8(bytes).map_err(|_| StoreError::malformed(self.what, "text that is not UTF-8"))
            }
            other => Err(self.wrong(at, "text", other)),
        }
    }

    pub(super) fn blob(&self, at: usize) -> Result<Option<&'a [u8]>, StoreError> {
        match self.value(at)? {
            ValueRef::Null => Ok(None),
            ValueRef::Blob(bytes) => Ok(Some(bytes)),
            other => Err(self.wrong(at, "bytes", other)),
        }
    }

    pub(super) fn hash(&self, at: usize) -> Result<Hash, StoreError> {
        let bytes = self.blob(at)?.unwrap_or_default();
        bytes.try_into().map_err(|_| StoreError::malformed(self.what, format!("a hash of {} bytes", bytes.len())))
    }

    fn wrong(&self, at: usize, expected: &str, found: ValueRef<'_>) -> StoreError {
        let name = self.row.as_ref().column_name(at).unwrap_or("?");
        StoreError::malformed(self.what, format!("{} where {expected} should be, in column `{name}`", found.data_type()))
    }
}

/// The columns of an entry, for `entry`. `LEFT JOIN` keeps the order of the walk and shows what is missing.
pub(super) const ENTRY: &str = "SELECT j.no, j.commit_no, j.op, j.prev_no, j.payload_sha256, j.hash, j.payload,
    r.id, k.name, c.at, c.actor, c.source, k.family
    FROM journal j LEFT JOIN commits c ON c.no = j.commit_no
    LEFT JOIN records r ON r.no = j.record_no LEFT JOIN kinds k ON k.no = r.kind_no ";

/// One entry.
pub(super) fn entry(row: &Row<'_>) -> Result<Entry, StoreError> {
    let no = Reader::new(row, "an entry").number(0)?;
    let what = format!("entry {no}");
    let read = Reader::new(row, &what);
    Ok(Entry {
        no: EntryNo(no),
        commit: read.number(1)?,
        op: op(&read, 2)?,
        previous: read.optional(3)?.map(EntryNo),
        payload_sha256: read.hash(4)?,
        hash: read.hash(5)?,
        payload: read.blob(6)?.map(<[u8]>::to_vec),
        id: read.text(7)?.to_owned(),
        kind: read.text(8)?.to_owned(),
        at: Instant::from_micros(read.signed(9)?),
        actor: read.text(10)?.to_owned(),
        source: read.text(11)?.to_owned(),
    })
}

/// The operation in a column.
pub(super) fn op(read: &Reader<'_, '_>, at: usize) -> Result<Op, StoreError> {
    crate::replay::op(read.what, read.signed(at)?)
}

/// The columns of a commit, for `committed`.
pub(super) const COMMIT: &str = "SELECT no, at, actor, source, first_entry, last_entry, checkpoint FROM commits ";

/// One commit.
pub(super) fn committed(row: &Row<'_>) -> Result<Committed, StoreError> {
    let no = Reader::new(row, "a commit").number(0)?;
    let what = format!("commit {no}");
    let read = Reader::new(row, &what);
    let commit =
        Commit { at: Instant::from_micros(read.signed(1)?), actor: read.text(2)?.to_owned(), source: read.text(3)?.to_owned() };
    let (first, last) = (EntryNo(read.number(4)?), EntryNo(read.number(5)?));
    Ok(Committed { no, commit, first, last, checkpoint: read.text(6)?.to_owned() })
}

/// A record's body, in queries that call the table `r`: its one patch where that says it all.
pub(super) const BODY: &str =
    "CASE length(r.body) WHEN 0 THEN (SELECT payload FROM journal WHERE no = r.last_entry) ELSE r.body END";
