//! What runs a client's statements: a session that is made when the client has proven who it is.

use std::fmt::Debug;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use async_trait::async_trait;
use datafusion::sql::sqlparser::dialect::PostgreSqlDialect;
use datafusion_postgres::datafusion_pg_catalog::pg_catalog::context::EmptyContextProvider;
use datafusion_postgres::datafusion_pg_catalog::setup_pg_catalog;
use datafusion_postgres::hooks::cursor::CursorStatementHook;
use datafusion_postgres::hooks::set_show::SetShowHook;
use datafusion_postgres::hooks::transactions::TransactionStatementHook;
use datafusion_postgres::pgwire::api::auth::StartupHandler;
use datafusion_postgres::pgwire::api::auth::sasl::SASLAuthStartupHandler;
use datafusion_postgres::pgwire::api::auth::sasl::scram::ScramAuth;
use datafusion_postgres::pgwire::api::cancel::CancelHandler;
use datafusion_postgres::pgwire::api::query::{ExtendedQueryHandler, SimpleQueryHandler};
use datafusion_postgres::pgwire::api::results::Response;
use datafusion_postgres::pgwire::api::store::PortalStore;
use datafusion_postgres::pgwire::api::{
    ClientInfo, ClientPortalStore, ConnectionManager, ErrorHandler, PgWireServerHandlers,
};
use datafusion_postgres::pgwire::error::{PgWireError, PgWireResult};
use datafusion_postgres::pgwire::messages::PgWireBackendMessage;
use datafusion_postgres::{DfSessionService, QueryHook};
use futures_util::Sink;
use tokio::time::{Instant, timeout_at};

use super::cancel::{Cancels, late};
use super::functions;
use super::guard::{Guard, failed};
use super::keys::{Catalog, definition};
use super::login::{Parameters, Refusals, Users, refused, user};
use super::stalled::Waiting;
use crate::bounded::bound;
use crate::connected::CATALOG;
use crate::session::Session;
use crate::shape;

/// The parameter of a connection that says where tables are looked for.
const SEARCH_PATH: &str = "search_path";
const PG_CATALOG: &str = "pg_catalog";

/// The handlers of one client.
pub(super) struct Handlers {
    startup: Arc<SASLAuthStartupHandler<Parameters>>,
    cancel: Arc<Cancels>,
    service: Arc<Service>,
}

impl Handlers {
    /// `waiting`: is told of the rows that the client has not taken. `limit`: how long a statement may take.
    pub fn new(
        users: Arc<Users>,
        manager: Arc<ConnectionManager>,
        cancel: Arc<Cancels>,
        waiting: Arc<Waiting>,
        limit: Duration,
    ) -> Self {
        let scram = ScramAuth::new(Arc::clone(&users) as _);
        let parameters = Arc::new(Parameters(Arc::clone(&users)));
        let startup = SASLAuthStartupHandler::new(parameters).with_scram(scram);
        let startup = Arc::new(startup.with_connection_manager(manager));
        let inner = Arc::new(Inner { users, made: OnceLock::new() });
        let cancels = Arc::clone(&cancel);
        let service = Service { inner, cancels, waiting, limit, done: Mutex::default() };
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

    fn error_handler(&self) -> Arc<impl ErrorHandler> {
        Arc::new(Refusals)
    }
}

pub(super) struct Service {
    pub inner: Arc<Inner>,
    pub cancels: Arc<Cancels>,
    pub waiting: Arc<Waiting>,
    pub limit: Duration,
    /// What a statement has answered that has no rows, until the library sends it.
    pub done: Mutex<Option<Response>>,
}

/// What a statement gives, if that comes in time.
pub(super) async fn timed<T>(
    end: Instant,
    response: impl Future<Output = PgWireResult<T>>,
) -> PgWireResult<T> {
    timeout_at(end, response).await.unwrap_or_else(|_| Err(late()))
}

pub(super) struct Inner {
    users: Arc<Users>,
    pub made: OnceLock<Arc<DfSessionService>>,
}

impl Inner {
    /// The session, made for the first statement.
    pub fn service<C: ClientInfo>(&self, client: &C) -> PgWireResult<Arc<DfSessionService>> {
        if let Some(made) = self.made.get() {
            return Ok(Arc::clone(made));
        }
        let name = user(client);
        let database = self.users.database(name);
        let database =
            database.ok_or_else(|| refused("28000", format!("there is no user `{name}`")))?;
        let session = database.session().map_err(failed)?;
        setup_pg_catalog(session.context(), CATALOG, EmptyContextProvider)
            .map_err(|error| failed(*error))?;
        for function in functions::all() {
            session.context().register_udf(function);
        }
        tell_keys(&session).map_err(failed)?;
        bound(session.context());
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

    /// Tables are looked for in one schema, whatever a client sets.
    pub fn tell_schema<C: ClientInfo>(&self, client: &mut C) {
        if let Some(database) = self.users.database(user(client)) {
            let schema = database.first_schema().to_owned();
            client.metadata_mut().insert(SEARCH_PATH.to_owned(), schema);
        }
    }
}

/// Puts the keys of our tables in the place of those of PostgreSQL's catalog.
fn tell_keys(session: &Session) -> Result<(), crate::Error> {
    let catalog = session.context().catalog(CATALOG);
    if let Some((catalog, rest)) = catalog.and_then(|it| Some((it.clone(), it.schema(PG_CATALOG)?)))
    {
        let keys = Catalog::new(rest, session.keys(), session.columns());
        catalog.register_schema(PG_CATALOG, Arc::new(keys))?;
        session.context().register_udf(definition(&session.keys()));
    }
    Ok(())
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
        self.inner.tell_schema(client);
        shape::check_text(&PostgreSqlDialect {}, query).map_err(failed)?;
        let end = Instant::now() + self.limit;
        let responses = SimpleQueryHandler::do_query(&*service, client, query);
        let responses = timed(end, responses).await?;
        let rows = |response| self.cancels.rows(client, response, &self.waiting, 0, end);
        Ok(responses.into_iter().map(rows).collect())
    }
}
