//! The one way in and out: every request is taken down, may meet a fault, is
//! dispatched, and is answered with the headers that every answer carries.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{RawPathParams, Request};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use axum::routing::on;

use crate::auth::scramble;
use crate::dispatch::{Arrived, dispatch};
use crate::fault::FaultKind;
use crate::limits::Standing;
use crate::log::{self, Recorded};
use crate::reply::{Refusal, Reply};
use crate::routes::{self, OPERATIONS, Operation};
use crate::state::{Shared, State};

/// Larger requests are refused, in bytes. An image of 20 MB in base64 fits.
const BODY_LIMIT: usize = 32 << 20;

/// Every operation of one environment.
pub fn router(shared: &Shared) -> Router {
    let mut router = Router::new();
    for &operation in OPERATIONS.iter() {
        let shared = shared.clone();
        let handler = move |ids: RawPathParams, request: Request| {
            let ids = ids.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
            serve(shared.clone(), Some(operation), ids, request)
        };
        router = router.route(operation.path, on(operation.method, handler));
    }
    let shared = shared.clone();
    let unknown = move |request: Request| serve(shared.clone(), None, Vec::new(), request);
    router.fallback(unknown.clone()).method_not_allowed_fallback(unknown)
}

async fn serve(
    shared: Shared,
    operation: Option<&'static Operation>,
    ids: Vec<(String, String)>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, BODY_LIMIT).await else {
        return respond(Refusal::too_large().into(), None).await;
    };
    let arrived = Arrived { parts, body, ids };
    let (reply, fault) = answer_and_keep(&shared, operation, arrived);
    respond(reply, fault).await
}

/// What cannot be kept is not said to be done.
fn answer_and_keep(
    shared: &Shared,
    operation: Option<&'static Operation>,
    arrived: Arrived,
) -> (Reply, Option<FaultKind>) {
    let mut held = shared.lock();
    let refused = |trouble: &str| {
        let mut reply = Reply::from(Refusal::not_kept(trouble));
        label(&mut reply, 0, None);
        (reply, None)
    };
    if let Some(trouble) = &held.trouble {
        return refused(trouble);
    }
    let answered = answer(&mut held, operation, arrived);
    held.keep().map_or(answered, refused)
}

fn answer(
    state: &mut State,
    operation: Option<&'static Operation>,
    arrived: Arrived,
) -> (Reply, Option<FaultKind>) {
    let mut record = record(operation, &arrived);
    let query = arrived.query().to_owned();
    let fault =
        state.faults.take(&record.method, record.template, arrived.parts.uri.path(), &query);
    let instead = fault.as_ref().and_then(FaultKind::instead);
    let (mut reply, standing) = match operation {
        Some(operation) => dispatch(state, operation, arrived, instead),
        None => (instead.unwrap_or_else(|| Refusal::unknown_method().into()), None),
    };
    if let Some(pictures) = &state.pictures {
        pictures.lead_here(&mut reply);
    }
    if let Some(fault) = &fault {
        fault.spoil(&mut reply, &query);
    }
    state.answers += 1;
    label(&mut reply, state.answers, standing);
    record.status = reply.status.as_u16();
    state.log.add(record);
    (reply, fault)
}

fn record(operation: Option<&'static Operation>, arrived: &Arrived) -> Recorded {
    let is_form = |operation: &Operation| {
        matches!(operation.input, routes::Input::Rules(_, routes::Body::Form(_)))
    };
    let target = arrived.parts.uri.path_and_query();
    Recorded {
        method: arrived.parts.method.to_string(),
        target: target.map_or_else(String::new, ToString::to_string),
        template: operation.map(|operation| operation.path),
        headers: log::headers(&arrived.parts.headers),
        body: log::body(&arrived.body, operation.is_some_and(is_form)),
        status: 0,
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

/// The answer, with what the fault makes of it.
pub async fn respond(reply: Reply, fault: Option<FaultKind>) -> Response {
    let mut response = Response::new(Body::from(reply.body));
    *response.status_mut() = reply.status;
    let headers = response.headers_mut();
    for (name, value) in reply.headers {
        // A fault may ask for a location that no header can hold; it goes without.
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(name, value);
        }
    }
    if let Some(content_type) = reply.content_type {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    }
    send(response, fault).await
}

/// The same for an answer that is made already.
pub async fn send(response: Response, fault: Option<FaultKind>) -> Response {
    let Some(fault) = fault else { return response };
    let (mut head, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let (body, announced) = fault.send(body.into()).await;
    if let Some(length) = announced {
        head.headers.insert(header::CONTENT_LENGTH, length.into());
        // 204 and 304 have no body that could be cut.
        head.status = StatusCode::OK;
    }
    Response::from_parts(head, body)
}
