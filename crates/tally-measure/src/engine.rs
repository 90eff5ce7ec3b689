//! The engine: fact tables, query sessions over them, and the threads that run queries. One a process.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use datafusion::catalog::{
    CatalogProvider, MemoryCatalogProvider, MemoryCatalogProviderList, MemorySchemaProvider, SchemaProvider, TableProvider,
};
use datafusion::datasource::MemTable;
use datafusion::execution::SessionStateBuilder;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::execution::session_state::SessionState;
use datafusion::prelude::{SessionConfig, SessionContext};
use tally_model::Record;
use tokio::runtime::Runtime;

use crate::facts::Facts;
use crate::functions::{Assured, functions};
use crate::population::Kept;
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
pub struct Engine {
    facts: Facts,
    state: SessionState,
    runtime: Runtime,
    options: Options,
    provided: Mutex<HashMap<String, (u64, Arc<MemTable>)>>,
    pub(crate) kept: Mutex<Kept>,
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
        Ok(Self { facts, state, runtime, options, provided: Mutex::default(), kept: Mutex::default() })
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
    /// Where the rows cannot be built.
    pub fn change(&mut self, records: &[Record]) -> Result<(), MeasureError> {
        self.facts.change(records)
    }

    /// Names the attempt files that queries see.
    pub fn set_attempts(&mut self, files: Vec<PathBuf>) {
        self.options.attempts = files;
    }

    pub(crate) fn facts(&self) -> &Facts {
        &self.facts
    }

    pub(crate) fn runtime(&self) -> &Runtime {
        &self.runtime
    }

    pub(crate) fn threads(&self) -> usize {
        self.options.threads.max(1)
    }

    /// A session over the fact tables and `more`; each session has a catalog of its own.
    pub(crate) fn session(
        &self,
        partitions: usize,
        more: Vec<(&str, Arc<dyn TableProvider>)>,
    ) -> Result<SessionContext, MeasureError> {
        let schema = Arc::new(MemorySchemaProvider::new());
        for fact in self.facts.tables() {
            let provider = self.provider(fact)?;
            schema.register_table(fact.doc.name.clone(), provider).map_err(MeasureError::facts)?;
        }
        let sla = table::sla(&self.options.sla_days)?;
        schema.register_table("sla".to_owned(), sla).map_err(MeasureError::facts)?;
        schema.register_table("attempts".to_owned(), lake::provider(&self.options.attempts)?).map_err(MeasureError::facts)?;
        for (name, provider) in more {
            schema.register_table(name.to_owned(), provider).map_err(MeasureError::facts)?;
        }
        let catalog = Arc::new(MemoryCatalogProvider::new());
        catalog.register_schema("public", schema).map_err(MeasureError::facts)?;
        let catalogs = Arc::new(MemoryCatalogProviderList::new());
        use datafusion::catalog::CatalogProviderList;
        catalogs.register_catalog("datafusion".to_owned(), catalog);
        // The default catalog is the one given below; a second one would hide it.
        let config =
            self.state.config().clone().with_target_partitions(partitions).with_create_default_catalog_and_schema(false);
        let state =
            SessionStateBuilder::new_from_existing(self.state.clone()).with_config(config).with_catalog_list(catalogs).build();
        Ok(SessionContext::new_with_state(state))
    }

    /// The provider of a fact table, kept until the table changes.
    fn provider(&self, fact: &crate::facts::Table) -> Result<Arc<MemTable>, MeasureError> {
        let mut provided = self.provided.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((version, provider)) = provided.get(&fact.doc.name)
            && *version == fact.version
        {
            return Ok(Arc::clone(provider));
        }
        let provider = Arc::new(table::provider(&fact.schema, fact.chunks())?);
        provided.insert(fact.doc.name.clone(), (fact.version, Arc::clone(&provider)));
        Ok(provider)
    }
}
