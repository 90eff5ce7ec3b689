//! `tally sql`: a user's own query over the facts, read-only, within limits of time, memory and rows.

use std::time::Duration;

use datafusion::arrow::array::Array;
use datafusion::arrow::datatypes::DataType;
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::error::DataFusionError;
use datafusion::execution::context::SQLOptions;
use futures::TryStreamExt;

use crate::{Engine, MeasureError};

/// How much a query may take.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Seconds.
    pub seconds: u64,
    /// Rows returned; more are cut off and the answer says so.
    pub rows_max: usize,
}

/// One cell of an answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Nothing known.
    Null,
    /// True or false.
    Bool(bool),
    /// A whole number.
    Whole(i64),
    /// A number.
    Number(f64),
    /// Anything else, as text; instants in RFC 3339.
    Text(String),
}

/// What a query answers.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// Names of the columns.
    pub columns: Vec<String>,
    /// The rows.
    pub rows: Vec<Vec<Cell>>,
    /// Whether rows were cut off.
    pub cut: bool,
}

impl Engine {
    /// Runs one query. Statements that would change anything are refused.
    ///
    /// # Errors
    /// Where it is no query, does not run, or takes longer than its limits.
    pub fn sql(&self, text: &str, limits: Limits) -> Result<Answer, MeasureError> {
        let session = self.session(self.threads(), self.reads(self.facts(), None))?;
        let options = SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false);
        self.runtime().block_on(async {
            let run = async {
                let frame = session.sql_with_options(text, options).await.map_err(refuse)?;
                let mut stream = frame.execute_stream().await.map_err(refuse)?;
                let columns = stream.schema().fields().iter().map(|field| field.name().clone()).collect();
                let mut answer = Answer { columns, rows: Vec::new(), cut: false };
                while let Some(batch) = stream.try_next().await.map_err(refuse)? {
                    for row in 0..batch.num_rows() {
                        if answer.rows.len() == limits.rows_max {
                            answer.cut = true;
                            return Ok(answer);
                        }
                        answer.rows.push(batch.columns().iter().map(|column| cell(column, row)).collect());
                    }
                }
                Ok(answer)
            };
            match tokio::time::timeout(Duration::from_secs(limits.seconds), run).await {
                Ok(answer) => answer,
                Err(_) => Err(MeasureError::TooLong(limits.seconds)),
            }
        })
    }
}

fn refuse(error: DataFusionError) -> MeasureError {
    let text = error.strip_backtrace();
    match text.split_once("not supported: ") {
        Some((_, what)) => MeasureError::NotAQuery(what.to_lowercase()),
        None => MeasureError::Sql(text),
    }
}

#[expect(clippy::cast_precision_loss, reason = "beyond 2^53 a shown number may round")]
fn cell(column: &dyn Array, row: usize) -> Cell {
    use datafusion::arrow::array::{BooleanArray, Float64Array, Int32Array, Int64Array, UInt64Array};
    // A column of the type null has no list of what is null in it: all of it is.
    if column.is_null(row) || column.data_type() == &DataType::Null {
        return Cell::Null;
    }
    let any = column.as_any();
    if let Some(array) = any.downcast_ref::<Int64Array>() {
        return Cell::Whole(array.value(row));
    }
    if let Some(array) = any.downcast_ref::<Int32Array>() {
        return Cell::Whole(array.value(row).into());
    }
    if let Some(array) = any.downcast_ref::<UInt64Array>() {
        let value = array.value(row);
        return i64::try_from(value).map_or(Cell::Number(value as f64), Cell::Whole);
    }
    if let Some(array) = any.downcast_ref::<Float64Array>() {
        return Cell::Number(array.value(row));
    }
    if let Some(array) = any.downcast_ref::<BooleanArray>() {
        return Cell::Bool(array.value(row));
    }
    Cell::Text(text(column, row))
}

fn text(column: &dyn Array, row: usize) -> String {
    let options = FormatOptions::default().with_timestamp_format(Some("%Y-%m-%dT%H:%M:%S%.fZ")).with_null("");
    let Ok(formatter) = ArrayFormatter::try_new(column, &options) else { return "?".to_owned() };
    let text = formatter.value(row).to_string();
    match column.data_type() {
        DataType::Decimal128(_, _) if text.contains('.') => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        _ => text,
    }
}
