//! Salesforce: an address of one's own, which the token endpoint gives.

use connector_sdk::flow::{Flow, FlowResult, Run};
use serde_json::{Value, json};

mod catalog {
    connector_sdk::tables!();
}

static FLOWS: &[(&str, Run)] = &[("by_hand", by_hand)];

connector_sdk::export!(Connector, &catalog::CATALOG, FLOWS);

/// A person makes the HTTP callout in a flow of Salesforce, and enters the address there.
fn by_hand(_: &mut Flow) -> FlowResult<Value> {
    Ok(json!({}))
}
