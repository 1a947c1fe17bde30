//! What a field can be.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use connector_host::Call;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::order::On;
use super::{about, body};
use crate::caller::Caller;
use crate::extract::{Path, Whole};
use crate::problem::Problem;
use crate::run::taken::{Taken, take};
use crate::server::Server;

/// How many a person looks through.
const MOST: usize = 200;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    field: String,
    #[serde(default)]
    input: Map<String, Value>,
    query: Option<String>,
    limit: Option<usize>,
}

pub async fn of_action(
    State(server): State<Server>,
    caller: Caller,
    Path((c, id)): Path<(String, String)>,
    headers: HeaderMap,
    Whole(body): Whole,
) -> Result<Json<Value>, Problem> {
    let Asked { field, input, query, limit } = body::read(&headers, &body)?;
    let input = Value::Object(input).to_string();
    let call = Call::ActionChoices { id: id.clone(), field, input, query };
    choose(&server, &caller, &c, call, limit, |server, connector| {
        about::known(server.catalog(connector)?, &id)
    })
    .await
}

pub async fn of_trigger(
    State(server): State<Server>,
    caller: Caller,
    Path((c, id)): Path<(String, String)>,
    headers: HeaderMap,
    Whole(body): Whole,
) -> Result<Json<Value>, Problem> {
    let Asked { field, input, query, limit } = body::read(&headers, &body)?;
    let config = Value::Object(input).to_string();
    let call = Call::TriggerChoices { trigger: id.clone(), field, config, query };
    choose(&server, &caller, &c, call, limit, |server, connector| {
        about::known_trigger(server.catalog(connector)?, &id)
    })
    .await
}

async fn choose(
    server: &Server,
    caller: &Caller,
    c: &str,
    call: Call,
    limit: Option<usize>,
    known: impl FnOnce(&Server, &str) -> Result<(), Problem>,
) -> Result<Json<Value>, Problem> {
    let on = On::of(server, caller, c).await?;
    known(server, &on.ready.entry.connector)?;
    let most = limit.unwrap_or(MOST).min(MOST);
    let Taken { items, more, .. } = take(&on.connection, call, most).await?;
    Ok(Json(json!({"choices": items, "more": more})))
}
