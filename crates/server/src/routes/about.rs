//! What the server is, and what its connectors can do.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::caller::Caller;
use crate::catalog::{self, Catalog};
use crate::openapi;
use crate::problem::Problem;
use crate::server::Server;

pub async fn health() -> Json<Value> {
    Json(json!({"status": "ok"}))
}

pub async fn metrics(State(server): State<Server>) -> Result<impl IntoResponse, Problem> {
    let text = server.0.metrics.text().map_err(Problem::internal)?;
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    Ok(([(CONTENT_TYPE, kind)], text))
}

pub async fn openapi(State(server): State<Server>) -> Json<Value> {
    Json(openapi::server(&server.address("")))
}

/// Which actions a document has.
#[derive(Debug, Deserialize)]
pub struct Chosen {
    /// Groups, with commas between them.
    groups: Option<String>,
}

/// Of a connection: with an operation for each action that its scopes allow.
pub async fn openapi_of(
    State(server): State<Server>,
    caller: Caller,
    Path(c): Path<String>,
    Query(chosen): Query<Chosen>,
) -> Result<Json<Value>, Problem> {
    let ready = server.ready(&caller.tenant, &c).await?;
    let catalog = server.catalog(&ready.entry.connector)?;
    let groups: Option<Vec<&str>> =
        chosen.groups.as_deref().map(|groups| groups.split(',').map(str::trim).collect());
    let known = |group: &&&str| !catalog.actions.iter().any(|action| action.group == ***group);
    if let Some(other) = groups.iter().flatten().find(known) {
        return Err(Problem::field("groups", format!("there is no group `{other}`")));
    }
    let is_chosen = |group: &str| groups.as_ref().is_none_or(|groups| groups.contains(&group));
    let allowed = |scopes: &[String]| ready.connection.lacking(scopes).is_empty();
    let actions = catalog.actions.iter();
    let actions = actions.filter(|action| allowed(&action.scopes) && is_chosen(&action.group));
    let described = actions.map(|action| catalog.connector.action(&action.id));
    let described = described.collect::<Result<Vec<_>, _>>()?;
    let descriptor = catalog.connector.descriptor();
    Ok(Json(openapi::connection(&server.address(""), &ready.entry.name, descriptor, &described)))
}

pub async fn me(State(server): State<Server>, caller: Caller) -> Json<Value> {
    let connectors = server.0.catalogs.values().map(|catalog| {
        let descriptor = catalog.connector.descriptor();
        json!({"id": descriptor.id, "title": descriptor.title, "version": descriptor.version})
    });
    let Caller { key, tenant } = &caller;
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
