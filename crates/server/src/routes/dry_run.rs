//! What an action would send.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use connector_host::contract::{Body, Context, Step};
use connector_host::{Call, Mask};
use serde_json::{Map, Value, json};

use super::body;
use super::order::Order;
use crate::caller::Caller;
use crate::extract::{Path, Whole};
use crate::problem::Problem;
use crate::server::{Server, blocking};

/// `POST …/actions/{action}/dry-run`
pub async fn show(
    State(server): State<Server>,
    caller: Caller,
    Path((c, action)): Path<(String, String)>,
    headers: HeaderMap,
    Whole(body): Whole,
) -> Result<Json<Value>, Problem> {
    let input = body::object(&headers, &body)?.to_string();
    let order = Order::to_look_at(server, caller, &c, &action).await?;
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
