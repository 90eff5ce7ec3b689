//! How one comes in: sessions, tokens, one-time links, attempts, and the log of them. Never sees a secret, only hashes.

use rusqlite::{Connection, OptionalExtension, Row, params};
use tally_model::Instant;

use super::{guarded, instant, instant_or_none, joined, malformed, number, split};
use crate::access::{Attempt, Event, Link, Pace, Role, Session, Token, TokenScope};
use crate::{Hash, StoreError, sqlite::fail::failed};

const SESSIONS: &str = "keep a session";
const TOKENS: &str = "keep a token";
const LINKS: &str = "keep a one-time link";
const ATTEMPTS: &str = "count an attempt to sign in";
const LOG: &str = "keep the log of sign-ins";
const SESSION: &str = "SELECT id, person, created, seen, proved, means, address, agent FROM sessions";
const TOKEN: &str = "SELECT id, secret, person, name, role, scope, teams, created, expires, used, revoked FROM tokens";

pub(super) fn add_session(conn: &Connection, session: &Session) -> Result<(), StoreError> {
    let Session { id, person, created, seen, proved, means, address, agent } = session;
    let sql = "INSERT INTO sessions (id, person, created, seen, proved, means, address, agent)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    let values = params![id, person, created.micros(), seen.micros(), proved.micros(), means, address, agent];
    conn.execute(sql, values).map(drop).map_err(failed(SESSIONS))
}

pub(super) fn session(conn: &Connection, id: &Hash) -> Result<Option<Session>, StoreError> {
    let mut select = conn.prepare_cached(&format!("{SESSION} WHERE id = ?1")).map_err(failed(SESSIONS))?;
    select.query_row([id], read_session).optional().map_err(failed(SESSIONS))
}

pub(super) fn sessions(conn: &Connection, person: &str) -> Result<Vec<Session>, StoreError> {
    let sql = format!("{SESSION} WHERE person = ?1 ORDER BY seen DESC, id");
    let mut select = conn.prepare_cached(&sql).map_err(failed(SESSIONS))?;
    let rows = select.query_map([person], read_session).map_err(failed(SESSIONS))?;
    rows.collect::<Result<_, _>>().map_err(failed(SESSIONS))
}

pub(super) fn touch_session(conn: &Connection, id: &Hash, seen: Instant, proved: Option<Instant>) -> Result<(), StoreError> {
    let sql = "UPDATE sessions SET seen = max(seen, ?2), proved = max(proved, coalesce(?3, proved)) WHERE id = ?1";
    let values = params![id, seen.micros(), proved.map(Instant::micros)];
    conn.execute(sql, values).map(drop).map_err(failed(SESSIONS))
}

pub(super) fn end_session(conn: &Connection, id: &Hash) -> Result<bool, StoreError> {
    conn.execute("DELETE FROM sessions WHERE id = ?1", [id]).map(|gone| gone == 1).map_err(failed(SESSIONS))
}

pub(super) fn end_sessions(conn: &Connection, person: &str, but: Option<&Hash>) -> Result<u64, StoreError> {
    let sql = "DELETE FROM sessions WHERE person = ?1 AND id IS NOT ?2";
    conn.execute(sql, params![person, but]).map(|gone| gone as u64).map_err(failed(SESSIONS))
}

fn read_session(row: &Row<'_>) -> rusqlite::Result<Session> {
    Ok(Session {
        id: row.get(0)?,
        person: row.get(1)?,
        created: instant(row, 2)?,
        seen: instant(row, 3)?,
        proved: instant(row, 4)?,
        means: row.get(5)?,
        address: row.get(6)?,
        agent: row.get(7)?,
    })
}

pub(super) fn add_token(conn: &Connection, token: &Token) -> Result<(), StoreError> {
    let sql = "INSERT INTO tokens (id, secret, person, name, role, scope, teams, created, expires, used, revoked)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
    let values = params![
        token.id,
        token.secret,
        token.person,
        token.name,
        token.role.word(),
        token.scope.word(),
        token.teams.as_ref().map(joined),
        token.created.micros(),
        token.expires.map(Instant::micros),
        token.used.map(Instant::micros),
        token.revoked.map(Instant::micros),
    ];
    conn.execute(sql, values).map(drop).map_err(failed(TOKENS))
}

pub(super) fn token(conn: &Connection, secret: &Hash) -> Result<Option<Token>, StoreError> {
    let mut select = conn.prepare_cached(&format!("{TOKEN} WHERE secret = ?1")).map_err(failed(TOKENS))?;
    select.query_row([secret], read_token).optional().map_err(failed(TOKENS))
}

pub(super) fn tokens(conn: &Connection, person: Option<&str>) -> Result<Vec<Token>, StoreError> {
    let sql = format!("{TOKEN} WHERE ?1 IS NULL OR person = ?1 ORDER BY created, id");
    let mut select = conn.prepare_cached(&sql).map_err(failed(TOKENS))?;
    let rows = select.query_map([person], read_token).map_err(failed(TOKENS))?;
    rows.collect::<Result<_, _>>().map_err(failed(TOKENS))
}

pub(super) fn touch_token(conn: &Connection, id: &str, used: Instant) -> Result<(), StoreError> {
    let sql = "UPDATE tokens SET used = max(coalesce(used, ?2), ?2) WHERE id = ?1";
    conn.execute(sql, params![id, used.micros()]).map(drop).map_err(failed(TOKENS))
}

pub(super) fn revoke_token(conn: &Connection, id: &str, at: Instant) -> Result<bool, StoreError> {
    let sql = "UPDATE tokens SET revoked = ?2 WHERE id = ?1 AND revoked IS NULL";
    conn.execute(sql, params![id, at.micros()]).map(|changed| changed == 1).map_err(failed(TOKENS))
}

fn read_token(row: &Row<'_>) -> rusqlite::Result<Token> {
    let role: String = row.get(4)?;
    let scope: String = row.get(5)?;
    Ok(Token {
        id: row.get(0)?,
        secret: row.get(1)?,
        person: row.get(2)?,
        name: row.get(3)?,
        role: Role::from_word(&role).ok_or_else(|| malformed(4, &role))?,
        scope: TokenScope::from_word(&scope).ok_or_else(|| malformed(5, &scope))?,
        teams: row.get::<_, Option<String>>(6)?.as_deref().map(split),
        created: instant(row, 7)?,
        expires: instant_or_none(row, 8)?,
        used: instant_or_none(row, 9)?,
        revoked: instant_or_none(row, 10)?,
    })
}

pub(super) fn add_link(conn: &Connection, link: &Link, alone: bool) -> Result<(), StoreError> {
    guarded(conn, LINKS, || {
        if alone {
            conn.execute("DELETE FROM links WHERE purpose = ?1 AND person = ?2", [&link.purpose, &link.person])?;
        }
        let sql = "INSERT INTO links (id, purpose, person, payload, expires) VALUES (?1, ?2, ?3, ?4, ?5)";
        conn.execute(sql, params![link.id, link.purpose, link.person, link.payload, link.expires.micros()]).map(drop)
    })
}

pub(super) fn link(conn: &Connection, id: &Hash, now: Instant) -> Result<Option<Link>, StoreError> {
    let sql = "SELECT id, purpose, person, payload, expires FROM links WHERE id = ?1 AND expires > ?2";
    conn.query_row(sql, params![id, now.micros()], read_link).optional().map_err(failed(LINKS))
}

pub(super) fn take_link(conn: &Connection, id: &Hash, now: Instant) -> Result<Option<Link>, StoreError> {
    let sql = "DELETE FROM links WHERE id = ?1 AND expires > ?2 RETURNING id, purpose, person, payload, expires";
    conn.query_row(sql, params![id, now.micros()], read_link).optional().map_err(failed(LINKS))
}

pub(super) fn drop_links(conn: &Connection, purpose: &str, person: &str) -> Result<u64, StoreError> {
    let sql = "DELETE FROM links WHERE purpose = ?1 AND person = ?2";
    conn.execute(sql, [purpose, person]).map(|gone| gone as u64).map_err(failed(LINKS))
}

fn read_link(row: &Row<'_>) -> rusqlite::Result<Link> {
    Ok(Link { id: row.get(0)?, purpose: row.get(1)?, person: row.get(2)?, payload: row.get(3)?, expires: instant(row, 4)? })
}

pub(super) fn attempt(conn: &Connection, key: &str, now: Instant, pace: &Pace) -> Result<Attempt, StoreError> {
    guarded(conn, ATTEMPTS, || {
        let sql = "SELECT count, last, until FROM attempts WHERE key = ?1";
        let before =
            conn.query_row(sql, [key], |row| Ok((row.get::<_, u32>(0)?, instant(row, 1)?, instant(row, 2)?))).optional()?;
        let count = match before {
            Some((_, _, until)) if now < until => return Ok(Attempt::Wait(until)),
            Some((count, last, _)) if !pace.forgets(last, now) => count.saturating_add(1),
            _ => 1,
        };
        let sql = "INSERT OR REPLACE INTO attempts (key, count, last, until) VALUES (?1, ?2, ?3, ?4)";
        let until = now.micros().saturating_add(pace.delay(count));
        conn.execute(sql, params![key, count, now.micros(), until])?;
        Ok(Attempt::Go)
    })
}

pub(super) fn forgive(conn: &Connection, key: &str) -> Result<(), StoreError> {
    conn.execute("DELETE FROM attempts WHERE key = ?1", [key]).map(drop).map_err(failed(ATTEMPTS))
}

pub(super) fn take_back(conn: &Connection, key: &str) -> Result<(), StoreError> {
    let sql = "UPDATE attempts SET count = max(count - 1, 0), until = last WHERE key = ?1";
    conn.execute(sql, [key]).map(drop).map_err(failed(ATTEMPTS))
}

pub(super) fn log(conn: &Connection, event: &Event) -> Result<(), StoreError> {
    let sql = "INSERT INTO events (at, person, what, address) VALUES (?1, ?2, ?3, ?4)";
    let values = params![event.at.micros(), event.person, event.what, event.address];
    conn.execute(sql, values).map(drop).map_err(failed(LOG))
}

pub(super) fn events(
    conn: &Connection,
    person: Option<&str>,
    before: Option<u64>,
    most: u32,
) -> Result<Vec<Event>, StoreError> {
    let sql = "SELECT no, at, person, what, address FROM events
        WHERE (?1 IS NULL OR person = ?1) AND (?2 IS NULL OR no < ?2) ORDER BY no DESC LIMIT ?3";
    let mut select = conn.prepare_cached(sql).map_err(failed(LOG))?;
    let rows = select
        .query_map(params![person, before.map(number), most], |row| {
            let no: i64 = row.get(0)?;
            Ok(Event {
                no: no.cast_unsigned(),
                at: instant(row, 1)?,
                person: row.get(2)?,
                what: row.get(3)?,
                address: row.get(4)?,
            })
        })
        .map_err(failed(LOG))?;
    rows.collect::<Result<_, _>>().map_err(failed(LOG))
}
