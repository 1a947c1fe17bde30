//! Statements with parameters, whose rows are taken some at a time.

use std::fmt::Debug;
use std::future::pending;
use std::sync::{Arc, PoisonError};

use async_trait::async_trait;
use datafusion::logical_expr::LogicalPlan;
use datafusion::sql::sqlparser::ast::Statement;
use datafusion::sql::sqlparser::dialect::PostgreSqlDialect;
use datafusion::sql::sqlparser::parser::Parser as ParserOfSql;
use datafusion_postgres::pgwire::api::portal::{Format, Portal, PortalExecutionState};
use datafusion_postgres::pgwire::api::query::ExtendedQueryHandler;
use datafusion_postgres::pgwire::api::results::{FieldInfo, Response};
use datafusion_postgres::pgwire::api::stmt::QueryParser;
use datafusion_postgres::pgwire::api::store::{Entry, PortalStore};
use datafusion_postgres::pgwire::api::{
    ClientInfo, ClientPortalStore, ConnectionHandle, DEFAULT_NAME, PgWireConnectionState, Type,
};
use datafusion_postgres::pgwire::error::{PgWireError, PgWireResult};
use datafusion_postgres::pgwire::messages::PgWireBackendMessage;
use datafusion_postgres::pgwire::messages::extendedquery::Execute;
use futures_util::Sink;
use tokio::time::Instant;

use super::guard::{failed, gives_rows, tagged};
use super::login::refused;
use super::portal;
use super::service::{Inner, Service, timed};
use crate::shape;

#[async_trait]
impl ExtendedQueryHandler for Service {
    type Statement = Parsed;
    type QueryParser = Parser;

    fn query_parser(&self) -> Arc<Parser> {
        Arc::new(Parser(Arc::clone(&self.inner)))
    }

    async fn on_execute<C>(&self, client: &mut C, message: Execute) -> PgWireResult<()>
    where
        C: ClientInfo + ClientPortalStore + Sink<PgWireBackendMessage> + Unpin + Send + Sync,
        C::PortalStore: PortalStore<Statement = Parsed>,
        C::Error: Debug,
        PgWireError: From<<C as Sink<PgWireBackendMessage>>::Error>,
    {
        let name = message.name.as_deref().unwrap_or(DEFAULT_NAME);
        let ready = matches!(client.state(), PgWireConnectionState::ReadyForQuery);
        let Some(Entry::Value(portal)) = client.portal_store().get_portal(name).filter(|_| ready)
        else {
            return self._on_execute(client, message).await;
        };
        client.set_state(PgWireConnectionState::QueryInProgress);
        let most = usize::try_from(message.max_rows).unwrap_or(0);
        if matches!(*portal.state().lock().await, PortalExecutionState::Initial) {
            let handle = client.session_extensions().get::<Arc<ConnectionHandle>>();
            let response = tokio::select! {
                response = self.answer(client, &portal, most) => response?,
                () = ended(handle.as_deref()) => return Err(PgWireError::QueryCanceled),
            };
            match response {
                Response::Query(rows) => portal.start(rows).await,
                done => {
                    *self.done.lock().unwrap_or_else(PoisonError::into_inner) = Some(done);
                    client.set_state(PgWireConnectionState::ReadyForQuery);
                    return self._on_execute(client, message).await;
                }
            }
        }
        portal::send(client, &portal, most).await?;
        client.set_state(PgWireConnectionState::ReadyForQuery);
        Ok(())
    }

    async fn do_query<C>(
        &self,
        client: &mut C,
        portal: &Portal<Parsed>,
        most: usize,
    ) -> PgWireResult<Response>
    where
        C: ClientInfo + ClientPortalStore + Sink<PgWireBackendMessage> + Unpin + Send + Sync,
        C::PortalStore: PortalStore<Statement = Parsed>,
        C::Error: Debug,
        PgWireError: From<<C as Sink<PgWireBackendMessage>>::Error>,
    {
        let done = self.done.lock().unwrap_or_else(PoisonError::into_inner).take();
        match done {
            Some(done) => Ok(done),
            None => self.answer(client, portal, most).await,
        }
    }
}

/// Ends when the client ends what is begun now.
async fn ended(handle: Option<impl AsRef<ConnectionHandle>>) {
    match handle {
        Some(handle) => drop(handle.as_ref().start_query().await.await),
        None => pending().await,
    }
}

impl Service {
    async fn answer<C>(
        &self,
        client: &mut C,
        portal: &Portal<Parsed>,
        most: usize,
    ) -> PgWireResult<Response>
    where
        C: ClientInfo + ClientPortalStore + Sink<PgWireBackendMessage> + Unpin + Send + Sync,
        C::PortalStore: PortalStore<Statement = Parsed>,
        C::Error: Debug,
        PgWireError: From<<C as Sink<PgWireBackendMessage>>::Error>,
    {
        let service = self.inner.service(client)?;
        self.inner.tell_schema(client);
        let end = Instant::now() + self.limit;
        let response = ExtendedQueryHandler::do_query(&*service, client, portal, most);
        let response = timed(end, response).await?;
        let response = tagged(&portal.statement.statement.0, response);
        Ok(self.cancels.rows(client, response, &self.waiting, most, end))
    }
}

/// A statement, as DataFusion's service keeps it.
type Parsed = (String, Option<(Statement, LogicalPlan)>);

/// Any query.
fn query() -> PgWireResult<Statement> {
    let parsed = ParserOfSql::parse_sql(&PostgreSqlDialect {}, "SELECT 1");
    let found = parsed.map_err(|error| PgWireError::ApiError(Box::new(error)))?.pop();
    found.ok_or_else(|| refused("XX000", "there is no statement".into()))
}

/// Parses in the session of the client.
pub(super) struct Parser(Arc<Inner>);

impl Parser {
    fn made(&self) -> PgWireResult<Arc<datafusion_postgres::Parser>> {
        let made = self.0.made.get();
        let made = made.ok_or_else(|| refused("08P01", "nothing was parsed yet".into()))?;
        Ok(made.query_parser())
    }
}

#[async_trait]
impl QueryParser for Parser {
    type Statement = Parsed;

    async fn parse_sql<C>(
        &self,
        client: &C,
        sql: &str,
        types: &[Option<Type>],
    ) -> PgWireResult<Option<Parsed>>
    where
        C: ClientInfo + Unpin + Send + Sync,
    {
        let parser = self.0.service(client)?.query_parser();
        shape::check_text(&PostgreSqlDialect {}, sql).map_err(failed)?;
        let mut parsed = parser.parse_sql(client, sql, types).await?;
        // What has rows is run as a query, whatever else it does: the plan says that.
        if let Some((_, Some((statement, _)))) = &mut parsed
            && gives_rows(statement)
        {
            *statement = query()?;
        }
        Ok(parsed)
    }

    fn get_parameter_types(&self, statement: &Parsed) -> PgWireResult<Vec<Type>> {
        self.made()?.get_parameter_types(statement)
    }

    fn get_result_schema(
        &self,
        statement: &Parsed,
        format: Option<&Format>,
    ) -> PgWireResult<Vec<FieldInfo>> {
        self.made()?.get_result_schema(statement, format)
    }
}
