//! Slack: two tokens of one consent, signed deliveries, a challenge, one address for all workspaces.

use connector_sdk::flow::{Flow, FlowResult, Run};
use serde_json::{Value, json};

mod catalog {
    connector_sdk::tables!();
}

static FLOWS: &[(&str, Run)] = &[("by_hand", by_hand)];

connector_sdk::export!(Connector, &catalog::CATALOG, FLOWS);

/// The address is entered on the app's page, so there is nothing to ask the service for.
fn by_hand(_: &mut Flow) -> FlowResult<Value> {
    Ok(json!({}))
}
