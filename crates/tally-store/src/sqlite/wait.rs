//! References that wait for the end of a batch, in temporary tables so that memory does not grow with their number.

use rusqlite::Connection;

use super::RECORDS;
use super::fail::failed;
use super::read::signed;
use super::row::Reader;
use crate::{StoreError, Unresolved, Waiting};

const DOING: &str = "keep a reference for later";

/// Makes the tables where they are not there yet, and empties them.
pub(super) fn prepare(conn: &Connection) -> Result<(), StoreError> {
    conn.execute_batch(
        "CREATE TEMP TABLE IF NOT EXISTS waiting (
            no INTEGER PRIMARY KEY, wanted TEXT, id TEXT, from_kind TEXT, from_id TEXT, field TEXT, file TEXT, line INTEGER
         ) STRICT;
         CREATE TEMP TABLE IF NOT EXISTS wanted (kinds TEXT, kind TEXT, PRIMARY KEY (kinds, kind)) STRICT, WITHOUT ROWID;
         DELETE FROM temp.waiting;
         DELETE FROM temp.wanted;",
    )
    .map_err(failed(DOING))
}

pub(super) fn keep(conn: &Connection, reference: &Waiting<'_>) -> Result<(), StoreError> {
    let wanted = reference.kinds.join(" ");
    let mut name = conn.prepare_cached("INSERT OR IGNORE INTO temp.wanted VALUES (?1, ?2)").map_err(failed(DOING))?;
    for kind in reference.kinds {
        name.execute((&wanted, kind)).map_err(failed(DOING))?;
    }
    let sql = "INSERT INTO temp.waiting (wanted, id, from_kind, from_id, field, file, line)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    let mut insert = conn.prepare_cached(sql).map_err(failed(DOING))?;
    let (from_kind, from_id) = (reference.from.0.name, reference.from.1);
    let line = signed(reference.line);
    insert
        .execute((&wanted, reference.id, from_kind, from_id, reference.field, reference.file, line))
        .map(drop)
        .map_err(failed(DOING))
}

pub(super) fn unresolved(
    conn: &Connection,
    each: &mut dyn FnMut(Unresolved) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let doing = "resolve references";
    let sql = "SELECT from_kind, from_id, field, wanted, id, file, line FROM temp.waiting w
        WHERE NOT EXISTS (
            SELECT 1 FROM temp.wanted x
            CROSS JOIN kinds k ON k.family = ?1 AND k.name = x.kind
            CROSS JOIN records r ON r.kind_no = k.no AND r.id = w.id
            WHERE x.kinds = w.wanted
        ) ORDER BY w.no";
    let mut select = conn.prepare_cached(sql).map_err(failed(doing))?;
    let mut rows = select.query([RECORDS]).map_err(failed(doing))?;
    while let Some(row) = rows.next().map_err(failed(doing))? {
        let read = Reader::new(row, "a reference");
        each(Unresolved {
            from_kind: read.text(0)?.to_owned(),
            from_id: read.text(1)?.to_owned(),
            field: read.text(2)?.to_owned(),
            kinds: read.text(3)?.split(' ').map(str::to_owned).collect(),
            id: read.text(4)?.to_owned(),
            file: read.text(5)?.to_owned(),
            line: read.number(6)?,
        })?;
    }
    Ok(())
}
