//! All of access out of a PostgreSQL database, or into empty tables.

use postgres::Row;
use postgres::types::ToSql;

use crate::StoreError;
use crate::access::whole::{Cell, Sort, TABLES, Whole, columns, taken};
use crate::postgres::line::Line;
use crate::postgres::row::Reader;

const READ: &str = "read all of access";
const WRITE: &str = "take over access";

pub(super) fn take_out(line: &Line) -> Result<Whole, StoreError> {
    line.still(|| {
        let mut whole = Vec::new();
        for table in TABLES {
            let rows = line.rows(READ, &format!("SELECT {} FROM access_{}", columns(table), table.0), &[])?;
            whole.push(rows.iter().map(|row| cells(row, table.1)).collect::<Result<Vec<_>, _>>()?);
        }
        Ok(Whole(whole))
    })
}

pub(super) fn put_in(line: &Line, whole: &Whole) -> Result<(), StoreError> {
    super::guarded(line, (WRITE, "access_people"), || {
        if let Some(row) = line.row(READ, "SELECT count(*) FROM access_people HAVING count(*) > 0", &[])? {
            return Err(taken(Reader::new(&row, "the people").number(0)?));
        }
        for (table, rows) in TABLES.iter().zip(&whole.0) {
            let marks: Vec<String> = (1..=table.1.len()).map(|at| format!("${at}")).collect();
            let sql = format!("INSERT INTO access_{} ({}) VALUES ({})", table.0, columns(table), marks.join(", "));
            for row in rows {
                let values: Vec<&(dyn ToSql + Sync)> = row.iter().map(value).collect();
                line.execute(WRITE, &sql, &values)?;
            }
        }
        // New events are numbered after those that came in.
        let sql = "SELECT setval(pg_get_serial_sequence('access_events', 'no'), (SELECT coalesce(max(no), 0) + 1
            FROM access_events), false)";
        line.run(WRITE, sql)
    })
}

fn cells(row: &Row, columns: &[(&str, Sort)]) -> Result<Vec<Cell>, StoreError> {
    let read = Reader::new(row, "a row of access");
    let cell = |(at, (_, sort)): (usize, &(&str, Sort))| {
        Ok(match sort {
            Sort::Number => Cell::Number(read.value(at)?),
            Sort::Text => Cell::Text(read.value(at)?),
            Sort::Bytes => Cell::Bytes(read.value(at)?),
        })
    };
    columns.iter().enumerate().map(cell).collect()
}

fn value(cell: &Cell) -> &(dyn ToSql + Sync) {
    match cell {
        Cell::Number(number) => number,
        Cell::Text(text) => text,
        Cell::Bytes(bytes) => bytes,
    }
}
