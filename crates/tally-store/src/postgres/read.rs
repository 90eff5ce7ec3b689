//! Reading the journal and the records. Never writes, and never keeps more than one fetch of rows, a list of numbers, or
//! the lives of a few records in memory.

use std::collections::HashMap;
use std::ops::RangeInclusive;

use postgres::Row;
use tally_model::kinds::KINDS;
use tally_model::{Kind, Record};

use super::line::{Line, Params};
use super::row::{BODY, COMMIT, ENTRY, Reader, committed, entry};
use crate::ledger::{RECORDS, TOPICS};
use crate::replay::{Life, Link, Links, add_up, kind, read as parse};
use crate::{Changed, Committed, EachEntry, EachRecord, Entry, EntryNo, Head, StoreError, chain};

pub(super) fn head(line: &Line, journal: &str) -> Result<Head, StoreError> {
    match line.row("read the head", "SELECT no, hash FROM journal ORDER BY no DESC LIMIT 1", &[])? {
        Some(row) => {
            let read = Reader::new(&row, "the last entry");
            Ok(Head { size: read.number(0)?, hash: read.hash(1)? })
        }
        None => Ok(Head { size: 0, hash: chain::genesis(journal) }),
    }
}

pub(super) fn signed_head(line: &Line) -> Result<Option<String>, StoreError> {
    let row = line.row("read the signed head", "SELECT checkpoint FROM commits ORDER BY no DESC LIMIT 1", &[])?;
    row.map(|row| Reader::new(&row, "the signed head").text(0).map(str::to_owned)).transpose()
}

pub(super) fn commits(line: &Line, before: Option<u64>, most: u32) -> Result<Vec<Committed>, StoreError> {
    let sql = format!("{COMMIT} WHERE no < $1 ORDER BY no DESC LIMIT $2");
    let rows = line.rows("read commits", &sql, &[&before.map_or(i64::MAX, signed), &i64::from(most)])?;
    rows.iter().map(committed).collect()
}

pub(super) fn record(line: &Line, of: &'static Kind, id: &str) -> Result<Option<Record>, StoreError> {
    let sql = format!(
        "SELECT {BODY} FROM records r WHERE kind_no = (SELECT no FROM kinds WHERE family = $1 AND name = $2) AND id = $3"
    );
    let Some(row) = line.row("read a record", &sql, &[&RECORDS, &of.name, &id])? else { return Ok(None) };
    let what = format!("{} {id}", of.name);
    parse(&what, Reader::new(&row, &what).blob(0)?.unwrap_or_default()).map(Some)
}

pub(super) fn records(line: &Line, of: Option<&'static Kind>, each: EachRecord<'_>) -> Result<(), StoreError> {
    match of {
        None => {
            let sql = format!("SELECT {BODY} FROM records r WHERE r.body IS NOT NULL ORDER BY r.no");
            walk_records(line, &sql, &[], each).map(drop)
        }
        Some(of) => {
            let sql = format!(
                "SELECT {BODY} FROM records r WHERE r.kind_no = (SELECT no FROM kinds WHERE family = $1 AND name = $2)
                 ORDER BY r.no"
            );
            walk_records(line, &sql, &[&RECORDS, &of.name], each).map(drop)
        }
    }
}

/// Walks bodies; gives their number.
fn walk_records(line: &Line, sql: &str, params: Params<'_>, each: EachRecord<'_>) -> Result<u64, StoreError> {
    line.walk("read records", sql, params, &mut |row| {
        let body = Reader::new(row, "a record").blob(0)?.unwrap_or_default();
        each(parse("a record", body)?)
    })
}

pub(super) fn counts(line: &Line) -> Result<Vec<(&'static Kind, u64)>, StoreError> {
    let sql = "SELECT k.name, count(*) FROM records r JOIN kinds k ON k.no = r.kind_no WHERE k.family = $1 GROUP BY k.name";
    let mut counts: Vec<_> = KINDS.iter().map(|kind| (*kind, 0)).collect();
    for row in line.rows("count records", sql, &[&RECORDS])? {
        let read = Reader::new(&row, "the number of records");
        counts[kind(read.text(0)?)?.ordinal()].1 = read.number(1)?;
    }
    Ok(counts)
}

pub(super) fn entries(line: &Line, range: RangeInclusive<EntryNo>, each: EachEntry<'_>) -> Result<(), StoreError> {
    let sql = format!("{ENTRY} WHERE j.no BETWEEN $1 AND $2 ORDER BY j.no");
    let params: Params<'_> = &[&signed(range.start().0), &signed(range.end().0)];
    line.walk("read entries", &sql, params, &mut |row| each(entry(row)?)).map(drop)
}

/// One entry.
pub(super) fn one(line: &Line, no: EntryNo) -> Result<Option<Entry>, StoreError> {
    let row = line.row("read an entry", &format!("{ENTRY} WHERE j.no = $1"), &[&signed(no.0)])?;
    row.as_ref().map(entry).transpose()
}

/// The numbers of all entries of the records whose last ones `LAST` selects, along the links.
const LIVES: &str = "WITH RECURSIVE life (no, prev_no) AS (
        SELECT j.no, j.prev_no FROM journal j WHERE j.no IN (LAST)
        UNION ALL
        SELECT j.no, j.prev_no FROM life l JOIN journal j ON j.no = l.prev_no AND j.no < l.no
    ) ";

/// The entries of one record or note, oldest first.
pub(super) fn life(line: &Line, family: i64, name: &str, id: &str) -> Result<Vec<Entry>, StoreError> {
    let last = "SELECT last_entry FROM records
        WHERE kind_no = (SELECT no FROM kinds WHERE family = $1 AND name = $2) AND id = $3";
    let sql = format!("{} {ENTRY} WHERE j.no IN (SELECT no FROM life) ORDER BY j.no", LIVES.replace("LAST", last));
    let rows = line.rows("follow a record's entries", &sql, &[&family, &name, &id])?;
    let entries = rows.iter().map(entry).collect::<Result<Vec<_>, _>>()?;
    match entries.first() {
        Some(Entry { no, previous: Some(_), .. }) => {
            Err(StoreError::malformed(format!("entry {no}"), "a link to an entry that is not before it"))
        }
        _ => Ok(entries),
    }
}

pub(super) fn notes(line: &Line, topic: &str, each: EachEntry<'_>) -> Result<(), StoreError> {
    let last = "SELECT last_entry FROM records WHERE kind_no = (SELECT no FROM kinds WHERE family = $1 AND name = $2)";
    let sql = format!("{} {ENTRY} WHERE j.no IN (SELECT no FROM life) ORDER BY j.no", LIVES.replace("LAST", last));
    line.walk("look up notes", &sql, &[&TOPICS, &topic], &mut |row| each(entry(row)?)).map(drop)
}

pub(super) fn changed_after(line: &Line, journal: &str, no: EntryNo, each: EachRecord<'_>) -> Result<Changed, StoreError> {
    let head = head(line, journal)?;
    if no.0 >= head.size {
        return Ok(Changed { head, records: 0, redacted: false });
    }
    let sql = "SELECT 1 FROM journal WHERE no > $1 AND op = 2 LIMIT 1";
    let redacted = line.row("look for redactions", sql, &[&signed(no.0)])?.is_some();
    let sql = format!(
        "SELECT {BODY} FROM records r WHERE r.no IN (SELECT record_no FROM journal WHERE no > $1)
         AND r.body IS NOT NULL ORDER BY r.no"
    );
    let records = walk_records(line, &sql, &[&signed(no.0)], each)?;
    Ok(Changed { head, records, redacted })
}

pub(super) fn at_entry(line: &Line, journal: &str, no: EntryNo, each: EachRecord<'_>) -> Result<(), StoreError> {
    let size = head(line, journal)?.size;
    if no.0 > size {
        return Err(StoreError::NoEntry(no, size));
    }
    let sql = format!(
        "SELECT r.no, k.name, r.id, r.last_entry, CASE WHEN r.last_entry <= $2 THEN {BODY} END
         FROM records r JOIN kinds k ON k.no = r.kind_no WHERE k.family = $1 AND r.first_entry <= $2 ORDER BY r.no"
    );
    let mut cursor = line.cursor("read records", &sql, &[&RECORDS, &signed(no.0)])?;
    let (mut lives, mut life) = (Lives::default(), Life::default());
    loop {
        let rows = cursor.fetch()?;
        if rows.is_empty() {
            return Ok(());
        }
        let last = |row: &Row| Reader::new(row, "a record").number(3);
        let lasts = rows.iter().map(last).collect::<Result<Vec<_>, _>>()?;
        lives.load(line, lasts.iter().copied().filter(|last| *last > no.0))?;
        for (row, last) in rows.iter().zip(lasts) {
            let read = Reader::new(row, "a record");
            // A record that nothing touched since stands as it stood.
            let record = if last <= no.0 {
                parse("a record", read.blob(4)?.unwrap_or_default())?
            } else {
                life.gather(&mut lives, read.signed(0)?, last, no.0)?;
                add_up(kind(read.text(1)?)?, read.text(2)?, &life.patches)?
            };
            each(record)?;
        }
    }
}

/// The lives of some records, followed together: as many questions as the longest has entries.
#[derive(Default)]
pub(super) struct Lives(HashMap<u64, Link>);

impl Lives {
    /// Loads all entries that the links from these lead to, and forgets those of before.
    pub(super) fn load(&mut self, line: &Line, last: impl Iterator<Item = u64>) -> Result<(), StoreError> {
        let sql = "SELECT no, op, record_no, prev_no, payload FROM journal WHERE no = ANY ($1)";
        self.0.clear();
        let mut next: Vec<i64> = last.map(signed).collect();
        while !next.is_empty() {
            let rows = line.rows("follow a record's entries", sql, &[&next])?;
            next.clear();
            for row in &rows {
                let no = Reader::new(row, "an entry").number(0)?;
                let what = format!("entry {no}");
                let read = Reader::new(row, &what);
                let previous = read.optional(3)?;
                let payload = read.blob(4)?.map(<[u8]>::to_vec);
                let link = Link { op: read.op(1)?, slot: read.signed(2)?, previous, payload };
                self.0.insert(no, link);
                next.extend(previous.filter(|at| *at < no && !self.0.contains_key(at)).map(signed));
            }
        }
        Ok(())
    }
}

impl Links for Lives {
    fn link(&mut self, no: u64) -> Result<Option<Link>, StoreError> {
        let Some(Link { op, slot, previous, payload }) = self.0.get_mut(&no) else { return Ok(None) };
        // Each is asked for once where nothing is wrong, so its payload may move out.
        Ok(Some(Link { op: *op, slot: *slot, previous: *previous, payload: payload.take() }))
    }
}

/// A number as the database has it; none comes near the limit.
pub(super) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
