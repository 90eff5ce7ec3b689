//! Plans of queries, kept by their text: made once, executed over any state of the facts and over any part of them.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::error::Result;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::LogicalPlan;
use datafusion::physical_plan::execution_plan::reset_plan_states;
use datafusion::physical_plan::{ExecutionPlan, execute_stream};
use datafusion::prelude::SessionContext;
use futures::TryStreamExt;

use crate::engine::Shared;
use crate::slot::Tables;
use crate::{Engine, MeasureError};

/// Plans that are kept; beyond this all go and are made again as they are asked for.
const PLANS_MAX: usize = 1_024;

/// The columns that queries read, by table.
pub(crate) type Scans = BTreeMap<String, BTreeSet<usize>>;

/// Plans by text.
#[derive(Default)]
pub(crate) struct Plans {
    plans: Mutex<HashMap<(String, u64), Plan>>,
}

/// How a query is executed, and all that it reads.
#[derive(Clone)]
struct Plan {
    work: Arc<dyn ExecutionPlan>,
    scans: Arc<Scans>,
}

/// Runs queries over one set of tables.
#[derive(Clone)]
pub(crate) struct Runner {
    /// For planning.
    session: SessionContext,
    context: Arc<TaskContext>,
    shared: Arc<Shared>,
    size: u64,
    scans: Arc<Mutex<Scans>>,
}

/// Plans queries for many runners.
#[derive(Clone)]
pub(crate) struct Planner {
    session: SessionContext,
    shared: Arc<Shared>,
    size: u64,
}

impl Engine {
    /// A planner of queries over the facts and `points`.
    pub(crate) fn planner(&self, points: RecordBatch) -> Result<Planner, MeasureError> {
        let session = self.session(1, self.reads(self.facts(), Some(points)))?;
        // Where a table grows or shrinks by a factor of sixteen its plans are made anew.
        let sizes = self.facts().slots().iter().map(|table| u64::from((table.rows() + 1).ilog2() / 4));
        let size = sizes.fold(0u64, |state, size| (state.rotate_left(5) ^ size).wrapping_mul(0x517c_c1b7_2722_0a95));
        Ok(Planner { session, shared: Arc::clone(&self.shared), size })
    }
}

impl Planner {
    /// A runner over `reads`.
    pub(crate) fn runner(&self, reads: Arc<Tables>) -> Runner {
        let state = &self.shared.state;
        let config = state.config().clone().with_extension(reads);
        let (scalar, higher, aggregate, window) = (HashMap::new(), HashMap::new(), HashMap::new(), HashMap::new());
        // Functions stand in the plans themselves.
        let context = TaskContext::new(
            None,
            "metrics".to_owned(),
            config,
            scalar,
            higher,
            aggregate,
            window,
            Arc::clone(state.runtime_env()),
        );
        let session = self.session.clone();
        Runner { session, context: Arc::new(context), shared: Arc::clone(&self.shared), size: self.size, scans: Arc::default() }
    }
}

impl Runner {
    async fn plan(&self, sql: &str) -> Result<Plan> {
        let key = (sql.to_owned(), self.size);
        let known = self.shared.plans.plans.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        if let Some(plan) = known {
            return Ok(plan);
        }
        let (state, asked) = self.session.sql(sql).await?.into_parts();
        let asked = state.optimize(&asked)?;
        let scans = Arc::new(scans_of(&asked)?);
        let plan = Plan { work: state.query_planner().create_physical_plan(&asked, &state).await?, scans };
        // A list of attempt files belongs to its plan; files come and go.
        if !sql.contains("attempts") {
            let mut plans = self.shared.plans.plans.lock().unwrap_or_else(PoisonError::into_inner);
            if plans.len() >= PLANS_MAX {
                plans.clear();
            }
            plans.insert(key, plan.clone());
        }
        Ok(plan)
    }

    /// The columns that a query yields.
    pub(crate) async fn schema(&self, sql: &str) -> Result<SchemaRef> {
        Ok(self.plan(sql).await?.work.schema())
    }

    /// Runs a query, batch by batch.
    pub(crate) async fn stream(&self, sql: &str) -> Result<SendableRecordBatchStream> {
        // A plan remembers what it saw, such as one side of a join: each run needs it as it was made.
        let plan = self.plan(sql).await?;
        let mut scans = self.scans.lock().unwrap_or_else(PoisonError::into_inner);
        plan.scans.iter().for_each(|(table, columns)| scans.entry(table.clone()).or_default().extend(columns));
        drop(scans);
        execute_stream(reset_plan_states(plan.work)?, Arc::clone(&self.context))
    }

    /// Runs a query.
    pub(crate) async fn query(&self, sql: &str) -> Result<Vec<RecordBatch>> {
        self.stream(sql).await?.try_collect().await
    }

    /// All that the queries so far read.
    pub(crate) fn scans(&self) -> Scans {
        self.scans.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// What a query reads, that of its subqueries too. No answer depends on a column that is not here.
fn scans_of(plan: &LogicalPlan) -> Result<Scans> {
    let mut scans = Scans::new();
    plan.apply_with_subqueries(|node| {
        if let LogicalPlan::TableScan(scan) = node {
            let all = || (0..scan.source.schema().fields().len()).collect();
            let columns: Vec<usize> = scan.projection.clone().unwrap_or_else(all);
            scans.entry(scan.table_name.table().to_owned()).or_default().extend(columns);
        }
        Ok(TreeNodeRecursion::Continue)
    })?;
    Ok(scans)
}
