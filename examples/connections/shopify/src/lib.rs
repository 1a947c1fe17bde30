//! Shopify: an address for each shop, which the person knows, and deliveries that are signed with the
//! app's secret.

use connector_sdk::flow::{Flow, FlowResult, Run};
use serde_json::{Map, Value, json};

mod catalog {
    connector_sdk::tables!();
}

static FLOWS: &[(&str, Run)] = &[("subscription", subscription)];

connector_sdk::export!(Connector, &catalog::CATALOG, FLOWS);

fn subscription(flow: &mut Flow) -> FlowResult<Value> {
    if flow.id().ends_with("/unsubscribe") {
        flow.call_for("webhooks.delete", flow.given(&["id"]), |_| Value::Null)?;
        return Ok(Value::Null);
    }
    let webhook = json!({
        "topic": "products/create",
        "address": flow.text("address"),
        "format": "json",
    });
    let input = Map::from_iter([("webhook".to_owned(), webhook)]);
    flow.call_for("webhooks.create", input, |made| json!({ "id": made["webhook"]["id"].to_string() }))
}
