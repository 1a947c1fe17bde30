//! What the server is, and what its connectors can do.

use axum::Json;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use connector_openapi::{Format, Wanted};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::Semaphore;

use crate::caller::Caller;
use crate::catalog::{self, Catalog};
use crate::extract::{Path, Query};
use crate::problem::Problem;
use crate::rights::Right;
use crate::server::{Server, blocking};

/// The routes that are the same for every connector.
const ROUTES: &str = include_str!("../routes.json");

pub async fn health() -> Json<Value> {
    Json(json!({"status": "ok"}))
}

pub async fn metrics(State(server): State<Server>) -> Result<impl IntoResponse, Problem> {
    let text = server.0.metrics.text().map_err(Problem::internal)?;
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    Ok(([(CONTENT_TYPE, kind)], text))
}

pub async fn openapi(State(server): State<Server>) -> Json<Value> {
    let url = server.address("");
    let mut document =
        connector_openapi::frame(&url, "Connector server", env!("CARGO_PKG_VERSION"));
    document["paths"] = catalog::parsed(ROUTES);
    Json(document)
}

/// Documents that are made at the same time: each takes as long as a hundred calls.
static DOCUMENTS: Semaphore = Semaphore::const_new(1);

/// Which actions a document has.
#[derive(Debug, Deserialize)]
pub struct Chosen {
    /// Groups, with commas between them.
    groups: Option<String>,
    /// Of OpenAPI: 2 or 3.
    version: Option<String>,
}

/// Of a connection: with an operation for each action that its scopes allow.
pub async fn openapi_of(
    State(server): State<Server>,
    caller: Caller,
    Path(c): Path<String>,
    Query(chosen): Query<Chosen>,
) -> Result<Json<Value>, Problem> {
    let ready = server.ready(&caller.tenant, &c).await?;
    let groups =
        chosen.groups.map(|groups| groups.split(',').map(|it| it.trim().to_owned()).collect());
    let scopes = ready.connection.granted().map(<[String]>::to_vec);
    let wanted = Wanted { groups, scopes, ..Wanted::new(server.address(""), &ready.entry.name) };
    let format = match chosen.version.as_deref() {
        None | Some("3") => Format::V3,
        Some("2") => Format::V2,
        Some(_) => return Err(Problem::field("version", "2 or 3")),
    };
    caller.may(Right::Read)?;
    // It is never closed.
    let _turn = DOCUMENTS.acquire().await;
    let document = blocking(move || {
        connector_openapi::document(ready.connection.connector(), &wanted, format).map_err(
            |error| match error {
                connector_openapi::Error::Connector(failure) => failure.into(),
                group => Problem::field("groups", group.to_string()),
            },
        )
    });
    Ok(Json(document.await?))
}

pub async fn me(State(server): State<Server>, caller: Caller) -> Json<Value> {
    let connectors = server.0.catalogs.values().map(|catalog| {
        let descriptor = catalog.connector.descriptor();
        json!({"id": descriptor.id, "title": descriptor.title, "version": descriptor.version})
    });
    let Caller { key, tenant, .. } = &caller;
    let connectors: Vec<_> = connectors.collect();
    let key = json!({"id": key.id, "name": key.name, "rights": key.rights});
    Json(json!({
        "tenant": tenant.id,
        "rights": key["rights"],
        "key": key,
        "connectors": connectors,
        "runs": tenant.live.count(),
    }))
}

pub async fn connectors(State(server): State<Server>, _caller: Caller) -> Json<Vec<Value>> {
    let apps = &server.0.options.apps;
    let all = server.0.catalogs.iter();
    Json(all.map(|(id, catalog)| catalog.json(apps.contains_key(id))).collect())
}

pub async fn actions(
    State(server): State<Server>,
    _caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Vec<Value>>, Problem> {
    Ok(Json(server.catalog(&id)?.actions.iter().map(catalog::action).collect()))
}

pub async fn action(
    State(server): State<Server>,
    _caller: Caller,
    Path((id, action)): Path<(String, String)>,
) -> Result<Json<Value>, Problem> {
    let catalog = server.catalog(&id)?;
    known(catalog, &action)?;
    Ok(Json(catalog::described(&*catalog.connector.action(&action)?)))
}

pub async fn triggers(
    State(server): State<Server>,
    _caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Vec<Value>>, Problem> {
    Ok(Json(server.catalog(&id)?.triggers.iter().map(catalog::trigger).collect()))
}

pub async fn trigger(
    State(server): State<Server>,
    _caller: Caller,
    Path((id, trigger)): Path<(String, String)>,
) -> Result<Json<Value>, Problem> {
    let catalog = server.catalog(&id)?;
    known_trigger(catalog, &trigger)?;
    Ok(Json(catalog::described_trigger(&*catalog.connector.trigger(&trigger)?)))
}

pub async fn resources(
    State(server): State<Server>,
    _caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Value>, Problem> {
    let resources = connector_host::resources(server.connector(&id)?)?;
    Ok(Json(serde_json::to_value(resources.unwrap_or_default()).map_err(Problem::internal)?))
}

/// An id that nobody knows is 404, not a wrong input.
pub fn known(catalog: &Catalog, action: &str) -> Result<(), Problem> {
    match catalog.action(action) {
        Some(_) => Ok(()),
        None => Err(Problem::not_found(format!("action `{action}`"))),
    }
}

/// The same for a trigger.
pub fn known_trigger(catalog: &Catalog, trigger: &str) -> Result<(), Problem> {
    match catalog.triggers.iter().any(|known| known.id == trigger) {
        true => Ok(()),
        false => Err(Problem::not_found(format!("trigger `{trigger}`"))),
    }
}
