//! Keys of the caller's own tenant, what it may use, and who did what.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

use super::body;
use super::query::Last;
use crate::caller::Caller;
use crate::extract::{Path, Query, Whole};
use crate::problem::Problem;
use crate::quotas::Standing;
use crate::rights::{Right, Rights};
use crate::server::{Server, blocking};
use crate::{audit, subscriptions};

/// Keys of one tenant.
const KEYS: usize = 200;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct New {
    name: String,
    rights: Rights,
}

pub async fn list(State(server): State<Server>, caller: Caller) -> Result<Json<Value>, Problem> {
    caller.may(Right::Admin)?;
    Ok(Json(json!({"keys": server.0.keys.of(&caller.tenant.id)?})))
}

pub async fn make(
    State(server): State<Server>,
    caller: Caller,
    headers: HeaderMap,
    Whole(body): Whole,
) -> Result<(StatusCode, Json<Value>), Problem> {
    caller.may(Right::Admin)?;
    let New { name, rights } = body::read(&headers, &body)?;
    if name.is_empty() || name.chars().count() > 64 || name.contains(char::is_control) {
        return Err(Problem::field("name", "1 to 64 characters, no control characters"));
    }
    // Nobody gives what he does not have.
    if !caller.key.rights.hold(&rights) {
        return Err(Problem::forbidden("a key cannot have more rights than the one that makes it"));
    }
    if server.0.keys.of(&caller.tenant.id)?.len() >= KEYS {
        return Err(Problem::conflict(format!("a tenant has {KEYS} keys at most: revoke some")));
    }
    let made = server.0.keys.make(&caller.tenant.id, &name, &rights);
    caller.note("key.make", None, Some(name), &made);
    let (key, value) = made?;
    Ok((StatusCode::CREATED, Json(json!({"id": key.id, "key": value}))))
}

pub async fn revoke(
    State(server): State<Server>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    caller.may(Right::Admin)?;
    let revoked = server.0.keys.revoke(&caller.tenant.id, &id).and_then(|found| match found {
        true => subscriptions::end_of_key(&caller.tenant, &id),
        false => Err(Problem::not_found(format!("key `{id}`"))),
    });
    caller.note("key.revoke", None, Some(id), &revoked);
    revoked.map(|()| StatusCode::NO_CONTENT)
}

/// `GET /v1/quotas`: what the tenant may use, and how much of it is left.
pub async fn quotas(State(server): State<Server>, caller: Caller) -> Result<Json<Value>, Problem> {
    blocking(move || {
        let (tenant, limits) = (&caller.tenant, &server.0.options.limits);
        let standing = tenant.quotas.standing(&tenant.db)?;
        Ok(Json(json!({
            "quotas": standing.iter().map(Standing::json).collect::<Vec<_>>(),
            "at_once": {"calls": limits.calls, "left": tenant.calls.available_permits()},
            "a_minute": {"requests": limits.rate, "left": tenant.rate.left()},
        })))
    })
    .await
}

pub async fn audit(caller: Caller, Query(last): Query<Last>) -> Result<Json<Value>, Problem> {
    caller.may(Right::Admin)?;
    let most = last.most();
    blocking(move || Ok(Json(json!({"entries": audit::last(&caller.tenant.db, most)?})))).await
}
