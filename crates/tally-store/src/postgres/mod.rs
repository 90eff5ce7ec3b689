//! The journal in a PostgreSQL database: one connection, one writer at a time under a lock, every commit durable before
//! it is acknowledged.
//!
//! Nothing outside this folder knows that there is PostgreSQL. Inside, nothing updates a journal row but `redact`. The
//! tables are in the first schema of the connection's search path. Calls wait for the network: never make one on a thread
//! that runs futures.

pub(crate) mod access;
mod address;
mod batch;
mod fail;
mod line;
mod open;
mod read;
mod receive;
mod redact;
mod row;
mod shelf;
mod verify;
mod wait;

use std::ops::RangeInclusive;
use std::time::Duration;

use tally_model::{Kind, Record};

use crate::ledger::{RECORDS, TOPICS};
use crate::{
    Batch, Changed, Commit, Committed, EachEntry, EachRecord, Entry, EntryNo, Head, Mode, Opening, Redacted, Signer, Store,
    StoreError, Verification, Verifier,
};
pub use address::Address;
use line::Line;

/// The tables.
const SCHEMA: &str = include_str!("schema.sql");

/// A journal in a PostgreSQL database.
pub(crate) struct Postgres {
    line: Line,
    journal: String,
    wait: Duration,
}

impl Postgres {
    /// Opens the journal in a database.
    pub(crate) fn open(address: &Address, opening: &Opening) -> Result<Self, StoreError> {
        let line = Line::open(address, matches!(opening.mode, Mode::Read))?;
        if let Mode::Create(journal) = &opening.mode {
            open::create(&line, journal)?;
        }
        let journal = open::check(&line)?;
        Ok(Self { line, journal, wait: opening.wait })
    }
}

impl Store for Postgres {
    fn journal(&self) -> &str {
        &self.journal
    }

    fn head(&self) -> Result<Head, StoreError> {
        self.line.still(|| read::head(&self.line, &self.journal))
    }

    fn signed_head(&self) -> Result<Option<String>, StoreError> {
        self.line.still(|| read::signed_head(&self.line))
    }

    fn commits(&self, before: Option<u64>, most: u32) -> Result<Vec<Committed>, StoreError> {
        self.line.still(|| read::commits(&self.line, before, most))
    }

    fn record(&self, kind: &'static Kind, id: &str) -> Result<Option<Record>, StoreError> {
        self.line.still(|| read::record(&self.line, kind, id))
    }

    fn records(&self, kind: Option<&'static Kind>, each: EachRecord<'_>) -> Result<(), StoreError> {
        self.line.still(|| read::records(&self.line, kind, each))
    }

    fn counts(&self) -> Result<Vec<(&'static Kind, u64)>, StoreError> {
        self.line.still(|| read::counts(&self.line))
    }

    fn entries(&self, range: RangeInclusive<EntryNo>, each: EachEntry<'_>) -> Result<(), StoreError> {
        self.line.still(|| read::entries(&self.line, range, each))
    }

    fn log(&self, kind: &'static Kind, id: &str) -> Result<Vec<Entry>, StoreError> {
        self.line.still(|| read::life(&self.line, RECORDS, kind.name, id))
    }

    fn notes(&self, topic: &str, each: EachEntry<'_>) -> Result<(), StoreError> {
        self.line.still(|| read::notes(&self.line, topic, each))
    }

    fn note(&self, topic: &str, id: &str) -> Result<Vec<Entry>, StoreError> {
        self.line.still(|| read::life(&self.line, TOPICS, topic, id))
    }

    fn changed_after(&self, no: EntryNo, each: EachRecord<'_>) -> Result<Changed, StoreError> {
        self.line.still(|| read::changed_after(&self.line, &self.journal, no, each))
    }

    fn at_entry(&self, no: EntryNo, each: EachRecord<'_>) -> Result<(), StoreError> {
        self.line.still(|| read::at_entry(&self.line, &self.journal, no, each))
    }

    fn snapshot(&self, read: &mut dyn FnMut(&dyn Store) -> Result<(), StoreError>) -> Result<(), StoreError> {
        self.line.still(|| read(self))
    }

    fn verify(&self, keys: &[Verifier], kept: Option<&str>) -> Result<Verification, StoreError> {
        self.line.still(|| verify::verify(&self.line, &self.journal, keys, kept))
    }

    fn begin(&mut self, commit: Commit) -> Result<Box<dyn Batch + '_>, StoreError> {
        Ok(Box::new(batch::Writing::begin(&self.line, &self.journal, commit, self.wait)?))
    }

    fn redact(&mut self, no: EntryNo, reason: &str, commit: Commit, signer: &Signer) -> Result<Redacted, StoreError> {
        redact::redact((&self.line, &self.journal, self.wait), no, reason, commit, signer)
    }

    fn receive(&mut self, from: &dyn Store, keys: &[Verifier]) -> Result<Verification, StoreError> {
        receive::receive((&self.line, &self.journal, self.wait), from, keys)
    }
}
