//! Stripe: requests that may be repeated because each has a name, forms as bodies, and signed events.

use connector_sdk::flow::{Flow, FlowResult, Run};
use serde_json::{Map, Value, json};

mod catalog {
    connector_sdk::tables!();
}

static FLOWS: &[(&str, Run)] = &[("endpoint", endpoint)];

connector_sdk::export!(Connector, &catalog::CATALOG, FLOWS);

/// Makes and removes the endpoint. Its secret comes once, with the answer.
fn endpoint(flow: &mut Flow) -> FlowResult<Value> {
    if flow.id().ends_with("/unsubscribe") {
        flow.call_for("endpoints.delete", flow.given(&["id"]), |_| Value::Null)?;
        return Ok(Value::Null);
    }
    let input = Map::from_iter([
        ("url".to_owned(), flow.text("address").into()),
        ("enabled_events".to_owned(), json!(["payment_intent.succeeded"])),
    ]);
    flow.call_for("endpoints.create", input, |made| json!({ "id": made["id"], "secret": made["secret"] }))
}
