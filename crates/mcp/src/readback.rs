//! What became of a change that has to do with money: services say yes before everything shows it, so what
//! was changed is read again, and told as it then is.

use std::time::Duration;

use connector_host::contract::actions::Description;
use rmcp::model::JsonObject;
use serde_json::{Map, Value, json};
use tokio::time::sleep;

use crate::preview::{Thing, amount, current};
use crate::server::Server;

/// How often it is read, and how long is waited in between, while it is not as it was asked for.
const TIMES: u32 = 3;
const PAUSE: Duration = Duration::from_secs(1);

/// What the things are that a call has changed; None where they cannot be read.
pub async fn readback(
    server: &Server,
    description: &Description,
    arguments: &JsonObject,
) -> Option<Value> {
    let mut told = None;
    for time in 0..TIMES {
        if time > 0 {
            sleep(PAUSE).await;
        }
        // What cannot be read now has been changed all the same.
        let things = current(server, description, arguments).await.ok()?;
        let (rows, same) = compared(&things)?;
        told = Some(match same {
            true => json!({"things": rows, "as asked": true}),
            false => json!({"things": rows, "as asked": false, "next":
                "the service may take a moment: read it again before it is tried again"}),
        });
        if same {
            break;
        }
    }
    told
}

/// What was asked for, as it is; and whether it is as it was asked for. None when nothing can be told.
fn compared(things: &[Thing]) -> Option<(Vec<Value>, bool)> {
    let mut same = true;
    let mut rows = Vec::new();
    for Thing { asked, current, units } in things {
        let current = current.as_ref()?.as_object()?;
        let mut row = Map::new();
        for name in ["id", "name", "title"] {
            row.extend(current.get(name).map(|value| (name.to_owned(), value.clone())));
        }
        for (name, wanted) in asked {
            // Not everything that can be written can be read.
            let Some(is) = current.get(name) else { continue };
            let read = |value: &Value| amount(name, value, units).unwrap_or_else(|| value.clone());
            if is == wanted {
                row.insert(name.clone(), read(is));
            } else if !wanted.is_object() && !wanted.is_array() {
                same = false;
                row.insert(name.clone(), json!({"asked": read(wanted), "is": read(is)}));
            }
        }
        rows.push(Value::Object(row));
    }
    (!rows.is_empty()).then_some((rows, same))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_as_asked_is_told() {
        let object = |value: Value| value.as_object().cloned().unwrap();
        let asked = object(json!({"id": "7", "cap": 50_000_000, "status": "PAUSED", "secret": 1}));
        let thing = |status: &str| Thing {
            asked: asked.clone(),
            current: Some(json!({"id": "7", "name": "A", "cap": 50_000_000, "status": status})),
            units: vec!["cap".into()],
        };
        let (rows, same) = compared(&[thing("PAUSED")]).unwrap();
        let wanted = json!({
            "id": "7", "name": "A", "cap": "50.00 in units of the currency", "status": "PAUSED"});
        assert_eq!((rows, same), (vec![wanted], true));
        let (rows, same) = compared(&[thing("ACTIVE")]).unwrap();
        assert_eq!(rows[0]["status"], json!({"asked": "PAUSED", "is": "ACTIVE"}));
        assert!(!same);
        let unread = Thing { current: None, ..thing("ACTIVE") };
        assert_eq!(compared(&[unread]), None);
    }
}
