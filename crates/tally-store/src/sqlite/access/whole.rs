//! All of access out of a SQLite file, or into an empty one.

use rusqlite::types::ToSqlOutput;
use rusqlite::{Connection, Row, ToSql, params_from_iter};

use super::guarded;
use crate::access::whole::{Cell, Sort, TABLES, Whole, columns, taken};
use crate::{StoreError, sqlite::fail::failed};

const READ: &str = "read all of access";
const WRITE: &str = "take over access";

pub(super) fn take_out(conn: &Connection) -> Result<Whole, StoreError> {
    guarded(conn, READ, || {
        let mut whole = Vec::new();
        for table in TABLES {
            let mut select = conn.prepare(&format!("SELECT {} FROM {}", columns(table), table.0))?;
            let rows = select.query_map([], |row| cells(row, table.1))?;
            whole.push(rows.collect::<rusqlite::Result<Vec<_>>>()?);
        }
        Ok(Whole(whole))
    })
}

pub(super) fn put_in(conn: &Connection, whole: &Whole) -> Result<(), StoreError> {
    let people: i64 = conn.query_row("SELECT count(*) FROM people", [], |row| row.get(0)).map_err(failed(READ))?;
    if people > 0 {
        return Err(taken(people.cast_unsigned()));
    }
    guarded(conn, WRITE, || {
        for (table, rows) in TABLES.iter().zip(&whole.0) {
            let marks = vec!["?"; table.1.len()].join(", ");
            let mut insert = conn.prepare(&format!("INSERT INTO {} ({}) VALUES ({marks})", table.0, columns(table)))?;
            for row in rows {
                insert.execute(params_from_iter(row))?;
            }
        }
        Ok(())
    })
}

fn cells(row: &Row<'_>, columns: &[(&str, Sort)]) -> rusqlite::Result<Vec<Cell>> {
    let cell = |(at, (_, sort)): (usize, &(&str, Sort))| {
        Ok(match sort {
            Sort::Number => Cell::Number(row.get(at)?),
            Sort::Text => Cell::Text(row.get(at)?),
            Sort::Bytes => Cell::Bytes(row.get(at)?),
        })
    };
    columns.iter().enumerate().map(cell).collect()
}

impl ToSql for Cell {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        match self {
            Self::Number(number) => number.to_sql(),
            Self::Text(text) => text.to_sql(),
            Self::Bytes(bytes) => bytes.to_sql(),
        }
    }
}
