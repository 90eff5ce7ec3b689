//! Queries of the user's own, and the words they are made of.

use tally_measure::table_docs;
pub use tally_measure::{Answer, Cell, Limits, Row, Segments, TableDoc, Wanted};

use crate::{Error, Facts};

/// Runs one read-only query over the facts.
///
/// # Errors
/// Where it is no query, does not run, or takes too long.
pub fn sql(facts: &Facts, text: &str, limits: Limits) -> Result<Answer, Error> {
    Ok(facts.engine().sql(text, limits)?)
}

/// Every fact table.
pub fn tables() -> &'static [TableDoc] {
    table_docs()
}

/// The JSON Schema of program records.
pub fn record_schema() -> serde_json::Value {
    tally_model::schema::schema()
}
