//! Typed views of the columns of a result batch. Knows a metric only to name it in an error.

use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, BooleanArray, Decimal128Array, Float64Array, Int64Array, RecordBatch, StringViewArray,
    TimestampMicrosecondArray,
};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, TimeUnit};

use crate::MeasureError;

/// A batch of one metric's rows.
pub(crate) struct Batch<'a> {
    metric: &'a str,
    batch: &'a RecordBatch,
}

impl<'a> Batch<'a> {
    pub(crate) fn new(metric: &'a str, batch: &'a RecordBatch) -> Self {
        Self { metric, batch }
    }

    pub(crate) fn rows(&self) -> usize {
        self.batch.num_rows()
    }

    fn column(&self, name: &str, ty: &DataType, expected: &'static str) -> Result<ArrayRef, MeasureError> {
        let missing = || MeasureError::Column { metric: self.metric.to_owned(), column: name.to_owned(), expected };
        let column = self.batch.column_by_name(name).ok_or_else(missing)?;
        if column.data_type() == ty { Ok(Arc::clone(column)) } else { cast(column, ty).map_err(|_| missing()) }
    }

    pub(crate) fn numbers(&self, name: &str) -> Result<Float64Array, MeasureError> {
        let column = self.column(name, &DataType::Float64, "a number")?;
        Ok(taken(&column))
    }

    pub(crate) fn wholes(&self, name: &str) -> Result<Int64Array, MeasureError> {
        let column = self.column(name, &DataType::Int64, "a whole number")?;
        Ok(taken(&column))
    }

    pub(crate) fn bools(&self, name: &str) -> Result<BooleanArray, MeasureError> {
        let column = self.column(name, &DataType::Boolean, "true or false")?;
        Ok(taken(&column))
    }

    pub(crate) fn texts(&self, name: &str) -> Result<StringViewArray, MeasureError> {
        let column = self.column(name, &DataType::Utf8View, "text")?;
        Ok(taken(&column))
    }

    /// Instants in microseconds.
    pub(crate) fn times(&self, name: &str) -> Result<TimestampMicrosecondArray, MeasureError> {
        let column = self.column(name, &DataType::Timestamp(TimeUnit::Microsecond, None), "an instant")?;
        Ok(taken(&column))
    }

    /// The exact decimals of a money column; `None` where the column holds plain numbers.
    pub(crate) fn money(&self, name: &str) -> Result<Option<Decimal128Array>, MeasureError> {
        let is_money =
            self.batch.column_by_name(name).is_some_and(|column| matches!(column.data_type(), DataType::Decimal128(_, _)));
        if !is_money {
            return Ok(None);
        }
        let column = self.column(name, &DataType::Decimal128(38, 9), "a decimal")?;
        Ok(Some(taken(&column)))
    }
}

/// The array as what it was just cast to; an empty one of that type where it is not, which cannot be.
fn taken<T: Array + Clone + From<datafusion::arrow::array::ArrayData> + 'static>(column: &ArrayRef) -> T {
    match column.as_any().downcast_ref::<T>() {
        Some(array) => array.clone(),
        None => T::from(column.to_data()),
    }
}
