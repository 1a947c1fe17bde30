//! A session: statements, one after the other.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::fmt;
use std::path::Path;
use std::sync::Arc;

use connector_host::Connector;
use datafusion::catalog::{
    CatalogProvider, MemoryCatalogProvider, MemorySchemaProvider, SchemaProvider,
};
use datafusion::dataframe::DataFrame;
use datafusion::execution::SessionStateBuilder;
use datafusion::prelude::{ParquetReadOptions, SessionConfig, SessionContext};
use datafusion::sql::parser::{DFParser, Statement};
use datafusion::sql::sqlparser::dialect::GenericDialect;

use crate::Error;
use crate::activity::Activity;
use crate::bounded::bound;
use crate::connected::{CATALOG, Connected, Rights, SYSTEM};
use crate::constraints::{self, Constraints};
use crate::copy;
use crate::described::Described;
use crate::error::plan;
use crate::functions::{Choices, Run};
use crate::keys::{self, Key};
use crate::operators::Operators;
use crate::returning::Planner;
use crate::room::Room;
use crate::settings::Settings;
use crate::shape;
use crate::statement::planned;
use crate::system::System;
use crate::table::Table;

/// The schema of a local copy.
const LOCAL: &str = "local";

/// As many rows are worked on at a time: services give pages of fewer, and each may have long texts.
const ROWS: usize = 1_024;

/// Runs statements. What is under way ends when its [`DataFrame`] or its stream is dropped.
pub struct Session {
    context: SessionContext,
    activity: Arc<Activity>,
    names: Vec<String>,
    /// Those of the first connection.
    tables: Vec<Arc<Described>>,
    keys: Arc<Vec<Key>>,
    /// That of the first connection; a local copy has none.
    connector: Option<Connector>,
    /// By schema and table.
    columns: HashMap<(String, String), Vec<String>>,
}

/// A session of DataFusion's with our limits and settings, and as yet without tables.
fn bare(config: SessionConfig, room: &Room) -> Result<SessionContext, Error> {
    let mut config =
        config.with_create_default_catalog_and_schema(false).with_information_schema(false);
    // Nothing would end one that does not end by itself.
    config.options_mut().execution.enable_recursive_ctes = false;
    config.options_mut().extensions.insert(Settings::default());
    let state = SessionStateBuilder::new()
        .with_expr_planners(vec![Arc::new(Operators)])
        .with_default_features()
        .with_query_planner(Arc::new(Planner))
        .with_config(config)
        .with_runtime_env(Arc::clone(&room.0))
        .build();
    let mut context = SessionContext::new_with_state(state);
    datafusion_functions_json::register_all(&mut context)?;
    bound(&context);
    Ok(context)
}

/// Registers `information_schema`.
fn tell_schema(context: &SessionContext, keys: Arc<Vec<Key>>) -> Result<(), Error> {
    let told = Constraints::new(Arc::clone(context.state().catalog_list()), keys);
    if let Some(catalog) = context.catalog(CATALOG) {
        catalog.register_schema(constraints::SCHEMA, Arc::new(told))?;
    }
    Ok(())
}

impl Session {
    pub(crate) fn new(schemas: &[Connected], rights: Rights, room: &Room) -> Result<Self, Error> {
        let activity = Arc::new(Activity::default());
        let first = &schemas[0];
        let config = SessionConfig::new().with_default_catalog_and_schema(CATALOG, &first.name);
        // Rows come as the service gives them, in its order.
        let context = bare(config.with_target_partitions(1).with_batch_size(ROWS), room)?;
        let catalog = MemoryCatalogProvider::new();
        let mut described = Vec::new();
        for connected in schemas {
            let schema = MemorySchemaProvider::new();
            for table in &connected.tables {
                let provider = Table {
                    connection: connected.connection.clone(),
                    described: Arc::clone(table),
                    activity: Arc::clone(&activity),
                    rights,
                    returned: None,
                };
                schema.register_table(table.resource.id.clone(), Arc::new(provider))?;
                described.push((connected.name.clone(), Arc::clone(table)));
            }
            catalog.register_schema(&connected.name, Arc::new(schema))?;
        }
        let keys = schemas.iter().flat_map(|it| keys::of(&it.name, &it.tables)).collect();
        let keys = Arc::new(keys);
        let of_table = |(schema, table): &(String, Arc<Described>)| {
            let names = table.columns.iter().map(|column| column.name.clone()).collect();
            ((schema.clone(), table.resource.id.clone()), names)
        };
        let columns = described.iter().map(of_table).collect();
        let named = described.iter().flat_map(|(_, table)| {
            let columns = table.columns.iter().map(|column| column.name.clone());
            columns.chain([table.resource.id.clone()])
        });
        let names = named.collect::<BTreeSet<_>>().into_iter().collect();
        let described = Arc::new(described);
        let system = MemorySchemaProvider::new();
        let connections = schemas.iter().map(|it| (it.name.clone(), it.connection.clone()));
        let tables = [
            ("limits", System::Limits(connections.collect())),
            ("calls", System::Calls(Arc::clone(&activity))),
            ("outcomes", System::Outcomes(Arc::clone(&activity))),
            ("tables", System::Tables(Arc::clone(&described))),
            ("columns", System::Columns(described)),
        ];
        for (name, table) in tables {
            system.register_table(name.to_owned(), Arc::new(table))?;
        }
        catalog.register_schema(SYSTEM, Arc::new(system))?;
        context.register_catalog(CATALOG, Arc::new(catalog));
        tell_schema(&context, Arc::clone(&keys))?;
        let (connection, actions) = (first.connection.clone(), Arc::clone(&first.actions));
        let own = Arc::clone(&activity);
        let run = Run { connection: connection.clone(), activity: own, rights };
        context.register_udtf("run", Arc::new(run));
        let choices = Choices { connection, activity: Arc::clone(&activity), actions };
        context.register_udtf("choices", Arc::new(choices));
        let connector = Some(first.connection.connector().clone());
        let tables = first.tables.clone();
        Ok(Session { context, activity, names, tables, keys, connector, columns })
    }

    /// Of the files of a local copy instead, which [`Session::copy`] made: a table for each, and no service.
    pub async fn local(folder: &Path) -> Result<Self, Error> {
        let config = SessionConfig::new().with_default_catalog_and_schema(CATALOG, LOCAL);
        let context = bare(config, &Room::new()?)?;
        let catalog = MemoryCatalogProvider::new();
        catalog.register_schema(LOCAL, Arc::new(MemorySchemaProvider::new()))?;
        context.register_catalog(CATALOG, Arc::new(catalog));
        tell_schema(&context, Arc::default())?;
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
        let (tables, keys, columns) = (Vec::new(), Arc::default(), HashMap::new());
        Ok(Session { context, activity, names, tables, keys, connector: None, columns })
    }

    pub(crate) fn connector(&self) -> Result<&Connector, Error> {
        self.connector.as_ref().ok_or_else(|| plan("a local copy has no connector"))
    }

    pub(crate) fn keys(&self) -> Arc<Vec<Key>> {
        Arc::clone(&self.keys)
    }

    /// The names of columns in their order, by schema and table.
    pub(crate) fn columns(&self) -> HashMap<(String, String), Vec<String>> {
        self.columns.clone()
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
        let mut statements = parsed(sql)?;
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
        Ok(parsed(sql)?.iter().map(ToString::to_string).collect())
    }
}

fn parsed(sql: &str) -> Result<VecDeque<Statement>, Error> {
    shape::check_text(&GenericDialect {}, sql)?;
    DFParser::parse_sql(sql)
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("activity", &self.activity).finish_non_exhaustive()
    }
}
