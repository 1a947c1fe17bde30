//! The smallest connector: it looks an article up in Wikipedia. One action, no credential. What is
//! known of the service is in `catalog/`.

use connector_sdk::flow::{Flow, FlowResult};
use serde_json::{Map, Value};

mod catalog {
    connector_sdk::tables!();
}

connector_sdk::export!(Connector, &catalog::CATALOG, &[("article", article)]);

/// Titles have underscores for blanks in addresses.
fn article(flow: &mut Flow) -> FlowResult<Value> {
    let title = flow.text("title").trim().replace(' ', "_");
    flow.call("summaries.get", Map::from_iter([("title".to_owned(), title.into())]))
}
