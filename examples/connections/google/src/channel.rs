//! Channels: made, renewed, which is made anew, and stopped.

use connector_sdk::contract::ErrorKind;
use connector_sdk::flow::{Flow, FlowResult};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::time;

/// Milliseconds of a channel's life. Google allows a week, and gives an hour to who does not ask.
const LIFE: u64 = 86_400_000;

pub fn channel(flow: &mut Flow) -> FlowResult<Value> {
    if flow.id().ends_with("/unsubscribe") {
        let channel = flow.given(&["id", "resourceId"]);
        stop(flow, channel)?;
        return Ok(Value::Null);
    }
    let start = flow.call_for("changes.start", Map::new(), |it| it["startPageToken"].clone())?;
    let old = flow.input().get("subscription").cloned().unwrap_or_default();
    if old.is_null() {
        let address = flow.text("address").to_owned();
        // Nobody can guess it: neither the address nor the name of the call is known to others.
        let token = hash(&[flow.call_name(), "token", &address]);
        return watch(flow, &address, &token, &start, &start);
    }
    let text = |name: &str| old[name].as_str().unwrap_or_default().to_owned();
    // Deliveries of both channels are good as long as both are there.
    let new = watch(flow, &text("address"), &text("token"), &start, &old["page_token"])?;
    let old = ["id", "resourceId"].map(|name| (name.to_owned(), old[name].clone()));
    stop(flow, Map::from_iter(old))?;
    Ok(new)
}

/// The subscription. `since` is where its first delivery begins to read.
fn watch(flow: &mut Flow, address: &str, token: &str, start: &Value, since: &Value) -> FlowResult<Value> {
    let now = flow.now()?;
    let id = hash(&[flow.call_name(), "channel"]);
    let mut input = Map::from_iter([
        ("pageToken".to_owned(), start.clone()),
        ("id".to_owned(), id.into()),
        ("type".to_owned(), "web_hook".into()),
        ("address".to_owned(), address.into()),
        ("token".to_owned(), token.into()),
    ]);
    if let Some(now) = time::read(&now) {
        input.insert("expiration".to_owned(), (now + LIFE).to_string().into());
    }
    flow.call_for("changes.watch", input, |made| {
        let end = made["expiration"].as_str().and_then(|text| text.parse().ok());
        json!({
            "id": made["id"],
            "resourceId": made["resourceId"],
            "address": address,
            "token": token,
            "page_token": since,
            "expires_at": end.map(time::written),
        })
    })
}

/// One that has gone already is no error.
fn stop(flow: &mut Flow, channel: Map<String, Value>) -> FlowResult<()> {
    match flow.attempt("channels.stop", channel, |_| Value::Null)? {
        Err(error) if error.kind != ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

/// 32 characters, always the same for the same parts.
fn hash(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hash.finalize()[..16].iter().map(|byte| format!("{byte:02x}")).collect()
}
