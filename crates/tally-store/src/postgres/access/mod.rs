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

impl Access for Desk {
    fn person(&mut self, id: &str) -> Result<Option<Person>, StoreError> {
        people::one(&self.line, id)
    }

    fn outsider(&mut self, outside: &Outside) -> Result<Option<Person>, StoreError> {
        people::outsider(&self.line, outside)
    }

    fn people(&mut self) -> Result<Vec<Person>, StoreError> {
        people::all(&self.line)
    }

    fn add_person(&mut self, person: &Person, first: bool) -> Result<Change, StoreError> {
        people::add(&self.line, person, first)
    }

    fn change_person(&mut self, person: &Person) -> Result<Change, StoreError> {
        people::alter(&self.line, person)
    }

    fn use_step(&mut self, person: &str, step: u64) -> Result<bool, StoreError> {
        people::use_step(&self.line, person, step)
    }

    fn put_recovery(&mut self, person: &str, codes: &[Hash]) -> Result<(), StoreError> {
        people::put_recovery(&self.line, person, codes)
    }

    fn use_recovery(&mut self, person: &str, code: &Hash) -> Result<bool, StoreError> {
        people::use_recovery(&self.line, person, code)
    }

    fn recovery_left(&mut self, person: &str) -> Result<u32, StoreError> {
        people::recovery_left(&self.line, person)
    }

    fn add_session(&mut self, session: &Session) -> Result<(), StoreError> {
        comings::add_session(&self.line, session)
    }

    fn session(&mut self, id: &Hash) -> Result<Option<Session>, StoreError> {
        comings::session(&self.line, id)
    }

    fn sessions(&mut self, person: &str) -> Result<Vec<Session>, StoreError> {
        comings::sessions(&self.line, person)
    }

    fn touch_session(&mut self, id: &Hash, seen: Instant, proved: Option<Instant>) -> Result<(), StoreError> {
        comings::touch_session(&self.line, id, seen, proved)
    }

    fn end_session(&mut self, id: &Hash) -> Result<bool, StoreError> {
        comings::end_session(&self.line, id)
    }

    fn end_sessions(&mut self, person: &str, but: Option<&Hash>) -> Result<u64, StoreError> {
        comings::end_sessions(&self.line, person, but)
    }

    fn add_token(&mut self, token: &Token) -> Result<(), StoreError> {
        comings::add_token(&self.line, token)
    }

    fn token(&mut self, secret: &Hash) -> Result<Option<Token>, StoreError> {
        comings::token(&self.line, secret)
    }

    fn tokens(&mut self, person: Option<&str>) -> Result<Vec<Token>, StoreError> {
        comings::tokens(&self.line, person)
    }

    fn touch_token(&mut self, id: &str, used: Instant) -> Result<(), StoreError> {
        comings::touch_token(&self.line, id, used)
    }

    fn revoke_token(&mut self, id: &str, at: Instant) -> Result<bool, StoreError> {
        comings::revoke_token(&self.line, id, at)
    }

    fn add_link(&mut self, link: &Link, alone: bool) -> Result<(), StoreError> {
        comings::add_link(&self.line, link, alone)
    }

    fn link(&mut self, id: &Hash, now: Instant) -> Result<Option<Link>, StoreError> {
        comings::link(&self.line, id, now)
    }

    fn take_link(&mut self, id: &Hash, now: Instant) -> Result<Option<Link>, StoreError> {
        comings::take_link(&self.line, id, now)
    }

    fn drop_links(&mut self, purpose: &str, person: &str) -> Result<u64, StoreError> {
        comings::drop_links(&self.line, purpose, person)
    }

    fn attempt(&mut self, key: &str, now: Instant, pace: &Pace) -> Result<Attempt, StoreError> {
        comings::attempt(&self.line, key, now, pace)
    }

    fn forgive(&mut self, key: &str) -> Result<(), StoreError> {
        comings::forgive(&self.line, key)
    }

    fn take_back(&mut self, key: &str) -> Result<(), StoreError> {
        comings::take_back(&self.line, key)
    }

    fn log(&mut self, event: &Event) -> Result<(), StoreError> {
        comings::log(&self.line, event)
    }

    fn events(&mut self, person: Option<&str>, before: Option<u64>, most: u32) -> Result<Vec<Event>, StoreError> {
        comings::events(&self.line, person, before, most)
    }

    fn put_view(&mut self, view: &Saved) -> Result<(), StoreError> {
        keeping::put_view(&self.line, view)
    }

    fn views(&mut self, person: &str, page: Option<&str>) -> Result<Vec<Saved>, StoreError> {
        keeping::views(&self.line, person, page)
    }

    fn remove_view(&mut self, owner: &str, page: &str, name: &str) -> Result<bool, StoreError> {
        keeping::remove_view(&self.line, owner, page, name)
    }

    fn reserve(
        &mut self,
        person: &str,
        key: &str,
        request: &Hash,
        now: Instant,
        until: Instant,
    ) -> Result<Reservation, StoreError> {
        keeping::reserve(&self.line, person, key, request, now, until)
    }

    fn answer(&mut self, person: &str, key: &str, reply: &Reply, until: Instant) -> Result<(), StoreError> {
        keeping::answer(&self.line, person, key, reply, until)
    }

    fn release(&mut self, person: &str, key: &str) -> Result<(), StoreError> {
        keeping::release(&self.line, person, key)
    }

    fn sweep(&mut self, now: Instant, sessions: Instant, events: Instant) -> Result<u64, StoreError> {
        keeping::sweep(&self.line, now, sessions, events)
    }
    fn take_out(&mut self) -> Result<Whole, StoreError> {
        whole::take_out(&self.line)
    }

    fn put_in(&mut self, whole: &Whole) -> Result<(), StoreError> {
        whole::put_in(&self.line, whole)
    }
}
