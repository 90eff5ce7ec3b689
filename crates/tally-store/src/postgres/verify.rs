//! Verifying a journal in PostgreSQL: the chain, the records against their patches, the tables' own definitions. Never
//! stops at the first fault; only where the server cannot read a page it stops there, since its transaction has failed.

use std::collections::BTreeMap;

use postgres::Row;
use tally_model::Instant;

use super::fail::{Said, is_damage};
use super::line::{Cursor, Line};
use super::read::{Lives, signed};
use super::row::{COMMIT, ENTRY, Reader, committed};
use crate::ledger::RECORDS;
use crate::replay::{Life, Standing, check};
use crate::verify::{Row as Seen, Source, Walk};
use crate::{Committed, Op, StoreError, Verification, Verifier, Wrong};

const DOING: &str = "verify the journal";

/// Everything that is defined in the journal's schema, a line each: name, a tab, what it is.
const DEFINITIONS: &str = include_str!("definitions.txt");

pub(super) fn verify(line: &Line, journal: &str, keys: &[Verifier], kept: Option<&str>) -> Result<Verification, StoreError> {
    let mut found = chain(line, journal, keys, kept)?;
    for check in [records as fn(&Line, &mut Verification) -> Result<(), StoreError>, schema] {
        if let Err(error) = check(line, &mut found) {
            found.fault(None, Wrong::Unreadable, damage(error)?);
            break;
        }
    }
    Ok(found)
}

/// What is wrong, where the error says that the database is; the error itself otherwise.
fn damage(error: StoreError) -> Result<String, StoreError> {
    match error {
        StoreError::Corrupt { .. } | StoreError::Malformed { .. } => Ok(error.plain()),
        StoreError::Database { ref source, .. } if source.downcast_ref::<Said>().is_some_and(|said| is_damage(&said.0)) => {
            Ok(error.plain())
        }
        other => Err(other),
    }
}

fn chain(line: &Line, journal: &str, keys: &[Verifier], kept: Option<&str>) -> Result<Verification, StoreError> {
    let commits = line.cursor(DOING, &format!("{COMMIT} ORDER BY no"), &[])?;
    let mut source = Beside { line, commits, rows: Vec::new().into_iter(), errors: Vec::new() };
    let mut walk = Walk::new(journal, &mut source, keys, kept);
    let stopped = walk_entries(line, &mut walk).err();
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

fn walk_entries(line: &Line, walk: &mut Walk<'_>) -> Result<(), StoreError> {
    line.walk(DOING, &format!("{ENTRY} ORDER BY j.no"), &[], &mut |row| {
        let no = Reader::new(row, "an entry").number(0)?;
        match seen(no, row) {
            Ok(seen) => walk.entry(&seen),
            Err(error) => walk.unreadable(no, &error),
        }
        Ok(())
    })
    .map(drop)
}

fn seen(no: u64, row: &Row) -> Result<Seen<'_>, StoreError> {
    let read = Reader::new(row, "its row");
    let op = read.op(2)?;
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
struct Beside<'l> {
    line: &'l Line,
    commits: Cursor<'l>,
    rows: std::vec::IntoIter<Row>,
    errors: Vec<StoreError>,
}

impl Source for Beside<'_> {
    fn next_commit(&mut self) -> Option<Committed> {
        loop {
            if self.rows.len() == 0 {
                match self.commits.fetch() {
                    Ok(rows) if rows.is_empty() => return None,
                    Ok(rows) => self.rows = rows.into_iter(),
                    Err(error) => {
                        self.errors.push(error);
                        return None;
                    }
                }
            }
            match committed(&self.rows.next()?) {
                Ok(commit) => return Some(commit),
                Err(error) => self.errors.push(error),
            }
        }
    }

    fn has_payload(&mut self, no: u64) -> bool {
        let sql = "SELECT 1 FROM journal WHERE no = $1 AND payload IS NOT NULL";
        // Where this fails, the walk has met the damage itself.
        self.line.row(DOING, sql, &[&signed(no)]).is_ok_and(|row| row.is_some())
    }
}

/// Every record against its patches, and every entry in the life of exactly one record.
fn records(line: &Line, found: &mut Verification) -> Result<(), StoreError> {
    let sql = "SELECT r.no, r.id, k.family, k.name, r.first_entry, r.last_entry, r.body
        FROM records r LEFT JOIN kinds k ON k.no = r.kind_no ORDER BY r.no";
    let mut cursor = line.cursor(DOING, sql, &[])?;
    let (mut lives, mut life) = (Lives::default(), Life::default());
    let mut linked = 0;
    loop {
        let rows = cursor.fetch()?;
        if rows.is_empty() {
            break;
        }
        lives.load(line, rows.iter().filter_map(|row| Reader::new(row, "a record").number(5).ok()))?;
        for row in &rows {
            let checked = one_record(row, &mut life, &mut lives);
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
    }
    if linked == found.entries { Ok(()) } else { links(line, found) }
}

fn one_record(row: &Row, life: &mut Life, lives: &mut Lives) -> Result<(), StoreError> {
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
    check(&stands, life, lives)
}

/// Names the entries whose link is not to the entry before of the same record.
fn links(line: &Line, found: &mut Verification) -> Result<(), StoreError> {
    let sql = "SELECT no, right_no FROM (
            SELECT no, prev_no, lag(no) OVER (PARTITION BY record_no ORDER BY no) AS right_no FROM journal
        ) AS linked WHERE prev_no IS DISTINCT FROM right_no ORDER BY no";
    let before = found.faults.len();
    line.walk(DOING, sql, &[], &mut |row| {
        let read = Reader::new(row, "a link");
        let right = read.optional(1)?.map_or_else(|| "no entry".to_owned(), |no| format!("entry {no}"));
        found.fault(read.number(0).ok(), Wrong::BrokenLink, format!("the one before of the same record is {right}"));
        Ok(())
    })?;
    if found.faults.len() == before {
        found.fault(None, Wrong::BrokenLink, "some entries are not part of any record's life");
    }
    Ok(())
}

/// Tables, indexes, triggers and functions against those that this program makes.
fn schema(line: &Line, found: &mut Verification) -> Result<(), StoreError> {
    let mine = definitions(line)?;
    let right: BTreeMap<&str, &str> = DEFINITIONS.lines().filter_map(|line| line.split_once('\t')).collect();
    let absent = right.keys().filter(|name| !mine.contains_key(**name));
    for name in mine.keys().map(String::as_str).chain(absent.copied()) {
        let text = match (mine.get(name), right.get(name)) {
            (Some(mine), Some(right)) if mine == right => continue,
            (Some(_), Some(_)) => format!("`{name}` is not as this program makes it"),
            (Some(_), None) => format!("`{name}` does not belong there"),
            _ => format!("`{name}` is not there"),
        };
        found.fault(None, Wrong::AlteredSchema, text);
    }
    Ok(())
}

/// What is defined in the schema, by name: what extensions brought and what keeps access is left out.
fn definitions(line: &Line) -> Result<BTreeMap<String, String>, StoreError> {
    let rows = line.rows(DOING, include_str!("definitions.sql"), &[])?;
    let pair = |row: &Row| {
        let read = Reader::new(row, "a definition");
        Ok((read.text(0)?.to_owned(), read.text(1)?.to_owned()))
    };
    rows.iter().map(pair).collect()
}
