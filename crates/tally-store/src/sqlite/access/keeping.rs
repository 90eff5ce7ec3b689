//! What is kept for those who are in: saved views, replies to requests that may be sent twice; and the sweep.

use rusqlite::{Connection, OptionalExtension, Row, params};
use tally_model::{Instant, instant::DAY};

use super::{guarded, instant};
use crate::access::{Reply, Reservation, Saved};
use crate::{Hash, StoreError, sqlite::fail::failed};

const VIEWS: &str = "keep a saved view";
const REPLIES: &str = "keep a reply";
const SWEEP: &str = "sweep the access database";

pub(super) fn put_view(conn: &Connection, view: &Saved) -> Result<(), StoreError> {
    let Saved { owner, page, name, query, shared, saved } = view;
    let sql = "INSERT INTO views (owner, page, name, query, shared, saved) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
        ON CONFLICT (owner, page, name) DO UPDATE SET query = ?4, shared = ?5, saved = ?6";
    conn.execute(sql, params![owner, page, name, query, shared, saved.micros()]).map(drop).map_err(failed(VIEWS))
}

pub(super) fn views(conn: &Connection, person: &str, page: Option<&str>) -> Result<Vec<Saved>, StoreError> {
    let sql = "SELECT owner, page, name, query, shared, saved FROM views
        WHERE (owner = ?1 OR shared) AND (?2 IS NULL OR page = ?2) ORDER BY page, name, owner";
    let mut select = conn.prepare_cached(sql).map_err(failed(VIEWS))?;
    let read = |row: &Row<'_>| {
        Ok(Saved {
            owner: row.get(0)?,
            page: row.get(1)?,
            name: row.get(2)?,
            query: row.get(3)?,
            shared: row.get(4)?,
            saved: instant(row, 5)?,
        })
    };
    let rows = select.query_map(params![person, page], read).map_err(failed(VIEWS))?;
    rows.collect::<Result<_, _>>().map_err(failed(VIEWS))
}

pub(super) fn remove_view(conn: &Connection, owner: &str, page: &str, name: &str) -> Result<bool, StoreError> {
    let sql = "DELETE FROM views WHERE owner = ?1 AND page = ?2 AND name = ?3";
    conn.execute(sql, [owner, page, name]).map(|gone| gone == 1).map_err(failed(VIEWS))
}

pub(super) fn reserve(
    conn: &Connection,
    person: &str,
    key: &str,
    request: &Hash,
    now: Instant,
    until: Instant,
) -> Result<Reservation, StoreError> {
    guarded(conn, REPLIES, || {
        let sql = "SELECT request, status, body FROM replies WHERE person = ?1 AND key = ?2 AND until > ?3";
        let found = conn.query_row(sql, params![person, key, now.micros()], |row| {
            Ok((row.get::<_, Hash>(0)?, row.get::<_, Option<u16>>(1)?, row.get::<_, Option<Vec<u8>>>(2)?))
        });
        Ok(match found.optional()? {
            Some((known, ..)) if known != *request => Reservation::Other,
            Some((_, Some(status), body)) => Reservation::Done(Reply { status, body: body.unwrap_or_default() }),
            Some(_) => Reservation::Running,
            None => {
                let sql = "INSERT OR REPLACE INTO replies (person, key, request, status, body, until)
                    VALUES (?1, ?2, ?3, NULL, NULL, ?4)";
                conn.execute(sql, params![person, key, request, until.micros()])?;
                Reservation::New
            }
        })
    })
}

pub(super) fn answer(conn: &Connection, person: &str, key: &str, reply: &Reply, until: Instant) -> Result<(), StoreError> {
    let sql = "UPDATE replies SET status = ?3, body = ?4, until = ?5 WHERE person = ?1 AND key = ?2 AND status IS NULL";
    conn.execute(sql, params![person, key, reply.status, reply.body, until.micros()]).map(drop).map_err(failed(REPLIES))
}

pub(super) fn release(conn: &Connection, person: &str, key: &str) -> Result<(), StoreError> {
    let sql = "DELETE FROM replies WHERE person = ?1 AND key = ?2 AND status IS NULL";
    conn.execute(sql, [person, key]).map(drop).map_err(failed(REPLIES))
}

pub(super) fn sweep(conn: &Connection, now: Instant, sessions: Instant, events: Instant) -> Result<u64, StoreError> {
    guarded(conn, SWEEP, || {
        let mut gone = 0;
        for (sql, before) in [
            ("DELETE FROM links WHERE expires <= ?1", now),
            ("DELETE FROM replies WHERE until <= ?1", now),
            ("DELETE FROM attempts WHERE max(last, until) <= ?1", Instant::from_micros(now.micros().saturating_sub(DAY))),
            ("DELETE FROM sessions WHERE created < ?1", sessions),
            ("DELETE FROM events WHERE at < ?1", events),
        ] {
            gone += conn.execute(sql, [before.micros()])? as u64;
        }
        Ok(gone)
    })
}
