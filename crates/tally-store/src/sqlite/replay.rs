//! Records from their patches: as they stood after an entry, or to hold the current ones against. One record at a time.

use rusqlite::{CachedStatement, Connection};
use tally_model::{Kind, Record};

use super::RECORDS;
use super::fail::failed;
use super::read::{head, signed};
use super::row::{BODY, Reader, kind, op, record as parse};
use crate::{EachRecord, EntryNo, Op, StoreError};

/// Replays the patches of single records, from the last entry backwards along the links.
pub(super) struct Replay<'c> {
    select: CachedStatement<'c>,
    patches: Vec<Vec<u8>>,
    /// The number of entries of the last record, beyond the limit or not.
    pub(super) entries: u64,
    /// The first entry of the last record.
    pub(super) first: u64,
}

impl<'c> Replay<'c> {
    pub(super) fn new(conn: &'c Connection) -> Result<Self, StoreError> {
        let sql = "SELECT op, record_no, prev_no, payload FROM journal WHERE no = ?1";
        let select = conn.prepare_cached(sql).map_err(failed("follow a record's entries"))?;
        Ok(Self { select, patches: Vec::new(), entries: 0, first: 0 })
    }

    /// What the payloads of one record's patches up to entry `most` say, newest first.
    ///
    /// # Errors
    /// Where a link leads nowhere, forward, or to another record.
    pub(super) fn gather(&mut self, slot: i64, last: u64, most: u64) -> Result<&[Vec<u8>], StoreError> {
        let doing = "follow a record's entries";
        self.patches.clear();
        self.entries = 0;
        let mut next = Some(last);
        while let Some(no) = next {
            let mut rows = self.select.query([signed(no)]).map_err(failed(doing))?;
            let Some(row) = rows.next().map_err(failed(doing))? else {
                return Err(StoreError::malformed(format!("entry {no}"), "it is not there"));
            };
            let read = Reader::new(row, "an entry");
            if read.signed(1)? != slot {
                return Err(StoreError::malformed(format!("entry {no}"), "a link from another record"));
            }
            if no <= most
                && op(&read, 0)? == Op::Patch
                && let Some(payload) = read.blob(3)?
            {
                self.patches.push(payload.to_vec());
            }
            next = read.optional(2)?;
            if next.is_some_and(|next| next >= no) {
                return Err(StoreError::malformed(format!("entry {no}"), "a link to an entry that is not before it"));
            }
            self.entries += 1;
            self.first = no;
        }
        Ok(&self.patches)
    }
}

/// The record that patches add up to, newest first as `gather` gives them.
pub(super) fn add_up(kind: &'static Kind, id: &str, patches: &[Vec<u8>]) -> Result<Record, StoreError> {
    let mut record = Record::new(kind, id);
    for patch in patches.iter().rev() {
        let patch = parse("a patch", patch)?;
        if patch.kind() != kind || patch.id() != id {
            let found = format!("a patch of {} {}", patch.kind().name, patch.id());
            return Err(StoreError::malformed(format!("{} {id}", kind.name), found));
        }
        record.merge(&patch);
    }
    Ok(record.settled())
}

pub(super) fn at_entry(conn: &Connection, journal: &str, no: EntryNo, each: EachRecord<'_>) -> Result<(), StoreError> {
    let size = head(conn, journal)?.size;
    if no.0 > size {
        return Err(StoreError::NoEntry(no, size));
    }
    let doing = "read records";
    let sql = format!(
        "SELECT r.no, k.name, r.id, r.last_entry, {BODY} FROM records r CROSS JOIN kinds k ON k.no = r.kind_no
         WHERE k.family = ?1 AND r.first_entry <= ?2 ORDER BY r.no"
    );
    let mut select = conn.prepare_cached(&sql).map_err(failed(doing))?;
    let mut rows = select.query((RECORDS, signed(no.0))).map_err(failed(doing))?;
    let mut replay = Replay::new(conn)?;
    while let Some(row) = rows.next().map_err(failed(doing))? {
        let read = Reader::new(row, "a record");
        let last = read.number(3)?;
        // A record that nothing touched since stands as it stood.
        let record = if last <= no.0 {
            parse("a record", read.blob(4)?.unwrap_or_default())?
        } else {
            add_up(kind(read.text(1)?)?, read.text(2)?, replay.gather(read.signed(0)?, last, no.0)?)?
        };
        each(record)?;
    }
    Ok(())
}
