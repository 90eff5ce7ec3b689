//! Queries of the user's own, and the words they are made of.

pub use tally_measure::{Answer, Cell, Limits, Row, Segments, TableDoc, Wanted};
use tally_measure::{MeasureError, table_docs};
use tally_model::problem::{nearest, printable};

use crate::{Error, Facts};

/// Runs one read-only query over the facts.
///
/// # Errors
/// Where it is no query, does not run, or takes too long.
pub fn sql(facts: &Facts, text: &str, limits: Limits) -> Result<Answer, Error> {
    facts.engine().sql(text, limits).map_err(|error| match error {
        MeasureError::Sql(said) => plain(&said),
        other => other.into(),
    })
}

/// What the query engine says, in words of this program: a name that is not there, with the nearest that is.
fn plain(said: &str) -> Error {
    let name = |text: &str| text.rsplit('.').next().unwrap_or(text).trim_matches(['"', '`']).to_owned();
    if let Some((found, _)) = said.split_once("' not found").filter(|(found, _)| found.contains("table '")) {
        let table = name(found.rsplit("table '").next().unwrap_or(found));
        let near = nearest(&table, table_docs().iter().map(|doc| doc.name.as_str()));
        let help = near.map_or_else(|| "`tally schema` lists the tables".to_owned(), |near| format!("did you mean `{near}`?"));
        return Error::Invalid(format!("no table `{}`; {help}", printable(&table)));
    }
    let mut said = said;
    for word in ["Error during planning: ", "Schema error: ", "SQL error: ", "Execution error: "] {
        said = said.strip_prefix(word).unwrap_or(said);
    }
    said = said.strip_prefix("ParserError(\"").and_then(|said| said.strip_suffix("\")")).unwrap_or(said);
    Error::Invalid(said.to_owned())
}

/// Every fact table.
pub fn tables() -> &'static [TableDoc] {
    table_docs()
}

/// The JSON Schema of program records.
pub fn record_schema() -> serde_json::Value {
    tally_model::schema::schema()
}
