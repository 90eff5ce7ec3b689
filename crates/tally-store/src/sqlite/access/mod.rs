//! Access in a SQLite file of its own, beside the journal's. Every method that decides and writes holds the write lock from
//! its first read on.

mod comings;
mod keeping;
mod open;
mod people;
mod whole;

use std::collections::BTreeSet;

use rusqlite::{Connection, Row, types::Type};
use tally_model::Instant;

use super::fail::failed;
use crate::access::over::access_over;
use crate::access::{
    Access, Attempt, Change, Event, Link, Outside, Pace, Person, Reply, Reservation, Saved, Session, Token, Whole,
};
use crate::{Hash, StoreError};
pub(crate) use open::open;

/// Access in a SQLite file.
pub(crate) struct Desk {
    conn: Connection,
}

/// Does `act` under the write lock, and keeps all of it or nothing.
fn guarded<T>(conn: &Connection, doing: &'static str, act: impl FnOnce() -> rusqlite::Result<T>) -> Result<T, StoreError> {
    kept(conn, doing, act, |_| true)
}

/// As `guarded`, for a change: what is not done leaves nothing behind.
fn change(
    conn: &Connection,
    doing: &'static str,
    act: impl FnOnce() -> rusqlite::Result<Change>,
) -> Result<Change, StoreError> {
    kept(conn, doing, act, |change| *change == Change::Done)
}

fn kept<T>(
    conn: &Connection,
    doing: &'static str,
    act: impl FnOnce() -> rusqlite::Result<T>,
    keep: impl FnOnce(&T) -> bool,
) -> Result<T, StoreError> {
    conn.execute_batch("BEGIN IMMEDIATE").map_err(failed(doing))?;
    let done = act();
    let end = if done.as_ref().is_ok_and(keep) { "COMMIT" } else { "ROLLBACK" };
    let ended = conn.execute_batch(end);
    if ended.is_err() && !conn.is_autocommit() {
        // The next write must not find itself inside this one; what failed is what is told.
        let _ = conn.execute_batch("ROLLBACK");
    }
    let done = done.map_err(failed(doing))?;
    ended.map_err(failed(doing))?;
    Ok(done)
}

pub(crate) fn joined(teams: &BTreeSet<String>) -> String {
    teams.iter().map(String::as_str).collect::<Vec<_>>().join("\n")
}

pub(crate) fn split(teams: &str) -> BTreeSet<String> {
    teams.lines().filter(|team| !team.is_empty()).map(str::to_owned).collect()
}

fn instant(row: &Row<'_>, column: usize) -> rusqlite::Result<Instant> {
    row.get(column).map(Instant::from_micros)
}

fn instant_or_none(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Instant>> {
    row.get::<_, Option<i64>>(column).map(|micros| micros.map(Instant::from_micros))
}

/// The database's number for a count.
pub(crate) fn number(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// A word in a column that this program does not know.
fn malformed(column: usize, found: &str) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(
        column,
        Type::Text,
        format!("`{found}` is no word that this program knows").into(),
    )
}

access_over!(conn);
