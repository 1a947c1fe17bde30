//! Appmixer: a bundle of components, one for each action and trigger.
//!
//! A pack is the folder that `appmixer pack` and `appmixer publish` take. Appmixer wants it to lie
//! in folders of its names, so the files are below `connector/<id>/`. Code is the same in every
//! pack (`glue/`); what differs is data from the manifest.

mod component;
mod inspector;
mod ports;
mod service;
mod title;

use anyhow::{Context, Result, ensure};
use include_dir::{Dir, include_dir};
use serde_json::Value;
use std::collections::BTreeSet;

use crate::{File, Source, runtime};
use component::Kind;

/// The first part of every name in Appmixer: whose components these are.
const VENDOR: &str = "connector";

/// The code of every pack.
static GLUE: Dir = include_dir!("$CARGO_MANIFEST_DIR/appmixer/glue");

/// The pack.
pub fn appmixer(source: &Source) -> Result<Vec<File>> {
    let manifest = &source.manifest;
    let pack = Pack { connector: &manifest["connector"], service: service(manifest)? };
    let mut files = runtime(source)?;
    files.extend(
        GLUE.files()
            .map(|file| File::new(format!("lib/{}", file.path().display()), file.contents())),
    );
    files.extend(service::files(&pack, source.node()));
    files.extend(component::choices(&pack));
    for action in entries(manifest, "actions") {
        files.extend(component::files(&pack, &Kind::Action(action))?);
    }
    for trigger in entries(manifest, "triggers") {
        files.extend(component::files(&pack, &Kind::Trigger(trigger))?);
    }
    let mut paths = BTreeSet::new();
    for file in &mut files {
        file.path = format!("{VENDOR}/{}/{}", pack.service, file.path);
        ensure!(paths.insert(file.path.clone()), "two components would be {}", file.path);
    }
    Ok(files)
}

/// What all components of a pack share.
struct Pack<'a> {
    connector: &'a Value,
    /// The connector's id, in the letters that Appmixer allows.
    service: String,
}

impl Pack<'_> {
    /// The name of a component: vendor, service, module and component.
    fn name(&self, module: &str, component: &str) -> String {
        format!("{VENDOR}.{}.{module}.{component}", self.service)
    }

    /// The address at which forms reach a component.
    fn url(&self, module: &str, component: &str) -> String {
        format!("/component/{VENDOR}/{}/{module}/{component}?outPort=out", self.service)
    }
}

fn service(manifest: &Value) -> Result<String> {
    let id = manifest["connector"]["id"].as_str().context("the manifest names no connector")?;
    Ok(id.replace(|letter: char| !letter.is_ascii_alphanumeric(), "_"))
}

fn entries<'a>(manifest: &'a Value, list: &str) -> impl Iterator<Item = &'a Value> {
    manifest[list].as_array().into_iter().flatten()
}
