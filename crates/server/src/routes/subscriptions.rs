//! Triggers that the server polls.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::query::Last;
use super::{about, body};
use crate::caller::Caller;
use crate::extract::{Path, Query, Whole};
use crate::problem::Problem;
use crate::random;
use crate::rights::Right;
use crate::server::{Server, blocking};
use crate::subscriptions::{self, Subscribed};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct New {
    trigger: String,
    #[serde(default)]
    config: Map<String, Value>,
    url: Option<String>,
    every: Option<u32>,
}

pub async fn list(
    State(server): State<Server>,
    caller: Caller,
    Path(c): Path<String>,
) -> Result<Json<Value>, Problem> {
    caller.may(Right::Read)?;
    let ready = server.ready(&caller.tenant, &c).await?;
    blocking(move || {
        let all = subscriptions::of(&caller.tenant, Some(&ready.entry.id))?;
        let all: Vec<_> = all.iter().map(|it| subscriptions::json(&caller.tenant, it)).collect();
        Ok(Json(json!({"subscriptions": all})))
    })
    .await
}

pub async fn make(
    State(server): State<Server>,
    caller: Caller,
    Path(c): Path<String>,
    headers: HeaderMap,
    Whole(body): Whole,
) -> Result<(StatusCode, Json<Value>), Problem> {
    // What comes of it is read.
    caller.may(Right::Read)?;
    caller.may(Right::Write)?;
    let New { trigger, config, url, every } = body::read(&headers, &body)?;
    let ready = server.ready(&caller.tenant, &c).await?;
    about::known_trigger(server.catalog(&ready.entry.connector)?, &trigger)?;
    let least = u32::try_from(server.0.options.poll_every).unwrap_or(u32::MAX);
    let every = every.unwrap_or(300.max(least));
    if every < least {
        return Err(Problem::field("every", format!("at least {least} seconds")));
    }
    let wanted = Subscribed {
        id: random::id()?,
        connection: ready.entry.id.clone(),
        trigger,
        config: Value::Object(config).to_string(),
        url,
        every,
        rights: caller.key.rights.clone(),
        key: caller.key.id.clone(),
    };
    let made = subscriptions::make(&server, &caller, &ready, wanted).await;
    caller.note("subscribe", Some(&ready.entry.id), None, &made);
    let (subscribed, secret) = made?;
    let mut json = blocking(move || Ok(subscriptions::json(&caller.tenant, &subscribed))).await?;
    json["secret"] = json!(secret);
    Ok((StatusCode::CREATED, Json(json)))
}

pub async fn end(
    State(server): State<Server>,
    caller: Caller,
    Path((c, id)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    caller.may(Right::Write)?;
    let ready = server.ready(&caller.tenant, &c).await?;
    let of = caller.clone();
    let (connection, name) = (ready.entry.id.clone(), ready.entry.name.clone());
    let ended = blocking(move || subscriptions::end(&of.tenant, &connection, &name, &id)).await;
    caller.note("unsubscribe", Some(&ready.entry.id), None, &ended);
    ended.map(|()| StatusCode::NO_CONTENT)
}

pub async fn events(
    State(server): State<Server>,
    caller: Caller,
    Path((c, id)): Path<(String, String)>,
    Query(last): Query<Last>,
) -> Result<Json<Value>, Problem> {
    caller.may(Right::Read)?;
    let ready = server.ready(&caller.tenant, &c).await?;
    blocking(move || {
        subscriptions::one(&caller.tenant, &ready.entry.id, &id)?;
        let folder = subscriptions::folder(&caller.tenant, &id);
        let events = connector_durable::record(&folder, last.most())?;
        Ok(Json(json!({"events": events})))
    })
    .await
}

pub async fn replay(
    State(server): State<Server>,
    caller: Caller,
    Path((c, id)): Path<(String, String)>,
) -> Result<Json<Value>, Problem> {
    caller.may(Right::Write)?;
    let ready = server.ready(&caller.tenant, &c).await?;
    blocking(move || {
        let subscribed = subscriptions::one(&caller.tenant, &ready.entry.id, &id)?;
        let count = connector_durable::replay(&subscriptions::folder(&caller.tenant, &id))?;
        // Looked at anew, not only when the next poll is due.
        subscriptions::again(&server, &caller.tenant, &subscribed);
        Ok(Json(json!({"replayed": count})))
    })
    .await
}
