//! A resource as a table.

use std::sync::Arc;

use async_trait::async_trait;
use connector_host::Connection;
use connector_records::{self as records, Getting, Resource, schema};
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::{Session, TableProvider};
use datafusion::logical_expr::dml::InsertOp;
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown as PushDown, TableType};
use datafusion::physical_plan::ExecutionPlan;
use serde_json::{Map, Value};

use crate::Error;
use crate::activity::Activity;
use crate::column::Column;
use crate::columns;
use crate::error::plan;
use crate::pushed;
use crate::pushed_input::Test;
use crate::scan::Scan;
use crate::source::Ask;
use crate::write::{self, Writes};

/// What is known of a table without asking the service.
#[derive(Debug)]
pub(crate) struct Described {
    pub resource: Resource,
    pub columns: Vec<Column>,
    pub schema: SchemaRef,
    /// What reading takes, with its schemas.
    pub inputs: Map<String, Value>,
    /// How a row is got by its key, if it can be.
    pub getting: Option<Getting>,
}

impl Described {
    pub fn new(connection: &Connection, resource: Resource) -> Result<Self, records::Error> {
        let connector = connection.connector();
        let columns = columns::of_resource(connector, &resource)?;
        let inputs = match resource.reader() {
            Ok(_) => schema::properties(&records::schemas(connector, &resource)?.0),
            Err(_) => Map::new(),
        };
        let getting = Getting::find(connector, &resource)?;
        let schema = columns::schema(&columns);
        Ok(Described { resource, columns, schema, inputs, getting })
    }

    /// The schema of an input of reading; null when there is none.
    pub fn input(&self, name: &str) -> &Value {
        self.inputs.get(name).unwrap_or(&Value::Null)
    }
}

/// The table of one session.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    pub connection: Connection,
    pub described: Arc<Described>,
    pub activity: Arc<Activity>,
    pub writes: bool,
}

#[async_trait]
impl TableProvider for Table {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.described.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    fn supports_filters_pushdown(&self, filters: &[&Expr]) -> Result<Vec<PushDown>, Error> {
        Ok(filters.iter().map(|filter| pushed::support(&self.described, filter)).collect())
    }

    async fn scan(
        &self,
        _state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>, Error> {
        let described = &self.described;
        described.resource.reader().map_err(|error| plan(error.to_string()))?;
        let all = || (0..described.columns.len()).collect();
        let projection = projection.cloned().unwrap_or_else(all);
        let wanted = projection.iter().map(|at| described.columns[*at].clone()).collect();
        let tests = filters.iter().filter_map(Test::of).collect();
        let scan = Scan::new(
            self.connection.clone(),
            Arc::clone(&self.activity),
            Ask::Rows { described: Arc::clone(described), tests },
            wanted,
            limit,
        );
        Ok(Arc::new(scan))
    }

    async fn insert_into(
        &self,
        _state: &dyn Session,
        input: Arc<dyn ExecutionPlan>,
        operation: InsertOp,
    ) -> Result<Arc<dyn ExecutionPlan>, Error> {
        if operation != InsertOp::Append {
            return Err(plan("rows can be inserted, and nothing be overwritten with them"));
        }
        write::plan(self, Writes::Create, input)
    }

    async fn update(
        &self,
        state: &dyn Session,
        assignments: Vec<(String, Expr)>,
        filters: Vec<Expr>,
    ) -> Result<Arc<dyn ExecutionPlan>, Error> {
        let input = write::rows(self, state, &assignments, filters).await?;
        write::plan(self, Writes::Update, input)
    }

    async fn delete_from(
        &self,
        state: &dyn Session,
        filters: Vec<Expr>,
    ) -> Result<Arc<dyn ExecutionPlan>, Error> {
        let input = write::rows(self, state, &[], filters).await?;
        write::plan(self, Writes::Delete, input)
    }
}
