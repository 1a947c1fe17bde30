//! Finds out who sends a request.

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;

use crate::caller::{Caller, Told};
use crate::problem::Problem;
use crate::server::Server;

/// Whoever holds this key.
pub fn find(server: &Server, value: &str, told: Told) -> Result<Caller, Problem> {
    let key = server.0.keys.find(value)?.ok_or_else(unknown)?;
    let tenant = server.tenant(&key.tenant)?;
    Ok(Caller { key, tenant, told })
}

fn unknown() -> Problem {
    let detail = "a key of this server is needed, as `authorization: Bearer KEY`";
    Problem::new(StatusCode::UNAUTHORIZED, "unauthorized", detail)
}

impl FromRequestParts<Server> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, server: &Server) -> Result<Self, Problem> {
        let given = parts.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        let given = given.and_then(|value| value.split_once(' '));
        let value = match given {
            Some((scheme, value)) if scheme.eq_ignore_ascii_case("bearer") => value.trim(),
            _ => "",
        };
        let told = parts.extensions.get::<Told>().cloned().unwrap_or_default();
        let caller = find(server, value, told)?;
        // One that was granted for a connection's MCP is of no use anywhere else.
        if caller.key.resource.as_ref().is_some_and(|only| only != parts.uri.path()) {
            return Err(unknown());
        }
        let taken = caller.tenant.rate.take();
        taken.map_err(|wait| {
            Problem::too_many("rate-limited", "this tenant sends too many requests", wait)
        })?;
        Ok(caller)
    }
}
