//! Redaction: the one place that takes something away from the journal, and only a payload. The entry and its hash
//! stay, and an entry says who took it away and why.

use rusqlite::Connection;

use super::batch::Writing;
use super::fail::failed;
use super::read::{one, signed};
use super::replay::Lookup;
use crate::ledger::{may_be_redacted, redaction};
use crate::replay::{Life, add_up, kind};
use crate::{Commit, EntryNo, Op, Redacted, Signer, StoreError};

const DOING: &str = "redact an entry";

pub(super) fn redact(
    conn: &Connection,
    journal: &str,
    no: EntryNo,
    reason: &str,
    commit: Commit,
    signer: &Signer,
) -> Result<Redacted, StoreError> {
    let mut writing = Writing::begin(conn, journal, commit)?;
    let entry = one(conn, no)?.ok_or(StoreError::NoEntry(no, writing.size()))?;
    may_be_redacted(&entry)?;
    let (slot, last): (i64, i64) = conn
        .query_row(
            "SELECT r.no, r.last_entry FROM journal j JOIN records r ON r.no = j.record_no WHERE j.no = ?1",
            [signed(no.0)],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .map_err(failed(DOING))?;
    let last = u64::try_from(last).unwrap_or(0);
    let by = writing.append_redaction((slot, &entry.kind, &entry.id), last, &redaction(no, reason))?;
    conn.execute("UPDATE journal SET payload = NULL WHERE no = ?1", [signed(no.0)]).map_err(failed(DOING))?;
    if entry.op == Op::Patch {
        let mut life = Life::default();
        life.gather(&mut Lookup::new(conn)?, slot, by.0, by.0)?;
        let rest = add_up(kind(&entry.kind)?, &entry.id, &life.patches)?;
        conn.execute("UPDATE records SET body = ?1 WHERE no = ?2", (rest.canonical(), slot)).map_err(failed(DOING))?;
    }
    let head = writing.seal(signer)?;
    Ok(Redacted { entry: by, head, erased: empty_log(conn) })
}

/// Moves the write-ahead log into the database and cuts it off: older versions of pages are in it still. Where others
/// are reading, that has to wait for a later checkpoint; the redaction holds all the same.
fn empty_log(conn: &Connection) -> bool {
    conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, i64>(0)).is_ok_and(|busy| busy == 0)
}
