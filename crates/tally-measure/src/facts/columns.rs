//! Builders for the columns of a fact table. Appends one cell at a time; never looks at a record.

use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, BooleanBuilder, Decimal128Builder, Float64Builder, Int64Builder, RecordBatch, StringViewBuilder,
    TimestampMicrosecondBuilder,
};
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use datafusion::arrow::error::ArrowError;

use tally_model::Month;

use super::plan::{ColumnDoc, Holds};

/// One cell on its way into a column.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Cell<'a> {
    Null,
    Text(&'a str),
    Bool(bool),
    Whole(i64),
    Number(f64),
    /// Billionths.
    Money(i128),
    /// Microseconds since the epoch.
    Time(i64),
    Month(Month),
}

/// 1677-09-22 and 2262-04-11, between which nanoseconds fit 64 bits. A query's own literals are nanoseconds, and one
/// "never" written as the year 9999 must not break every comparison with them; no T lies beyond.
pub(crate) const EARLIEST: i64 = -9_223_286_400_000_000;
/// See `EARLIEST`.
pub(crate) const LATEST: i64 = 9_223_286_400_000_000;

enum Column {
    Text(StringViewBuilder),
    Bool(BooleanBuilder),
    Whole(Int64Builder),
    Number(Float64Builder),
    Money(Decimal128Builder),
    Time(TimestampMicrosecondBuilder),
}

/// The Arrow schema of these columns; every column can be null.
pub(crate) fn schema(columns: &[ColumnDoc]) -> SchemaRef {
    Arc::new(Schema::new(
        columns.iter().map(|column| Field::new(&column.name, data_type(column.holds), true)).collect::<Vec<_>>(),
    ))
}

fn data_type(holds: Holds) -> DataType {
    match holds {
        Holds::Text => DataType::Utf8View,
        Holds::Bool => DataType::Boolean,
        Holds::Whole => DataType::Int64,
        Holds::Number => DataType::Float64,
        Holds::Money => DataType::Decimal128(38, 9),
        Holds::Time => DataType::Timestamp(TimeUnit::Microsecond, None),
    }
}

/// Builders for all columns of a table, filled row by row, cell by cell.
pub(crate) struct Columns {
    schema: SchemaRef,
    columns: Vec<Column>,
    next: usize,
    rows: usize,
}

impl Columns {
    pub(crate) fn new(schema: SchemaRef, docs: &[ColumnDoc]) -> Self {
        Self { schema, columns: docs.iter().map(|doc| column(doc.holds)).collect(), next: 0, rows: 0 }
    }

    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    /// Appends the next cell of the row; a cell of another type than the column's is null.
    pub(crate) fn push(&mut self, cell: Cell<'_>) {
        match (&mut self.columns[self.next], cell) {
            (Column::Text(column), Cell::Text(text)) => column.append_value(text),
            (Column::Text(column), Cell::Month(month)) => column.append_value(month.to_string()),
            (Column::Text(column), _) => column.append_null(),
            (Column::Bool(column), Cell::Bool(value)) => column.append_value(value),
            (Column::Bool(column), _) => column.append_null(),
            (Column::Whole(column), Cell::Whole(value)) => column.append_value(value),
            (Column::Whole(column), _) => column.append_null(),
            (Column::Number(column), Cell::Number(value)) => column.append_value(value),
            (Column::Number(column), _) => column.append_null(),
            (Column::Money(column), Cell::Money(value)) => column.append_value(value),
            (Column::Money(column), _) => column.append_null(),
            (Column::Time(column), Cell::Time(value)) => column.append_value(value.clamp(EARLIEST, LATEST)),
            (Column::Time(column), _) => column.append_null(),
        }
        self.next += 1;
        if self.next == self.columns.len() {
            self.next = 0;
            self.rows += 1;
        }
    }

    /// The rows so far as a batch; the builders start anew.
    pub(crate) fn finish(&mut self) -> Result<RecordBatch, ArrowError> {
        self.rows = 0;
        let arrays: Vec<ArrayRef> = self.columns.iter_mut().map(finish).collect();
        RecordBatch::try_new(Arc::clone(&self.schema), arrays)
    }
}

fn column(holds: Holds) -> Column {
    match holds {
        // The same words and ids come again and again: each is kept once a batch.
        Holds::Text => Column::Text(StringViewBuilder::new().with_deduplicate_strings()),
        Holds::Bool => Column::Bool(BooleanBuilder::new()),
        Holds::Whole => Column::Whole(Int64Builder::new()),
        Holds::Number => Column::Number(Float64Builder::new()),
        Holds::Money => Column::Money(Decimal128Builder::new().with_data_type(DataType::Decimal128(38, 9))),
        Holds::Time => Column::Time(TimestampMicrosecondBuilder::new()),
    }
}

fn finish(column: &mut Column) -> ArrayRef {
    match column {
        Column::Text(column) => Arc::new(column.finish()),
        Column::Bool(column) => Arc::new(column.finish()),
        Column::Whole(column) => Arc::new(column.finish()),
        Column::Number(column) => Arc::new(column.finish()),
        Column::Money(column) => Arc::new(column.finish()),
        Column::Time(column) => Arc::new(column.finish()),
    }
}
