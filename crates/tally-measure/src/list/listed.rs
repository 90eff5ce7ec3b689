//! What a list answers: how many, any slice of its rows, its ids, and counts of what each filter could choose.

use std::sync::Arc;

use datafusion::arrow::array::{Array, AsArray, RecordBatch};
use datafusion::arrow::datatypes::{DataType, Decimal128Type, Float64Type, Int64Type, TimestampMicrosecondType};
use tally_model::Instant;

use super::column::{ABSENT, texts};
use super::derived;
use super::desk::Desk;
use super::facets::{self, Facet};
use super::nature::is_plan;
use super::order::{self, Order};
use super::{ListAsk, ListCell};
use crate::MeasureError;

/// A list, worked out.
pub struct Listed<'a> {
    desk: Desk<'a>,
    ask: ListAsk,
    order: Arc<Order>,
}

impl<'a> Listed<'a> {
    pub(crate) fn new(desk: Desk<'a>, ask: ListAsk) -> Result<Self, MeasureError> {
        let (order, _) = order::order(&desk, &ask)?;
        Ok(Self { desk, ask, order })
    }

    /// How many rows the list has.
    pub fn total(&self) -> usize {
        self.order.total()
    }

    /// Cells of up to `limit` rows from `offset`, one a column, in the list's order.
    ///
    /// # Errors
    /// Where the table has no such column.
    pub fn rows(&self, columns: &[&str], offset: usize, limit: usize) -> Result<Vec<Vec<ListCell>>, MeasureError> {
        let places = self.order.slice(offset, limit);
        let chunks = self.desk.chunks(&self.ask.table)?;
        let mut cells: Vec<Vec<ListCell>> = vec![Vec::with_capacity(columns.len()); places.len()];
        for name in columns {
            if derived::tables_of(&self.ask.table, name).is_some() {
                let lane = self.desk.lane(&self.ask.table, name)?;
                for (cells, (chunk, row)) in cells.iter_mut().zip(&places) {
                    cells.push(lane.cell(*chunk, *row as usize, self.desk.at()));
                }
            } else {
                for (cells, (chunk, row)) in cells.iter_mut().zip(&places) {
                    cells.push(plain(&chunks[*chunk], name, *row as usize, self.desk.at())?);
                }
            }
        }
        Ok(cells)
    }

    /// Ids of up to `limit` rows from `offset`, in the list's order.
    ///
    /// # Errors
    /// Where the table has no ids.
    pub fn ids(&self, offset: usize, limit: usize) -> Result<Vec<String>, MeasureError> {
        let cells = self.rows(&["id"], offset, limit)?;
        Ok(cells.into_iter().flatten().map(|cell| if let ListCell::Text(id) = cell { id } else { String::new() }).collect())
    }

    /// The values of each of these columns with how many rows would be in the list for each, were nothing asked of that
    /// column.
    ///
    /// A value without rows is left out; "" stands for rows without a value. Words with an order of their own come in
    /// it, the most pressing first; others by count.
    ///
    /// # Errors
    /// Where the table has no such column.
    pub fn facets(&self, columns: &[&str]) -> Result<Vec<Arc<Facet>>, MeasureError> {
        facets::facets(&self.desk, &self.ask, columns)
    }
}

/// A cell of the table itself. An event at or after T is not seen.
fn plain(chunk: &RecordBatch, name: &str, row: usize, at: i64) -> Result<ListCell, MeasureError> {
    let array = chunk.column_by_name(name).ok_or_else(|| MeasureError::facts(format!("no column `{name}` to list")))?;
    if array.is_null(row) {
        return Ok(ListCell::Nothing);
    }
    Ok(match array.data_type() {
        DataType::Boolean => ListCell::Flag(array.as_boolean().value(row)),
        DataType::Int64 => ListCell::Whole(array.as_primitive::<Int64Type>().value(row)),
        DataType::Float64 => ListCell::Number(array.as_primitive::<Float64Type>().value(row)),
        DataType::Decimal128(_, _) => {
            ListCell::Money { nanos: array.as_primitive::<Decimal128Type>().value(row), decimals: decimals(chunk, name, row) }
        }
        DataType::Timestamp(_, _) => {
            let value = array.as_primitive_opt::<TimestampMicrosecondType>().map_or(ABSENT, |times| times.value(row));
            if value == ABSENT || (value >= at && !is_plan(name)) {
                ListCell::Nothing
            } else {
                ListCell::At(Instant::from_micros(value))
            }
        }
        _ => texts(&chunk.slice(row, 1), name)
            .filter(|texts| texts.len() == 1)
            .map_or(ListCell::Nothing, |texts| ListCell::Text(texts.value(0).to_owned())),
    })
}

fn decimals(chunk: &RecordBatch, name: &str, row: usize) -> u8 {
    let written = chunk.column_by_name(&format!("{name}_decimals"));
    let written = written.and_then(|array| array.as_primitive_opt::<Int64Type>()).map(|array| array.value(row));
    written.and_then(|decimals| u8::try_from(decimals).ok()).unwrap_or(2)
}
