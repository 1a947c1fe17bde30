//! Webhooks of services, and what tenants are told about their connections.

use axum::Json;
use axum::body::Body;
use axum::extract::{FromRequest, OriginalUri, Request, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use connector_webhooks::delivery;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::body;
use super::query::Last;
use crate::caller::Caller;
use crate::extract::{Path, Query, Whole};
use crate::outbox::{self, CONNECTIONS};
use crate::problem::Problem;
use crate::rights::Right;
use crate::server::{Server, blocking};
use crate::{connections, hooks};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct New {
    webhook: String,
    #[serde(default)]
    config: Map<String, Value>,
    url: Option<String>,
}

pub async fn list(
    State(server): State<Server>,
    caller: Caller,
    Path(c): Path<String>,
) -> Result<Json<Value>, Problem> {
    caller.may(Right::Read)?;
    let ready = server.ready(&caller.tenant, &c).await?;
    blocking(move || {
        let mut all = Vec::new();
        for hook in hooks::of(&caller.tenant, &ready.entry.id)? {
            all.push(hook.json(outbox::target(&caller.tenant, &hook.stream())?));
        }
        Ok(Json(json!({"webhooks": all})))
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
    let New { webhook, config, url } = body::read(&headers, &body)?;
    let ready = server.ready(&caller.tenant, &c).await?;
    if let Some(url) = &url {
        // What cannot be an address is told before the service is asked.
        outbox::sink(&server, url, None)?;
    }
    let made = hooks::make(&server, &caller, &ready, &webhook, Value::Object(config)).await;
    caller.note("webhook.make", Some(&ready.entry.id), None, &made);
    let hook = made?;
    blocking(move || {
        let secret =
            url.as_ref().map(|url| outbox::aim(&server, &caller.tenant, &hook.stream(), url));
        let mut json = hook.json(url.clone());
        json["secret"] = json!(secret.transpose()?);
        Ok((StatusCode::CREATED, Json(json)))
    })
    .await
}

pub async fn end(
    State(server): State<Server>,
    caller: Caller,
    Path((c, id)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    caller.may(Right::Write)?;
    let ready = server.ready(&caller.tenant, &c).await?;
    let ended = hooks::end(&server, &caller.tenant, &ready, &id).await;
    caller.note("webhook.end", Some(&ready.entry.id), None, &ended);
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
        let hook = hooks::one(&caller.tenant, &ready.entry.id, &id)?;
        let events = outbox::last(&caller.tenant, &hook.stream(), last.most())?;
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
        let hook = hooks::one(&caller.tenant, &ready.entry.id, &id)?;
        Ok(Json(json!({"replayed": outbox::replay(&caller.tenant, &hook.stream())?})))
    })
    .await
}

/// `/hooks/{token}`: a delivery of a service. Whoever knows the address is asked for its signature.
pub async fn take(
    State(server): State<Server>,
    Path(token): Path<String>,
    method: Method,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    request: Request,
) -> Result<Response, Problem> {
    let (keys, asked) = (server.0.keys.clone(), token.clone());
    let found = blocking(move || keys.addressed(&asked)).await?;
    let (tenant, id) = found.ok_or_else(|| Problem::not_found("address"))?;
    if headers.contains_key("content-encoding") {
        let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
        return Err(Problem::new(status, "unsupported-media-type", "it is compressed"));
    }
    let tenant = server.tenant(&tenant)?;
    // Of strangers nothing is read.
    let Whole(body) = Whole::from_request(request, &()).await?;
    let address = server.address(&format!("/hooks/{token}"));
    let target = uri.path_and_query().map_or("/", |target| target.as_str());
    let all = headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes()));
    let came = delivery(method.as_str(), &address, target, all, body.to_vec());
    let came = came.map_err(|refused| {
        let status = StatusCode::from_u16(refused.status).unwrap_or(StatusCode::BAD_REQUEST);
        Problem::new(status, "bad-request", refused.why)
    })?;
    let answer = hooks::take(&server, &tenant, &id, came).await.map_err(|problem| {
        // What may pass is sent again by the service, which does nothing with any other status.
        match problem.status {
            StatusCode::UNPROCESSABLE_ENTITY => Problem::bad(problem.detail),
            _ => Problem::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", problem.detail),
        }
    })?;
    let response = Response::builder().status(answer.status);
    let response = answer
        .headers
        .iter()
        .fold(response, |response, header| response.header(&header.name, header.value.as_str()));
    // What cannot be sent was refused when it was checked.
    Ok(response.body(Body::from(answer.body)).unwrap_or_default().into_response())
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Target {
    url: String,
}

/// `GET /v1/events`: what has happened to the tenant's connections, and where it is sent.
pub async fn told(caller: Caller, Query(last): Query<Last>) -> Result<Json<Value>, Problem> {
    caller.may(Right::Connect)?;
    blocking(move || {
        connections::look(&caller.tenant)?;
        let url = outbox::target(&caller.tenant, CONNECTIONS)?;
        let events = outbox::last(&caller.tenant, CONNECTIONS, last.most())?;
        Ok(Json(json!({"url": url, "events": events})))
    })
    .await
}

/// `PUT /v1/events`: sends it to an address, signed with the secret that is answered.
pub async fn tell(
    State(server): State<Server>,
    caller: Caller,
    headers: HeaderMap,
    Whole(body): Whole,
) -> Result<Json<Value>, Problem> {
    caller.may(Right::Connect)?;
    let Target { url } = body::read(&headers, &body)?;
    let of = caller.clone();
    let aimed = blocking(move || outbox::aim(&server, &of.tenant, CONNECTIONS, &url));
    let aimed = aimed.await;
    caller.note("events.aim", None, None, &aimed);
    Ok(Json(json!({"secret": aimed?})))
}

/// `DELETE /v1/events`
pub async fn keep_quiet(caller: Caller) -> Result<StatusCode, Problem> {
    caller.may(Right::Connect)?;
    let of = caller.clone();
    let quiet = blocking(move || outbox::unaim(&of.tenant, CONNECTIONS)).await;
    caller.note("events.keep", None, None, &quiet);
    quiet?;
    Ok(StatusCode::NO_CONTENT)
}
