//! Redaction: the one place that takes something away from the journal, and only a payload. The entry and its hash
//! stay, and an entry says who took it away and why.

use std::time::Duration;

use super::batch::Writing;
use super::line::Line;
use super::read::{Lives, one, signed};
use super::row::Reader;
use crate::ledger::{may_be_redacted, redaction};
use crate::replay::{Life, add_up, kind};
use crate::{Commit, EntryNo, Op, Redacted, Signer, StoreError};

const DOING: &str = "redact an entry";

pub(super) fn redact(
    (line, journal, wait): (&Line, &str, Duration),
    no: EntryNo,
    reason: &str,
    commit: Commit,
    signer: &Signer,
) -> Result<Redacted, StoreError> {
    let mut writing = Writing::begin(line, journal, commit, wait)?;
    let entry = one(line, no)?.ok_or(StoreError::NoEntry(no, writing.size()))?;
    may_be_redacted(&entry)?;
    let sql = "SELECT r.no, r.last_entry FROM journal j JOIN records r ON r.no = j.record_no WHERE j.no = $1";
    let row = line.row(DOING, sql, &[&signed(no.0)])?;
    let row = row.ok_or_else(|| StoreError::malformed(format!("entry {no}"), "an entry about nothing"))?;
    let read = Reader::new(&row, "a record");
    let (slot, last) = (read.signed(0)?, read.number(1)?);
    let by = writing.append_redaction((slot, &entry.kind, &entry.id), last, &redaction(no, reason))?;
    line.execute(DOING, "UPDATE journal SET payload = NULL WHERE no = $1", &[&signed(no.0)])?;
    if entry.op == Op::Patch {
        let (mut lives, mut life) = (Lives::default(), Life::default());
        lives.load(line, [by.0].into_iter())?;
        life.gather(&mut lives, slot, by.0, by.0)?;
        let rest = add_up(kind(&entry.kind)?, &entry.id, &life.patches)?;
        line.execute(DOING, "UPDATE records SET body = $1 WHERE no = $2", &[&rest.canonical(), &slot])?;
    }
    let head = writing.seal(signer)?;
    // The old versions of the rows go from the tables; the server's own log and its copies keep them for their time, so
    // nobody here can say that the bytes are gone.
    let _later = line.run(DOING, "VACUUM journal").and_then(|()| line.run(DOING, "VACUUM records"));
    Ok(Redacted { entry: by, head, erased: false })
}
