//! Appmixer: a bundle of components, one for each action and trigger.
//!
//! A pack is the folder that `appmixer pack` and `appmixer publish` take. Appmixer wants it to lie
//! in folders of its names, so the files are below `connector/<id>/`. Code is the same in every
//! pack (`glue/`); what differs is data from the manifest.

mod choices;
mod component;
mod examples;
mod flows;
mod inspector;
mod ports;
mod rows;
mod service;

use anyhow::{Context, Result, ensure};
use include_dir::{Dir, include_dir};
use serde_json::Value;
use std::collections::BTreeSet;

use crate::values::list;
use crate::{File, Source, runtime};
use choices::Sources;
use component::Kind;
use examples::Examples;

/// The first part of every name in Appmixer, whose components these are, unless somebody says it.
const VENDOR: &str = "connector";

/// The code of every pack.
static GLUE: Dir = include_dir!("$CARGO_MANIFEST_DIR/appmixer/glue");

/// The pack.
pub fn appmixer(source: &Source) -> Result<Vec<File>> {
    let manifest = &source.manifest;
    let pack = Pack {
        connector: &manifest["connector"],
        vendor: source.vendor.as_deref().unwrap_or(VENDOR),
        service: service(manifest)?,
        examples: Examples::of_manifest(manifest),
    };
    let mut files = runtime(source)?;
    files.extend(
        GLUE.files()
            .map(|file| File::new(format!("lib/{}", file.path().display()), file.contents())),
    );
    files.extend(service::files(&pack, source.node()));
    let sources = Sources::default();
    let actions = list(&manifest["actions"]).map(Kind::Action);
    for kind in actions.chain(list(&manifest["triggers"]).map(Kind::Trigger)) {
        files.extend(component::files(&pack, kind, &sources)?);
    }
    for scopes in sources.into_sets() {
        files.extend(component::choices(&pack, &scopes));
    }
    files.extend(flows::files(&pack, manifest));
    let mut paths = BTreeSet::new();
    for file in &mut files {
        file.path = format!("{}/{}/{}", pack.vendor, pack.service, file.path);
        ensure!(paths.insert(file.path.clone()), "two components would be {}", file.path);
    }
    Ok(files)
}

/// What all components of a pack share.
struct Pack<'a> {
    connector: &'a Value,
    vendor: &'a str,
    /// The connector's id, in the letters that Appmixer allows.
    service: String,
    examples: Examples,
}

impl Pack<'_> {
    /// The name of a component: vendor, service, module and component.
    fn name(&self, module: &str, component: &str) -> String {
        format!("{}.{}.{module}.{component}", self.vendor, self.service)
    }

    /// The address at which forms reach a component.
    fn url(&self, module: &str, component: &str) -> String {
        format!("/component/{}/{}/{module}/{component}?outPort=out", self.vendor, self.service)
    }

    /// How accounts and limits name the service.
    fn account(&self) -> String {
        format!("{}:{}", self.vendor, self.service)
    }

    /// Whom components are by: the vendor.
    fn author(&self) -> &str {
        self.vendor
    }
}

fn service(manifest: &Value) -> Result<String> {
    let id = manifest["connector"]["id"].as_str().context("the manifest names no connector")?;
    Ok(id.replace(|letter: char| !letter.is_ascii_alphanumeric(), "_"))
}
