//! What a change of records changed in a table: which columns of their rows. Knows no metric.

use std::collections::BTreeSet;
use std::sync::Arc;

use datafusion::arrow::array::{Array, RecordBatch, UInt32Array};
use datafusion::arrow::compute::{concat_batches, take_record_batch};
use datafusion::arrow::datatypes::SchemaRef;
use tally_model::Record;
use tally_model::kind::Type;

use super::columns::Columns;
use super::index::texts;
use super::plan::{Source, TableDoc};
use super::rows;
use crate::MeasureError;

/// What changed in the rows of some records.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Difference {
    /// Rows came or went, or belong elsewhere now: whoever reads the table may see it.
    Rows,
    /// What these columns say.
    Columns(BTreeSet<usize>),
}

impl Difference {
    /// What is different between the rows that `gone` holds and those that these records have now.
    ///
    /// # Errors
    /// Where Arrow refuses the rows.
    pub(crate) fn of(
        doc: &'static TableDoc,
        schema: &SchemaRef,
        gone: &[RecordBatch],
        records: &[&Record],
    ) -> Result<Self, MeasureError> {
        let mut filling = Columns::new(Arc::clone(schema), &doc.columns);
        records.iter().for_each(|record| rows::append(doc, record, &mut filling));
        let come = filling.finish().map_err(MeasureError::facts)?;
        let gone = concat_batches(schema, gone).map_err(MeasureError::facts)?;
        if come.num_rows() != gone.num_rows() {
            return Ok(Self::Rows);
        }
        let (gone, come) = (by_record(&gone)?, by_record(&come)?);
        let differs = |at: &usize| gone.column(*at) != come.column(*at);
        let columns: BTreeSet<usize> = (0..schema.fields().len()).filter(differs).collect();
        let elsewhere = columns.iter().any(|at| *at == 0 || places(doc, schema.field(*at).name()));
        Ok(if elsewhere { Self::Rows } else { Self::Columns(columns) })
    }

    /// Whether nothing is different.
    pub(crate) fn is_none(&self) -> bool {
        matches!(self, Self::Columns(columns) if columns.is_empty())
    }
}

/// Whether a column says where a row belongs: facts are cut by these, whoever reads them.
fn places(doc: &TableDoc, name: &str) -> bool {
    let Source::Record(kind) = doc.source else { return name == "system" };
    let ty = kind.fields.iter().find(|field| field.name == name).map(|field| field.ty);
    matches!(ty, Some(Type::Ref(_) | Type::RefAny(_)))
}

/// Rows in the order of their records; rows of one record stay in theirs.
fn by_record(rows: &RecordBatch) -> Result<RecordBatch, MeasureError> {
    let Some(ids) = texts(rows, 0) else { return Ok(rows.clone()) };
    let mut order: Vec<u32> = (0u32..).zip(0..rows.num_rows()).map(|(row, _)| row).collect();
    order.sort_by_key(|row| usize::try_from(*row).ok().filter(|row| !ids.is_null(*row)).map(|row| ids.value(row)));
    take_record_batch(rows, &UInt32Array::from(order)).map_err(MeasureError::facts)
}
