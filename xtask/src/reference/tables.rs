//! The fact tables, as `tally schema` lists them.

use serde_json::Value;

use super::page::Markdown;
use crate::{Complaint, binary};

const ABOUT: &str = "\
What `tally sql` and the populations of metrics read. One table a kind of record, one a nested list, and some that are worked
out. Every column can be null. Instants are UTC, to the microsecond. Narrative text (reproduction steps, rationale) stays in
the record and has no column.";

/// `tables.md`.
pub(super) fn page() -> Result<String, Vec<Complaint>> {
    let mut page = Markdown::new("Fact tables", "`tally schema`");
    page.add(ABOUT);
    let tables = answers(&["schema", "--format", "json"])?.pop().unwrap_or_default();
    let names = rows(&tables, &["table", "a row is"]);
    let list: Vec<String> = names.iter().map(|row| format!("- [`{0}`](#{0}): {1}", row[0], row[1])).collect();
    page.add(&list.join("\n"));
    for row in &names {
        // A kind that is called as its table comes first; the table is what comes last.
        let columns = answers(&["schema", &row[0], "--format", "json"])?.pop().unwrap_or_default();
        let cells = rows(&columns, &["column", "type", "holds"]);
        let cells: Vec<Vec<String>> =
            cells.into_iter().map(|row| vec![format!("`{}`", row[0]), row[1].clone(), row[2].clone()]).collect();
        page.add(&format!("## {}", row[0])).add(&row[1]).table(&["column", "type", "holds"], &cells);
    }
    Ok(page.finish())
}

/// The JSON documents that the executable prints.
fn answers(words: &[&str]) -> Result<Vec<Value>, Vec<Complaint>> {
    let text = binary::output(words)?;
    let documents: Result<Vec<Value>, _> = serde_json::Deserializer::from_str(&text).into_iter().collect();
    documents.map_err(|error| vec![format!("`tally {}`: {error}", words.join(" "))])
}

fn rows(table: &Value, names: &[&str]) -> Vec<Vec<String>> {
    let rows = table.as_array().map(Vec::as_slice).unwrap_or_default();
    rows.iter().map(|row| names.iter().map(|name| row[*name].as_str().unwrap_or_default().to_owned()).collect()).collect()
}
