//! Who sends a request: the holder of a key.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;

use crate::audit;
use crate::keys::Key;
use crate::problem::Problem;
use crate::rights::Right;
use crate::server::Server;
use crate::tenant::Tenant;

/// The holder of a key, and all that it reaches.
#[derive(Clone, Debug)]
pub struct Caller {
    pub key: Key,
    pub tenant: Arc<Tenant>,
}

impl Caller {
    /// Whoever holds this key.
    pub fn find(server: &Server, value: &str) -> Result<Self, Problem> {
        let wrong = || {
            let detail = "a key of this server is needed, as `authorization: Bearer KEY`";
            Problem::new(StatusCode::UNAUTHORIZED, "unauthorized", detail)
        };
        let key = server.0.keys.find(value)?.ok_or_else(wrong)?;
        let tenant = server.tenant(&key.tenant)?;
        Ok(Caller { key, tenant })
    }

    /// Fails when the key does not have this right.
    pub fn may(&self, right: Right) -> Result<(), Problem> {
        if self.key.rights.has(right) {
            return Ok(());
        }
        let word = serde_json::to_value(right).unwrap_or_default();
        let word = word.as_str().unwrap_or_default();
        Err(Problem::forbidden(format!("the key `{}` has no right `{word}`", self.key.name))
            .with("needs", word))
    }

    /// Notes what was done.
    pub fn note<T>(
        &self,
        what: impl Into<String>,
        connection: Option<&str>,
        input: Option<String>,
        done: &Result<T, Problem>,
    ) {
        let outcome = match done {
            Ok(_) => "done".to_owned(),
            Err(problem) => problem.code.clone(),
        };
        audit::note(
            &self.tenant.db,
            &audit::Entry {
                time: 0,
                key: self.key.id.clone(),
                what: what.into(),
                connection: connection.map(str::to_owned),
                input,
                outcome,
            },
        );
    }
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
        let caller = Caller::find(server, value)?;
        let taken = caller.tenant.rate.take();
        taken.map_err(|wait| Problem::too_many("this tenant sends too many requests", wait))?;
        Ok(caller)
    }
}
