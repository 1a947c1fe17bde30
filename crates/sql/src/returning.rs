//! `INSERT`, `UPDATE` and `DELETE` with `RETURNING`, which DataFusion parses and does not plan: the write is an
//! input of the query that reads its rows.

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::convert::Infallible;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::ControlFlow;
use std::sync::Arc;

use async_trait::async_trait;
use datafusion::catalog::Session;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{DFSchema, DFSchemaRef, TableReference};
use datafusion::datasource::{provider_as_source, source_as_provider};
use datafusion::execution::SessionState;
use datafusion::execution::context::QueryPlanner;
use datafusion::logical_expr::dml::DmlStatement;
use datafusion::logical_expr::physical_planning_context::PhysicalPlanningContext;
use datafusion::logical_expr::{
    Expr, Extension, LogicalPlan, LogicalPlanBuilder, UserDefinedLogicalNode,
    UserDefinedLogicalNodeCore,
};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::coop::CooperativeExec;
use datafusion::physical_planner::{DefaultPhysicalPlanner, ExtensionPlanner, PhysicalPlanner};
use datafusion::prelude::SessionContext;
use datafusion::sql::parser::Statement as Parsed;
use datafusion::sql::sqlparser::ast::{
    self, Ident, ObjectName, SelectItem, Statement, TableFactor, visit_expressions,
};

use crate::Error;
use crate::column::Column;
use crate::described::Described;
use crate::error::plan as refused;
use crate::narrow::{self, Narrow};
use crate::returned::{Returned, Writes};
use crate::table::Table;

/// What a statement gives back.
pub(crate) struct Returning {
    items: Vec<SelectItem>,
    /// What the statement calls the table.
    name: Ident,
}

impl Returning {
    /// Takes it out of a statement.
    pub fn take(statement: &mut Parsed) -> Option<Self> {
        let Parsed::Statement(statement) = statement else { return None };
        let (items, name) = match statement.as_mut() {
            Statement::Insert(insert) => {
                let alias = insert.table_alias.as_ref().map(|alias| alias.alias.clone());
                let ast::TableObject::TableName(name) = &insert.table else { return None };
                (insert.returning.take()?, alias.or_else(|| last(name))?)
            }
            Statement::Update(update) => {
                (update.returning.take()?, called(&update.table.relation)?)
            }
            Statement::Delete(delete) => {
                let (ast::FromTable::WithFromKeyword(from) | ast::FromTable::WithoutKeyword(from)) =
                    &delete.from;
                let name = called(&from.first()?.relation)?;
                (delete.returning.take()?, name)
            }
            _ => return None,
        };
        Some(Returning { items, name })
    }

    /// The plan of the statement, of which `write` is the plan without it.
    pub fn planned(
        self,
        context: &SessionContext,
        write: LogicalPlan,
    ) -> Result<LogicalPlan, Error> {
        let LogicalPlan::Dml(dml) = write else {
            return Err(refused("RETURNING: there is no table whose rows are written"));
        };
        let provider = source_as_provider(&dml.target)?;
        let Some(table) = provider.downcast_ref::<Table>() else {
            return Err(refused(format!("`{}` is only read", dml.table_name)));
        };
        let described = Arc::clone(&table.described);
        let returned = Arc::new(Returned::new(self.wanted(&described)));
        let target = Table { returned: Some(Arc::clone(&returned)), ..table.clone() };
        let target = provider_as_source(Arc::new(target));
        let write = LogicalPlan::Dml(DmlStatement { target, ..dml });
        let name = TableReference::bare(self.name.value.clone());
        let schema = DFSchema::try_from_qualified_schema(name, &described.schema)?;
        let exprs = self.items.iter().map(|item| expr(context, &schema, item));
        let exprs = exprs.collect::<Result<Vec<_>, Error>>()?.concat();
        let columns = Arc::new(described.columns.clone());
        let node = Arc::new(Node { write, returned, columns, schema: Arc::new(schema) });
        LogicalPlanBuilder::from(LogicalPlan::Extension(Extension { node })).project(exprs)?.build()
    }

    /// The columns with what it mentions.
    fn wanted(&self, described: &Described) -> Vec<String> {
        let mut named = BTreeSet::new();
        for item in &self.items {
            let (SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. }) = item
            else {
                named.extend(described.columns.iter().map(|column| column.name.clone()));
                continue;
            };
            let _: ControlFlow<Infallible> = visit_expressions(expr, |expr| {
                match expr {
                    ast::Expr::Identifier(name) => drop(named.insert(name.value.clone())),
                    ast::Expr::CompoundIdentifier(parts) => {
                        named.extend(parts.iter().map(|part| part.value.clone()));
                    }
                    _ => {}
                }
                ControlFlow::Continue(())
            });
        }
        // What is within an object is read with it.
        let is_named = |column: &&Column| named.contains(&column.name);
        let found = described.columns.iter().filter(is_named);
        let fields: BTreeSet<&str> = found.filter_map(Column::first_name).collect();
        let is_wanted = |column: &&Column| {
            column.readable && column.field().is_some_and(|field| fields.contains(field))
        };
        described.columns.iter().filter(is_wanted).map(|column| column.name.clone()).collect()
    }
}

/// What one of the items stands for.
fn expr(
    context: &SessionContext,
    schema: &DFSchema,
    item: &SelectItem,
) -> Result<Vec<Expr>, Error> {
    Ok(match item {
        SelectItem::UnnamedExpr(expr) => vec![context.parse_sql_expr(&expr.to_string(), schema)?],
        SelectItem::ExprWithAlias { expr, alias } => {
            vec![context.parse_sql_expr(&expr.to_string(), schema)?.alias(&alias.value)]
        }
        SelectItem::Wildcard(_) | SelectItem::QualifiedWildcard(..) => {
            schema.columns().into_iter().map(Expr::Column).collect()
        }
        SelectItem::ExprWithAliases { .. } => {
            return Err(refused(format!("RETURNING: `{item}` has several names")));
        }
    })
}

fn last(name: &ObjectName) -> Option<Ident> {
    name.0.last().and_then(|part| part.as_ident()).cloned()
}

fn called(table: &TableFactor) -> Option<Ident> {
    let TableFactor::Table { name, alias, .. } = table else { return None };
    alias.as_ref().map(|alias| alias.name.clone()).or_else(|| last(name))
}

/// A write whose rows are read.
#[derive(Debug)]
struct Node {
    write: LogicalPlan,
    returned: Arc<Returned>,
    columns: Arc<Vec<Column>>,
    schema: DFSchemaRef,
}

impl UserDefinedLogicalNodeCore for Node {
    fn name(&self) -> &'static str {
        "Returning"
    }

    fn inputs(&self) -> Vec<&LogicalPlan> {
        vec![&self.write]
    }

    fn schema(&self) -> &DFSchemaRef {
        &self.schema
    }

    fn expressions(&self) -> Vec<Expr> {
        Vec::new()
    }

    fn fmt_for_explain(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Returning")
    }

    fn with_exprs_and_inputs(
        &self,
        _: Vec<Expr>,
        mut inputs: Vec<LogicalPlan>,
    ) -> Result<Self, Error> {
        let write = inputs.pop().unwrap_or_else(|| self.write.clone());
        let (returned, columns) = (Arc::clone(&self.returned), Arc::clone(&self.columns));
        Ok(Node { write, returned, columns, schema: Arc::clone(&self.schema) })
    }

    /// The count.
    fn necessary_children_exprs(&self, _: &[usize]) -> Option<Vec<Vec<usize>>> {
        Some(vec![vec![0]])
    }
}

impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        self.write == other.write && Arc::ptr_eq(&self.returned, &other.returned)
    }
}

impl Eq for Node {}

impl PartialOrd for Node {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        self.write.partial_cmp(&other.write)
    }
}

impl Hash for Node {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.write.hash(state);
    }
}

/// Plans what DataFusion does, and writes whose rows are read.
#[derive(Debug)]
pub(crate) struct Planner;

/// A join makes rows of what it holds already, without an end in sight and without waiting for anything: here it stops
/// now and then, so that whoever gave the statement can end it.
fn yielding(plan: Arc<dyn ExecutionPlan>) -> Result<Arc<dyn ExecutionPlan>, Error> {
    let done = plan.transform_up(|part| match part.children().len() {
        0 | 1 => Ok(Transformed::no(part)),
        _ => Ok(Transformed::yes(Arc::new(CooperativeExec::new(part)) as _)),
    })?;
    Ok(done.data)
}

#[async_trait]
impl QueryPlanner for Planner {
    async fn create_physical_plan(
        &self,
        plan: &LogicalPlan,
        session: &dyn Session,
    ) -> Result<Arc<dyn ExecutionPlan>, Error> {
        let planner = DefaultPhysicalPlanner::with_extension_planners(vec![Arc::new(Planner)]);
        let rows = narrow::rows(plan, session.config().batch_size())?;
        let state = session.as_any().downcast_ref::<SessionState>();
        let (Some(rows), Some(state)) = (rows, state) else {
            return yielding(planner.create_physical_plan(plan, session).await?);
        };
        // Some take the number of rows from where they are planned, others from where they run.
        let mut narrow = state.clone();
        *narrow.config_mut() = session.config().clone().with_batch_size(rows);
        let plan = yielding(planner.create_physical_plan(plan, &narrow).await?)?;
        Ok(Arc::new(Narrow { plan, rows }))
    }
}

#[async_trait]
impl ExtensionPlanner for Planner {
    async fn plan_extension(
        &self,
        _: &dyn PhysicalPlanner,
        node: &dyn UserDefinedLogicalNode,
        _: &[&LogicalPlan],
        inputs: &[Arc<dyn ExecutionPlan>],
        _: &dyn Session,
        _: &PhysicalPlanningContext,
    ) -> Result<Option<Arc<dyn ExecutionPlan>>, Error> {
        let (Some(node), Some(write)) = (node.as_any().downcast_ref::<Node>(), inputs.first())
        else {
            return Ok(None);
        };
        let schema = Arc::clone(node.schema.inner());
        let (returned, columns) = (Arc::clone(&node.returned), Arc::clone(&node.columns));
        Ok(Some(Arc::new(Writes::new(Arc::clone(write), returned, columns, schema))))
    }
}
