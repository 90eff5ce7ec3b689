//! One fact table: chunks of rows that never change. Knows nothing of other tables.
//!
//! A changed record loses its rows from the chunks that hold them and gets new ones in the newest chunk, so one change
//! rewrites a chunk, not a table; all other chunks are shared with every copy of the table.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use datafusion::arrow::array::{Array, ArrayRef, BooleanArray, RecordBatch, StringViewArray, TimestampMicrosecondArray};
use datafusion::arrow::compute::{concat_batches, filter_record_batch, not};
use datafusion::arrow::datatypes::SchemaRef;
use tally_model::Instant;
use tally_model::kind::Kind;

use super::columns::{Columns, schema};
use super::index::{Notes, texts};
use super::plan::{Source, TableDoc};
use crate::MeasureError;

/// Rows a chunk: a few morsels of the query engine, small enough that rewriting one is quick.
pub(crate) const CHUNK: usize = 16_384;
/// Chunks smaller than this are merged with the next ones that come.
const SMALL: usize = 2_048;

/// One fact table.
#[derive(Clone)]
pub(crate) struct Table {
    pub(crate) doc: &'static TableDoc,
    pub(crate) schema: SchemaRef,
    chunks: Vec<RecordBatch>,
    notes: Vec<Arc<Notes>>,
    /// Another one after every change, and never the same twice: results of the same version are the same.
    pub(crate) version: u64,
}

/// A number that was never given before.
pub(crate) fn fresh() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

impl Table {
    pub(crate) fn new(doc: &'static TableDoc) -> Self {
        let schema = schema(&doc.columns);
        Self { doc, schema, chunks: Vec::new(), notes: Vec::new(), version: 0 }
    }

    /// The same table with other rows. Its version stays: what is left is a function of what there was.
    pub(crate) fn with_chunks(&self, chunks: Vec<RecordBatch>) -> Self {
        let notes = chunks.iter().map(|_| Arc::default()).collect();
        Self { doc: self.doc, schema: Arc::clone(&self.schema), chunks, notes, version: self.version }
    }

    /// The closed chunks.
    pub(crate) fn chunks(&self) -> &[RecordBatch] {
        &self.chunks
    }

    /// The chunks with what is known of each.
    pub(crate) fn noted(&self) -> impl Iterator<Item = (&RecordBatch, &Notes)> {
        self.chunks.iter().zip(self.notes.iter().map(|notes| &**notes))
    }

    pub(crate) fn rows(&self) -> usize {
        self.chunks.iter().map(RecordBatch::num_rows).sum()
    }

    pub(crate) fn takes(&self, kind: &Kind) -> bool {
        match self.doc.source {
            Source::Record(own) | Source::Nested(own, _) => own == kind,
            Source::Labels => true,
            Source::FindingStates | Source::FindingCycles => kind.name == "finding",
            Source::Elsewhere => false,
        }
    }

    /// Adds what was filled as a chunk.
    pub(crate) fn close(&mut self, filling: &mut Columns) -> Result<(), MeasureError> {
        if filling.rows() == 0 {
            return Ok(());
        }
        let fresh_rows = filling.finish().map_err(MeasureError::facts)?;
        let merged = match self.chunks.last() {
            Some(last) if last.num_rows() < SMALL && last.num_rows() + fresh_rows.num_rows() <= CHUNK => {
                let merged = concat_batches(&self.schema, [last, &fresh_rows]).map_err(MeasureError::facts)?;
                self.chunks.pop();
                self.notes.pop();
                compact(&merged)?
            }
            _ => fresh_rows,
        };
        self.chunks.push(merged);
        self.notes.push(Arc::default());
        self.version = fresh();
        Ok(())
    }

    /// Takes the rows of these records out and hands them back.
    pub(crate) fn remove(&mut self, kind: &Kind, ids: &HashSet<&str>) -> Result<Vec<RecordBatch>, MeasureError> {
        let mut gone = Vec::new();
        for (chunk, notes) in self.chunks.iter_mut().zip(&mut self.notes) {
            let Some(keep) = keep_mask(self.doc, chunk, notes, kind, ids) else { continue };
            gone.push(filter_record_batch(chunk, &not(&keep).map_err(MeasureError::facts)?).map_err(MeasureError::facts)?);
            *chunk = filter_record_batch(chunk, &keep).map_err(MeasureError::facts)?;
            *notes = Arc::default();
        }
        if !gone.is_empty() {
            let mut left = self.chunks.iter().map(|chunk| chunk.num_rows() > 0);
            self.notes.retain(|_| left.next() == Some(true));
            self.chunks.retain(|chunk| chunk.num_rows() > 0);
            self.version = fresh();
        }
        Ok(gone)
    }

    /// The greatest instant before `t` in a column.
    pub(crate) fn newest(&self, column: &str, t: Instant) -> Option<Instant> {
        let at = self.schema.index_of(column).ok()?;
        let times =
            self.chunks.iter().filter_map(|chunk| chunk.column(at).as_any().downcast_ref::<TimestampMicrosecondArray>());
        let newest = times.filter_map(|times| times.iter().flatten().filter(|time| *time < t.micros()).max()).max();
        newest.map(Instant::from_micros)
    }

    /// The ids of rows whose `column` says something.
    pub(crate) fn ids_where(&self, column: &str, wanted: impl Fn(&str) -> bool) -> Vec<String> {
        let Ok(at) = self.schema.index_of(column) else { return Vec::new() };
        let both = self.chunks.iter().filter_map(|chunk| Some((texts(chunk, 0)?, texts(chunk, at)?)));
        let rows = both.flat_map(|(ids, said)| ids.iter().zip(said.iter()));
        rows.filter(|(_, said)| said.is_some_and(&wanted)).filter_map(|(id, _)| id.map(str::to_owned)).collect()
    }

    /// The row of a record in the table of its kind.
    pub(crate) fn find(&self, id: &str) -> Option<(&RecordBatch, usize)> {
        self.noted().find_map(|(chunk, notes)| {
            let mut rows = Vec::new();
            notes.rows(chunk, 0, id, &mut rows);
            Some((chunk, usize::try_from(*rows.first()?).ok()?))
        })
    }
}

/// Texts of a merged chunk in buffers of its own: many small merges would hold on to many small buffers.
fn compact(chunk: &RecordBatch) -> Result<RecordBatch, MeasureError> {
    let columns = chunk.columns().iter().map(|column| match column.as_any().downcast_ref::<StringViewArray>() {
        Some(texts) => Arc::new(texts.gc()) as ArrayRef,
        None => Arc::clone(column),
    });
    RecordBatch::try_new(chunk.schema(), columns.collect()).map_err(MeasureError::facts)
}

/// Which rows stay once the rows of `ids` go; `None` where all do.
fn keep_mask(doc: &TableDoc, chunk: &RecordBatch, notes: &Notes, kind: &Kind, ids: &HashSet<&str>) -> Option<BooleanArray> {
    if !ids.iter().any(|id| notes.may_hold(chunk, id)) {
        return None;
    }
    let names = texts(chunk, 0)?;
    let kinds = match doc.source {
        Source::Labels => Some(texts(chunk, 1)?),
        _ => None,
    };
    let one = (ids.len() == 1).then(|| ids.iter().next().copied()).flatten();
    let gone = |row: usize| {
        let id = names.value(row);
        let named = one.map_or_else(|| ids.contains(id), |one| one == id);
        named && kinds.is_none_or(|kinds| kinds.value(row) == kind.name)
    };
    let keep: Vec<bool> = (0..names.len()).map(|row| !gone(row)).collect();
    keep.contains(&false).then(|| BooleanArray::from(keep))
}
