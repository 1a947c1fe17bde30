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
