//! Reading the journal and the records. Never writes, and never keeps more than one row, a list of numbers, or the life
//! of one record in memory.

use std::ops::RangeInclusive;

use rusqlite::{Connection, OptionalExtension, Params};
use tally_model::kinds::KINDS;
use tally_model::{Kind, Record};

use super::fail::failed;
use super::row::{BODY, COMMIT, ENTRY, Reader, committed, entry};
use super::{RECORDS, TOPICS};
use crate::replay::{kind, read as parse};
use crate::{Changed, Committed, EachEntry, EachRecord, Entry, EntryNo, Head, StoreError, chain};

pub(super) fn head(conn: &Connection, journal: &str) -> Result<Head, StoreError> {
    let doing = "read the head";
    let mut select = conn.prepare_cached("SELECT no, hash FROM journal ORDER BY no DESC LIMIT 1").map_err(failed(doing))?;
    let mut rows = select.query([]).map_err(failed(doing))?;
    match rows.next().map_err(failed(doing))? {
        Some(row) => {
            let read = Reader::new(row, "the last entry");
            Ok(Head { size: read.number(0)?, hash: read.hash(1)? })
        }
        None => Ok(Head { size: 0, hash: chain::genesis(journal) }),
    }
}

pub(super) fn signed_head(conn: &Connection) -> Result<Option<String>, StoreError> {
    let doing = "read the signed head";
    let sql = "SELECT checkpoint FROM commits ORDER BY no DESC LIMIT 1";
    let mut select = conn.prepare_cached(sql).map_err(failed(doing))?;
    let mut rows = select.query([]).map_err(failed(doing))?;
    match rows.next().map_err(failed(doing))? {
        Some(row) => Ok(Some(Reader::new(row, "the signed head").text(0)?.to_owned())),
        None => Ok(None),
    }
}

pub(super) fn commits(conn: &Connection, before: Option<u64>, most: u32) -> Result<Vec<Committed>, StoreError> {
    let doing = "read commits";
    let sql = format!("{COMMIT} WHERE no < ?1 ORDER BY no DESC LIMIT ?2");
    let mut select = conn.prepare_cached(&sql).map_err(failed(doing))?;
    let before = before.map_or(i64::MAX, signed);
    let mut rows = select.query((before, most)).map_err(failed(doing))?;
    let mut list = Vec::new();
    while let Some(row) = rows.next().map_err(failed(doing))? {
        list.push(committed(row)?);
    }
    Ok(list)
}

pub(super) fn record(conn: &Connection, of: &'static Kind, id: &str) -> Result<Option<Record>, StoreError> {
    let doing = "read a record";
    let sql = format!(
        "SELECT {BODY} FROM records r WHERE kind_no = (SELECT no FROM kinds WHERE family = ?1 AND name = ?2) AND id = ?3"
    );
    let mut select = conn.prepare_cached(&sql).map_err(failed(doing))?;
    let mut rows = select.query((RECORDS, of.name, id)).map_err(failed(doing))?;
    let Some(row) = rows.next().map_err(failed(doing))? else { return Ok(None) };
    let what = format!("{} {id}", of.name);
    let body = Reader::new(row, &what).blob(0)?.unwrap_or_default();
    parse(&what, body).map(Some)
}

pub(super) fn records(conn: &Connection, of: Option<&'static Kind>, each: EachRecord<'_>) -> Result<(), StoreError> {
    match of {
        None => {
            let sql = format!("SELECT {BODY} FROM records r WHERE r.body IS NOT NULL ORDER BY r.no");
            walk_records(conn, &sql, [], each).map(drop)
        }
        Some(of) => {
            // The index gives the numbers of one kind; sorted, they lead through the table in one direction.
            let sql = format!(
                "SELECT {BODY} FROM records r WHERE r.no IN (SELECT no FROM records WHERE kind_no =
                 (SELECT no FROM kinds WHERE family = ?1 AND name = ?2)) ORDER BY r.no"
            );
            walk_records(conn, &sql, (RECORDS, of.name), each).map(drop)
        }
    }
}

/// Walks bodies; gives their number.
fn walk_records(conn: &Connection, sql: &str, params: impl Params, each: EachRecord<'_>) -> Result<u64, StoreError> {
    let doing = "read records";
    let mut select = conn.prepare_cached(sql).map_err(failed(doing))?;
    let mut rows = select.query(params).map_err(failed(doing))?;
    let mut count = 0;
    while let Some(row) = rows.next().map_err(failed(doing))? {
        let body = Reader::new(row, "a record").blob(0)?.unwrap_or_default();
        each(parse("a record", body)?)?;
        count += 1;
    }
    Ok(count)
}

pub(super) fn counts(conn: &Connection) -> Result<Vec<(&'static Kind, u64)>, StoreError> {
    let doing = "count records";
    let sql = "SELECT k.name, count(*) FROM records r CROSS JOIN kinds k ON k.no = r.kind_no
        WHERE k.family = ?1 GROUP BY r.kind_no";
    let mut select = conn.prepare_cached(sql).map_err(failed(doing))?;
    let mut rows = select.query([RECORDS]).map_err(failed(doing))?;
    let mut counts: Vec<_> = KINDS.iter().map(|kind| (*kind, 0)).collect();
    while let Some(row) = rows.next().map_err(failed(doing))? {
        let read = Reader::new(row, "the number of records");
        counts[kind(read.text(0)?)?.ordinal()].1 = read.number(1)?;
    }
    Ok(counts)
}

pub(super) fn entries(conn: &Connection, range: RangeInclusive<EntryNo>, each: EachEntry<'_>) -> Result<(), StoreError> {
    let doing = "read entries";
    let sql = format!("{ENTRY} WHERE j.no BETWEEN ?1 AND ?2 ORDER BY j.no");
    let mut select = conn.prepare_cached(&sql).map_err(failed(doing))?;
    let mut rows = select.query((signed(range.start().0), signed(range.end().0))).map_err(failed(doing))?;
    while let Some(row) = rows.next().map_err(failed(doing))? {
        each(entry(row)?)?;
    }
    Ok(())
}

/// One entry.
pub(super) fn one(conn: &Connection, no: EntryNo) -> Result<Option<Entry>, StoreError> {
    let mut found = None;
    entries(conn, no..=no, &mut |entry| {
        found = Some(entry);
        Ok(())
    })?;
    Ok(found)
}

/// The entries of one record or note, oldest first.
pub(super) fn life(conn: &Connection, family: i64, name: &str, id: &str) -> Result<Vec<Entry>, StoreError> {
    let doing = "look up a record";
    let sql = "SELECT last_entry FROM records
        WHERE kind_no = (SELECT no FROM kinds WHERE family = ?1 AND name = ?2) AND id = ?3";
    let mut select = conn.prepare_cached(sql).map_err(failed(doing))?;
    let last = select.query_row((family, name, id), |row| row.get::<_, i64>(0)).optional().map_err(failed(doing))?;
    let mut entries = Vec::new();
    for no in links(conn, last.and_then(|last| u64::try_from(last).ok()))? {
        entries.extend(one(conn, EntryNo(no))?);
    }
    Ok(entries)
}

/// The numbers of a record's entries, oldest first, from its last one backwards.
fn links(conn: &Connection, last: Option<u64>) -> Result<Vec<u64>, StoreError> {
    let doing = "follow a record's entries";
    let mut select = conn.prepare_cached("SELECT prev_no FROM journal WHERE no = ?1").map_err(failed(doing))?;
    let (mut numbers, mut next) = (Vec::new(), last);
    while let Some(no) = next {
        numbers.push(no);
        let mut rows = select.query([signed(no)]).map_err(failed(doing))?;
        let what = format!("entry {no}");
        next = match rows.next().map_err(failed(doing))? {
            Some(row) => Reader::new(row, &what).optional(0)?,
            None => return Err(StoreError::malformed(what, "it is not there")),
        };
        if next.is_some_and(|next| next >= no) {
            return Err(StoreError::malformed(what, "a link to an entry that is not before it"));
        }
    }
    numbers.reverse();
    Ok(numbers)
}

pub(super) fn notes(conn: &Connection, topic: &str, each: EachEntry<'_>) -> Result<(), StoreError> {
    let doing = "look up notes";
    let sql = "SELECT last_entry FROM records WHERE kind_no = (SELECT no FROM kinds WHERE family = ?1 AND name = ?2)";
    let mut select = conn.prepare_cached(sql).map_err(failed(doing))?;
    let mut rows = select.query((TOPICS, topic)).map_err(failed(doing))?;
    let mut numbers = Vec::new();
    while let Some(row) = rows.next().map_err(failed(doing))? {
        numbers.extend(links(conn, Some(Reader::new(row, "a note").number(0)?))?);
    }
    numbers.sort_unstable();
    for no in numbers {
        if let Some(entry) = one(conn, EntryNo(no))? {
            each(entry)?;
        }
    }
    Ok(())
}

pub(super) fn changed_after(
    conn: &Connection,
    journal: &str,
    no: EntryNo,
    each: EachRecord<'_>,
) -> Result<Changed, StoreError> {
    let head = head(conn, journal)?;
    if no.0 >= head.size {
        return Ok(Changed { head, records: 0, redacted: false });
    }
    let doing = "look for redactions";
    let redacted = conn
        .query_row("SELECT EXISTS (SELECT 1 FROM journal WHERE no > ?1 AND op = 2)", [signed(no.0)], |row| row.get(0))
        .map_err(failed(doing))?;
    let sql = format!(
        "SELECT {BODY} FROM records r WHERE r.no IN (SELECT record_no FROM journal WHERE no > ?1)
         AND r.body IS NOT NULL ORDER BY r.no"
    );
    let records = walk_records(conn, &sql, [signed(no.0)], each)?;
    Ok(Changed { head, records, redacted })
}

/// A number as the database has it; none comes near the limit.
pub(super) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
