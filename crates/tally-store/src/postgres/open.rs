//! Opening a journal in a database: is there one, is it ours, do we know its format. Never changes a schema that holds
//! something else.

use std::path::PathBuf;

use super::line::Line;
use super::row::Reader;
use crate::StoreError;

/// The format that this program writes.
const FORMAT: i64 = 1;
/// What the comment on the first table begins with.
const MARK: &str = "tallystick journal, format ";
const DOING: &str = "begin the journal";

pub(super) fn create(line: &Line, journal: &str) -> Result<(), StoreError> {
    let path = || PathBuf::from(line.address().name());
    let not = |found: &str| StoreError::NotJournal { path: path(), found: found.to_owned() };
    if marked(line)?.is_some() {
        return Err(StoreError::Exists { path: path() });
    }
    let sql = "SELECT current_setting('server_encoding'), current_schema()::text, (
            SELECT count(*) FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace 
            AND c.relname = ANY (ARRAY['journal_name', 'kinds', 'records', 'commits', 'journal'])
        )";
    let row = line.row(DOING, sql, &[])?.ok_or_else(|| not("it gives no answer"))?;
    let read = Reader::new(&row, "the database");
    if read.text(0)? != "UTF8" {
        return Err(not(&format!("its encoding is {}, and a journal needs UTF8", read.text(0)?)));
    }
    if read.text(1).is_err() {
        return Err(not("its search path names no schema that exists"));
    }
    if read.number(2)? > 0 {
        return Err(not("its schema has tables of another program"));
    }
    let exists = |error: StoreError| match &error {
        // Two programs may have found it empty; one of them is first.
        StoreError::Database { source, .. } if source.to_string().contains("already exists") => {
            StoreError::Exists { path: path() }
        }
        _ => error,
    };
    line.short(DOING, || {
        line.run(DOING, super::SCHEMA).map_err(exists)?;
        line.execute(DOING, "INSERT INTO journal_name (one, id) VALUES (1, $1)", &[&journal]).map(drop)
    })
}

/// Whether there is a journal of a format that this program knows; gives its id.
pub(super) fn check(line: &Line) -> Result<String, StoreError> {
    let path = || PathBuf::from(line.address().name());
    let not = |found: String| StoreError::NotJournal { path: path(), found };
    let Some(comment) = marked(line)? else { return Err(StoreError::Missing { path: path() }) };
    let format = comment.strip_prefix(MARK).and_then(|format| format.parse::<i64>().ok());
    match format {
        Some(FORMAT) => {}
        Some(found) if found > FORMAT => return Err(StoreError::NewerFormat { path: path(), found, known: FORMAT }),
        _ => return Err(not("its table `journal_name` is of another program".to_owned())),
    }
    let row = line.row("read the journal's id", "SELECT id FROM journal_name", &[])?;
    let row = row.ok_or_else(|| not("it has no id".to_owned()))?;
    Reader::new(&row, "the journal's id").text(0).map(str::to_owned)
}

/// What the first table says of itself; `None` where there is none.
fn marked(line: &Line) -> Result<Option<String>, StoreError> {
    let sql = "SELECT coalesce(obj_description(c.oid, 'pg_class'), '') FROM pg_class c
        WHERE c.relnamespace = current_schema()::regnamespace AND c.relname = 'journal_name' AND c.relkind = 'r'";
    let row = line.row("open the journal", sql, &[])?;
    row.map(|row| Reader::new(&row, "a comment").text(0).map(str::to_owned)).transpose()
}
