//! Looking entries up for a replay, and the records as they stood after an entry.

use rusqlite::{CachedStatement, Connection};

use super::RECORDS;
use super::fail::failed;
use super::read::{head, signed};
use super::row::{BODY, Reader, op};
use crate::replay::{Life, Link, Links, add_up, kind, read as parse};
use crate::{EachRecord, EntryNo, StoreError};

const FOLLOW: &str = "follow a record's entries";

/// Looks entries up by number.
pub(super) struct Lookup<'c>(CachedStatement<'c>);

impl<'c> Lookup<'c> {
    pub(super) fn new(conn: &'c Connection) -> Result<Self, StoreError> {
        let sql = "SELECT op, record_no, prev_no, payload FROM journal WHERE no = ?1";
        conn.prepare_cached(sql).map(Self).map_err(failed(FOLLOW))
    }
}

impl Links for Lookup<'_> {
    fn link(&mut self, no: u64) -> Result<Option<Link>, StoreError> {
        let mut rows = self.0.query([signed(no)]).map_err(failed(FOLLOW))?;
        let Some(row) = rows.next().map_err(failed(FOLLOW))? else { return Ok(None) };
        let read = Reader::new(row, "an entry");
        Ok(Some(Link {
            op: op(&read, 0)?,
            slot: read.signed(1)?,
            previous: read.optional(2)?,
            payload: read.blob(3)?.map(<[u8]>::to_vec),
        }))
    }
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
    let (mut links, mut life) = (Lookup::new(conn)?, Life::default());
    while let Some(row) = rows.next().map_err(failed(doing))? {
        let read = Reader::new(row, "a record");
        let last = read.number(3)?;
        // A record that nothing touched since stands as it stood.
        let record = if last <= no.0 {
            parse("a record", read.blob(4)?.unwrap_or_default())?
        } else {
            life.gather(&mut links, read.signed(0)?, last, no.0)?;
            add_up(kind(read.text(1)?)?, read.text(2)?, &life.patches)?
        };
        each(record)?;
    }
    Ok(())
}
