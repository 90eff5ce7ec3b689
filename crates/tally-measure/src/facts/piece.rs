//! A part of a table that was cut: which rows of which chunks. Columns are taken when a query first reads them, so a
//! query of four columns pays for four. Decides nothing about which rows stay.

use std::sync::{Arc, OnceLock};

use datafusion::arrow::array::{Array, ArrayRef, RecordBatch, RecordBatchOptions, UInt32Array};
use datafusion::arrow::compute::{interleave, take};
use datafusion::arrow::datatypes::SchemaRef;

use crate::MeasureError;

/// Rows of one chunk, or few rows of several.
pub(crate) struct Piece {
    from: From,
    rows: usize,
    columns: Vec<OnceLock<ArrayRef>>,
}

enum From {
    /// All rows of a chunk.
    Whole(RecordBatch),
    /// Some of a chunk.
    Some(RecordBatch, UInt32Array),
    /// Some of several: chunk and row of each.
    Several(Vec<RecordBatch>, Vec<(usize, usize)>),
}

impl Piece {
    /// A chunk as it is.
    pub(crate) fn whole(chunk: &RecordBatch) -> Self {
        Self::new(From::Whole(chunk.clone()), chunk.num_rows(), chunk.num_columns())
    }

    /// These rows of a chunk, ascending.
    pub(crate) fn of(chunk: &RecordBatch, rows: Vec<u32>) -> Self {
        let count = rows.len();
        if count == chunk.num_rows() {
            return Self::whole(chunk);
        }
        Self::new(From::Some(chunk.clone(), UInt32Array::from(rows)), count, chunk.num_columns())
    }

    /// Few rows of several chunks as one; `None` where there is none.
    pub(crate) fn woven(mut parts: Vec<(RecordBatch, Vec<u32>)>) -> Option<Self> {
        parts.retain(|(_, rows)| !rows.is_empty());
        if let [(chunk, rows)] = parts.as_mut_slice() {
            return Some(Self::of(chunk, std::mem::take(rows)));
        }
        let width = parts.first()?.0.num_columns();
        let numbered = parts.iter().enumerate();
        let rows: Vec<(usize, usize)> = numbered
            .flat_map(|(at, (_, rows))| rows.iter().filter_map(move |row| Some((at, usize::try_from(*row).ok()?))))
            .collect();
        let count = rows.len();
        let chunks = parts.into_iter().map(|(chunk, _)| chunk).collect();
        Some(Self::new(From::Several(chunks, rows), count, width))
    }

    fn new(from: From, rows: usize, width: usize) -> Self {
        Self { from, rows, columns: (0..width).map(|_| OnceLock::new()).collect() }
    }

    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    /// One column of the rows.
    ///
    /// # Errors
    /// Where Arrow refuses to take the rows.
    pub(crate) fn column(&self, at: usize) -> Result<ArrayRef, MeasureError> {
        let Some(known) = self.columns.get(at) else {
            return Err(MeasureError::facts(format!(
                "found a cut of {} columns, expected one more than {at}",
                self.columns.len()
            )));
        };
        if let Some(made) = known.get() {
            return Ok(Arc::clone(made));
        }
        let made = match &self.from {
            From::Whole(chunk) => Arc::clone(chunk.column(at)),
            From::Some(chunk, rows) => take(chunk.column(at).as_ref(), rows, None).map_err(MeasureError::facts)?,
            From::Several(chunks, rows) => {
                let arrays: Vec<&dyn Array> = chunks.iter().map(|chunk| chunk.column(at).as_ref()).collect();
                interleave(&arrays, rows).map_err(MeasureError::facts)?
            }
        };
        Ok(Arc::clone(known.get_or_init(|| made)))
    }

    /// Some columns of the rows, or all.
    ///
    /// # Errors
    /// Where Arrow refuses to take the rows.
    pub(crate) fn batch(&self, columns: Option<&[usize]>, schema: &SchemaRef) -> Result<RecordBatch, MeasureError> {
        let arrays = match columns {
            Some(columns) => columns.iter().map(|at| self.column(*at)).collect::<Result<Vec<_>, _>>()?,
            None => (0..self.columns.len()).map(|at| self.column(at)).collect::<Result<Vec<_>, _>>()?,
        };
        // A query that only counts reads no column at all.
        let options = RecordBatchOptions::new().with_row_count(Some(self.rows));
        RecordBatch::try_new_with_options(Arc::clone(schema), arrays, &options).map_err(MeasureError::facts)
    }
}
