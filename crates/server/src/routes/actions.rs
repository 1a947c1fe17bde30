//! Running actions.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::header::LOCATION;
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use connector_host::contract::actions::{Description, Shape};
use connector_host::contract::{Body, Context, Effect, Step};
use connector_host::{Call, Connection, Mask, NoopObserver};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use tokio::sync::OwnedSemaphorePermit;

use super::body::{self, Form};
use super::{about, answer, query};
use crate::audit;
use crate::caller::{Caller, Noting};
use crate::catalog::parsed;
use crate::extract::{Path, Query, Whole};
use crate::problem::Problem;
use crate::rights::Right;
use crate::run::durable::{self, Started};
use crate::run::paging;
use crate::run::repeat::Repeat;
use crate::server::{Server, blocking};
use crate::tenant::Ready;

/// The header that names the run of an answer.
const RUN: HeaderName = HeaderName::from_static("connector-run");

#[derive(Debug, Deserialize)]
pub struct Paging {
    next: Option<String>,
    limit: Option<u64>,
}

/// An action, a connection to run it on, and who runs it.
struct Order {
    server: Server,
    caller: Caller,
    ready: Ready,
    /// With the rights of the caller.
    connection: Connection,
    described: Arc<Description>,
    place: Arc<OwnedSemaphorePermit>,
}

impl Order {
    async fn of(server: Server, caller: Caller, c: &str, action: &str) -> Result<Self, Problem> {
        caller.may(Right::Read)?;
        let place = place(&caller)?;
        let ready = server.ready(&caller.tenant, c).await?;
        let catalog = server.catalog(&ready.entry.connector)?;
        about::known(catalog, action)?;
        let described = catalog.connector.action(action)?;
        let connection = ready.connection.permitting(caller.key.rights.permission());
        Ok(Order { server, caller, ready, connection, described, place })
    }

    fn id(&self) -> &str {
        &self.described.action.id
    }

    fn noting(&self, input: &Value) -> Noting {
        let shown = audit::shown(&self.described.input, input);
        self.caller.noting(format!("run {}", self.id()), &self.ready.entry.id, shown)
    }
}

/// A place for one more call of the tenant.
pub fn place(caller: &Caller) -> Result<Arc<OwnedSemaphorePermit>, Problem> {
    let place = caller.tenant.calls.clone().try_acquire_owned();
    place.map(Arc::new).map_err(|_| {
        let detail = "this tenant has as many calls under way as it may; try again";
        Problem::too_many("busy", detail, Duration::from_secs(1))
    })
}

/// `POST …/actions/{action}`
pub async fn run(
    State(server): State<Server>,
    caller: Caller,
    Path((c, action)): Path<(String, String)>,
    Query(paging): Query<Paging>,
    headers: HeaderMap,
    Whole(body): Whole,
) -> Result<Response, Problem> {
    let input = body::object(&headers, &body)?;
    let order = Order::of(server, caller, &c, &action).await?;
    let text = input.to_string();
    let noting = order.noting(&input);
    let done = go(&order, text, paging, &headers).await;
    noting.end(&done);
    match done? {
        Done::Answer(answer) => Ok(answer),
        Done::Whole { call, limit, form } => {
            let columns = columns(&order.described);
            answer::whole(order.connection, call, limit, form, columns, order.place).await
        }
    }
}

/// `GET …/actions/{action}`: the query holds the input, each value as JSON where it is, else as text.
pub async fn read(
    State(server): State<Server>,
    caller: Caller,
    Path((c, action)): Path<(String, String)>,
    Query(query): Query<Vec<(String, String)>>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let order = Order::of(server, caller, &c, &action).await?;
    if order.described.action.effect != Effect::Read {
        let detail = format!("`{action}` changes something: send it with POST");
        return Err(Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed", detail));
    }
    let schema = parsed(&order.described.input);
    let (input, [next, limit]) = query::input(&schema, query, ["next", "limit"]);
    let paging = Paging { next, limit: query::number("limit", limit)? };
    let input = Value::Object(input);
    let noting = order.noting(&input);
    let done = go(&order, input.to_string(), paging, &headers).await;
    noting.end(&done);
    match done? {
        Done::Answer(answer) => Ok(answer),
        Done::Whole { call, limit, form } => {
            let columns = columns(&order.described);
            answer::whole(order.connection, call, limit, form, columns, order.place).await
        }
    }
}

/// What came of an order, or how the answer is to be read.
enum Done {
    Answer(Response),
    Whole { call: Call, limit: Option<u64>, form: Form },
}

async fn go(
    order: &Order,
    input: String,
    paging: Paging,
    headers: &HeaderMap,
) -> Result<Done, Problem> {
    let repeat = Repeat::of(headers, &order.caller.key.id, order.id(), &input)?;
    let action = &order.described.action;
    let call = match &paging.next {
        Some(next) => paging::from_token(&order.connection, &action.id, next)?,
        None => Call::Action { id: action.id.clone(), input },
    };
    if body::is_async(headers) {
        return later(order, call, paging.limit, repeat).await.map(Done::Answer);
    }
    match (action.shape, action.effect) {
        (Shape::Items, Effect::Read) => match Form::of(headers) {
            Form::Json => {
                let part = paging::collect(&order.connection, call, paging.limit).await?;
                Ok(Done::Answer(answer::page(&order.connection, &action.id, &part)))
            }
            form => Ok(Done::Whole { call, limit: paging.limit, form }),
        },
        (Shape::Single, Effect::Read) => {
            let outcome = order.connection.run(call, &mut NoopObserver).await;
            match outcome {
                Ok(outcome) => Ok(Done::Answer(Json(parsed(&outcome.output)).into_response())),
                Err(failure) => Err(order.connection.diagnose(failure).await.into()),
            }
        }
        (_, _) => now(order, call, paging.limit, repeat, Form::of(headers)).await.map(Done::Answer),
    }
}

/// Begins a run and waits for its end. Of a list that changes something all is answered at once: a part of
/// it cannot be asked for again.
async fn now(
    order: &Order,
    call: Call,
    limit: Option<u64>,
    repeat: Option<Repeat>,
    form: Form,
) -> Result<Response, Problem> {
    let Order { server, caller, ready, .. } = order;
    let (run, ended) =
        match durable::start(server, caller, ready, call, order.place.clone(), limit, repeat)
            .await?
        {
            Started::Running(run, running) => (run, running.wait().await),
            Started::Before(run) => {
                let ended = durable::outcome(&caller.tenant, ready, &run).await;
                (run, ended)
            }
        };
    let output = parsed(&ended?.output);
    if order.described.action.shape == Shape::Single {
        return Ok(([(RUN, run)], Json(output)).into_response());
    }
    let (tenant, of) = (caller.tenant.clone(), run.clone());
    let (items, _) = blocking(move || tenant.items(&of, 0, u64::MAX)).await?;
    let answer = match form {
        Form::Json => Json(json!({"items": items, "next": null, "output": output})).into_response(),
        form => answer::there(items, form, columns(&order.described))?,
    };
    Ok(([(RUN, run)], answer).into_response())
}

/// Begins a run that nobody waits for.
async fn later(
    order: &Order,
    call: Call,
    limit: Option<u64>,
    repeat: Option<Repeat>,
) -> Result<Response, Problem> {
    let Order { server, caller, ready, .. } = order;
    if order.described.output.contains("\"x-secret\"") {
        let detail = "what it answers with holds secrets, which are not kept: ask for it without `prefer: respond-async`";
        return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "secret-output", detail));
    }
    // What is wrong with the input is told at once.
    let (connection, first) = (order.connection.clone(), call.clone());
    blocking(move || Ok(connection.start(&first, &Context::fresh())?)).await?;
    let (Started::Running(run, _) | Started::Before(run)) =
        durable::start(server, caller, ready, call, order.place.clone(), limit, repeat).await?;
    let location = server.address(&format!("/v1/{}/runs/{run}", ready.entry.id));
    let headers = [(LOCATION, location), (RUN, run.clone())];
    Ok((StatusCode::ACCEPTED, headers, Json(json!({"run": run}))).into_response())
}

/// The top-level fields of an item, in the order of the schema.
fn columns(described: &Description) -> Vec<String> {
    let schema = parsed(&described.output);
    let mut at = &schema;
    // An item may be described elsewhere in the same schema.
    while let Some(to) = at["$ref"].as_str().and_then(|to| to.strip_prefix('#')) {
        match schema.pointer(to) {
            Some(found) => at = found,
            None => break,
        }
    }
    at["properties"].as_object().into_iter().flat_map(Map::keys).cloned().collect()
}

/// `POST …/actions/{action}/dry-run`
pub async fn dry_run(
    State(server): State<Server>,
    caller: Caller,
    Path((c, action)): Path<(String, String)>,
    headers: HeaderMap,
    Whole(body): Whole,
) -> Result<Json<Value>, Problem> {
    let input = body::object(&headers, &body)?.to_string();
    let order = Order::of(server, caller, &c, &action).await?;
    let call = Call::Action { id: action, input: input.clone() };
    let connection = order.connection.clone();
    let (step, refusal) =
        blocking(move || Ok(connection.preview(&call, &Context::fresh())?)).await?;
    let refusal = refusal.map(|refusal| Problem::from(refusal).json());
    let Step::Send(pending) = step else {
        return Ok(Json(json!({"request": null, "refused": refusal})));
    };
    let request = Mask::new(&order.described.input, &input).request(pending.request);
    let body = match &request.body {
        Body::Empty => Value::Null,
        Body::Bytes(bytes) => match serde_json::from_slice(bytes) {
            Ok(json) => json,
            Err(_) => String::from_utf8_lossy(bytes).into_owned().into(),
        },
        Body::Multipart(parts) => {
            json!({"parts": parts.iter().map(|it| &it.name).collect::<Vec<_>>()})
        }
        Body::Pieces(pieces) => json!({"pieces": pieces.len()}),
    };
    let headers = request.headers.iter();
    let headers: Map<String, Value> =
        headers.map(|it| (it.name.clone(), it.value.clone().into())).collect();
    Ok(Json(json!({
        "method": request.method.word(),
        "url": request.url,
        "headers": headers,
        "body": body,
        "effect": request.effect.word(),
        "refused": refusal,
    })))
}
