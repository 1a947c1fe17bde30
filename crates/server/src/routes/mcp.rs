//! A connection as tools for models.

use axum::Router;
use axum::extract::{Path, Request, State};
use axum::http::Uri;
use axum::response::{IntoResponse, Response};
use connector_mcp::Options;

use crate::caller::Caller;
use crate::problem::Problem;
use crate::rights::Right;
use crate::server::{Server, blocking};
use crate::tenant::Ready;

/// `/mcp/{c}`: the streamable HTTP transport, for the holder of a key.
pub async fn serve(
    State(server): State<Server>,
    caller: Caller,
    Path(c): Path<String>,
    mut request: Request,
) -> Result<Response, Problem> {
    caller.may(Right::Read)?;
    let ready = server.ready(&caller.tenant, &c).await?;
    let router = blocking(move || {
        let state = format!("{:?}", (&ready.entry.settings, ready.connection.granted()));
        let tools = &server.0.tools;
        tools.of(&ready.entry.id, &caller.key.id, state, || router(&server, &caller, &ready))
    });
    *request.uri_mut() = Uri::from_static("/mcp");
    let mut service = router.await?.into_service();
    let answered = tower_service::Service::call(&mut service, request).await;
    Ok(answered.into_response())
}

fn router(server: &Server, caller: &Caller, ready: &Ready) -> Result<Router, Problem> {
    let connection = ready.connection.permitting(caller.key.rights.permission());
    let tools = connector_mcp::Server::new(connection, Options::default());
    let host = server.url().host_str().map(str::to_owned);
    Ok(connector_mcp::router(tools.map_err(Problem::internal)?, host))
}
