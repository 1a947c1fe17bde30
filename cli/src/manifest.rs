//! The connector's description of itself, as the JSON that is printed.

use connector_host::{Connector, manifest};
use serde_json::Value;

use crate::error::Error;

/// The whole manifest.
pub fn read(connector: &Connector) -> Result<Value, Error> {
    let manifest = manifest(connector)?;
    serde_json::to_value(manifest)
        .map_err(|error| Error::Unexpected(format!("the manifest is not JSON: {error}")))
}

/// The descriptions of all actions or all triggers.
pub fn entries<'a>(manifest: &'a Value, list: &str) -> impl Iterator<Item = &'a Value> {
    manifest[list].as_array().into_iter().flatten()
}
