//! The fact tables in memory: chunks of rows that change only where a record changed.
//!
//! A chunk is immutable. A changed record loses its rows from the chunks that hold them and gets new ones in the
//! newest chunk, so one change costs one pass over an id column, not a rebuild.

use std::collections::BTreeMap;
use std::sync::Arc;

use datafusion::arrow::array::{Array, BooleanArray, RecordBatch, StringViewArray};
use datafusion::arrow::compute::{concat_batches, filter_record_batch};
use datafusion::arrow::datatypes::SchemaRef;
use tally_model::Record;
use tally_model::kind::Kind;

use super::columns::{Columns, schema};
use super::plan::{Source, TableDoc, table_docs};
use super::{rows, snapshot};
use crate::MeasureError;

/// Rows a chunk: a few morsels of the query engine, small enough that rewriting one is quick.
const CHUNK: usize = 16_384;
/// Chunks smaller than this are merged with the next ones that come.
const SMALL: usize = 2_048;

/// All fact tables.
pub struct Facts {
    tables: Vec<Table>,
}

/// One fact table.
pub(crate) struct Table {
    pub(crate) doc: &'static TableDoc,
    pub(crate) schema: SchemaRef,
    chunks: Vec<RecordBatch>,
    filling: Columns,
    /// Grows with every change: results computed from an older version are stale.
    pub(crate) version: u64,
}

impl Facts {
    /// Empty tables.
    pub fn new() -> Self {
        let made = table_docs().iter().filter(|doc| !matches!(doc.source, Source::Elsewhere));
        let tables = made.map(Table::new).collect();
        Self { tables }
    }

    /// Adds a record that the tables do not hold yet.
    ///
    /// # Errors
    /// Where Arrow refuses the rows.
    pub fn add(&mut self, record: &Record) -> Result<(), MeasureError> {
        for table in self.tables.iter_mut().filter(|table| table.takes(record.kind())) {
            table.append(record)?;
        }
        Ok(())
    }

    /// Closes what `add` filled. Queries see only closed chunks.
    ///
    /// # Errors
    /// Where Arrow refuses the rows.
    pub fn settle(&mut self) -> Result<(), MeasureError> {
        self.tables.iter_mut().try_for_each(Table::close)
    }

    /// Takes over changed records: their old rows go, their new rows come.
    ///
    /// # Errors
    /// Where Arrow refuses the rows.
    pub fn change(&mut self, records: &[Record]) -> Result<(), MeasureError> {
        let mut by_kind: BTreeMap<&str, Vec<&Record>> = BTreeMap::new();
        for record in records {
            by_kind.entry(record.kind().name).or_default().push(record);
        }
        for records in by_kind.values() {
            let kind = records[0].kind();
            for table in self.tables.iter_mut().filter(|table| table.takes(kind)) {
                table.replace(kind, records)?;
            }
        }
        self.settle()
    }

    /// Writes all tables to a folder, from which `load` is many times quicker than from records.
    ///
    /// # Errors
    /// Where the folder cannot be written.
    pub fn save(&self, folder: &std::path::Path) -> Result<(), MeasureError> {
        self.tables.iter().try_for_each(|table| snapshot::save(folder, &table.doc.name, &table.schema, &table.chunks))
    }

    /// Writes all tables to a folder as Parquet.
    ///
    /// # Errors
    /// Where the folder cannot be written.
    pub fn export(&self, folder: &std::path::Path) -> Result<(), MeasureError> {
        self.tables.iter().try_for_each(|table| snapshot::export(folder, &table.doc.name, &table.schema, &table.chunks))
    }

    /// Reads what `save` wrote; `None` where a table is missing or of another shape.
    pub fn load(folder: &std::path::Path) -> Option<Self> {
        let mut facts = Self::new();
        for table in &mut facts.tables {
            table.chunks = snapshot::load(folder, &table.doc.name, &table.schema)?;
        }
        Some(facts)
    }

    pub(crate) fn tables(&self) -> &[Table] {
        &self.tables
    }

    pub(crate) fn table(&self, name: &str) -> Option<&Table> {
        self.tables.iter().find(|table| table.doc.name == name)
    }
}

impl Default for Facts {
    fn default() -> Self {
        Self::new()
    }
}

impl Table {
    fn new(doc: &'static TableDoc) -> Self {
        let schema = schema(&doc.columns);
        let filling = Columns::new(Arc::clone(&schema), &doc.columns);
        Self { doc, schema, chunks: Vec::new(), filling, version: 0 }
    }

    /// The closed chunks.
    pub(crate) fn chunks(&self) -> &[RecordBatch] {
        &self.chunks
    }

    fn takes(&self, kind: &Kind) -> bool {
        match self.doc.source {
            Source::Record(own) | Source::Nested(own, _) => own == kind,
            Source::Labels => true,
            Source::FindingStates | Source::FindingCycles => kind.name == "finding",
            Source::Elsewhere => false,
        }
    }

    fn append(&mut self, record: &Record) -> Result<(), MeasureError> {
        rows::append(self.doc, record, &mut self.filling);
        if self.filling.rows() >= CHUNK { self.close() } else { Ok(()) }
    }

    fn close(&mut self) -> Result<(), MeasureError> {
        if self.filling.rows() == 0 {
            return Ok(());
        }
        let fresh = self.filling.finish().map_err(MeasureError::facts)?;
        let merged = match self.chunks.last() {
            Some(last) if last.num_rows() < SMALL && last.num_rows() + fresh.num_rows() <= CHUNK => {
                let merged = concat_batches(&self.schema, [last, &fresh]).map_err(MeasureError::facts)?;
                self.chunks.pop();
                merged
            }
            _ => fresh,
        };
        self.chunks.push(merged);
        self.version += 1;
        Ok(())
    }

    fn replace(&mut self, kind: &Kind, records: &[&Record]) -> Result<(), MeasureError> {
        let mut changed = false;
        for chunk in &mut self.chunks {
            let Some(keep) = keep_mask(self.doc, chunk, kind, records) else { continue };
            *chunk = filter_record_batch(chunk, &keep).map_err(MeasureError::facts)?;
            changed = true;
        }
        self.chunks.retain(|chunk| chunk.num_rows() > 0);
        let before = self.filling.rows();
        for record in records {
            self.append(record)?;
        }
        if changed || self.filling.rows() != before {
            self.version += 1;
        }
        Ok(())
    }
}

/// Which rows stay once `records` have new ones; `None` where all do.
fn keep_mask(doc: &TableDoc, chunk: &RecordBatch, kind: &Kind, records: &[&Record]) -> Option<BooleanArray> {
    let ids = chunk.column(0).as_any().downcast_ref::<StringViewArray>()?;
    let kinds = match doc.source {
        Source::Labels => Some(chunk.column(1).as_any().downcast_ref::<StringViewArray>()?),
        _ => None,
    };
    let wanted: std::collections::HashSet<&str> = records.iter().map(|record| record.id()).collect();
    let one = (records.len() == 1).then(|| records[0].id());
    let gone = |row: usize| {
        let id = ids.value(row);
        let named = one.map_or_else(|| wanted.contains(id), |one| one == id);
        named && kinds.is_none_or(|kinds| kinds.value(row) == kind.name)
    };
    let keep: Vec<bool> = (0..ids.len()).map(|row| !gone(row)).collect();
    keep.contains(&false).then(|| BooleanArray::from(keep))
}
