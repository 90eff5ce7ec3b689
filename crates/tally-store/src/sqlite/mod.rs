//! The journal in a SQLite file: one connection, write-ahead log, every commit on the disk before it is acknowledged.
//!
//! Nothing outside this folder knows that there is SQLite. Inside, nothing updates a journal row but `redact`.

pub(crate) mod access;
mod batch;
mod fail;
mod open;
mod read;
mod receive;
mod redact;
mod replay;
mod row;
mod verify;
mod wait;

use std::ops::RangeInclusive;

use rusqlite::Connection;
use tally_model::{Kind, Record};

use crate::ledger::{RECORDS, TOPICS};
use crate::{
    Batch, Changed, Commit, Committed, EachEntry, EachRecord, Entry, EntryNo, Head, Redacted, Signer, Store, StoreError,
    Verification, Verifier,
};
use fail::failed;
pub(crate) use open::files;

/// A journal in a SQLite file.
pub(crate) struct Sqlite {
    conn: Connection,
    journal: String,
}

impl Sqlite {
    fn new(conn: Connection, journal: String) -> Self {
        Self { conn, journal }
    }

    /// Holds one state of the database while `read` looks at it; walks inside walks share the outer one's.
    fn still<T>(&self, read: impl FnOnce() -> Result<T, StoreError>) -> Result<T, StoreError> {
        if !self.conn.is_autocommit() {
            return read();
        }
        let hold = self.conn.unchecked_transaction().map_err(failed("read the journal"))?;
        let found = read()?;
        hold.finish().map_err(failed("read the journal"))?;
        Ok(found)
    }
}

impl Store for Sqlite {
    fn journal(&self) -> &str {
        &self.journal
    }

    fn head(&self) -> Result<Head, StoreError> {
        read::head(&self.conn, &self.journal)
    }

    fn signed_head(&self) -> Result<Option<String>, StoreError> {
        read::signed_head(&self.conn)
    }

    fn commits(&self, before: Option<u64>, most: u32) -> Result<Vec<Committed>, StoreError> {
        read::commits(&self.conn, before, most)
    }

    fn record(&self, kind: &'static Kind, id: &str) -> Result<Option<Record>, StoreError> {
        read::record(&self.conn, kind, id)
    }

    fn records(&self, kind: Option<&'static Kind>, each: EachRecord<'_>) -> Result<(), StoreError> {
        read::records(&self.conn, kind, each)
    }

    fn counts(&self) -> Result<Vec<(&'static Kind, u64)>, StoreError> {
        read::counts(&self.conn)
    }

    fn entries(&self, range: RangeInclusive<EntryNo>, each: EachEntry<'_>) -> Result<(), StoreError> {
        read::entries(&self.conn, range, each)
    }

    fn log(&self, kind: &'static Kind, id: &str) -> Result<Vec<Entry>, StoreError> {
        self.still(|| read::life(&self.conn, RECORDS, kind.name, id))
    }

    fn notes(&self, topic: &str, each: EachEntry<'_>) -> Result<(), StoreError> {
        self.still(|| read::notes(&self.conn, topic, each))
    }

    fn note(&self, topic: &str, id: &str) -> Result<Vec<Entry>, StoreError> {
        self.still(|| read::life(&self.conn, TOPICS, topic, id))
    }

    fn changed_after(&self, no: EntryNo, each: EachRecord<'_>) -> Result<Changed, StoreError> {
        self.still(|| read::changed_after(&self.conn, &self.journal, no, each))
    }

    fn at_entry(&self, no: EntryNo, each: EachRecord<'_>) -> Result<(), StoreError> {
        self.still(|| replay::at_entry(&self.conn, &self.journal, no, each))
    }

    fn snapshot(&self, read: &mut dyn FnMut(&dyn Store) -> Result<(), StoreError>) -> Result<(), StoreError> {
        self.still(|| read(self))
    }

    fn verify(&self, keys: &[Verifier], kept: Option<&str>) -> Result<Verification, StoreError> {
        self.still(|| verify::verify(&self.conn, &self.journal, keys, kept))
    }

    fn begin(&mut self, commit: Commit) -> Result<Box<dyn Batch + '_>, StoreError> {
        Ok(Box::new(batch::Writing::begin(&self.conn, &self.journal, commit)?))
    }

    fn redact(&mut self, no: EntryNo, reason: &str, commit: Commit, signer: &Signer) -> Result<Redacted, StoreError> {
        redact::redact(&self.conn, &self.journal, no, reason, commit, signer)
    }

    fn receive(&mut self, from: &dyn Store, keys: &[Verifier]) -> Result<Verification, StoreError> {
        receive::receive(&self.conn, &self.journal, from, keys)
    }
}
