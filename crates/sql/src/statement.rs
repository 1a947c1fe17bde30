//! What a statement may be, and what stands for what DataFusion does not have.

use datafusion::arrow::datatypes::{DataType, Field};
use datafusion::common::Column;
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder, Statement as Planned, cast};
use datafusion::prelude::SessionContext;
use datafusion::sql::parser::{DFParser, Statement};
use datafusion::sql::sqlparser::ast;
use datafusion_functions_json::JSON_UNION_DATA_TYPE;
use datafusion_functions_json::functions::json_union_to_text;

use crate::Error;
use crate::error::plan;
use crate::returning::Returning;
use crate::settings::PREFIX;
use crate::shape;

/// `CALL "boards.create"('{"name": "Recipes"}')` is `SELECT * FROM run('boards.create', …)`.
fn called(statement: Statement) -> Result<Statement, Error> {
    let Statement::Statement(inner) = &statement else { return Ok(statement) };
    let ast::Statement::Call(function) = inner.as_ref() else { return Ok(statement) };
    let parts = function.name.0.iter().filter_map(|part| part.as_ident());
    let action = parts.map(|part| part.value.as_str()).collect::<Vec<_>>().join(".");
    let arguments = match &function.args {
        ast::FunctionArguments::None => String::new(),
        ast::FunctionArguments::List(list) => {
            list.args.iter().map(|argument| format!(", {argument}")).collect()
        }
        ast::FunctionArguments::Subquery(_) => {
            return Err(plan("CALL takes the input as a text of JSON"));
        }
    };
    let action = action.replace('\'', "''");
    let mut statements = DFParser::parse_sql(&format!("SELECT * FROM run('{action}'{arguments})"))?;
    statements.pop_front().ok_or_else(|| plan("CALL: there is no statement"))
}

/// What reads too much is refused before it is planned.
fn weigh(statement: &Statement) -> Result<(), Error> {
    match statement {
        Statement::Statement(inner) => shape::check(inner.as_ref()),
        Statement::Explain(explain) => weigh(&explain.statement),
        _ => Ok(()),
    }
}

/// The plan of a statement that is allowed.
pub(crate) async fn planned(
    context: &SessionContext,
    statement: Statement,
) -> Result<LogicalPlan, Error> {
    weigh(&statement)?;
    let mut statement = called(statement)?;
    let returning = Returning::take(&mut statement);
    let mut plan = context.state().statement_to_plan(statement).await?;
    if let Some(returning) = returning {
        plan = returning.planned(context, plan)?;
    }
    // Also what another one explains, which may run it.
    plan.apply(|part| check(part).map(|()| TreeNodeRecursion::Continue))?;
    with_texts(plan)
}

/// What `->` gives is one of several types for itself; it leaves a statement as the text of its JSON, which every client
/// and every file can take.
fn with_texts(plan: LogicalPlan) -> Result<LogicalPlan, Error> {
    let is_json = |field: &Field| *field.data_type() == *JSON_UNION_DATA_TYPE;
    if !plan.schema().fields().iter().any(|field| is_json(field)) {
        return Ok(plan);
    }
    let columns = plan.schema().iter().map(|(table, field)| {
        let column = Expr::Column(Column::from((table, field)));
        match is_json(field) {
            true => cast(json_union_to_text(column), DataType::Utf8).alias(field.name()),
            false => column,
        }
    });
    let columns: Vec<Expr> = columns.collect();
    LogicalPlanBuilder::from(plan).project(columns)?.build()
}

/// Only what reads and writes records: nothing of this machine's files, and no setting but our own.
fn check(part: &LogicalPlan) -> Result<(), Error> {
    match part {
        LogicalPlan::Ddl(_) => Err(plan(
            "tables are what the connector keeps: none can be made, changed or dropped here",
        )),
        LogicalPlan::Copy(_) => Err(plan(
            "COPY writes files of the server; `connector sql --format` writes what a query gives",
        )),
        LogicalPlan::Statement(Planned::SetVariable(set)) if !set.variable.starts_with(PREFIX) => {
            Err(unset(&set.variable))
        }
        LogicalPlan::Statement(Planned::ResetVariable(set))
            if !set.variable.starts_with(PREFIX) =>
        {
            Err(unset(&set.variable))
        }
        _ => Ok(()),
    }
}

fn unset(variable: &str) -> Error {
    plan(format!("`{variable}` cannot be set; settings begin with `{PREFIX}.`"))
}
