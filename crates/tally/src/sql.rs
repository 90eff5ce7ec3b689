//! `tally sql`.

use clap::Args;
use tally_app::query::{Cell, Limits};
use tally_app::{Error, Facts};
use tally_report::{cell, sheet};

use crate::cli::{Common, Format};
use crate::exit;
use crate::output::{err, json, out, width};

/// A query of your own over the fact tables, read-only. `tally schema` lists them.
#[derive(Args)]
pub struct SqlArgs {
    /// One SELECT.
    query: String,
    /// Seconds after which it is stopped.
    #[arg(long, value_name = "SECONDS", default_value_t = 30)]
    timeout: u64,
    /// Most rows.
    #[arg(long, value_name = "N", default_value_t = 10_000)]
    limit: usize,
    /// Compute from the journal as it stood after this entry.
    #[arg(long, value_name = "N")]
    at_entry: Option<u64>,
    /// How output is written.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

pub fn run(common: &Common, args: &SqlArgs) -> Result<u8, Error> {
    let programme = common.programme()?;
    let facts = Facts::open(&programme, args.at_entry)?;
    let limits = Limits { seconds: args.timeout, rows_max: args.limit };
    let answer = tally_app::query::sql(&facts, &args.query, limits)?;
    let texts = || answer.rows.iter().map(|row| row.iter().map(text).collect::<Vec<String>>());
    match args.format {
        Format::Human => {
            let head: Vec<&str> = answer.columns.iter().map(String::as_str).collect();
            let numeric = |at: &usize| answer.rows.iter().all(|row| !matches!(row[*at], Cell::Text(_) | Cell::Bool(_)));
            let right: Vec<usize> = (0..head.len()).filter(numeric).collect();
            out(&cell::table(&head, &right, texts(), width()))?;
        }
        Format::Csv => {
            let rows: Vec<Vec<String>> = std::iter::once(answer.columns.clone()).chain(texts()).collect();
            out(&sheet::write(&rows))?;
        }
        Format::Json => {
            let rows = answer.rows.iter().map(|row| answer.columns.iter().cloned().zip(row.iter().map(value)).collect());
            json(&serde_json::Value::Array(rows.map(serde_json::Value::Object).collect()))?;
        }
    }
    if answer.cut {
        err(&format!("note: cut off after {} rows; raise --limit to see more", args.limit));
    }
    Ok(exit::HOLDS)
}

fn text(cell: &Cell) -> String {
    match cell {
        Cell::Null => String::new(),
        Cell::Bool(value) => value.to_string(),
        Cell::Whole(value) => value.to_string(),
        Cell::Number(value) => value.to_string(),
        Cell::Text(text) => text.clone(),
    }
}

fn value(cell: &Cell) -> serde_json::Value {
    match cell {
        Cell::Null => serde_json::Value::Null,
        Cell::Bool(value) => serde_json::json!(value),
        Cell::Whole(value) => serde_json::json!(value),
        Cell::Number(value) => serde_json::json!(value),
        Cell::Text(text) => serde_json::json!(text),
    }
}
