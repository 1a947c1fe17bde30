//! A session: statements, one after the other.

use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

use datafusion::catalog::{
    CatalogProvider, MemoryCatalogProvider, MemorySchemaProvider, SchemaProvider,
};
use datafusion::dataframe::DataFrame;
use datafusion::execution::SessionStateBuilder;
use datafusion::execution::memory_pool::FairSpillPool;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::prelude::{ParquetReadOptions, SessionConfig, SessionContext};
use datafusion::sql::parser::DFParser;

use crate::Error;
use crate::activity::Activity;
use crate::connected::{Connected, Rights, SYSTEM};
use crate::copy;
use crate::described::Described;
use crate::error::plan;
use crate::functions::{Choices, Run};
use crate::settings::Settings;
use crate::statement::planned;
use crate::system::System;
use crate::table::Table;

/// The name of the one catalog, which PostgreSQL's clients call the database.
pub(crate) const CATALOG: &str = "connector";

/// The schema of a local copy.
const LOCAL: &str = "local";

/// What sorting, grouping and joining take in memory, at most, and then on disk.
const MEMORY: usize = 512 << 20;
const SPILL: u64 = 4 << 30;

/// Runs statements. What is under way ends when its [`DataFrame`] or its stream is dropped.
pub struct Session {
    context: SessionContext,
    activity: Arc<Activity>,
    names: Vec<String>,
    /// Those of the first connection.
    tables: Vec<Arc<Described>>,
}

/// A session of DataFusion's with our limits and settings, and as yet without tables.
fn bare(config: SessionConfig) -> Result<SessionContext, Error> {
    let mut config =
        config.with_create_default_catalog_and_schema(false).with_information_schema(true);
    // Nothing would end one that does not end by itself.
    config.options_mut().execution.enable_recursive_ctes = false;
    config.options_mut().extensions.insert(Settings::default());
    let runtime = RuntimeEnvBuilder::new()
        .with_memory_pool(Arc::new(FairSpillPool::new(MEMORY)))
        .with_max_temp_directory_size(SPILL)
        .build_arc()?;
    let state = SessionStateBuilder::new_with_default_features()
        .with_config(config)
        .with_runtime_env(runtime)
        .build();
    let mut context = SessionContext::new_with_state(state);
    datafusion_functions_json::register_all(&mut context)?;
    Ok(context)
}

impl Session {
    pub(crate) fn new(schemas: &[Connected], rights: Rights) -> Result<Self, Error> {
        let activity = Arc::new(Activity::default());
        let first = &schemas[0];
        let config = SessionConfig::new().with_default_catalog_and_schema(CATALOG, &first.name);
        // Rows come as the service gives them, in its order.
        let context = bare(config.with_target_partitions(1))?;
        let catalog = MemoryCatalogProvider::new();
        let mut described = Vec::new();
        for connected in schemas {
            let schema = MemorySchemaProvider::new();
            for table in &connected.tables {
                let provider = Table {
                    connection: connected.connection.clone(),
                    described: Arc::clone(table),
                    activity: Arc::clone(&activity),
                    writes: rights.writes,
                };
                schema.register_table(table.resource.id.clone(), Arc::new(provider))?;
                described.push((connected.name.clone(), Arc::clone(table)));
            }
            catalog.register_schema(&connected.name, Arc::new(schema))?;
        }
        let named = described.iter().flat_map(|(_, table)| {
            let columns = table.columns.iter().map(|column| column.name.clone());
            columns.chain([table.resource.id.clone()])
        });
        let names = named.collect::<BTreeSet<_>>().into_iter().collect();
        let system = MemorySchemaProvider::new();
        let tables = [
            ("calls", System::Calls(Arc::clone(&activity))),
            ("outcomes", System::Outcomes(Arc::clone(&activity))),
            ("columns", System::Columns(Arc::new(described))),
        ];
        for (name, table) in tables {
            system.register_table(name.to_owned(), Arc::new(table))?;
        }
        catalog.register_schema(SYSTEM, Arc::new(system))?;
        context.register_catalog(CATALOG, Arc::new(catalog));
        let (connection, actions) = (first.connection.clone(), Arc::clone(&first.actions));
        let own = Arc::clone(&activity);
        let run = Run { connection: connection.clone(), activity: own, writes: rights.writes };
        context.register_udtf("run", Arc::new(run));
        let choices = Choices { connection, activity: Arc::clone(&activity), actions };
        context.register_udtf("choices", Arc::new(choices));
        Ok(Session { context, activity, names, tables: first.tables.clone() })
    }

    /// Of the files of a local copy instead, which [`Session::copy`] made: a table for each, and no service.
    pub async fn local(folder: &Path) -> Result<Self, Error> {
        let config = SessionConfig::new().with_default_catalog_and_schema(CATALOG, LOCAL);
        let context = bare(config)?;
        let catalog = MemoryCatalogProvider::new();
        catalog.register_schema(LOCAL, Arc::new(MemorySchemaProvider::new()))?;
        context.register_catalog(CATALOG, Arc::new(catalog));
        let mut names = Vec::new();
        for (table, file) in copy::files(folder)? {
            let file = file.to_string_lossy().into_owned();
            context.register_parquet(&table, file, ParquetReadOptions::default()).await?;
            names.push(table);
        }
        if names.is_empty() {
            let folder = folder.display();
            return Err(plan(format!("there is no copy in {folder}: `connector sync` makes one")));
        }
        let activity = Arc::new(Activity::default());
        Ok(Session { context, activity, names, tables: Vec::new() })
    }

    pub(crate) fn tables(&self) -> &[Arc<Described>] {
        &self.tables
    }

    /// DataFusion's own session, for whoever plans by themselves.
    pub fn context(&self) -> &SessionContext {
        &self.context
    }

    /// What it asked so far.
    pub fn activity(&self) -> &Activity {
        &self.activity
    }

    /// Plans one statement. Nothing is asked of a service before the rows are read, but by `EXPLAIN ANALYZE`.
    pub async fn sql(&self, sql: &str) -> Result<DataFrame, Error> {
        let mut statements = DFParser::parse_sql(sql)?;
        let (Some(statement), true) = (statements.pop_front(), statements.is_empty()) else {
            return Err(plan("one statement at a time"));
        };
        let plan = planned(&self.context, statement).await?;
        self.context.execute_logical_plan(plan).await
    }

    /// The names of all tables and columns, to complete what somebody types.
    pub fn names(&self) -> Vec<String> {
        self.names.clone()
    }

    /// The statements of a text, apart from each other.
    pub fn statements(sql: &str) -> Result<Vec<String>, Error> {
        Ok(DFParser::parse_sql(sql)?.iter().map(ToString::to_string).collect())
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("activity", &self.activity).finish_non_exhaustive()
    }
}
