//! Access in PostgreSQL, in tables beside the journal's. Every method that decides and writes holds a lock on its table from
//! its first read on, so that of two servers one is second.

mod comings;
mod keeping;
mod people;
mod whole;

use std::path::PathBuf;

use postgres::Row;
use tally_model::Instant;

use super::address::Address;
use super::line::Line;
use super::row::Reader;
use crate::access::over::access_over;
use crate::access::{
    Access, Attempt, Change, Event, Link, Outside, Pace, Person, Reply, Reservation, Saved, Session, Token, Whole,
};
use crate::{Hash, StoreError};

const SCHEMA: &str = include_str!("schema.sql");
const OPEN: &str = "open the access tables";
/// What the comment on the first table begins with, and the format that this program writes.
const MARK: (&str, i64) = ("tallystick access, format ", 1);

/// Access in a PostgreSQL database.
pub(crate) struct Desk {
    line: Line,
}

impl Desk {
    /// Opens the tables, and makes them where there are none.
    pub(crate) fn open(address: &Address) -> Result<Self, StoreError> {
        let line = Line::open(address, false)?;
        line.short(OPEN, || {
            // Of several servers that start together one makes the tables.
            line.run(OPEN, "SELECT pg_advisory_xact_lock(1952541804, hashtext(current_schema()))")?;
            match marked(&line)? {
                None => line.run(OPEN, SCHEMA),
                Some(comment) => check(&line, &comment),
            }
        })?;
        Ok(Self { line })
    }
}

/// What the first table says of itself; `None` where there is none.
fn marked(line: &Line) -> Result<Option<String>, StoreError> {
    let sql = "SELECT coalesce(obj_description(c.oid, 'pg_class'), '') FROM pg_class c
        WHERE c.relnamespace = current_schema()::regnamespace AND c.relname = 'access_people'";
    let row = line.row(OPEN, sql, &[])?;
    row.map(|row| Reader::new(&row, "a comment").text(0).map(str::to_owned)).transpose()
}

fn check(line: &Line, comment: &str) -> Result<(), StoreError> {
    let path = PathBuf::from(line.address().name());
    match comment.strip_prefix(MARK.0).and_then(|format| format.parse::<i64>().ok()) {
        Some(format) if format == MARK.1 => Ok(()),
        Some(found) if found > MARK.1 => Err(StoreError::NewerFormat { path, found, known: MARK.1 }),
        _ => Err(StoreError::NotJournal { path, found: "its table `access_people` is of another program".to_owned() }),
    }
}

/// Does `act` with a table locked against other writers, and keeps all of it or nothing.
fn guarded<T>(
    line: &Line,
    (doing, table): (&'static str, &str),
    act: impl FnOnce() -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    line.short(doing, || {
        line.run(doing, &format!("LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE"))?;
        act()
    })
}

/// As `guarded`, for a change: what is not done leaves nothing behind.
fn change(
    line: &Line,
    what: (&'static str, &str),
    act: impl FnOnce() -> Result<Change, StoreError>,
) -> Result<Change, StoreError> {
    let mut undone = None;
    let done = guarded(line, what, || match act()? {
        Change::Done => Ok(()),
        other => {
            undone = Some(other);
            Err(StoreError::stopped("the change is not made"))
        }
    });
    match (undone, done) {
        (Some(change), _) => Ok(change),
        (None, done) => done.map(|()| Change::Done),
    }
}

fn instant(row: &Row, column: usize) -> Result<Instant, StoreError> {
    Reader::new(row, "a row of access").signed(column).map(Instant::from_micros)
}

fn instant_or_none(row: &Row, column: usize) -> Result<Option<Instant>, StoreError> {
    Reader::new(row, "a row of access").value::<Option<i64>>(column).map(|micros| micros.map(Instant::from_micros))
}

/// A word that this program does not know.
fn malformed(found: &str) -> StoreError {
    StoreError::malformed("a row of access", format!("`{found}`, which is no word that this program knows"))
}

access_over!(line);
