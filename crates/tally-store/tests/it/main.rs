//! Tests of the store: the conformance suite on every driver, damage of every kind, keys, evidence. Never sleeps and
//! never reaches for the network.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod access;
mod chain;
mod damage;
mod evidence;
mod hand;
mod keys;
mod kill;
mod limits;
mod postgres;
mod suite;

use std::path::PathBuf;

use hand::JOURNAL;
use suite::Place;
use tally_store::{Opening, Store, StoreError, open};
use tempfile::TempDir;

/// A journal in a SQLite file of a directory of its own.
struct Sqlite {
    dir: TempDir,
}

impl Sqlite {
    fn new() -> Self {
        let place = Self { dir: tempfile::tempdir().unwrap() };
        place.open(&Opening::create(JOURNAL)).unwrap();
        place
    }

    fn path(&self) -> PathBuf {
        self.dir.path().join("journal.db")
    }
}

impl Place for Sqlite {
    fn open(&self, opening: &Opening) -> Result<Box<dyn Store>, StoreError> {
        open(&self.path(), opening)
    }

    fn tamper(&self, sql: &str) {
        let conn = rusqlite::Connection::open(self.path()).unwrap();
        conn.execute_batch(&format!("PRAGMA foreign_keys = OFF; {sql}")).unwrap();
    }
}

suite!(sqlite, Some(Sqlite::new()));
suite!(on_postgres, postgres::Postgres::new());
