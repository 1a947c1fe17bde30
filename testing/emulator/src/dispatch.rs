//! Whether a request may be carried out: who calls, how often, and what is asked.

use std::sync::Arc;

use axum::body::Bytes;
use axum::http::request::Parts;
use axum::http::{Method, header};
use serde_json::Value;

use crate::auth::{AppId, Grant};
use crate::call::Call;
use crate::check;
use crate::environment::Environment;
use crate::generic;
use crate::limits::Standing;
use crate::reply::{Refusal, Reply};
use crate::routes::{Access, Body, Handler, Input, Operation};
use crate::shape::{AD_ACCOUNT, Rule};
use crate::state::State;

/// A request that has arrived in full.
pub struct Arrived {
    /// Its head.
    pub parts: Parts,
    /// Its body.
    pub body: Bytes,
    /// The ids in its path, by name.
    pub ids: Vec<(String, String)>,
}

impl Arrived {
    /// The query, empty when there is none.
    pub fn query(&self) -> &str {
        self.parts.uri.query().unwrap_or("")
    }
}

/// Counts the call, whoever makes it, and carries it out if all is well. A fault
/// may have an answer instead; the call still counts.
pub fn dispatch(
    state: &mut State,
    operation: &'static Operation,
    arrived: Arrived,
    instead: Option<Reply>,
) -> (Reply, Option<Standing>) {
    let now = state.clock.now();
    let grant = caller(state, operation, &arrived);
    let app = grant.as_ref().map_or(AppId::NOBODY, |grant| grant.app);
    let standing = state.usage.charge(&state.options.limits, app, operation.category, now);
    let reply = match instead {
        Some(reply) => reply,
        None if standing.exceeded => Refusal::rate_limited().into(),
        None => grant
            .and_then(|grant| carry_out(state, operation, arrived, grant))
            .unwrap_or_else(Reply::from),
    };
    (reply, Some(standing))
}

fn caller(state: &State, operation: &Operation, arrived: &Arrived) -> Result<Arc<Grant>, Refusal> {
    let headers = &arrived.parts.headers;
    let app = match operation.access {
        Access::Open => AppId::NOBODY,
        Access::Client => state.auth.client(headers)?,
        Access::User(_) | Access::UserOrApp(_) | Access::UserOrConversion(_) => {
            return state.auth.bearer(headers, state.clock.now());
        }
    };
    Ok(Arc::new(Grant::of_app(app)))
}

fn carry_out(
    state: &mut State,
    operation: &'static Operation,
    arrived: Arrived,
    grant: Arc<Grant>,
) -> Result<Reply, Refusal> {
    permit(state.environment, operation, &grant)?;
    let (query, body) = read(&operation.input, &arrived)?;
    if arrived.parts.method != Method::GET && arrived.parts.method != Method::DELETE {
        state.auth.forget_old(state.clock.now());
        state.room.take(arrived.body.len(), &state.world, &state.auth)?;
    }
    let ad_account = query.get(AD_ACCOUNT.name).and_then(Value::as_str);
    if ad_account.is_some_and(|id| !state.world.has_ad_account(id)) {
        return Err(Refusal::not_permitted());
    }
    let path = arrived.parts.uri.path().to_owned();
    let mut call = Call {
        world: &mut state.world,
        auth: &mut state.auth,
        pictures: state.pictures.as_mut(),
        options: &state.options,
        grant,
        now: state.clock.now(),
        storage: state.environment.storage(),
        path,
        ids: arrived.ids,
        query,
        body,
    };
    match operation.handler {
        Handler::Hand(hand) => hand(&mut call),
        Handler::Plan(plan) => generic::answer(plan, &mut call),
    }
}

/// Whether this caller may call this operation here at all.
fn permit(environment: Environment, operation: &Operation, grant: &Grant) -> Result<(), Refusal> {
    let production = environment == Environment::Production;
    match operation.access {
        // Believed: what the sandbox lacks, it does not know at all.
        _ if !production && !operation.sandbox => Err(Refusal::unknown_method()),
        Access::UserOrConversion(_) if grant.is_for_conversions => Ok(()),
        _ if grant.is_for_conversions => Err(Refusal::not_permitted()),
        Access::User(_) | Access::UserOrConversion(_) if !grant.by_user => {
            Err(Refusal::not_permitted())
        }
        Access::User(scopes) | Access::UserOrApp(scopes) | Access::UserOrConversion(scopes)
            if !grant.has(scopes) =>
        {
            Err(Refusal::missing_scope())
        }
        _ if production && operation.standard_access && grant.app == AppId::TRIAL => {
            Err(Refusal::trial_access())
        }
        _ => Ok(()),
    }
}

/// The query and the body, once the ids in the path are seen to be ids.
fn read(input: &Input, arrived: &Arrived) -> Result<(Value, Value), Refusal> {
    match input {
        Input::Rules(query, body) => {
            for (name, value) in &arrived.ids {
                check::value(name, &Rule::Id, &Value::from(value.as_str()))?;
            }
            let query = check::pairs(query, arrived.query().as_bytes())?;
            Ok((query, read_body(body, arrived)?))
        }
        Input::Facts(facts) => {
            generic::ids(facts, &arrived.ids)?;
            let query = generic::query(facts, arrived.query())?;
            if facts.body.is_some() && !arrived.body.is_empty() {
                expect(arrived, "application/json")?;
            }
            Ok((query, generic::body(facts, &arrived.body)?))
        }
    }
}

fn expect(arrived: &Arrived, wanted: &str) -> Result<(), Refusal> {
    let content_type = arrived.parts.headers.get(header::CONTENT_TYPE);
    let content_type = content_type.and_then(|value| value.to_str().ok()).unwrap_or("");
    match content_type.split(';').next().unwrap_or("").trim() == wanted {
        true => Ok(()),
        false => Err(Refusal::invalid(format!("content-type: expected {wanted}"))),
    }
}

fn read_body(shape: &Body, arrived: &Arrived) -> Result<Value, Refusal> {
    match shape {
        Body::None => Ok(Value::Null),
        Body::Json(rule) => {
            expect(arrived, "application/json")?;
            let value = serde_json::from_slice(&arrived.body)
                .map_err(|_| Refusal::invalid("body: this is not JSON"))?;
            check::value("", rule, &value)?;
            Ok(value)
        }
        Body::Form(fields) => {
            expect(arrived, "application/x-www-form-urlencoded")?;
            check::pairs(fields, &arrived.body)
        }
    }
}
