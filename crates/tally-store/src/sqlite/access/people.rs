//! People, their one-time codes and recovery codes. Never decides who may do what.

use rusqlite::{Connection, OptionalExtension, Row, params};
use tally_model::Instant;

use super::{change, guarded, instant, joined, malformed, number, split};
use crate::access::{Change, Outside, Person, Role, Totp};
use crate::{Hash, StoreError, sqlite::fail::failed};

const READ: &str = "read who may come in";
const WRITE: &str = "change who may come in";
const COLUMNS: &str = "id, name, email, role, teams, disabled, password, issuer, subject, totp_secret, totp_confirmed,
    totp_step, created, version";

pub(super) fn one(conn: &Connection, id: &str) -> Result<Option<Person>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM people WHERE id = ?1");
    let mut select = conn.prepare_cached(&sql).map_err(failed(READ))?;
    select.query_row([id], person).optional().map_err(failed(READ))
}

pub(super) fn outsider(conn: &Connection, outside: &Outside) -> Result<Option<Person>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM people WHERE issuer = ?1 AND subject = ?2");
    let mut select = conn.prepare_cached(&sql).map_err(failed(READ))?;
    select.query_row([&outside.issuer, &outside.subject], person).optional().map_err(failed(READ))
}

pub(super) fn all(conn: &Connection) -> Result<Vec<Person>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM people ORDER BY id");
    let mut select = conn.prepare_cached(&sql).map_err(failed(READ))?;
    let rows = select.query_map([], person).map_err(failed(READ))?;
    rows.collect::<Result<_, _>>().map_err(failed(READ))
}

pub(super) fn add(conn: &Connection, person: &Person, first: bool) -> Result<Change, StoreError> {
    change(conn, WRITE, || {
        if first && conn.query_row("SELECT EXISTS (SELECT 1 FROM people)", [], |row| row.get(0))? {
            return Ok(Change::Refused);
        }
        let sql = format!(
            "INSERT INTO people ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, 1)
             ON CONFLICT DO NOTHING"
        );
        let done = put(conn, &sql, person, person.created.micros())?;
        Ok(if done == 1 { Change::Done } else { Change::Stale })
    })
}

pub(super) fn alter(conn: &Connection, person: &Person) -> Result<Change, StoreError> {
    change(conn, WRITE, || {
        // A step that was used meanwhile stays used, as long as it is one of the same secret.
        let sql = "UPDATE OR IGNORE people SET name = ?2, email = ?3, role = ?4, teams = ?5, disabled = ?6, password = ?7,
                issuer = ?8, subject = ?9, totp_secret = ?10, totp_confirmed = ?11,
                totp_step = CASE WHEN totp_secret IS ?10 THEN max(totp_step, ?12) ELSE ?12 END, version = version + 1
            WHERE id = ?1 AND version = ?13";
        if put(conn, sql, person, number(person.version))? != 1 {
            return Ok(Change::Stale);
        }
        let kept: bool = conn.query_row(
            "SELECT EXISTS (SELECT 1 FROM people WHERE role = ?1 AND NOT disabled)",
            [Role::Administrator.word()],
            |row| row.get(0),
        )?;
        Ok(if kept { Change::Done } else { Change::Refused })
    })
}

/// Runs a write that takes a person's columns as ?1 to ?12, and `last` as ?13.
fn put(conn: &Connection, sql: &str, person: &Person, last: i64) -> rusqlite::Result<usize> {
    let outside = person.outside.as_ref();
    let totp = person.totp.as_ref();
    conn.prepare_cached(sql)?.execute(params![
        person.id,
        person.name,
        person.email,
        person.role.word(),
        person.teams.as_ref().map(joined),
        person.disabled,
        person.password,
        outside.map(|outside| &outside.issuer),
        outside.map(|outside| &outside.subject),
        totp.map(|totp| &totp.secret),
        totp.is_some_and(|totp| totp.confirmed),
        totp.map_or(0, |totp| number(totp.step)),
        last,
    ])
}

pub(super) fn use_step(conn: &Connection, person: &str, step: u64) -> Result<bool, StoreError> {
    let sql = "UPDATE people SET totp_step = ?2 WHERE id = ?1 AND totp_step < ?2";
    conn.execute(sql, params![person, number(step)]).map(|changed| changed == 1).map_err(failed(WRITE))
}

pub(super) fn put_recovery(conn: &Connection, person: &str, codes: &[Hash]) -> Result<(), StoreError> {
    guarded(conn, WRITE, || {
        conn.execute("DELETE FROM recovery WHERE person = ?1", [person])?;
        let mut insert = conn.prepare_cached("INSERT INTO recovery (person, code) VALUES (?1, ?2)")?;
        codes.iter().try_for_each(|code| insert.execute(params![person, code]).map(drop))
    })
}

pub(super) fn use_recovery(conn: &Connection, person: &str, code: &Hash) -> Result<bool, StoreError> {
    let sql = "DELETE FROM recovery WHERE person = ?1 AND code = ?2";
    conn.execute(sql, params![person, code]).map(|gone| gone == 1).map_err(failed(WRITE))
}

pub(super) fn recovery_left(conn: &Connection, person: &str) -> Result<u32, StoreError> {
    let sql = "SELECT count(*) FROM recovery WHERE person = ?1";
    conn.query_row(sql, [person], |row| row.get(0)).map_err(failed(READ))
}

fn person(row: &Row<'_>) -> rusqlite::Result<Person> {
    let role: String = row.get(3)?;
    let issuer: Option<String> = row.get(7)?;
    let subject: Option<String> = row.get(8)?;
    let secret: Option<Vec<u8>> = row.get(9)?;
    let confirmed: bool = row.get(10)?;
    let step: i64 = row.get(11)?;
    let created: Instant = instant(row, 12)?;
    let version: i64 = row.get(13)?;
    Ok(Person {
        id: row.get(0)?,
        name: row.get(1)?,
        email: row.get(2)?,
        role: Role::from_word(&role).ok_or_else(|| malformed(3, &role))?,
        teams: row.get::<_, Option<String>>(4)?.as_deref().map(split),
        disabled: row.get(5)?,
        password: row.get(6)?,
        outside: issuer.zip(subject).map(|(issuer, subject)| Outside { issuer, subject }),
        totp: secret.map(|secret| Totp { secret, confirmed, step: step.cast_unsigned() }),
        created,
        version: version.cast_unsigned(),
    })
}
