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

impl Access for Desk {
    fn person(&mut self, id: &str) -> Result<Option<Person>, StoreError> {
        people::one(&self.conn, id)
    }

    fn outsider(&mut self, outside: &Outside) -> Result<Option<Person>, StoreError> {
        people::outsider(&self.conn, outside)
    }

    fn people(&mut self) -> Result<Vec<Person>, StoreError> {
        people::all(&self.conn)
    }

    fn add_person(&mut self, person: &Person, first: bool) -> Result<Change, StoreError> {
        people::add(&self.conn, person, first)
    }

    fn change_person(&mut self, person: &Person) -> Result<Change, StoreError> {
        people::alter(&self.conn, person)
    }

    fn use_step(&mut self, person: &str, step: u64) -> Result<bool, StoreError> {
        people::use_step(&self.conn, person, step)
    }

    fn put_recovery(&mut self, person: &str, codes: &[Hash]) -> Result<(), StoreError> {
        people::put_recovery(&self.conn, person, codes)
    }

    fn use_recovery(&mut self, person: &str, code: &Hash) -> Result<bool, StoreError> {
        people::use_recovery(&self.conn, person, code)
    }

    fn recovery_left(&mut self, person: &str) -> Result<u32, StoreError> {
        people::recovery_left(&self.conn, person)
    }

    fn add_session(&mut self, session: &Session) -> Result<(), StoreError> {
        comings::add_session(&self.conn, session)
    }

    fn session(&mut self, id: &Hash) -> Result<Option<Session>, StoreError> {
        comings::session(&self.conn, id)
    }

    fn sessions(&mut self, person: &str) -> Result<Vec<Session>, StoreError> {
        comings::sessions(&self.conn, person)
    }

    fn touch_session(&mut self, id: &Hash, seen: Instant, proved: Option<Instant>) -> Result<(), StoreError> {
        comings::touch_session(&self.conn, id, seen, proved)
    }

    fn end_session(&mut self, id: &Hash) -> Result<bool, StoreError> {
        comings::end_session(&self.conn, id)
    }

    fn end_sessions(&mut self, person: &str, but: Option<&Hash>) -> Result<u64, StoreError> {
        comings::end_sessions(&self.conn, person, but)
    }

    fn add_token(&mut self, token: &Token) -> Result<(), StoreError> {
        comings::add_token(&self.conn, token)
    }

    fn token(&mut self, secret: &Hash) -> Result<Option<Token>, StoreError> {
        comings::token(&self.conn, secret)
    }

    fn tokens(&mut self, person: Option<&str>) -> Result<Vec<Token>, StoreError> {
        comings::tokens(&self.conn, person)
    }

    fn touch_token(&mut self, id: &str, used: Instant) -> Result<(), StoreError> {
        comings::touch_token(&self.conn, id, used)
    }

    fn revoke_token(&mut self, id: &str, at: Instant) -> Result<bool, StoreError> {
        comings::revoke_token(&self.conn, id, at)
    }

    fn add_link(&mut self, link: &Link, alone: bool) -> Result<(), StoreError> {
        comings::add_link(&self.conn, link, alone)
    }

    fn link(&mut self, id: &Hash, now: Instant) -> Result<Option<Link>, StoreError> {
        comings::link(&self.conn, id, now)
    }

    fn take_link(&mut self, id: &Hash, now: Instant) -> Result<Option<Link>, StoreError> {
        comings::take_link(&self.conn, id, now)
    }

    fn drop_links(&mut self, purpose: &str, person: &str) -> Result<u64, StoreError> {
        comings::drop_links(&self.conn, purpose, person)
    }

    fn attempt(&mut self, key: &str, now: Instant, pace: &Pace) -> Result<Attempt, StoreError> {
        comings::attempt(&self.conn, key, now, pace)
    }

    fn forgive(&mut self, key: &str) -> Result<(), StoreError> {
        comings::forgive(&self.conn, key)
    }

    fn take_back(&mut self, key: &str) -> Result<(), StoreError> {
        comings::take_back(&self.conn, key)
    }

    fn log(&mut self, event: &Event) -> Result<(), StoreError> {
        comings::log(&self.conn, event)
    }

    fn events(&mut self, person: Option<&str>, before: Option<u64>, most: u32) -> Result<Vec<Event>, StoreError> {
        comings::events(&self.conn, person, before, most)
    }

    fn put_view(&mut self, view: &Saved) -> Result<(), StoreError> {
        keeping::put_view(&self.conn, view)
    }

    fn views(&mut self, person: &str, page: Option<&str>) -> Result<Vec<Saved>, StoreError> {
        keeping::views(&self.conn, person, page)
    }

    fn remove_view(&mut self, owner: &str, page: &str, name: &str) -> Result<bool, StoreError> {
        keeping::remove_view(&self.conn, owner, page, name)
    }

    fn reserve(
        &mut self,
        person: &str,
        key: &str,
        request: &Hash,
        now: Instant,
        until: Instant,
    ) -> Result<Reservation, StoreError> {
        keeping::reserve(&self.conn, person, key, request, now, until)
    }

    fn answer(&mut self, person: &str, key: &str, reply: &Reply, until: Instant) -> Result<(), StoreError> {
        keeping::answer(&self.conn, person, key, reply, until)
    }

    fn release(&mut self, person: &str, key: &str) -> Result<(), StoreError> {
        keeping::release(&self.conn, person, key)
    }

    fn sweep(&mut self, now: Instant, sessions: Instant, events: Instant) -> Result<u64, StoreError> {
        keeping::sweep(&self.conn, now, sessions, events)
    }
    fn take_out(&mut self) -> Result<Whole, StoreError> {
        whole::take_out(&self.conn)
    }

    fn put_in(&mut self, whole: &Whole) -> Result<(), StoreError> {
        whole::put_in(&self.conn, whole)
    }
}
