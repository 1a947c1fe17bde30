//! The connector's description of itself, as the JSON that is printed.

use connector_host::{Connector, manifest};
use serde_json::Value;

use crate::error::Error;

/// The whole manifest as it is kept in a file. What repeats in its schemas is in `$defs`, unless
/// they are to be self-contained.
pub fn text(connector: &Connector, inline: bool) -> Result<String, Error> {
    let manifest = manifest(connector)?;
    let manifest = if inline {
        manifest.generated_by("connector inspect --json --inline")
    } else {
        let shared = manifest.shared();
        let shared = shared.map_err(|error| Error::Unexpected(error.to_string()))?;
        shared.generated_by("connector inspect --json")
    };
    manifest.text().map_err(not_json)
}

/// The whole manifest, with self-contained schemas.
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
