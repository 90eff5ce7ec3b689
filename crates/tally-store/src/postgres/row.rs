//! From a row to the words of the journal. Never trusts what a row holds: whoever has the database can write anything.

use postgres::Row;
use postgres::types::FromSql;
use tally_model::Instant;

use crate::{Commit, Committed, Entry, EntryNo, Hash, Op, StoreError};

/// Reads columns of one row; `what` names the row in messages.
pub(super) struct Reader<'a> {
    row: &'a Row,
    what: &'a str,
}

impl<'a> Reader<'a> {
    pub(super) const fn new(row: &'a Row, what: &'a str) -> Self {
        Self { row, what }
    }

    pub(super) fn value<T: FromSql<'a>>(&self, at: usize) -> Result<T, StoreError> {
        self.row.try_get(at).map_err(|_| {
            let name = self.row.columns().get(at).map_or("?", |column| column.name());
            StoreError::malformed(self.what, format!("nothing that belongs there, in column `{name}`"))
        })
    }

    pub(super) fn signed(&self, at: usize) -> Result<i64, StoreError> {
        self.value(at)
    }

    pub(super) fn number(&self, at: usize) -> Result<u64, StoreError> {
        let number = self.signed(at)?;
        u64::try_from(number).map_err(|_| StoreError::malformed(self.what, format!("the number {number}")))
    }

    pub(super) fn optional(&self, at: usize) -> Result<Option<u64>, StoreError> {
        let number: Option<i64> = self.value(at)?;
        number.map(|_| self.number(at)).transpose()
    }

    pub(super) fn text(&self, at: usize) -> Result<&'a str, StoreError> {
        self.value(at)
    }

    pub(super) fn blob(&self, at: usize) -> Result<Option<&'a [u8]>, StoreError> {
        self.value(at)
    }

    pub(super) fn hash(&self, at: usize) -> Result<Hash, StoreError> {
        let bytes = self.blob(at)?.unwrap_or_default();
        bytes.try_into().map_err(|_| StoreError::malformed(self.what, format!("a hash of {} bytes", bytes.len())))
    }

    pub(super) fn flag(&self, at: usize) -> Result<bool, StoreError> {
        self.value(at)
    }

    pub(super) fn op(&self, at: usize) -> Result<Op, StoreError> {
        crate::replay::op(self.what, self.signed(at)?)
    }
}

/// The columns of an entry, for `entry`. `LEFT JOIN` shows what is missing.
pub(super) const ENTRY: &str = "SELECT j.no, j.commit_no, j.op, j.prev_no, j.payload_sha256, j.hash, j.payload,
    r.id, k.name, c.at, c.actor, c.source, k.family
    FROM journal j LEFT JOIN commits c ON c.no = j.commit_no
    LEFT JOIN records r ON r.no = j.record_no LEFT JOIN kinds k ON k.no = r.kind_no ";

/// One entry.
pub(super) fn entry(row: &Row) -> Result<Entry, StoreError> {
    let no = Reader::new(row, "an entry").number(0)?;
    let what = format!("entry {no}");
    let read = Reader::new(row, &what);
    Ok(Entry {
        no: EntryNo(no),
        commit: read.number(1)?,
        op: read.op(2)?,
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

/// The columns of a commit, for `committed`.
pub(super) const COMMIT: &str = "SELECT no, at, actor, source, first_entry, last_entry, checkpoint FROM commits ";

/// One commit.
pub(super) fn committed(row: &Row) -> Result<Committed, StoreError> {
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
