//! `tally sql`.

use clap::Args;
use serde_json::Value;
use tally_app::query::Limits;
use tally_app::{Error, Facts};
use tally_report::{cell, sheet};
use tally_web::api::v1::{Answer, Query};

use crate::cli::{Common, Format};
use crate::exit;
use crate::output::{err, json, out, width};
use crate::remote;

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
    let answer = match common.server()? {
        Some(server) => remote(&server, args)?,
        None => local(common, args)?,
    };
    let texts = || answer.rows.iter().map(|row| row.iter().map(text).collect::<Vec<String>>());
    match args.format {
        Format::Human => {
            let head: Vec<&str> = answer.columns.iter().map(String::as_str).collect();
            let numeric = |at: &usize| answer.rows.iter().all(|row| !matches!(row[*at], Value::String(_) | Value::Bool(_)));
            let right: Vec<usize> = (0..head.len()).filter(numeric).collect();
            out(&cell::table(&head, &right, texts(), width()))?;
        }
        Format::Csv => {
            let rows: Vec<Vec<String>> = std::iter::once(answer.columns.clone()).chain(texts()).collect();
            out(&sheet::write(&rows))?;
        }
        Format::Json => {
            let rows = answer.rows.iter().map(|row| answer.columns.iter().cloned().zip(row.iter().cloned()).collect());
            json(&Value::Array(rows.map(Value::Object).collect()))?;
        }
    }
    if answer.cut {
        err(&format!("note: cut off after {} rows; raise --limit to see more", answer.rows.len()));
    }
    Ok(exit::HOLDS)
}

fn local(common: &Common, args: &SqlArgs) -> Result<Answer, Error> {
    let programme = common.programme()?;
    let facts = Facts::open(&programme, args.at_entry)?;
    let limits = Limits { seconds: args.timeout, rows_max: args.limit };
    Ok(Answer::from(&tally_app::query::sql(&facts, &args.query, limits)?))
}

fn remote(server: &remote::Server, args: &SqlArgs) -> Result<Answer, Error> {
    if args.at_entry.is_some() {
        return Err(Error::Invalid("--at-entry replays the journal: it works on a data directory only".to_owned()));
    }
    let bounded = |number: u64, most: u32| Some(u32::try_from(number).unwrap_or(most).clamp(1, most));
    let query =
        Query { query: args.query.clone(), limit: bounded(args.limit as u64, 100_000), seconds: bounded(args.timeout, 30) };
    remote::sql(server, &query)
}

fn text(cell: &Value) -> String {
    match cell {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        // A number reads the same in a table whether it came as a whole one or not.
        Value::Number(number) => {
            number.as_f64().filter(|_| number.is_f64()).map_or_else(|| number.to_string(), |number| number.to_string())
        }
        other => other.to_string(),
    }
}
