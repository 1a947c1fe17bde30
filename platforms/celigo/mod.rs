//! Celigo integrator.io: a module for its extension runtime.

use anyhow::Result;
use serde_json::json;

use crate::{File, Source, runtime};

/// The pack.
pub fn celigo(source: &Source) -> Result<Vec<File>> {
    let connector = &source.manifest["connector"];
    let mut files = runtime(source)?;
    files.push(File::json(
        "package.json",
        &json!({
            "name": format!("{}-celigo", connector["id"].as_str().unwrap_or_default()),
            "version": connector["version"],
            "description": connector["summary"],
            "private": true,
            "engines": {"node": ">=20"},
        }),
    ));
    Ok(files)
}
