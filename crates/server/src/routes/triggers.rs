//! Polls, with cursors that the server keeps.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use connector_host::Call;
use connector_store::values;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::order::On;
use super::{about, body};
use crate::caller::Caller;
use crate::extract::{Path, Whole};
use crate::problem::Problem;
use crate::run::taken::{Taken, take};
use crate::server::Server;

/// Bytes of a configuration.
const CONFIG: usize = 64 << 10;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    #[serde(default)]
    config: Map<String, Value>,
    /// Tells cursors of one trigger apart.
    #[serde(default)]
    name: String,
    /// Forgets the cursor first.
    #[serde(default)]
    reset: bool,
}

/// `POST …/triggers/{trigger}/poll`. The cursor moves before the answer is sent; an answer that is lost
/// is asked for with `reset`, or by another name.
pub async fn poll(
    State(server): State<Server>,
    caller: Caller,
    Path((c, trigger)): Path<(String, String)>,
    headers: HeaderMap,
    Whole(body): Whole,
) -> Result<Json<Value>, Problem> {
    let Asked { config, name, reset } = body::read(&headers, &body)?;
    let On { ready, connection, place: _place } = On::of(&server, &caller, &c).await?;
    if name.chars().count() > 100 {
        return Err(Problem::field("name", "100 characters at most"));
    }
    about::known_trigger(server.catalog(&ready.entry.connector)?, &trigger)?;
    let db = &caller.tenant.db;
    let config = Value::Object(config).to_string();
    if config.len() > CONFIG {
        return Err(Problem::field("config", "64 KiB at most"));
    }
    let select = "SELECT cursor FROM cursors WHERE connection = ?1 AND trigger = ?2 AND name = ?3 \
        AND config = ?4";
    let key = values![ready.entry.id, trigger, name, config];
    let cursor: Option<String> = match reset {
        true => None,
        false => db.read(|sql| sql.row(select, &key, |row| row.get(0)))?,
    };
    let first = cursor.is_none();
    let call = Call::Poll { trigger: trigger.clone(), config: config.clone(), cursor };
    let Taken { items: events, outcome, .. } = take(&connection, call, usize::MAX).await?;
    if let Some(cursor) = outcome.cursor {
        let insert = "INSERT OR REPLACE INTO cursors (connection, trigger, name, config, cursor) \
            VALUES (?1, ?2, ?3, ?4, ?5)";
        let values = values![ready.entry.id, trigger, name, config, cursor];
        // Of those that nobody uses the oldest go.
        let old = "DELETE FROM cursors WHERE connection = ?1 AND rowid NOT IN \
            (SELECT rowid FROM cursors WHERE connection = ?1 ORDER BY rowid DESC LIMIT 1000)";
        db.write(|sql| {
            sql.execute(insert, &values)?;
            sql.execute(old, &values[..1])
        })?;
    }
    Ok(Json(json!({"events": events, "first": first})))
}
