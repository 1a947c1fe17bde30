//! Whether a request may be carried out: who calls, how often, and what is asked.

use std::sync::Arc;

use axum::body::Bytes;
use axum::http::header;
use axum::http::request::Parts;
use serde_json::Value;

use crate::auth::{AppId, Grant};
use crate::call::Call;
use crate::check;
use crate::limits::Standing;
use crate::reply::{Refusal, Reply};
use crate::routes::{Access, Body, Operation};
use crate::shape::Rule;
use crate::state::{Environment, State};
use crate::world::Id;

/// A request that has arrived in full.
pub struct Arrived {
    /// Its head.
    pub parts: Parts,
    /// Its body.
    pub body: Bytes,
    /// The ids in its path, by name.
    pub ids: Vec<(String, String)>,
}

/// Counts the call, whoever makes it, and carries it out if all is well.
pub fn limited(
    state: &mut State,
    operation: &'static Operation,
    arrived: Arrived,
    instead: Option<Reply>,
) -> (Reply, Standing) {
    let now = state.clock.now();
    let headers = &arrived.parts.headers;
    let grant = match operation.access {
        Access::Open => Ok(Arc::new(Grant::of_app(AppId::NOBODY))),
        Access::Client => state
            .auth
            .client(headers)
            .map(|app| Arc::new(Grant::of_app(app))),
        Access::User(_) | Access::UserOrApp(_) => state.auth.bearer(headers, now),
    };
    let app = grant.as_ref().map_or(AppId::NOBODY, |grant| grant.app);
    let standing = state
        .usage
        .charge(&state.options.limits, app, operation.category, now);
    let reply = match instead {
        Some(reply) => reply,
        None if standing.exceeded => Refusal::rate_limited().into(),
        None => grant
            .and_then(|grant| carry_out(state, operation, arrived, grant))
            .unwrap_or_else(Reply::from),
    };
    (reply, standing)
}

fn carry_out(
    state: &mut State,
    operation: &'static Operation,
    arrived: Arrived,
    grant: Arc<Grant>,
) -> Result<Reply, Refusal> {
    if state.environment == Environment::Sandbox && !operation.sandbox {
        // Believed: what the sandbox lacks, it does not know at all.
        return Err(Refusal::unknown_method());
    }
    match operation.access {
        Access::User(_) if !grant.by_user => return Err(Refusal::not_permitted()),
        Access::User(scopes) | Access::UserOrApp(scopes) if !grant.has(scopes) => {
            return Err(Refusal::missing_scope());
        }
        _ => {}
    }
    if operation.standard_access
        && state.environment == Environment::Production
        && grant.app == AppId::TRIAL
    {
        return Err(Refusal::trial_access());
    }
    let uri = &arrived.parts.uri;
    for (name, value) in &arrived.ids {
        check::value(name, &Rule::Id, &Value::from(value.as_str()))?;
    }
    let query = check::pairs(operation.query, uri.query().unwrap_or("").as_bytes())?;
    if query
        .get("ad_account_id")
        .and_then(Value::as_str)
        .is_some_and(|id| Id::read(id) != state.world.ad_account)
    {
        return Err(Refusal::not_permitted());
    }
    let body = read_body(&operation.body, &arrived)?;
    let path = uri.path().to_owned();
    let mut call = Call {
        world: &mut state.world,
        auth: &mut state.auth,
        options: &state.options,
        grant,
        now: state.clock.now(),
        path,
        ids: arrived.ids,
        query,
        body,
    };
    (operation.handler)(&mut call)
}

fn read_body(shape: &Body, arrived: &Arrived) -> Result<Value, Refusal> {
    let content_type = arrived.parts.headers.get(header::CONTENT_TYPE);
    let content_type = content_type
        .and_then(|value| value.to_str().ok())
        .unwrap_or("");
    let expect = |wanted: &str| match content_type.split(';').next().unwrap_or("").trim() == wanted
    {
        true => Ok(()),
        false => Err(Refusal::invalid(format!("content-type: expected {wanted}"))),
    };
    match shape {
        Body::None => Ok(Value::Null),
        Body::Json(rule) => {
            expect("application/json")?;
            let value = serde_json::from_slice(&arrived.body)
                .map_err(|_| Refusal::invalid("body: this is not JSON"))?;
            check::value("", rule, &value)?;
            Ok(value)
        }
        Body::Form(fields) => {
            expect("application/x-www-form-urlencoded")?;
            check::pairs(fields, &arrived.body)
        }
    }
}

