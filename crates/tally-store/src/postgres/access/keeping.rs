//! What is kept for those who are in: saved views, replies to requests that may be sent twice; and the sweep.

use tally_model::{Instant, instant::DAY};

use super::{guarded, instant};
use crate::access::{Reply, Reservation, Saved};
use crate::postgres::line::Line;
use crate::postgres::row::Reader;
use crate::{Hash, StoreError};

const VIEWS: &str = "keep a saved view";
const REPLIES: &str = "keep a reply";
const SWEEP: &str = "sweep the access database";

pub(super) fn put_view(line: &Line, view: &Saved) -> Result<(), StoreError> {
    let Saved { owner, page, name, query, shared, saved } = view;
    let sql = "INSERT INTO access_views (owner, page, name, query, shared, saved) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (owner, page, name) DO UPDATE SET query = $4, shared = $5, saved = $6";
    line.short(VIEWS, || line.execute(VIEWS, sql, &[owner, page, name, query, &i64::from(*shared), &saved.micros()]).map(drop))
}

pub(super) fn views(line: &Line, person: &str, page: Option<&str>) -> Result<Vec<Saved>, StoreError> {
    let sql = "SELECT owner, page, name, query, shared, saved FROM access_views
        WHERE (owner = $1 OR shared <> 0) AND ($2::text IS NULL OR page = $2)
        ORDER BY page COLLATE \"C\", name COLLATE \"C\", owner COLLATE \"C\"";
    let rows = line.still(|| line.rows(VIEWS, sql, &[&person, &page]))?;
    let view = |row: &postgres::Row| {
        let read = Reader::new(row, "a saved view");
        Ok(Saved {
            owner: read.value(0)?,
            page: read.value(1)?,
            name: read.value(2)?,
            query: read.value(3)?,
            shared: read.signed(4)? != 0,
            saved: instant(row, 5)?,
        })
    };
    rows.iter().map(view).collect()
}

pub(super) fn remove_view(line: &Line, owner: &str, page: &str, name: &str) -> Result<bool, StoreError> {
    let sql = "DELETE FROM access_views WHERE owner = $1 AND page = $2 AND name = $3";
    line.short(VIEWS, || Ok(line.execute(VIEWS, sql, &[&owner, &page, &name])? == 1))
}

pub(super) fn reserve(
    line: &Line,
    person: &str,
    key: &str,
    request: &Hash,
    now: Instant,
    until: Instant,
) -> Result<Reservation, StoreError> {
    guarded(line, (REPLIES, "access_replies"), || {
        let sql = "SELECT request, status, body FROM access_replies WHERE person = $1 AND key = $2 AND until > $3";
        let Some(row) = line.row(REPLIES, sql, &[&person, &key, &now.micros()])? else {
            let sql = "INSERT INTO access_replies (person, key, request, until) VALUES ($1, $2, $3, $4)
                ON CONFLICT (person, key) DO UPDATE SET request = $3, status = NULL, body = NULL, until = $4";
            line.execute(REPLIES, sql, &[&person, &key, &request.as_slice(), &until.micros()])?;
            return Ok(Reservation::New);
        };
        let read = Reader::new(&row, "a reply");
        if read.hash(0)? != *request {
            return Ok(Reservation::Other);
        }
        Ok(match read.optional(1)? {
            Some(status) => Reservation::Done(Reply {
                status: u16::try_from(status).unwrap_or(u16::MAX),
                body: read.blob(2)?.unwrap_or_default().to_vec(),
            }),
            None => Reservation::Running,
        })
    })
}

pub(super) fn answer(line: &Line, person: &str, key: &str, reply: &Reply, until: Instant) -> Result<(), StoreError> {
    let sql = "UPDATE access_replies SET status = $3, body = $4, until = $5
        WHERE person = $1 AND key = $2 AND status IS NULL";
    line.short(REPLIES, || {
        line.execute(REPLIES, sql, &[&person, &key, &i64::from(reply.status), &reply.body, &until.micros()]).map(drop)
    })
}

pub(super) fn release(line: &Line, person: &str, key: &str) -> Result<(), StoreError> {
    let sql = "DELETE FROM access_replies WHERE person = $1 AND key = $2 AND status IS NULL";
    line.short(REPLIES, || line.execute(REPLIES, sql, &[&person, &key]).map(drop))
}

pub(super) fn sweep(line: &Line, now: Instant, sessions: Instant, events: Instant) -> Result<u64, StoreError> {
    line.short(SWEEP, || {
        let mut gone = 0;
        for (sql, before) in [
            ("DELETE FROM access_links WHERE expires <= $1", now),
            ("DELETE FROM access_replies WHERE until <= $1", now),
            (
                "DELETE FROM access_attempts WHERE greatest(last, until) <= $1",
                Instant::from_micros(now.micros().saturating_sub(DAY)),
            ),
            ("DELETE FROM access_sessions WHERE created < $1", sessions),
            ("DELETE FROM access_events WHERE at < $1", events),
        ] {
            gone += line.execute(SWEEP, sql, &[&before.micros()])?;
        }
        Ok(gone)
    })
}
