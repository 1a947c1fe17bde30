//! Finds out who sends a request.

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;

use crate::caller::Caller;
use crate::problem::Problem;
use crate::server::Server;

/// Whoever holds this key.
fn find(server: &Server, value: &str) -> Result<Caller, Problem> {
    let wrong = || {
        let detail = "a key of this server is needed, as `authorization: Bearer KEY`";
        Problem::new(StatusCode::UNAUTHORIZED, "unauthorized", detail)
    };
    let key = server.0.keys.find(value)?.ok_or_else(wrong)?;
    let tenant = server.tenant(&key.tenant)?;
    Ok(Caller { key, tenant })
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
        let caller = find(server, value)?;
        let taken = caller.tenant.rate.take();
        taken.map_err(|wait| {
            Problem::too_many("rate-limited", "this tenant sends too many requests", wait)
        })?;
        Ok(caller)
    }
}
