//! The connector's description of itself, as the JSON that is printed.

use connector_host::{Connector, manifest};
use serde_json::Value;

use crate::error::Error;

/// The whole manifest, with a line for each action.
pub fn text(connector: &Connector) -> Result<String, Error> {
    manifest(connector)?.text().map_err(not_json)
}

/// The whole manifest.
pub fn read(connector: &Connector) -> Result<Value, Error> {
    serde_json::to_value(manifest(connector)?).map_err(not_json)
}

/// The descriptions of all actions, triggers or webhooks.
pub fn entries<'a>(manifest: &'a Value, list: &str) -> impl Iterator<Item = &'a Value> {
    manifest[list].as_array().into_iter().flatten()
}

fn not_json(error: serde_json::Error) -> Error {
    Error::Unexpected(format!("the manifest is not JSON: {error}"))
}
