//! Verifying a journal in SQLite: the chain, the records against their patches, the file's own structure. Never stops
//! at the first fault, and never takes a damaged page for an error of its own.

use std::collections::BTreeMap;

use rusqlite::{Connection, Row, Rows};
use tally_model::Instant;

use super::RECORDS;
use super::fail::{failed, is_damage};
use super::open::SCHEMA;
use super::read::signed;
use super::replay::Lookup;
use super::row::{COMMIT, ENTRY, Reader, committed, op};
use crate::replay::{Life, Standing, check};
use crate::verify::{Row as Seen, Source, Walk};
use crate::{Committed, Op, StoreError, Verification, Verifier, Wrong};

const DOING: &str = "verify the journal";

/// A part of verifying that adds the faults it finds.
type Check = fn(&Connection, &mut Verification) -> Result<(), StoreError>;

pub(super) fn verify(
    conn: &Connection,
    journal: &str,
    keys: &[Verifier],
    kept: Option<&str>,
) -> Result<Verification, StoreError> {
    let mut found = chain(conn, journal, keys, kept)?;
    for check in [records as Check, schema, pages] {
        if let Err(error) = check(conn, &mut found) {
            found.fault(None, Wrong::Unreadable, damage(error)?);
        }
    }
    Ok(found)
}

/// What is wrong, where the error says that the file is; the error itself otherwise.
fn damage(error: StoreError) -> Result<String, StoreError> {
    match error {
        StoreError::Corrupt { .. } | StoreError::Malformed { .. } => Ok(error.plain()),
        StoreError::Database { ref source, .. } if source.downcast_ref().is_some_and(is_damage) => Ok(error.plain()),
        other => Err(other),
    }
}

fn chain(conn: &Connection, journal: &str, keys: &[Verifier], kept: Option<&str>) -> Result<Verification, StoreError> {
    let mut select = conn.prepare(&format!("{COMMIT} ORDER BY no")).map_err(failed(DOING))?;
    let commits = select.query([]).map_err(failed(DOING))?;
    let mut source = Beside { conn, commits, errors: Vec::new() };
    let mut walk = Walk::new(journal, &mut source, keys, kept);
    let stopped = walk_entries(conn, &mut walk).err();
    let at = Some(walk.size() + 1);
    let mut found = walk.finish(stopped.is_none());
    for error in source.errors {
        found.fault(None, Wrong::AlteredCommit, damage(error)?);
    }
    if let Some(error) = stopped {
        found.fault(at, Wrong::Unreadable, damage(error)?);
    }
    Ok(found)
}

fn walk_entries(conn: &Connection, walk: &mut Walk<'_>) -> Result<(), StoreError> {
    let mut select = conn.prepare(&format!("{ENTRY} ORDER BY j.no")).map_err(failed(DOING))?;
    let mut rows = select.query([]).map_err(failed(DOING))?;
    while let Some(row) = rows.next().map_err(failed(DOING))? {
        let no = Reader::new(row, "an entry").number(0)?;
        match seen(no, row) {
            Ok(seen) => walk.entry(&seen),
            Err(error) => walk.unreadable(no, &error),
        }
    }
    Ok(())
}

fn seen<'r>(no: u64, row: &'r Row<'_>) -> Result<Seen<'r>, StoreError> {
    let read = Reader::new(row, "its row");
    let op = op(&read, 2)?;
    let family = read.signed(12)?;
    if op != Op::Redaction && (op == Op::Patch) != (family == RECORDS) {
        return Err(StoreError::malformed("its row", format!("a {} about something of family {family}", op.word())));
    }
    Ok(Seen {
        no,
        commit: read.number(1)?,
        op,
        payload_sha256: read.hash(4)?,
        hash: read.hash(5)?,
        payload: read.blob(6)?,
        id: read.text(7)?,
        kind: read.text(8)?,
        at: Instant::from_micros(read.signed(9)?),
        actor: read.text(10)?,
        source: read.text(11)?,
    })
}

/// What the walk asks for beside the entries.
struct Beside<'c, 's> {
    conn: &'c Connection,
    commits: Rows<'s>,
    errors: Vec<StoreError>,
}

impl Source for Beside<'_, '_> {
    fn next_commit(&mut self) -> Option<Committed> {
        loop {
            let read = match self.commits.next() {
                Ok(Some(row)) => committed(row),
                Ok(None) => return None,
                Err(error) => {
                    self.errors.push(failed("read commits")(error));
                    return None;
                }
            };
            match read {
                Ok(commit) => return Some(commit),
                Err(error) => self.errors.push(error),
            }
        }
    }

    fn has_payload(&mut self, no: u64) -> bool {
        let sql = "SELECT payload IS NOT NULL FROM journal WHERE no = ?1";
        // Where this fails, the walk has met the damage itself.
        self.conn.query_row(sql, [signed(no)], |row| row.get(0)).unwrap_or(false)
    }
}

/// Every record against its patches, and every entry in the life of exactly one record.
fn records(conn: &Connection, found: &mut Verification) -> Result<(), StoreError> {
    let sql = "SELECT r.no, r.id, k.family, k.name, r.first_entry, r.last_entry, r.body
        FROM records r LEFT JOIN kinds k ON k.no = r.kind_no ORDER BY r.no";
    let mut select = conn.prepare(sql).map_err(failed(DOING))?;
    let mut rows = select.query([]).map_err(failed(DOING))?;
    let (mut life, mut lookup) = (Life::default(), Lookup::new(conn)?);
    let mut linked = 0;
    while let Some(row) = rows.next().map_err(failed(DOING))? {
        let checked = one_record(row, &mut life, &mut lookup);
        linked += life.entries;
        match checked {
            Ok(()) => {}
            Err(error @ (StoreError::Malformed { .. } | StoreError::UnknownKind { .. })) => {
                let last = Reader::new(row, "a record").number(5).ok();
                found.fault(last, Wrong::RecordDiffers, error.plain());
            }
            Err(error) => return Err(error),
        }
    }
    if linked == found.entries { Ok(()) } else { links(conn, found) }
}

fn one_record(row: &Row<'_>, life: &mut Life, links: &mut Lookup<'_>) -> Result<(), StoreError> {
    life.entries = 0;
    let read = Reader::new(row, "a record");
    let (id, kind) = (read.text(1)?, read.text(3)?);
    let what = format!("{kind} {id}");
    let read = Reader::new(row, &what);
    let stands = Standing {
        slot: read.signed(0)?,
        id,
        family: read.signed(2)?,
        kind,
        first: read.number(4)?,
        last: read.number(5)?,
        body: read.blob(6)?,
    };
    check(&stands, life, links)
}

/// Names the entries whose link is not to the entry before of the same record.
fn links(conn: &Connection, found: &mut Verification) -> Result<(), StoreError> {
    let sql = "SELECT no, prev_no, right_no FROM (
            SELECT no, prev_no, lag(no) OVER (PARTITION BY record_no ORDER BY no) AS right_no FROM journal
        ) WHERE prev_no IS NOT right_no ORDER BY no";
    let mut select = conn.prepare(sql).map_err(failed(DOING))?;
    let mut rows = select.query([]).map_err(failed(DOING))?;
    let before = found.faults.len();
    while let Some(row) = rows.next().map_err(failed(DOING))? {
        let read = Reader::new(row, "a link");
        let right = read.optional(2)?.map_or_else(|| "no entry".to_owned(), |no| format!("entry {no}"));
        found.fault(read.number(0).ok(), Wrong::BrokenLink, format!("the one before of the same record is {right}"));
    }
    if found.faults.len() == before {
        found.fault(None, Wrong::BrokenLink, "some entries are not part of any record's life");
    }
    Ok(())
}

/// Tables, indexes and triggers against those of a fresh journal.
fn schema(conn: &Connection, found: &mut Verification) -> Result<(), StoreError> {
    let fresh = Connection::open_in_memory().map_err(failed(DOING))?;
    fresh.execute_batch(SCHEMA).map_err(failed(DOING))?;
    let (mine, right) = (definitions(conn)?, definitions(&fresh)?);
    for name in mine.keys().chain(right.keys().filter(|name| !mine.contains_key(*name))) {
        if mine.get(name) != right.get(name) {
            let found_text = match (mine.contains_key(name), right.contains_key(name)) {
                (true, true) => format!("`{name}` is not as this program makes it"),
                (true, false) => format!("`{name}` does not belong there"),
                _ => format!("`{name}` is not there"),
            };
            found.fault(None, Wrong::AlteredSchema, found_text);
        }
    }
    Ok(())
}

/// Type, table and text of everything that is defined, by name; the planner's own statistics are left out.
fn definitions(conn: &Connection) -> Result<BTreeMap<String, [String; 3]>, StoreError> {
    let sql = "SELECT name, type, tbl_name, coalesce(sql, '') FROM sqlite_schema WHERE name NOT LIKE 'sqlite_stat%'";
    let mut select = conn.prepare(sql).map_err(failed(DOING))?;
    let mut rows = select.query([]).map_err(failed(DOING))?;
    let mut list = BTreeMap::new();
    while let Some(row) = rows.next().map_err(failed(DOING))? {
        let read = Reader::new(row, "a definition");
        let text = |at| read.text(at).map(str::to_owned);
        list.insert(text(0)?, [text(1)?, text(2)?, text(3)?]);
    }
    Ok(list)
}

/// The database's own check of every page and index.
fn pages(conn: &Connection, found: &mut Verification) -> Result<(), StoreError> {
    let mut select = conn.prepare("PRAGMA integrity_check(50)").map_err(failed(DOING))?;
    let mut rows = select.query([]).map_err(failed(DOING))?;
    while let Some(row) = rows.next().map_err(failed(DOING))? {
        let line = Reader::new(row, "the integrity check").text(0)?;
        if line != "ok" {
            found.fault(None, Wrong::Unreadable, line);
        }
    }
    Ok(())
}
