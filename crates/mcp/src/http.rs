//! The streamable HTTP transport, for those who hold the token.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Router};
use connector_host::Secret;
use rmcp::transport::{StreamableHttpServerConfig, StreamableHttpService};
use tokio::net::TcpListener;

use crate::accept::{self, Authenticated};
use crate::server::Server;
use crate::session::Session;
use crate::sessions::Sessions;

/// Names of this machine; a page of another site cannot be reached under them.
const LOOPBACK: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

/// Where it listens, and for whom.
#[derive(Debug)]
pub struct Http {
    /// Port 0 takes a free one.
    pub address: SocketAddr,
    /// What clients send as `authorization: Bearer …`.
    pub token: Secret,
    /// Host names that clients may use besides those of this machine.
    pub hosts: Vec<String>,
}

/// Serves at `/mcp` until the future is dropped. `started` takes the address.
pub async fn http(
    server: Server,
    options: Http,
    started: impl FnOnce(SocketAddr),
) -> std::io::Result<()> {
    let token = Arc::new(options.token);
    let router = router(server, options.hosts)
        .layer(middleware::from_fn_with_state(token, authorized))
        .layer(middleware::from_fn(connector_listen::close_unread));
    let listener = TcpListener::bind(options.address).await?;
    started(listener.local_addr()?);
    accept::serve(listener, router).await
}

/// The transport at `/mcp`, for a server that finds out by itself who calls. `hosts` are the names that
/// clients may use besides those of this machine.
pub fn router(server: Server, hosts: impl IntoIterator<Item = String>) -> Router {
    let hosts: Vec<String> = LOOPBACK.map(str::to_owned).into_iter().chain(hosts).collect();
    // Browsers say where a page comes from; other clients say nothing.
    let of = |host: &String| {
        [format!("http://{host}:*"), format!("https://{host}"), format!("https://{host}:*")]
    };
    let origins: Vec<String> = hosts.iter().flat_map(of).collect();
    let config = StreamableHttpServerConfig::default()
        .with_allowed_hosts(hosts)
        .with_allowed_origins(origins);
    let session = move || Ok(Session::new(server.clone()));
    let sessions = Arc::new(Sessions::default());
    Router::new().route_service("/mcp", StreamableHttpService::new(session, sessions, config))
}

async fn authorized(
    State(token): State<Arc<Secret>>,
    Extension(known): Extension<Authenticated>,
    request: Request,
    next: Next,
) -> Response {
    let given = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let given = given.and_then(|value| value.split_once(' '));
    match given {
        Some((scheme, given)) if scheme.eq_ignore_ascii_case("bearer") && same(given, &token) => {
            known.set();
            next.run(request).await
        }
        _ => {
            let text = "the token of this server is needed, as `authorization: Bearer …`\n";
            (StatusCode::UNAUTHORIZED, [(WWW_AUTHENTICATE, "Bearer")], text).into_response()
        }
    }
}

/// Takes the same time wherever the first difference is.
fn same(given: &str, token: &Secret) -> bool {
    let (given, token) = (given.as_bytes(), token.expose().as_bytes());
    let different = given.iter().zip(token).fold(0, |found, (one, other)| found | (one ^ other));
    given.len() == token.len() && different == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_the_same_or_not() {
        let token = Secret::new("abc");
        assert!(same("abc", &token));
        for other in ["", "ab", "abd", "abcd"] {
            assert!(!same(other, &token), "{other}");
        }
    }
}
