//! Redaction: the one place that takes something away from the journal, and only a payload. The entry and its hash
//! stay, and an entry says who took it away and why.

use rusqlite::Connection;
use tally_model::json::write_text;

use super::batch::Writing;
use super::fail::failed;
use super::read::{one, signed};
use super::replay::{Replay, add_up};
use super::row::kind;
use crate::{Commit, Entry, EntryNo, Op, Redacted, Signer, StoreError};

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
    let mut payload = format!("{{\"entry\":{no},\"reason\":").into_bytes();
    write_text(&mut payload, reason);
    payload.push(b'}');
    let last = u64::try_from(last).unwrap_or(0);
    let by = writing.append_redaction((slot, &entry.kind, &entry.id), last, &payload)?;
    conn.execute("UPDATE journal SET payload = NULL WHERE no = ?1", [signed(no.0)]).map_err(failed(DOING))?;
    if entry.op == Op::Patch {
        let mut replay = Replay::new(conn)?;
        let rest = add_up(kind(&entry.kind)?, &entry.id, replay.gather(slot, by.0, by.0)?)?;
        conn.execute("UPDATE records SET body = ?1 WHERE no = ?2", (rest.canonical(), slot)).map_err(failed(DOING))?;
    }
    let head = writing.seal(signer)?;
    Ok(Redacted { entry: by, head, erased: empty_log(conn) })
}

fn may_be_redacted(entry: &Entry) -> Result<(), StoreError> {
    let reason = match entry {
        Entry { op: Op::Redaction, .. } => "it is a redaction itself, and says who redacted what",
        Entry { payload: None, .. } => "its payload is gone already",
        _ => return Ok(()),
    };
    Err(StoreError::NotRedactable { no: entry.no, reason })
}

/// Moves the write-ahead log into the database and cuts it off: older versions of pages are in it still. Where others
/// are reading, that has to wait for a later checkpoint; the redaction holds all the same.
fn empty_log(conn: &Connection) -> bool {
    conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, i64>(0)).is_ok_and(|busy| busy == 0)
}
