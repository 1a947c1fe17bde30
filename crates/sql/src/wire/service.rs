//! What runs a client's statements: a session that is made when the client has proven who it is.

use std::fmt::Debug;
use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use datafusion::logical_expr::LogicalPlan;
use datafusion::sql::sqlparser::ast::Statement;
use datafusion_postgres::datafusion_pg_catalog::pg_catalog::context::EmptyContextProvider;
use datafusion_postgres::datafusion_pg_catalog::setup_pg_catalog;
use datafusion_postgres::hooks::cursor::CursorStatementHook;
use datafusion_postgres::hooks::set_show::SetShowHook;
use datafusion_postgres::hooks::transactions::TransactionStatementHook;
use datafusion_postgres::pgwire::api::auth::sasl::SASLAuthStartupHandler;
use datafusion_postgres::pgwire::api::auth::sasl::scram::ScramAuth;
use datafusion_postgres::pgwire::api::auth::{DefaultServerParameterProvider, StartupHandler};
use datafusion_postgres::pgwire::api::cancel::CancelHandler;
use datafusion_postgres::pgwire::api::portal::Format;
use datafusion_postgres::pgwire::api::portal::Portal;
use datafusion_postgres::pgwire::api::query::{ExtendedQueryHandler, SimpleQueryHandler};
use datafusion_postgres::pgwire::api::results::{FieldInfo, Response};
use datafusion_postgres::pgwire::api::stmt::QueryParser;
use datafusion_postgres::pgwire::api::store::PortalStore;
use datafusion_postgres::pgwire::api::{
    ClientInfo, ClientPortalStore, ConnectionManager, METADATA_USER, PgWireServerHandlers, Type,
};
use datafusion_postgres::pgwire::error::{PgWireError, PgWireResult};
use datafusion_postgres::pgwire::messages::PgWireBackendMessage;
use datafusion_postgres::{DfSessionService, QueryHook};
use futures_util::Sink;

use super::cancel::Cancels;
use super::functions;
use super::guard::Guard;
use super::login::{Users, refused};
use crate::session::CATALOG;

/// The handlers of one client.
pub(super) struct Handlers {
    startup: Arc<SASLAuthStartupHandler<DefaultServerParameterProvider>>,
    cancel: Arc<Cancels>,
    service: Arc<Service>,
}

impl Handlers {
    pub fn new(users: Arc<Users>, manager: Arc<ConnectionManager>, cancel: Arc<Cancels>) -> Self {
        let scram = ScramAuth::new(Arc::clone(&users) as _);
        let parameters = Arc::new(DefaultServerParameterProvider::default());
        let startup = SASLAuthStartupHandler::new(parameters).with_scram(scram);
        let startup = Arc::new(startup.with_connection_manager(manager));
        let inner = Arc::new(Inner { users, made: OnceLock::new() });
        let service = Service { inner, cancels: Arc::clone(&cancel) };
        Handlers { startup, cancel, service: Arc::new(service) }
    }
}

impl PgWireServerHandlers for Handlers {
    fn simple_query_handler(&self) -> Arc<impl SimpleQueryHandler> {
        Arc::clone(&self.service)
    }

    fn extended_query_handler(&self) -> Arc<impl ExtendedQueryHandler> {
        Arc::clone(&self.service)
    }

    fn startup_handler(&self) -> Arc<impl StartupHandler> {
        Arc::clone(&self.startup)
    }

    fn cancel_handler(&self) -> Arc<impl CancelHandler> {
        Arc::clone(&self.cancel)
    }
}

pub(super) struct Service {
    inner: Arc<Inner>,
    cancels: Arc<Cancels>,
}

struct Inner {
    users: Arc<Users>,
    made: OnceLock<Arc<DfSessionService>>,
}

impl Inner {
    /// The session, made for the first statement.
    fn service<C: ClientInfo>(&self, client: &C) -> PgWireResult<Arc<DfSessionService>> {
        if let Some(made) = self.made.get() {
            return Ok(Arc::clone(made));
        }
        let name = client.metadata().get(METADATA_USER).map(String::as_str).unwrap_or_default();
        let database = self.users.database(name);
        let database =
            database.ok_or_else(|| refused("28000", format!("there is no user `{name}`")))?;
        let failed = |error: crate::Error| PgWireError::ApiError(Box::new(error));
        let session = database.session().map_err(failed)?;
        setup_pg_catalog(session.context(), CATALOG, EmptyContextProvider)
            .map_err(|error| failed(*error))?;
        for function in functions::all() {
            session.context().register_udf(function);
        }
        let hooks: Vec<Arc<dyn QueryHook>> = vec![
            Arc::new(Guard),
            Arc::new(CursorStatementHook),
            Arc::new(SetShowHook),
            Arc::new(TransactionStatementHook),
        ];
        let context = Arc::new(session.context().clone());
        let made = Arc::new(DfSessionService::new_with_hooks(context, hooks));
        Ok(Arc::clone(self.made.get_or_init(|| made)))
    }
}

#[async_trait]
impl SimpleQueryHandler for Service {
    async fn do_query<C>(&self, client: &mut C, query: &str) -> PgWireResult<Vec<Response>>
    where
        C: ClientInfo + ClientPortalStore + Sink<PgWireBackendMessage> + Unpin + Send + Sync,
        C::PortalStore: PortalStore,
        C::Error: Debug,
        PgWireError: From<<C as Sink<PgWireBackendMessage>>::Error>,
    {
        let service = self.inner.service(client)?;
        let responses = SimpleQueryHandler::do_query(&*service, client, query).await?;
        let rows = |response| self.cancels.rows(client, response);
        Ok(responses.into_iter().map(rows).collect())
    }
}

#[async_trait]
impl ExtendedQueryHandler for Service {
    type Statement = Parsed;
    type QueryParser = Parser;

    fn query_parser(&self) -> Arc<Parser> {
        Arc::new(Parser(Arc::clone(&self.inner)))
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
        let service = self.inner.service(client)?;
        let response = ExtendedQueryHandler::do_query(&*service, client, portal, most).await?;
        Ok(self.cancels.rows(client, response))
    }
}

/// A statement, as DataFusion's service keeps it.
type Parsed = (String, Option<(Statement, LogicalPlan)>);

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
        self.0.service(client)?.query_parser().parse_sql(client, sql, types).await
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
