//! Running actions.

use axum::Json;
use axum::extract::{FromRequest, Request, State};
use axum::http::header::{CONTENT_TYPE, LOCATION};
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use connector_host::contract::actions::Shape;
use connector_host::contract::{Context, Effect};
use connector_host::{Call, NoopObserver};
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::body::{self, Form};
use super::order::Order;
use super::{answer, form, query};
use crate::caller::Caller;
use crate::catalog::parsed;
use crate::extract::{Path, Query, Whole};
use crate::problem::Problem;
use crate::rights::Right;
use crate::run::durable::{self, Started};
use crate::run::paging;
use crate::run::repeat::Repeat;
use crate::server::{Server, blocking};

/// The header that names the run of an answer.
const RUN: HeaderName = HeaderName::from_static("connector-run");

#[derive(Debug, Deserialize)]
pub struct Paging {
    next: Option<String>,
    limit: Option<u64>,
}

/// `POST …/actions/{action}`
pub async fn run(
    State(server): State<Server>,
    caller: Caller,
    Path((c, action)): Path<(String, String)>,
    Query(paging): Query<Paging>,
    headers: HeaderMap,
    request: Request,
) -> Result<Response, Problem> {
    if body::is_form(&headers) {
        let order = Order::of(server, caller, &c, &action).await?;
        order.caller.may(Right::Write)?;
        let uploads = order.caller.tenant.uploads.clone();
        let input = form::read(request, &order.described.input, &uploads).await?;
        let text = input.to_string();
        return answered(order, &input, text, paging, &headers).await;
    }
    let Whole(body) = Whole::from_request(request, &()).await?;
    let input = body::object(&headers, &body)?;
    // As it came: no digit of it is lost.
    let text = match body.is_empty() {
        true => input.to_string(),
        false => String::from_utf8_lossy(&body).into_owned(),
    };
    let order = Order::of(server, caller, &c, &action).await?;
    answered(order, &input, text, paging, &headers).await
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
    let text = input.to_string();
    answered(order, &input, text, paging, &headers).await
}

async fn answered(
    order: Order,
    input: &Value,
    text: String,
    paging: Paging,
    headers: &HeaderMap,
) -> Result<Response, Problem> {
    let noting = order.noting(input);
    let done = go(&order, text, paging, headers).await;
    noting.end(&done);
    match done? {
        Done::Answer(answer) => Ok(answer),
        Done::Whole { call, limit, form } => {
            let columns = order.columns();
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
    // What changes something is done whole.
    let limit = paging.limit.filter(|_| action.effect == Effect::Read);
    if body::is_async(headers) {
        return later(order, call, limit, repeat).await.map(Done::Answer);
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
                Ok(outcome) => Ok(Done::Answer(single(outcome.output))),
                Err(failure) => Err(order.connection.diagnose(failure).await.into()),
            }
        }
        (_, _) => now(order, call, repeat, Form::of(headers)).await.map(Done::Answer),
    }
}

/// A result as the connector wrote it.
fn single(output: String) -> Response {
    ([(CONTENT_TYPE, "application/json")], output).into_response()
}

/// Begins a run and waits for its end. Of a list that changes something all is answered at once: a part of
/// it cannot be asked for again.
async fn now(
    order: &Order,
    call: Call,
    repeat: Option<Repeat>,
    form: Form,
) -> Result<Response, Problem> {
    let Order { server, caller, ready, .. } = order;
    let (run, ended) =
        match durable::start(server, caller, ready, call, order.place.clone(), None, repeat).await?
        {
            Started::Running(run, running) => (run, running.wait().await),
            Started::Before(run) => {
                let ended = durable::outcome(&caller.tenant, ready, &run).await;
                (run, ended)
            }
        };
    let output = ended?.output;
    if order.described.action.shape == Shape::Single {
        return Ok(([(RUN, run)], single(output)).into_response());
    }
    let output = RawValue::from_string(output).map_err(Problem::internal)?;
    let (tenant, of) = (caller.tenant.clone(), run.clone());
    let (items, _) = blocking(move || tenant.items(&of, 0, u64::MAX)).await?;
    let answer = match form {
        Form::Json => Json(json!({"items": items, "next": null, "output": output})).into_response(),
        form => answer::there(items, form, order.columns())?,
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
