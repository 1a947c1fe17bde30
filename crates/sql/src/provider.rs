//! A table as DataFusion reads and changes it.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::{Session, TableProvider};
use datafusion::logical_expr::dml::InsertOp;
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown as PushDown, TableType};
use datafusion::physical_plan::ExecutionPlan;

use crate::Error;
use crate::error::plan;
use crate::pushed;
use crate::pushed_input::Test;
use crate::scan::Scan;
use crate::source::Ask;
use crate::table::Table;
use crate::write::{self, Writes};

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
        Ok(Arc::new(scan.hiding(self.rights.hidden.of(&described.output))))
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
        write::plan(self, Writes::Create, input, Vec::new())
    }

    async fn update(
        &self,
        state: &dyn Session,
        assignments: Vec<(String, Expr)>,
        filters: Vec<Expr>,
    ) -> Result<Arc<dyn ExecutionPlan>, Error> {
        let (input, only_read) = write::rows(self, state, &assignments, filters).await?;
        write::plan(self, Writes::Update, input, only_read)
    }

    async fn delete_from(
        &self,
        state: &dyn Session,
        filters: Vec<Expr>,
    ) -> Result<Arc<dyn ExecutionPlan>, Error> {
        let (input, only_read) = write::rows(self, state, &[], filters).await?;
        write::plan(self, Writes::Delete, input, only_read)
    }
}
