//! The one way in: every request is taken down, may meet a fault, is
//! authenticated, counted, held against its operation, and only then carried out.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{RawPathParams, Request};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::Response;
use axum::routing::on;
use serde_json::Value;

use crate::auth::{AppId, Grant, scramble};
use crate::call::Call;
use crate::check;
use crate::fault::FaultKind;
use crate::limits::Standing;
use crate::log::{self, Recorded};
use crate::reply::{Refusal, Reply};
use crate::routes::{Access, Body as BodyShape, OPERATIONS, Operation};
use crate::shape::Rule;
use crate::state::{Environment, Shared, State};
use crate::world::Id;

/// Larger requests are refused, in bytes. An image of 20 MB in base64 fits.
const BODY_LIMIT: usize = 32 << 20;

/// A request that has arrived in full.
struct Arrived {
    parts: Parts,
    body: Bytes,
    ids: Vec<(String, String)>,
}

/// Every operation of one environment.
pub fn router(shared: &Shared) -> Router {
    let mut router = Router::new();
    for operation in OPERATIONS {
        let shared = shared.clone();
        let handler = move |ids: RawPathParams, request: Request| {
            let ids = ids
                .iter()
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect();
            serve(shared.clone(), Some(operation), ids, request)
        };
        router = router.route(operation.path, on(operation.method, handler));
    }
    let shared = shared.clone();
    let unknown = move |request: Request| serve(shared.clone(), None, Vec::new(), request);
    router
        .fallback(unknown.clone())
        .method_not_allowed_fallback(unknown)
}

async fn serve(
    shared: Shared,
    operation: Option<&'static Operation>,
    ids: Vec<(String, String)>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, BODY_LIMIT).await else {
        let refusal = Refusal::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            1,
            "The request is too large.",
        );
        return respond(refusal.into(), None).await;
    };
    let arrived = Arrived { parts, body, ids };
    let (reply, fault) = answer(&mut shared.lock(), operation, arrived);
    respond(reply, fault).await
}

fn answer(
    state: &mut State,
    operation: Option<&'static Operation>,
    arrived: Arrived,
) -> (Reply, Option<FaultKind>) {
    let Parts {
        method,
        uri,
        headers,
        ..
    } = &arrived.parts;
    let template = operation.map(|operation| operation.path);
    let query = uri.query().unwrap_or("").to_owned();
    let is_form = operation.is_some_and(|operation| matches!(operation.body, BodyShape::Form(_)));
    let mut record = Recorded {
        method: method.to_string(),
        target: uri
            .path_and_query()
            .map_or_else(String::new, ToString::to_string),
        template,
        headers: log::headers(headers),
        body: log::body(&arrived.body, is_form),
        status: 0,
    };
    let fault = state
        .faults
        .take(method.as_str(), template, uri.path(), &query);
    let (mut reply, standing) = match operation {
        Some(operation) => {
            let instead = fault.as_ref().and_then(FaultKind::instead);
            let (reply, standing) = limited(state, operation, arrived, instead);
            (reply, Some(standing))
        }
        None => {
            let instead = fault.as_ref().and_then(FaultKind::instead);
            (
                instead.unwrap_or_else(|| Refusal::unknown_method().into()),
                None,
            )
        }
    };
    if let Some(fault) = &fault {
        fault.spoil(&mut reply, &query);
    }
    state.answers += 1;
    label(&mut reply, state.answers, standing);
    record.status = reply.status.as_u16();
    state.log.add(record);
    (reply, fault)
}

/// Counts the call, whoever makes it, and carries it out if all is well.
fn limited(
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

fn read_body(shape: &BodyShape, arrived: &Arrived) -> Result<Value, Refusal> {
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
        BodyShape::None => Ok(Value::Null),
        BodyShape::Json(rule) => {
            expect("application/json")?;
            let value = serde_json::from_slice(&arrived.body)
                .map_err(|_| Refusal::invalid("body: this is not JSON"))?;
            check::value("", rule, &value)?;
            Ok(value)
        }
        BodyShape::Form(fields) => {
            expect("application/x-www-form-urlencoded")?;
            check::pairs(fields, &arrived.body)
        }
    }
}

/// Adds the headers that every answer carries, unless a fault has set them.
fn label(reply: &mut Reply, answers: u64, standing: Option<Standing>) {
    let mut add = |name, value| {
        if reply.headers.iter().all(|(found, _)| *found != name) {
            reply.headers.push((name, value));
        }
    };
    add("x-pinterest-rid", format!("{:016x}", scramble(answers)));
    if let Some(standing) = standing {
        add("x-ratelimit-limit", standing.limit);
        add("x-ratelimit-remaining", standing.remaining.to_string());
        add("x-ratelimit-reset", standing.reset_s.to_string());
    }
}

async fn respond(reply: Reply, fault: Option<FaultKind>) -> Response {
    let mut response = Response::builder().status(reply.status);
    if let Some(content_type) = reply.content_type {
        response = response.header(header::CONTENT_TYPE, content_type);
    }
    for (name, value) in &reply.headers {
        response = response.header(*name, value);
    }
    let (body, announced) = match fault {
        Some(fault) => fault.send(reply.body).await,
        None => (Body::from(reply.body), None),
    };
    if let Some(announced) = announced {
        response = response
            .status(StatusCode::OK)
            .header(header::CONTENT_LENGTH, announced);
    }
    response
        .body(body)
        .expect("names and values of headers are plain text")
}
