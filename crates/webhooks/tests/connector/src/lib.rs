//! Webhooks of a made-up service: how it signs and how it asks whether somebody is there is told in
//! `catalog/triggers.toml`; one of them is made by a request, and ends.

use connector_sdk::contract::ErrorKind;
use connector_sdk::flow::{Flow, FlowResult};
use serde_json::{Map, Value, json};

mod catalog {
    connector_sdk::tables!();
}

connector_sdk::export!(Connector, &catalog::CATALOG, &[("by_hand", by_hand), ("channel", channel)]);

/// A person enters the address where the app is registered.
fn by_hand(_: &mut Flow) -> FlowResult<Value> {
    Ok(json!({}))
}

/// Makes, renews and ends a channel. The answer has the key of the signatures, and when it ends.
fn channel(flow: &mut Flow) -> FlowResult<Value> {
    if flow.id().ends_with("/unsubscribe") {
        let input = flow.given(&["id"]);
        return match flow.attempt("channels.stop", input, |_| Value::Null)? {
            Err(error) if error.kind != ErrorKind::NotFound => Err(error.into()),
            _ => Ok(Value::Null),
        };
    }
    if flow.id().ends_with("/renew") {
        let subscription = flow.input().get("subscription").cloned().unwrap_or_default();
        let input = Map::from_iter([("id".to_owned(), subscription["id"].clone())]);
        let renewed = flow.call("channels.renew", input)?;
        let key = subscription["key"].clone();
        return Ok(json!({"id": renewed["id"], "key": key, "expires_at": renewed["expires_at"]}));
    }
    let mut input = flow.given(&["folder"]);
    input.insert("address".to_owned(), flow.text("address").into());
    flow.call("channels.create", input)
}
