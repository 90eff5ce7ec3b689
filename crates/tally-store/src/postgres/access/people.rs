//! People and what they prove themselves with.

use postgres::Row;

use super::{change, guarded, instant, malformed};
use crate::access::{Change, Outside, Person, Role, Totp};
use crate::postgres::line::{Line, Params};
use crate::postgres::row::Reader;
use crate::sqlite::access::{joined, number, split};
use crate::{Hash, StoreError};

const READ: &str = "read who may come in";
const WRITE: &str = "change who may come in";
const PEOPLE: (&str, &str) = (WRITE, "access_people");
const COLUMNS: &str = "id, name, email, role, teams, disabled, password, issuer, subject, totp_secret, totp_confirmed,
    totp_step, created, version";

pub(super) fn one(line: &Line, id: &str) -> Result<Option<Person>, StoreError> {
    find(line, "id = $1", &[&id])
}

pub(super) fn outsider(line: &Line, outside: &Outside) -> Result<Option<Person>, StoreError> {
    find(line, "issuer = $1 AND subject = $2", &[&outside.issuer, &outside.subject])
}

fn find(line: &Line, which: &str, params: Params<'_>) -> Result<Option<Person>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM access_people WHERE {which}");
    line.still(|| line.row(READ, &sql, params)?.as_ref().map(person).transpose())
}

pub(super) fn all(line: &Line) -> Result<Vec<Person>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM access_people ORDER BY id COLLATE \"C\"");
    line.still(|| line.rows(READ, &sql, &[])?.iter().map(person).collect())
}

pub(super) fn add(line: &Line, person: &Person, first: bool) -> Result<Change, StoreError> {
    change(line, PEOPLE, || {
        if first && line.row(WRITE, "SELECT 1 FROM access_people LIMIT 1", &[])?.is_some() {
            return Ok(Change::Refused);
        }
        let sql = format!(
            "INSERT INTO access_people ({COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 1)
             ON CONFLICT DO NOTHING"
        );
        let done = put(line, &sql, person, person.created.micros())?;
        Ok(if done == 1 { Change::Done } else { Change::Stale })
    })
}

pub(super) fn alter(line: &Line, person: &Person) -> Result<Change, StoreError> {
    change(line, PEOPLE, || {
        // A step that was used meanwhile stays used, as long as it is one of the same secret.
        let sql = "UPDATE access_people SET name = $2, email = $3, role = $4, teams = $5, disabled = $6, password = $7,
                issuer = $8, subject = $9, totp_secret = $10, totp_confirmed = $11,
                totp_step = CASE WHEN totp_secret IS NOT DISTINCT FROM $10 THEN greatest(totp_step, $12) ELSE $12 END,
                version = version + 1
            WHERE id = $1 AND version = $13
                AND NOT EXISTS (SELECT 1 FROM access_people o WHERE o.issuer = $8 AND o.subject = $9 AND o.id <> $1)";
        if put(line, sql, person, number(person.version))? != 1 {
            return Ok(Change::Stale);
        }
        let sql = "SELECT 1 FROM access_people WHERE role = $1 AND disabled = 0 LIMIT 1";
        let kept = line.row(WRITE, sql, &[&Role::Administrator.word()])?.is_some();
        Ok(if kept { Change::Done } else { Change::Refused })
    })
}

/// Runs a write that takes a person's columns as $1 to $12, and `last` as $13.
fn put(line: &Line, sql: &str, person: &Person, last: i64) -> Result<u64, StoreError> {
    let outside = person.outside.as_ref();
    let totp = person.totp.as_ref();
    let row: Params<'_> = &[
        &person.id,
        &person.name,
        &person.email,
        &person.role.word(),
        &person.teams.as_ref().map(joined),
        &i64::from(person.disabled),
        &person.password,
        &outside.map(|outside| &outside.issuer),
        &outside.map(|outside| &outside.subject),
        &totp.map(|totp| &totp.secret),
        &i64::from(totp.is_some_and(|totp| totp.confirmed)),
        &totp.map_or(0, |totp| number(totp.step)),
        &last,
    ];
    line.execute(WRITE, sql, row)
}

pub(super) fn use_step(line: &Line, person: &str, step: u64) -> Result<bool, StoreError> {
    let sql = "UPDATE access_people SET totp_step = $2 WHERE id = $1 AND totp_step < $2";
    line.short(WRITE, || Ok(line.execute(WRITE, sql, &[&person, &number(step)])? == 1))
}

pub(super) fn put_recovery(line: &Line, person: &str, codes: &[Hash]) -> Result<(), StoreError> {
    guarded(line, (WRITE, "access_recovery"), || {
        line.execute(WRITE, "DELETE FROM access_recovery WHERE person = $1", &[&person])?;
        let codes: Vec<&[u8]> = codes.iter().map(Hash::as_slice).collect();
        let sql = "INSERT INTO access_recovery (person, code) SELECT $1, unnest($2::bytea[])";
        line.execute(WRITE, sql, &[&person, &codes]).map(drop)
    })
}

pub(super) fn use_recovery(line: &Line, person: &str, code: &Hash) -> Result<bool, StoreError> {
    let sql = "DELETE FROM access_recovery WHERE person = $1 AND code = $2";
    line.short(WRITE, || Ok(line.execute(WRITE, sql, &[&person, &code.as_slice()])? == 1))
}

pub(super) fn recovery_left(line: &Line, person: &str) -> Result<u32, StoreError> {
    let sql = "SELECT count(*) FROM access_recovery WHERE person = $1";
    let row = line.still(|| line.row(READ, sql, &[&person]))?;
    let left = row.map_or(Ok(0), |row| Reader::new(&row, "the recovery codes").number(0))?;
    Ok(u32::try_from(left).unwrap_or(u32::MAX))
}

fn person(row: &Row) -> Result<Person, StoreError> {
    let read = Reader::new(row, "a person");
    let role = read.text(3)?;
    let issuer: Option<String> = read.value(7)?;
    let subject: Option<String> = read.value(8)?;
    let (confirmed, step) = (read.signed(10)? != 0, read.number(11)?);
    Ok(Person {
        id: read.value(0)?,
        name: read.value(1)?,
        email: read.value(2)?,
        role: Role::from_word(role).ok_or_else(|| malformed(role))?,
        teams: read.value::<Option<&str>>(4)?.map(split),
        disabled: read.signed(5)? != 0,
        password: read.value(6)?,
        outside: issuer.zip(subject).map(|(issuer, subject)| Outside { issuer, subject }),
        totp: read.blob(9)?.map(|secret| Totp { secret: secret.to_vec(), confirmed, step }),
        created: instant(row, 12)?,
        version: read.number(13)?,
    })
}
