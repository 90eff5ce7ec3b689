//! How one comes in: sessions, tokens, one-time links, attempts, and the log of them. Never sees a secret, only hashes.

use postgres::Row;
use tally_model::Instant;

use super::{guarded, instant, instant_or_none, malformed};
use crate::access::{Attempt, Event, Link, Pace, Role, Session, Token, TokenScope};
use crate::postgres::line::{Line, Params};
use crate::postgres::row::Reader;
use crate::sqlite::access::{joined, number, split};
use crate::{Hash, StoreError};

const SESSIONS: &str = "keep a session";
const TOKENS: &str = "keep a token";
const LINKS: &str = "keep a one-time link";
const ATTEMPTS: &str = "count an attempt to sign in";
const LOG: &str = "keep the log of sign-ins";
const SESSION: &str = "SELECT id, person, created, seen, proved, means, address, agent FROM access_sessions";
const TOKEN: &str = "SELECT id, secret, person, name, role, scope, teams, created, expires, used, revoked FROM access_tokens";

pub(super) fn add_session(line: &Line, session: &Session) -> Result<(), StoreError> {
    let Session { id, person, created, seen, proved, means, address, agent } = session;
    let sql = "INSERT INTO access_sessions (id, person, created, seen, proved, means, address, agent)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    let row: Params<'_> = &[&id.as_slice(), person, &created.micros(), &seen.micros(), &proved.micros(), means, address, agent];
    line.short(SESSIONS, || line.execute(SESSIONS, sql, row).map(drop))
}

pub(super) fn session(line: &Line, id: &Hash) -> Result<Option<Session>, StoreError> {
    let sql = format!("{SESSION} WHERE id = $1");
    line.still(|| line.row(SESSIONS, &sql, &[&id.as_slice()])?.as_ref().map(read_session).transpose())
}

pub(super) fn sessions(line: &Line, person: &str) -> Result<Vec<Session>, StoreError> {
    let sql = format!("{SESSION} WHERE person = $1 ORDER BY seen DESC, id");
    line.still(|| line.rows(SESSIONS, &sql, &[&person])?.iter().map(read_session).collect())
}

pub(super) fn touch_session(line: &Line, id: &Hash, seen: Instant, proved: Option<Instant>) -> Result<(), StoreError> {
    let sql = "UPDATE access_sessions SET seen = greatest(seen, $2), proved = greatest(proved, coalesce($3, proved))
        WHERE id = $1";
    let row: Params<'_> = &[&id.as_slice(), &seen.micros(), &proved.map(Instant::micros)];
    line.short(SESSIONS, || line.execute(SESSIONS, sql, row).map(drop))
}

pub(super) fn end_session(line: &Line, id: &Hash) -> Result<bool, StoreError> {
    let sql = "DELETE FROM access_sessions WHERE id = $1";
    line.short(SESSIONS, || Ok(line.execute(SESSIONS, sql, &[&id.as_slice()])? == 1))
}

pub(super) fn end_sessions(line: &Line, person: &str, but: Option<&Hash>) -> Result<u64, StoreError> {
    let sql = "DELETE FROM access_sessions WHERE person = $1 AND id IS DISTINCT FROM $2";
    line.short(SESSIONS, || line.execute(SESSIONS, sql, &[&person, &but.map(Hash::as_slice)]))
}

fn read_session(row: &Row) -> Result<Session, StoreError> {
    let read = Reader::new(row, "a session");
    Ok(Session {
        id: read.hash(0)?,
        person: read.value(1)?,
        created: instant(row, 2)?,
        seen: instant(row, 3)?,
        proved: instant(row, 4)?,
        means: read.value(5)?,
        address: read.value(6)?,
        agent: read.value(7)?,
    })
}

pub(super) fn add_token(line: &Line, token: &Token) -> Result<(), StoreError> {
    let sql = "INSERT INTO access_tokens (id, secret, person, name, role, scope, teams, created, expires, used, revoked)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    let row: Params<'_> = &[
        &token.id,
        &token.secret.as_slice(),
        &token.person,
        &token.name,
        &token.role.word(),
        &token.scope.word(),
        &token.teams.as_ref().map(joined),
        &token.created.micros(),
        &token.expires.map(Instant::micros),
        &token.used.map(Instant::micros),
        &token.revoked.map(Instant::micros),
    ];
    line.short(TOKENS, || line.execute(TOKENS, sql, row).map(drop))
}

pub(super) fn token(line: &Line, secret: &Hash) -> Result<Option<Token>, StoreError> {
    let sql = format!("{TOKEN} WHERE secret = $1");
    line.still(|| line.row(TOKENS, &sql, &[&secret.as_slice()])?.as_ref().map(read_token).transpose())
}

pub(super) fn tokens(line: &Line, person: Option<&str>) -> Result<Vec<Token>, StoreError> {
    let sql = format!("{TOKEN} WHERE $1::text IS NULL OR person = $1 ORDER BY created, id COLLATE \"C\"");
    line.still(|| line.rows(TOKENS, &sql, &[&person])?.iter().map(read_token).collect())
}

pub(super) fn touch_token(line: &Line, id: &str, used: Instant) -> Result<(), StoreError> {
    let sql = "UPDATE access_tokens SET used = greatest(coalesce(used, $2), $2) WHERE id = $1";
    line.short(TOKENS, || line.execute(TOKENS, sql, &[&id, &used.micros()]).map(drop))
}

pub(super) fn revoke_token(line: &Line, id: &str, at: Instant) -> Result<bool, StoreError> {
    let sql = "UPDATE access_tokens SET revoked = $2 WHERE id = $1 AND revoked IS NULL";
    line.short(TOKENS, || Ok(line.execute(TOKENS, sql, &[&id, &at.micros()])? == 1))
}

fn read_token(row: &Row) -> Result<Token, StoreError> {
    let read = Reader::new(row, "a token");
    let (role, scope) = (read.text(4)?, read.text(5)?);
    Ok(Token {
        id: read.value(0)?,
        secret: read.hash(1)?,
        person: read.value(2)?,
        name: read.value(3)?,
        role: Role::from_word(role).ok_or_else(|| malformed(role))?,
        scope: TokenScope::from_word(scope).ok_or_else(|| malformed(scope))?,
        teams: read.value::<Option<&str>>(6)?.map(split),
        created: instant(row, 7)?,
        expires: instant_or_none(row, 8)?,
        used: instant_or_none(row, 9)?,
        revoked: instant_or_none(row, 10)?,
    })
}

pub(super) fn add_link(line: &Line, link: &Link, alone: bool) -> Result<(), StoreError> {
    guarded(line, (LINKS, "access_links"), || {
        if alone {
            let sql = "DELETE FROM access_links WHERE purpose = $1 AND person = $2";
            line.execute(LINKS, sql, &[&link.purpose, &link.person])?;
        }
        let sql = "INSERT INTO access_links (id, purpose, person, payload, expires) VALUES ($1, $2, $3, $4, $5)";
        let row: Params<'_> = &[&link.id.as_slice(), &link.purpose, &link.person, &link.payload, &link.expires.micros()];
        line.execute(LINKS, sql, row).map(drop)
    })
}

pub(super) fn link(line: &Line, id: &Hash, now: Instant) -> Result<Option<Link>, StoreError> {
    let sql = "SELECT id, purpose, person, payload, expires FROM access_links WHERE id = $1 AND expires > $2";
    line.still(|| line.row(LINKS, sql, &[&id.as_slice(), &now.micros()])?.as_ref().map(read_link).transpose())
}

pub(super) fn take_link(line: &Line, id: &Hash, now: Instant) -> Result<Option<Link>, StoreError> {
    let sql = "DELETE FROM access_links WHERE id = $1 AND expires > $2
        RETURNING id, purpose, person, payload, expires";
    line.short(LINKS, || line.row(LINKS, sql, &[&id.as_slice(), &now.micros()])?.as_ref().map(read_link).transpose())
}

pub(super) fn drop_links(line: &Line, purpose: &str, person: &str) -> Result<u64, StoreError> {
    let sql = "DELETE FROM access_links WHERE purpose = $1 AND person = $2";
    line.short(LINKS, || line.execute(LINKS, sql, &[&purpose, &person]))
}

fn read_link(row: &Row) -> Result<Link, StoreError> {
    let read = Reader::new(row, "a one-time link");
    Ok(Link {
        id: read.hash(0)?,
        purpose: read.value(1)?,
        person: read.value(2)?,
        payload: read.value(3)?,
        expires: instant(row, 4)?,
    })
}

pub(super) fn attempt(line: &Line, key: &str, now: Instant, pace: &Pace) -> Result<Attempt, StoreError> {
    guarded(line, (ATTEMPTS, "access_attempts"), || {
        let sql = "SELECT count, last, until FROM access_attempts WHERE key = $1";
        let before = match line.row(ATTEMPTS, sql, &[&key])? {
            Some(row) => {
                let count = Reader::new(&row, "an attempt").number(0)?;
                Some((u32::try_from(count).unwrap_or(u32::MAX), instant(&row, 1)?, instant(&row, 2)?))
            }
            None => None,
        };
        let count = match before {
            Some((_, _, until)) if now < until => return Ok(Attempt::Wait(until)),
            Some((count, last, _)) if !pace.forgets(last, now) => count.saturating_add(1),
            _ => 1,
        };
        let sql = "INSERT INTO access_attempts (key, count, last, until) VALUES ($1, $2, $3, $4)
            ON CONFLICT (key) DO UPDATE SET count = $2, last = $3, until = $4";
        let until = now.micros().saturating_add(pace.delay(count));
        line.execute(ATTEMPTS, sql, &[&key, &i64::from(count), &now.micros(), &until])?;
        Ok(Attempt::Go)
    })
}

pub(super) fn forgive(line: &Line, key: &str) -> Result<(), StoreError> {
    let sql = "DELETE FROM access_attempts WHERE key = $1";
    line.short(ATTEMPTS, || line.execute(ATTEMPTS, sql, &[&key]).map(drop))
}

pub(super) fn take_back(line: &Line, key: &str) -> Result<(), StoreError> {
    let sql = "UPDATE access_attempts SET count = greatest(count - 1, 0), until = last WHERE key = $1";
    line.short(ATTEMPTS, || line.execute(ATTEMPTS, sql, &[&key]).map(drop))
}

pub(super) fn log(line: &Line, event: &Event) -> Result<(), StoreError> {
    let sql = "INSERT INTO access_events (at, person, what, address) VALUES ($1, $2, $3, $4)";
    let row: Params<'_> = &[&event.at.micros(), &event.person, &event.what, &event.address];
    line.short(LOG, || line.execute(LOG, sql, row).map(drop))
}

pub(super) fn events(line: &Line, person: Option<&str>, before: Option<u64>, most: u32) -> Result<Vec<Event>, StoreError> {
    let sql = "SELECT no, at, person, what, address FROM access_events
        WHERE ($1::text IS NULL OR person = $1) AND ($2::bigint IS NULL OR no < $2) ORDER BY no DESC LIMIT $3";
    let rows = line.still(|| line.rows(LOG, sql, &[&person, &before.map(number), &i64::from(most)]))?;
    let event = |row: &Row| {
        let read = Reader::new(row, "an event");
        Ok(Event {
            no: read.number(0)?,
            at: instant(row, 1)?,
            person: read.value(2)?,
            what: read.value(3)?,
            address: read.value(4)?,
        })
    };
    rows.iter().map(event).collect()
}
