//! What clients may say, and how many rows their writes changed.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::array::{Array, UInt64Array};
use datafusion::common::ParamValues;
use datafusion::logical_expr::{LogicalPlan, LogicalPlanBuilder};
use datafusion::prelude::SessionContext;
use datafusion::sql::parser::Statement as Parsed;
use datafusion::sql::sqlparser::ast::{Set, Statement};
use datafusion_postgres::QueryHook;
use datafusion_postgres::arrow_pg::datatypes::df;
use datafusion_postgres::hooks::HookClient;
use datafusion_postgres::pgwire::api::ClientInfo;
use datafusion_postgres::pgwire::api::portal::Format;
use datafusion_postgres::pgwire::api::results::{Response, Tag};
use datafusion_postgres::pgwire::error::{PgWireError, PgWireResult};
use datafusion_postgres::pgwire::types::format::FormatOptions;

use super::{empty, like, portal};
use crate::Error;
use crate::settings::PREFIX;
use crate::{shape, statement};

/// Comes before all other hooks.
#[derive(Debug)]
pub(super) struct Guard;

#[async_trait]
impl QueryHook for Guard {
    async fn handle_simple_query(
        &self,
        statement: &Statement,
        context: &SessionContext,
        client: &mut dyn HookClient,
    ) -> Option<PgWireResult<Response>> {
        if let Statement::Fetch { name, direction, .. } = statement {
            return Some(portal::fetch(client, name, direction).await);
        }
        if !is_ours(statement) {
            return too_large(statement);
        }
        let options = FormatOptions::from_client_metadata(client.metadata());
        Some(simple(statement, context, options).await)
    }

    async fn handle_extended_parse_query(
        &self,
        statement: &Statement,
        context: &SessionContext,
        _client: &(dyn ClientInfo + Send + Sync),
    ) -> Option<PgWireResult<LogicalPlan>> {
        if !is_ours(statement) {
            return too_large(statement);
        }
        Some(planned(statement, context).await.map_err(failed))
    }

    async fn handle_extended_query(
        &self,
        statement: &Statement,
        plan: &LogicalPlan,
        parameters: &ParamValues,
        context: &SessionContext,
        client: &mut dyn HookClient,
    ) -> Option<PgWireResult<Response>> {
        if let Statement::Fetch { name, direction, .. } = statement {
            return Some(portal::fetch(client, name, direction).await);
        }
        if !is_ours(statement) {
            return None;
        }
        let done = async {
            let plan = plan.clone().replace_params_with_values(parameters)?;
            run(statement, plan, context).await
        };
        done.await.map_err(failed).transpose()
    }
}

/// What is planned elsewhere, such as the query of a cursor, has the limits of what is planned here.
fn too_large<T>(statement: &Statement) -> Option<PgWireResult<T>> {
    shape::check(statement).err().map(|error| Err(failed(error)))
}

/// Rows come as texts.
async fn simple(
    statement: &Statement,
    context: &SessionContext,
    options: FormatOptions,
) -> PgWireResult<Response> {
    let plan = planned(statement, context).await.map_err(failed)?;
    if let Some(done) = run(statement, plan.clone(), context).await.map_err(failed)? {
        return Ok(done);
    }
    let frame = context.execute_logical_plan(plan).await.map_err(failed)?;
    let rows = df::encode_dataframe(frame, &Format::UnifiedText, Some(Arc::new(options))).await?;
    Ok(tagged(&statement.to_string(), Response::Query(rows)))
}

/// Rows that a write gives back are announced as those of the write.
pub(super) fn tagged(sql: &str, response: Response) -> Response {
    let word = sql.split_whitespace().next().unwrap_or_default().to_ascii_uppercase();
    let word = match word.as_str() {
        "INSERT" => "INSERT 0",
        "UPDATE" => "UPDATE",
        "DELETE" => "DELETE",
        _ => return response,
    };
    match response {
        Response::Query(mut rows) => {
            rows.set_command_tag(word);
            Response::Query(rows)
        }
        response => response,
    }
}

/// Whether a write has rows to be sent.
pub(super) fn gives_rows(statement: &Statement) -> bool {
    match statement {
        Statement::Insert(insert) => insert.returning.is_some(),
        Statement::Update(update) => update.returning.is_some(),
        Statement::Delete(delete) => delete.returning.is_some(),
        _ => false,
    }
}

/// Whether it is planned and checked here: all but what clients say about their connection.
fn is_ours(statement: &Statement) -> bool {
    match statement {
        Statement::Set(Set::SingleAssignment { variable, .. }) => {
            let name = variable.to_string().to_ascii_lowercase();
            name.starts_with(PREFIX) || name.starts_with("datafusion")
        }
        Statement::Set(_)
        | Statement::ShowVariable { .. }
        | Statement::ShowStatus { .. }
        | Statement::ShowCatalogs { .. }
        | Statement::StartTransaction { .. }
        | Statement::Commit { .. }
        | Statement::Rollback { .. }
        | Statement::Declare { .. }
        | Statement::Fetch { .. }
        | Statement::Close { .. }
        | Statement::Deallocate { .. }
        | Statement::Discard { .. } => false,
        _ => true,
    }
}

async fn planned(statement: &Statement, context: &SessionContext) -> Result<LogicalPlan, Error> {
    // Services have no transactions, so there is nothing to go back to; clients set these by themselves.
    if matches!(statement, Statement::Savepoint { .. } | Statement::ReleaseSavepoint { .. }) {
        return LogicalPlanBuilder::empty(false).build();
    }
    let mut told = like::with_backslashes(statement.clone());
    let mut untold = told.clone();
    empty::with_subscripts(&mut told);
    empty::without_lookups(&mut told, true);
    empty::without_lookups(&mut untold, false);
    // Not every question about keys can be planned. Who asks otherwise finds none.
    if told != untold
        && let Ok(plan) = statement::planned(context, Parsed::Statement(Box::new(told))).await
    {
        return Ok(plan);
    }
    statement::planned(context, Parsed::Statement(Box::new(untold))).await
}

/// Writes and settings are done here; rows are left to be sent.
async fn run(
    statement: &Statement,
    plan: LogicalPlan,
    context: &SessionContext,
) -> Result<Option<Response>, Error> {
    let word = match statement {
        write if gives_rows(write) => return Ok(None),
        Statement::Insert(_) => "INSERT",
        Statement::Update(_) => "UPDATE",
        Statement::Delete(_) => "DELETE",
        Statement::Set(_) => "SET",
        Statement::Savepoint { .. } => "SAVEPOINT",
        Statement::ReleaseSavepoint { .. } => "RELEASE",
        _ => return Ok(None),
    };
    let batches = context.execute_logical_plan(plan).await?.collect().await?;
    let counts = batches.iter().filter_map(|batch| {
        let counts = batch.column_by_name("count")?;
        counts.as_any().downcast_ref::<UInt64Array>().filter(|counts| !counts.is_empty())
    });
    let count: u64 = counts.map(|counts| counts.value(0)).sum();
    let tag = Tag::new(word);
    let tag = match word {
        "SET" | "SAVEPOINT" | "RELEASE" => tag,
        "INSERT" => tag.with_oid(0).with_rows(usize::try_from(count).unwrap_or(usize::MAX)),
        _ => tag.with_rows(usize::try_from(count).unwrap_or(usize::MAX)),
    };
    Ok(Some(Response::Execution(tag)))
}

pub(super) fn failed(error: Error) -> PgWireError {
    PgWireError::ApiError(Box::new(error))
}
