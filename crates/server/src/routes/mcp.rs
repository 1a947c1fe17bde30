//! A connection as tools for models.

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::WWW_AUTHENTICATE;
use axum::http::{HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use connector_mcp::Options;
use futures_util::StreamExt;
use serde_json::{Value, json};

use super::order;
use crate::caller::Caller;
use crate::extract::Path;
use crate::problem::Problem;
use crate::rights::Right;
use crate::server::{Server, blocking};
use crate::tenant::Ready;

/// Bytes of a message.
const MESSAGE: usize = 16 << 20;

/// What a client finds out about the resource (RFC 9728), as the authorization of MCP wants it.
pub async fn about(State(server): State<Server>, Path(c): Path<String>) -> Json<Value> {
    Json(json!({
        "resource": server.address(&format!("/mcp/{}", connector_openapi::segment(&c))),
        "authorization_servers": [server.address("")],
        "bearer_methods_supported": ["header"],
        "scopes_supported": ["read", "write", "destructive"],
        "resource_documentation": server.address("/"),
    }))
}

/// `/mcp/{c}`: the streamable HTTP transport, for the holder of a key.
pub async fn serve(
    State(server): State<Server>,
    caller: Result<Caller, Problem>,
    Path(c): Path<String>,
    request: Request,
) -> Result<Response, Problem> {
    let caller = match caller {
        Ok(caller) => caller,
        Err(problem) => return Ok(unknown(&server, &c, problem)),
    };
    caller.may(Right::Read)?;
    let ready = server.ready(&caller.tenant, &c).await?;
    let (noting, id) = (caller.clone(), ready.entry.id.clone());
    let router = blocking(move || {
        let state = format!("{:?}", (&ready.entry.settings, ready.connection.granted()));
        caller
            .tenant
            .tools
            .of(&ready.entry.id, &caller.key.id, state, || router(&server, &caller, &ready))
    });
    let (parts, body) = request.into_parts();
    let body =
        to_bytes(body, MESSAGE).await.map_err(|_| Problem::bad("the message is too large"))?;
    let mut place = None;
    if let Some(tool) = called(&body) {
        let taken = order::place(&noting).await;
        noting.note(format!("mcp {tool}"), Some(&id), None, &taken);
        place = Some(taken?);
    }
    let mut request = Request::from_parts(parts, Body::from(body));
    *request.uri_mut() = Uri::from_static("/mcp");
    let mut service = router.await?.into_service();
    let answered = tower_service::Service::call(&mut service, request).await;
    let (parts, body) = answered.into_response().into_parts();
    // The call goes on while its answer comes.
    let body = body.into_data_stream().inspect(move |_| {
        let _still = &place;
    });
    Ok(Response::from_parts(parts, Body::from_stream(body)))
}

/// The tool that a message calls, or the one that it calls through another.
fn called(message: &[u8]) -> Option<String> {
    let message: Value = serde_json::from_slice(message).ok()?;
    let params = message.get("params").filter(|_| message["method"] == "tools/call")?;
    let (name, through) = (&params["name"], &params["arguments"]["name"]);
    let through =
        through.as_str().filter(|_| name.as_str().is_some_and(|it| it.ends_with("_tool")));
    let name = name.as_str()?;
    let name = through.map_or_else(|| name.to_owned(), |through| format!("{name} {through}"));
    Some(name.chars().filter(|c| !c.is_control()).take(200).collect())
}

/// Tells a client where to find out how to get a key.
fn unknown(server: &Server, c: &str, problem: Problem) -> Response {
    let mut response = problem.into_response();
    if response.status() == StatusCode::UNAUTHORIZED {
        // As a segment a name holds no quote.
        let path =
            format!("/.well-known/oauth-protected-resource/mcp/{}", connector_openapi::segment(c));
        let about = server.address(&path);
        let value = format!("Bearer resource_metadata=\"{about}\"");
        // A name that no header can hold is told nothing.
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(WWW_AUTHENTICATE, value);
        }
    }
    response
}

fn router(server: &Server, caller: &Caller, ready: &Ready) -> Result<Router, Problem> {
    let connection = ready.connection.permitting(caller.key.rights.permission());
    let tools = connector_mcp::Server::new(connection, Options::default());
    let host = server.url().host_str().map(str::to_owned);
    Ok(connector_mcp::router(tools.map_err(Problem::internal)?, host))
}
