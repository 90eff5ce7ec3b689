//! Taking a whole journal over from another database, into an empty file, in one transaction.

use rusqlite::{CachedStatement, Connection, Transaction, TransactionBehavior};

use super::fail::failed;
use super::read::{head, signed};
use super::verify::verify;
use crate::copy::{Intake, copy, same};
use crate::{Committed, Entry, Store, StoreError, Verification, Verifier};

const DOING: &str = "copy the journal";

pub(super) fn receive(
    conn: &Connection,
    journal: &str,
    from: &dyn Store,
    keys: &[Verifier],
) -> Result<Verification, StoreError> {
    let hold = Transaction::new_unchecked(conn, TransactionBehavior::Immediate).map_err(failed(DOING))?;
    let size = head(conn, journal)?.size;
    if size > 0 || from.journal() != journal {
        return Err(StoreError::NotEmpty { size });
    }
    let head = copy(from, &mut Rows::prepare(conn)?)?;
    let found = same(verify(conn, journal, keys, None)?, &head)?;
    hold.commit().map_err(failed(DOING))?;
    Ok(found)
}

/// One statement a table.
struct Rows<'c> {
    kind: CachedStatement<'c>,
    record: CachedStatement<'c>,
    entry: CachedStatement<'c>,
    stands: CachedStatement<'c>,
    commit: CachedStatement<'c>,
}

impl<'c> Rows<'c> {
    fn prepare(conn: &'c Connection) -> Result<Self, StoreError> {
        let prepare = |sql: &str| conn.prepare_cached(sql).map_err(failed(DOING));
        Ok(Self {
            kind: prepare("INSERT INTO kinds VALUES (?1, ?2, ?3)")?,
            record: prepare("INSERT INTO records VALUES (?1, ?2, ?3, ?4, ?4, NULL)")?,
            entry: prepare("INSERT INTO journal VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")?,
            // A record that is what its one patch says has an empty body.
            stands: prepare(
                "UPDATE records SET last_entry = ?2, body = CASE WHEN first_entry = ?2
                    AND ?3 = (SELECT payload FROM journal WHERE no = ?2) THEN x'' ELSE ?3 END WHERE no = ?1",
            )?,
            commit: prepare("INSERT INTO commits VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")?,
        })
    }
}

impl Intake for Rows<'_> {
    fn kind(&mut self, no: i64, family: i64, name: &str) -> Result<(), StoreError> {
        self.kind.execute((no, family, name)).map(drop).map_err(failed(DOING))
    }

    fn record(&mut self, no: i64, kind_no: i64, id: &str, first: u64) -> Result<(), StoreError> {
        self.record.execute((no, kind_no, id, signed(first))).map(drop).map_err(failed(DOING))
    }

    fn entry(&mut self, entry: &Entry, no: i64) -> Result<(), StoreError> {
        let Entry { previous, payload_sha256, hash, payload, .. } = entry;
        let row = (
            signed(entry.no.0),
            signed(entry.commit),
            entry.op.code(),
            no,
            previous.map(|no| signed(no.0)),
            payload_sha256.as_slice(),
            hash.as_slice(),
            payload.as_deref(),
        );
        self.entry.execute(row).map(drop).map_err(failed(DOING))
    }

    fn stands(&mut self, no: i64, last: u64, body: Option<&[u8]>) -> Result<(), StoreError> {
        self.stands.execute((no, signed(last), body)).map(drop).map_err(failed(DOING))
    }

    fn commit(&mut self, commit: &Committed) -> Result<(), StoreError> {
        let Committed { no, commit, first, last, checkpoint } = commit;
        let at = commit.at.micros();
        let row = (signed(*no), at, &commit.actor, &commit.source, signed(first.0), signed(last.0), checkpoint);
        self.commit.execute(row).map(drop).map_err(failed(DOING))
    }
}
