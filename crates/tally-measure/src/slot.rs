//! Fact tables as query plans see them: a plan names a table, and finds its rows where it is executed.
//!
//! A plan that holds no rows can be kept and executed again, over facts that changed or over a part of them. Planning
//! takes milliseconds and executing over one system's rows takes a fraction of one.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::stats::Precision;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{DataFusionError, Result, Statistics, exec_err, internal_err};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::{Expr, TableType};
use datafusion::physical_expr::{EquivalenceProperties, PhysicalExpr};
use datafusion::physical_plan::execution_plan::{Boundedness, ChildrenPropertiesMode, EmissionType, ReplaceChildrenOptions};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{DisplayAs, DisplayFormatType, ExecutionPlan, Partitioning, PlanProperties};

use crate::facts::Facts;

/// What the plans of one execution read.
pub(crate) struct Tables {
    pub(crate) facts: Facts,
    /// Small tables made by hand, by name.
    pub(crate) more: Vec<(&'static str, RecordBatch)>,
}

impl Tables {
    /// Some columns of a table's rows, or all; `None` where there is no such table.
    fn read(&self, name: &str, columns: Option<&[usize]>, schema: &SchemaRef) -> Option<Result<Vec<RecordBatch>>> {
        if let Some((_, batch)) = self.more.iter().find(|(known, _)| *known == name) {
            let read = columns.map_or_else(|| Ok(batch.clone()), |columns| batch.project(columns));
            return Some(read.map(|batch| vec![batch]).map_err(Into::into));
        }
        let read = self.facts.read(name, columns, schema)?;
        Some(read.map_err(|error| DataFusionError::External(Box::new(error))))
    }
}

/// A table without rows.
#[derive(Debug)]
pub(crate) struct Slot {
    pub(crate) name: Arc<str>,
    pub(crate) schema: SchemaRef,
    /// About how many rows there will be.
    pub(crate) rows: usize,
}

impl TableProvider for Slot {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    // What `#[async_trait]` would write; the answer is at hand.
    fn scan<'a, 'b, 'c, 'd, 'e>(
        &'a self,
        state: &'b dyn Session,
        projection: Option<&'c Vec<usize>>,
        _filters: &'d [Expr],
        _limit: Option<usize>,
    ) -> Pin<Box<dyn Future<Output = Result<Arc<dyn ExecutionPlan>>> + Send + 'e>>
    where
        'a: 'e,
        'b: 'e,
        'c: 'e,
        'd: 'e,
        Self: 'e,
    {
        let parts = state.config().target_partitions().max(1);
        let read = Read::new(self, projection.cloned(), parts).map(|read| Arc::new(read) as Arc<dyn ExecutionPlan>);
        Box::pin(std::future::ready(read))
    }
}

/// Reads some columns of a table.
#[derive(Debug)]
struct Read {
    name: Arc<str>,
    schema: SchemaRef,
    columns: Option<Vec<usize>>,
    parts: usize,
    rows: usize,
    properties: Arc<PlanProperties>,
}

impl Read {
    fn new(slot: &Slot, columns: Option<Vec<usize>>, parts: usize) -> Result<Self> {
        let schema = match &columns {
            Some(columns) => Arc::new(slot.schema.project(columns)?),
            None => Arc::clone(&slot.schema),
        };
        let properties = PlanProperties::new(
            EquivalenceProperties::new(Arc::clone(&schema)),
            Partitioning::UnknownPartitioning(parts),
            EmissionType::Incremental,
            Boundedness::Bounded,
        );
        Ok(Self { name: Arc::clone(&slot.name), schema, columns, parts, rows: slot.rows, properties: Arc::new(properties) })
    }
}

impl DisplayAs for Read {
    fn fmt_as(&self, _: DisplayFormatType, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Read: {}", self.name)
    }
}

impl ExecutionPlan for Read {
    fn name(&self) -> &'static str {
        "Read"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        Vec::new()
    }

    fn apply_expressions(
        &self,
        _: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn replace_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
        _: ReplaceChildrenOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        if children.is_empty() { Ok(self) } else { internal_err!("a table has no inputs") }
    }

    fn with_new_children(self: Arc<Self>, children: Vec<Arc<dyn ExecutionPlan>>) -> Result<Arc<dyn ExecutionPlan>> {
        self.replace_children(children, ReplaceChildrenOptions::new(ChildrenPropertiesMode::Recompute))
    }

    fn execute(&self, part: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let Some(tables) = context.session_config().get_extension::<Tables>() else {
            return exec_err!("no facts to read");
        };
        let Some(chunks) = tables.read(&self.name, self.columns.as_deref(), &self.schema) else {
            return exec_err!("no fact table {}", self.name);
        };
        let own = chunks?.into_iter().enumerate().filter(|(at, _)| at % self.parts == part);
        let batches: Vec<Result<RecordBatch>> = own.map(|(_, chunk)| Ok(chunk)).collect();
        Ok(Box::pin(RecordBatchStreamAdapter::new(Arc::clone(&self.schema), futures::stream::iter(batches))))
    }

    fn partition_statistics(&self, part: Option<usize>) -> Result<Arc<Statistics>> {
        let mut statistics = Statistics::new_unknown(&self.schema);
        let rows = if part.is_some() { self.rows / self.parts } else { self.rows };
        // Never exact: the plan outlives the facts it was made for.
        statistics.num_rows = Precision::Inexact(rows);
        Ok(Arc::new(statistics))
    }
}
