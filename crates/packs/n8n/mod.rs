//! n8n: a package of its community, with a node for all actions, one for all triggers that are polled, and one for
//! all for which the service calls.
//!
//! A pack is the source of a package: `n8n-node build` and `n8n-node lint` take it as it is. It asks for
//! nothing but what n8n gives a verified node: requests go through n8n's helpers, which have the
//! credential, and the component is a text in a module. The code is the same in every pack (`glue/`).

mod credentials;
mod form;
mod names;
mod nodes;
mod operations;
mod package;
mod readme;
mod schema;
mod shared;
mod typescript;
mod webhooks;

use anyhow::Result;

use crate::probe::Probe;
use crate::{File, LICENSES, Source};
use credentials::credentials;
use nodes::Pack;
use package::Names;

/// The pack.
pub fn n8n(source: &Source) -> Result<Vec<File>> {
    let manifest = &source.manifest;
    let connector = &manifest["connector"];
    let names = Names::new(connector, source.vendor.as_deref());
    let credentials = credentials(connector)?;
    let test = Probe::new(&source.connector)?.test();
    let pack = Pack { manifest, names: &names, credentials: &credentials };

    let mut files = nodes::actions(&pack);
    let mut classes = vec![names.class.clone()];
    if let Some(node) = nodes::triggers(&pack) {
        files.push(node);
        classes.push(format!("{}Trigger", names.class));
    }
    if let Some(node) = webhooks::node(&pack) {
        files.push(node);
        classes.push(format!("{}{}", names.class, webhooks::SUFFIX));
    }
    for class in &classes {
        let codex = package::codex(&names, &nodes::camel_class(class), &[]);
        files.push(File::json(format!("nodes/{class}/{class}.node.json"), &codex));
    }
    files.extend(credentials.iter().map(|credential| {
        credentials::file(credential, manifest, &names.icon, &names.home, test.as_ref())
    }));
    let of: Vec<_> = credentials.iter().map(|credential| &*credential.class).collect();
    files.extend(package::files(connector, &names, &of, &classes));
    files.push(readme::readme(manifest, &names, &credentials));
    let [_, (_, license)] = LICENSES;
    files.push(File::new("LICENSE.md", license));
    files.extend(shared::files(source, &credentials)?);
    Ok(files)
}
