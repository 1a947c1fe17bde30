//! What a field can be.

use std::ops::ControlFlow;

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use connector_host::{Call, Observer};
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use super::{about, body, order};
use crate::caller::Caller;
use crate::extract::{Path, Whole};
use crate::problem::Problem;
use crate::rights::Right;
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
    caller.may(Right::Read)?;
    let _place = order::place(caller)?;
    let ready = server.ready(&caller.tenant, c).await?;
    known(server, &ready.entry.connector)?;
    let connection = ready.connection.permitting(caller.key.rights.permission());
    let limit = limit.unwrap_or(MOST).min(MOST);
    let mut some = First { choices: Vec::new(), limit, more: false };
    match connection.run(call, &mut some).await {
        Ok(_) => Ok(Json(json!({"choices": some.choices, "more": some.more}))),
        Err(failure) => Err(connection.diagnose(failure).await.into()),
    }
}

/// The first ones.
struct First {
    choices: Vec<Box<RawValue>>,
    limit: usize,
    more: bool,
}

impl Observer for First {
    fn page(&mut self, items: &str, _count: u32) -> ControlFlow<()> {
        let items: Vec<Box<RawValue>> = serde_json::from_str(items).unwrap_or_default();
        self.choices.extend(items);
        self.more = self.choices.len() > self.limit;
        self.choices.truncate(self.limit);
        match self.more {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    }
}
