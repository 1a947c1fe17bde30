//! What npm packages the page of the server has in it, from their lock file.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::Result;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::Value;

use super::graph::{Graph, Package};
use crate::dist::project::read;

/// Every package that is not for development. What needs what is not told: the page is one file.
pub fn graph(folder: &Path) -> Result<Graph> {
    let lock: Value = serde_json::from_str(&read(&folder.join("package-lock.json"))?)?;
    let mut graph = Graph::default();
    for (place, package) in lock["packages"].as_object().into_iter().flatten() {
        let Some((_, name)) = place.rsplit_once("node_modules/") else { continue };
        if package["dev"] == true || package["optional"] == true {
            continue;
        }
        let version = package["version"].as_str().unwrap_or_default().to_owned();
        let purl = format!("pkg:npm/{}@{version}", name.replace('@', "%40"));
        let sum = package["integrity"].as_str().and_then(|it| it.strip_prefix("sha512-"));
        let bytes = sum.and_then(|sum| BASE64_STANDARD.decode(sum).ok());
        let hex = bytes.map(|it| it.iter().map(|byte| format!("{byte:02x}")).collect());
        let installed = folder.join(place);
        graph.roots.insert(purl.clone());
        graph.packages.insert(
            purl.clone(),
            Package {
                name: name.to_owned(),
                version,
                purl,
                license: package["license"].as_str().map(str::to_owned),
                hash: hex.map(|hex| ("SHA-512", hex)),
                folder: installed.is_dir().then_some(installed),
                needs: BTreeSet::new(),
            },
        );
    }
    Ok(graph)
}
