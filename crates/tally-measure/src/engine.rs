//! The engine: fact tables, the plans of queries over them, and the threads that run queries.
//!
//! A copy shares threads, plans and results with the one it was copied from and costs a list of pointers: a server
//! copies, changes and swaps while readers use what they have.

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use datafusion::arrow::array::RecordBatch;
use datafusion::catalog::{
    CatalogProvider, CatalogProviderList, MemoryCatalogProvider, MemoryCatalogProviderList, MemorySchemaProvider,
    SchemaProvider,
};
use datafusion::execution::SessionStateBuilder;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::execution::session_state::SessionState;
use datafusion::prelude::{SessionConfig, SessionContext};
use tally_model::{Instant, Record};
use tokio::runtime::{Handle, Runtime};

use crate::facts::{By, Facts};
use crate::functions::{Assured, functions};
use crate::list::{Pantry, Shelf};
use crate::plans::Plans;
use crate::population::Kept;
use crate::slot::{Slot, Tables};
use crate::{MeasureError, lake, table};

/// What an engine needs to know that is not a fact.
#[derive(Clone)]
pub struct Options {
    /// Threads that run queries.
    pub threads: usize,
    /// Most bytes that all queries together may hold; the fact tables themselves are not counted.
    pub memory_max: usize,
    /// Days within which a finding has to be remediated, by severity; severities left out have none.
    pub sla_days: Vec<(String, u32)>,
    /// Decides from (hits, trials) whether a fix is assured; arithmetic that belongs to `tally-judge`.
    pub assured: Assured,
    /// Files of attempts in the lake.
    pub attempts: Vec<PathBuf>,
}

/// Fact tables and what is needed to query them.
#[derive(Clone)]
pub struct Engine {
    facts: Facts,
    options: Options,
    sla: RecordBatch,
    pub(crate) shared: Arc<Shared>,
}

/// What all copies of an engine share.
pub(crate) struct Shared {
    pub(crate) state: SessionState,
    runtime: Option<Runtime>,
    handle: Handle,
    pub(crate) plans: Plans,
    pub(crate) kept: Mutex<Kept>,
    pantry: Pantry,
    members: Shelf,
}

impl Drop for Shared {
    fn drop(&mut self) {
        // The last copy may be dropped on a thread that must not wait for others.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl Engine {
    /// An engine without facts.
    ///
    /// # Errors
    /// Where threads cannot be started.
    pub fn new(options: Options) -> Result<Self, MeasureError> {
        Self::with_facts(Facts::new(), options)
    }

    /// An engine over facts that were saved, or `None` where they cannot be used as they are.
    ///
    /// # Errors
    /// Where threads cannot be started.
    pub fn load(folder: &std::path::Path, options: Options) -> Result<Option<Self>, MeasureError> {
        Facts::load(folder).map(|facts| Self::with_facts(facts, options)).transpose()
    }

    fn with_facts(facts: Facts, options: Options) -> Result<Self, MeasureError> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(options.threads.max(1))
            .thread_stack_size(8 << 20)
            .thread_name("tally-query")
            .enable_time()
            .build()
            .map_err(MeasureError::facts)?;
        // Metrics run side by side, one thread each: that is less work than splitting each over all threads.
        let config = SessionConfig::new().with_target_partitions(1).with_information_schema(false);
        let env =
            RuntimeEnvBuilder::new().with_memory_limit(options.memory_max, 1.0).build_arc().map_err(MeasureError::facts)?;
        let mut state = SessionStateBuilder::new().with_default_features().with_config(config).with_runtime_env(env).build();
        for function in functions(Arc::clone(&options.assured)) {
            use datafusion::logical_expr::registry::FunctionRegistry;
            state.register_udf(Arc::new(function)).map_err(MeasureError::facts)?;
        }
        let handle = runtime.handle().clone();
        let shared = Shared {
            state,
            runtime: Some(runtime),
            handle,
            plans: Plans::default(),
            kept: Mutex::default(),
            pantry: Pantry::default(),
            members: Shelf::default(),
        };
        let sla = table::sla(&options.sla_days)?;
        Ok(Self { facts, options, sla, shared: Arc::new(shared) })
    }

    /// The same engine over the facts of these systems alone, as if no other system existed: rows that name another, that
    /// are nested in such rows, or that refer to another's releases, credentials and indexes are gone. Kinds that know
    /// no system (teams, costs, processes, tabletops) stay whole. A table is cut when a query first reads it.
    #[must_use]
    pub fn only<'s>(&self, systems: impl IntoIterator<Item = &'s str>) -> Self {
        let systems: HashSet<String> = systems.into_iter().map(str::to_owned).collect();
        // Attempts lie in files of all systems: who sees some sees none of them, rather than those of others.
        let options = Options { attempts: Vec::new(), ..self.options.clone() };
        Self { facts: self.facts.only(By::Systems(Arc::new(systems))), options, ..self.clone() }
    }

    /// Makes ahead of time what the first change would make: a server asks for it, a command that ends does not.
    pub fn prepare(&self) {
        self.facts.prepare();
    }

    /// Writes the facts to a folder for `load`.
    ///
    /// # Errors
    /// Where the folder cannot be written.
    pub fn save(&self, folder: &std::path::Path) -> Result<(), MeasureError> {
        self.facts.save(folder)
    }

    /// Writes the fact tables to an existing folder as Parquet, for other engines.
    ///
    /// # Errors
    /// Where the folder cannot be written.
    pub fn export(&self, folder: &std::path::Path) -> Result<(), MeasureError> {
        self.facts.export(folder)
    }

    /// Adds a record that the facts do not hold yet; `settle` makes all added ones visible.
    ///
    /// # Errors
    /// Where the rows cannot be built.
    pub fn add(&mut self, record: &Record) -> Result<(), MeasureError> {
        self.facts.add(record)
    }

    /// Makes added records visible to queries.
    ///
    /// # Errors
    /// Where the rows cannot be built.
    pub fn settle(&mut self) -> Result<(), MeasureError> {
        self.facts.settle()
    }

    /// Takes over changed records.
    ///
    /// # Errors
    /// Where the rows cannot be built, or the facts are cut to some systems.
    pub fn change(&mut self, records: &[Record]) -> Result<(), MeasureError> {
        self.facts.change(records)
    }

    /// Names the attempt files that queries see.
    pub fn set_attempts(&mut self, files: Vec<PathBuf>) {
        self.options.attempts = files;
    }

    /// The greatest instant before `t` in a column of a fact table, found without a query.
    pub fn newest(&self, table: &str, column: &str, t: Instant) -> Option<Instant> {
        self.facts.table(table).and_then(|table| table.newest(column, t))
    }

    /// The same number for the same set of systems; 0 where all are seen.
    pub fn scope(&self) -> u64 {
        self.facts.cut_name()
    }

    /// The version of a fact table, another one after each change of its rows.
    pub fn version(&self, table: &str) -> Option<u64> {
        self.facts.slots().iter().find(|known| known.doc.name == table).map(|known| known.version)
    }

    /// Ids of the systems that one of these teams answers for.
    pub fn systems_of(&self, owns: impl Fn(&str) -> bool) -> Vec<String> {
        self.facts.table("systems").map(|systems| systems.ids_where("owner", owns)).unwrap_or_default()
    }

    pub(crate) fn facts(&self) -> &Facts {
        &self.facts
    }

    /// What lists were worked out, and from what; copies share it.
    pub(crate) fn pantry(&self) -> &Pantry {
        &self.shared.pantry
    }

    /// Members of populations that were asked for; copies share it.
    pub(crate) fn kept_members(&self) -> &Shelf {
        &self.shared.members
    }

    /// Files of attempts that queries see.
    pub(crate) fn attempts(&self) -> &[PathBuf] {
        &self.options.attempts
    }

    pub(crate) fn sla_days(&self) -> &[(String, u32)] {
        &self.options.sla_days
    }

    pub(crate) fn runtime(&self) -> &Handle {
        &self.shared.handle
    }

    pub(crate) fn threads(&self) -> usize {
        self.options.threads.max(1)
    }

    /// What a query reads: the facts, the service levels, and the points where it has some.
    pub(crate) fn reads(&self, facts: &Facts, points: Option<RecordBatch>) -> Arc<Tables> {
        let mut more = vec![("sla", self.sla.clone())];
        more.extend(points.map(|points| ("points", points)));
        Arc::new(Tables { facts: facts.clone(), more })
    }

    /// A session in which queries are planned, and executed over `reads`; each session has a catalog of its own.
    pub(crate) fn session(&self, partitions: usize, reads: Arc<Tables>) -> Result<SessionContext, MeasureError> {
        let schema = Arc::new(MemorySchemaProvider::new());
        let add = |name: &str, of, rows| {
            let slot = Slot { name: Arc::from(name), schema: of, rows };
            schema.register_table(name.to_owned(), Arc::new(slot)).map(|_| ()).map_err(MeasureError::facts)
        };
        for fact in self.facts.slots() {
            add(&fact.doc.name, Arc::clone(&fact.schema), fact.rows())?;
        }
        for (name, batch) in &reads.more {
            add(name, batch.schema(), batch.num_rows())?;
        }
        schema.register_table("attempts".to_owned(), lake::provider(&self.options.attempts)?).map_err(MeasureError::facts)?;
        let catalog = Arc::new(MemoryCatalogProvider::new());
        catalog.register_schema("public", schema).map_err(MeasureError::facts)?;
        let catalogs = Arc::new(MemoryCatalogProviderList::new());
        catalogs.register_catalog("datafusion".to_owned(), catalog);
        // The default catalog is the one given below; a second one would hide it.
        let state = &self.shared.state;
        let config = state.config().clone().with_target_partitions(partitions).with_create_default_catalog_and_schema(false);
        let state = SessionStateBuilder::new_from_existing(state.clone())
            .with_config(config.with_extension(reads))
            .with_catalog_list(catalogs)
            .build();
        Ok(SessionContext::new_with_state(state))
    }
}
