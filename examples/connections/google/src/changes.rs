//! The changes that a delivery announces.

use connector_sdk::contract::Error;
use connector_sdk::error::unexpected;
use connector_sdk::flow::{Flow, FlowResult};
use serde_json::{Map, Value, json};

/// Reads on from the cursor, or from where the subscription began.
pub fn changes(flow: &mut Flow) -> FlowResult<Value> {
    let webhook = flow.webhook()?;
    let start = flow.input()["subscription"]["page_token"].clone();
    let mut token = match flow.text("cursor") {
        "" => start,
        cursor => cursor.into(),
    };
    loop {
        let input = || Some(Map::from_iter([("pageToken".to_owned(), token.clone())]));
        let rest = flow.call_and_emit("changes.list", input, |page| match page {
            Ok(page) => {
                let changes = page["changes"].as_array().map_or(&[][..], Vec::as_slice);
                let next = json!({ "next": page["nextPageToken"], "last": page["newStartPageToken"] });
                (webhook.events(changes), next)
            }
            Err(error) => (Vec::new(), json!({ "error": serde_json::to_value(error).ok() })),
        })?;
        if let Ok(error) = serde_json::from_value::<Error>(rest["error"].clone()) {
            return Err(error.into());
        }
        match (rest["next"].as_str(), rest["last"].as_str()) {
            (Some(next), _) => token = next.into(),
            (None, Some(last)) => {
                flow.set_cursor(last.to_owned());
                return Ok(Value::Null);
            }
            (None, None) => {
                let message = "Google's list of changes does not say where the next one begins";
                return Err(unexpected("invalid-answer", message).into());
            }
        }
    }
}
