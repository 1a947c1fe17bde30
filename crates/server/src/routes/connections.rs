//! Connections: listed, made, tested, renamed, forgotten.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use connector_auth::{StoredConnection, Tested};
use connector_host::Connector;
use serde_json::{Value, json};

use super::body;
use crate::caller::Caller;
use crate::connect;
use crate::connections;
use crate::extract::{Path, Whole};
use crate::links::Wanted;
use crate::problem::Problem;
use crate::rights::Right;
use crate::server::{Server, blocking};
use crate::{hooks, subscriptions};

/// Names that stand in addresses for something else.
const TAKEN: [&str; 7] = ["connectors", "connections", "keys", "quotas", "audit", "events", "me"];

fn told(server: &Server, entry: &StoredConnection) -> Value {
    let connector = server.connector(&entry.connector).ok();
    connections::json(connector.map(Connector::descriptor), entry)
}

pub async fn list(State(server): State<Server>, caller: Caller) -> Result<Json<Value>, Problem> {
    blocking(move || {
        let all = caller.tenant.vault.connections()?;
        let all: Vec<Value> = all.iter().map(|entry| told(&server, entry)).collect();
        Ok(Json(json!({"connections": all})))
    })
    .await
}

pub async fn one(
    State(server): State<Server>,
    caller: Caller,
    Path(c): Path<String>,
) -> Result<Json<Value>, Problem> {
    let (of, asked, on) = (caller.clone(), c.clone(), server.clone());
    let mut json = blocking(move || Ok(told(&on, &of.tenant.entry(&asked)?))).await?;
    // Of one that cannot be used nothing is known.
    if let Ok(ready) = server.ready(&caller.tenant, &c).await {
        let left = ready.connection.limits_left().into_iter().map(|it| {
            json!({"name": it.name, "calls": it.limit, "seconds": it.window.as_secs(), "left": it.left})
        });
        json["limits"] = left.collect();
    }
    Ok(Json(json))
}

/// `POST /v1/connections`: a link for a person, or a connection where the caller has all that it needs.
pub async fn make(
    State(server): State<Server>,
    caller: Caller,
    headers: HeaderMap,
    Whole(body): Whole,
) -> Result<(StatusCode, Json<Value>), Problem> {
    caller.may(Right::Connect)?;
    let wanted: Wanted = body::read(&headers, &body)?;
    check_name(&wanted.name)?;
    let name = wanted.name.clone();
    let made = match wanted.value() {
        Some(value) => {
            let made = connect::made::with_value(&server, &caller.tenant, wanted, value).await;
            made.map(|entry| told(&server, &entry))
        }
        None => connect::link::make(&server, &caller, wanted),
    };
    caller.note("connect", Some(&name), None, &made);
    Ok((StatusCode::CREATED, Json(made?)))
}

/// `POST /v1/connections/{c}/reconnect`: a link for the same connection.
pub async fn reconnect(
    State(server): State<Server>,
    caller: Caller,
    Path(c): Path<String>,
    headers: HeaderMap,
    Whole(body): Whole,
) -> Result<(StatusCode, Json<Value>), Problem> {
    caller.may(Right::Connect)?;
    let mut given = body::object(&headers, &body)?;
    let (tenant, asked) = (caller.tenant.clone(), c.clone());
    let entry = blocking(move || tenant.entry(&asked)).await?;
    given["name"] = entry.name.clone().into();
    given["connector"] = entry.connector.clone().into();
    let connector = server.connector(&entry.connector)?;
    let held = connections::credential(connector.descriptor(), &entry).map(|held| &held.id);
    for (key, value) in [
        ("credential", json!(held)),
        ("environment", json!(entry.environment)),
        ("settings", crate::catalog::parsed(&entry.settings)),
        ("scopes", json!(entry.requested)),
    ] {
        if given[key].is_null() {
            given[key] = value;
        }
    }
    let mut wanted: Wanted =
        serde_json::from_value(given).map_err(|error| Problem::bad(error.to_string()))?;
    wanted.again = true;
    let link = connect::link::make(&server, &caller, wanted);
    caller.note("reconnect", Some(&entry.id), None, &link);
    Ok((StatusCode::CREATED, Json(link?)))
}

pub async fn rename(
    State(server): State<Server>,
    caller: Caller,
    Path(c): Path<String>,
    headers: HeaderMap,
    Whole(body): Whole,
) -> Result<Json<Value>, Problem> {
    caller.may(Right::Connect)?;
    let given = body::object(&headers, &body)?;
    let name = given["name"].as_str().ok_or_else(|| Problem::field("name", "the new name"))?;
    check_name(name)?;
    let (of, new) = (caller.clone(), name.to_owned());
    let renamed = blocking(move || {
        let entry = of.tenant.entry(&c)?;
        of.tenant.vault.rename(&entry.name, &new)?;
        of.tenant.changed();
        Ok(told(&server, &of.tenant.entry(&entry.id)?))
    })
    .await;
    caller.note("rename", Some(name), None, &renamed);
    renamed.map(Json)
}

pub async fn forget(
    State(server): State<Server>,
    caller: Caller,
    Path(c): Path<String>,
) -> Result<StatusCode, Problem> {
    caller.may(Right::Connect)?;
    if let Ok(ready) = server.ready(&caller.tenant, &c).await {
        hooks::end_all(&server, &caller.tenant, &ready).await?;
    }
    let (of, name) = (caller.clone(), c.clone());
    let gone = blocking(move || {
        let entry = of.tenant.entry(&name)?;
        subscriptions::end_all(&of.tenant, &entry.id, &entry.name)?;
        of.tenant.vault.forget(&entry.name)?;
        of.tenant.forget(&entry.id)?;
        of.tenant.changed();
        Ok(())
    })
    .await;
    caller.note("forget", Some(&c), None, &gone);
    gone.map(|()| StatusCode::NO_CONTENT)
}

/// Asks the service whom the connection belongs to, and what it lacks.
pub async fn test(
    State(server): State<Server>,
    caller: Caller,
    Path(c): Path<String>,
) -> Result<Json<Value>, Problem> {
    caller.may(Right::Read)?;
    let ready = server.ready(&caller.tenant, &c).await?;
    let granted = ready.connection.granted().map(<[String]>::to_vec);
    let tested = Tested::of(&ready.connection, granted).await.map_err(Problem::from);
    caller.note("test", Some(&ready.entry.id), None, &tested);
    let tested = tested?;
    let (tenant, account) = (caller.tenant.clone(), tested.account());
    blocking(move || Ok(tenant.vault.set_account(&ready.entry.name, &account)?)).await?;
    let mut json = json!({"granted": tested.granted});
    if let (Value::Object(json), Value::Object(output)) = (&mut json, tested.output) {
        json.extend(output);
    }
    Ok(Json(json))
}

fn check_name(name: &str) -> Result<(), Problem> {
    let fits = (1..=64).contains(&name.chars().count()) && name.trim() == name;
    if !fits || name.contains(char::is_control) || name.contains(['/', '\\']) {
        let rule = "1 to 64 characters, no slashes, no control characters, no blanks around them";
        return Err(Problem::field("name", rule));
    }
    // An id stands for a connection as well as a name.
    let is_id = name.len() == 32 && name.bytes().all(|byte| byte.is_ascii_hexdigit());
    match is_id || TAKEN.contains(&name) {
        true => Err(Problem::field("name", format!("a connection cannot be named `{name}`"))),
        false => Ok(()),
    }
}
