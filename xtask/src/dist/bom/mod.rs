//! Bills of materials in CycloneDX 1.5: one for each thing that is published, of what is linked into it.
//!
//! What a crate is linked with is told by Cargo for the system in question, without what only builds or tests. The
//! features are those of the whole workspace, so that a bill rather lists too much. Nothing in a bill tells when or
//! where it was made.

mod graph;
mod page;

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::project::{Project, write as write_file};
use super::sums::sha256;
pub use graph::{Graph, Package};

/// The system that components are built for.
const WASM: &str = "wasm32-unknown-unknown";

/// Whose package something is.
#[derive(Clone, Copy)]
pub enum Kind {
    Npm,
    Python,
    Plain,
}

/// What is in the component.
pub fn component(project: &Project) -> Result<Graph> {
    Graph::read(&project.root, &project.name, WASM)
}

/// What is in the program for one system, with the component beside it, the adapters and the page.
pub fn program(project: &Project, triple: &str) -> Result<Graph> {
    let mut graph = Graph::read(&project.root, "connector-cli", triple)?;
    graph.add(component(project)?);
    let adapters = project.root.join("adapters");
    for adapter in fs::read_dir(&adapters)? {
        let adapter = adapter?;
        // A link is a crate that adapters need.
        if adapter.file_type()?.is_dir() && adapter.path().join("src").is_dir() {
            let name = adapter.file_name().to_string_lossy().into_owned();
            graph.add(Graph::read(&adapters, &name, WASM)?);
        }
    }
    graph.add(page::graph(&project.root.join("crates/server/studio"))?);
    Ok(graph)
}

/// The bill of a package that has the sources of this repository in it and what is in `graph`.
pub fn package(project: &Project, name: &str, kind: Kind, graph: Option<&Graph>) -> Result<()> {
    let purl = |kind: &str| Some(format!("pkg:{kind}/{name}@{}", project.version));
    let (end, purl) = match kind {
        Kind::Npm => (".npm", purl("npm")),
        Kind::Python => (".pypi", purl("pypi")),
        Kind::Plain => ("", None),
    };
    let mut subject = subject(project, name, "library");
    if let Some(purl) = purl {
        subject["purl"] = purl.into();
    }
    let text = bill(&subject, graph.unwrap_or(&Graph::default()));
    write_file(&project.out.join(format!("bom/{name}{end}.cdx.json")), text)
}

/// The bill of one file, with its sum. Gives its text.
pub fn write(project: &Project, name: &str, file: &Path, graph: &Graph) -> Result<String> {
    let bytes = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    let mut subject = subject(project, name, "application");
    subject["hashes"] = json!([{"alg": "SHA-256", "content": sha256(&bytes)}]);
    let text = bill(&subject, graph);
    write_file(&project.out.join(format!("bom/{name}.cdx.json")), &text)?;
    Ok(text)
}

fn subject(project: &Project, name: &str, kind: &str) -> Value {
    json!({
        "type": kind,
        "bom-ref": name,
        "name": name,
        "version": project.version,
        "licenses": [{"expression": project.license}],
    })
}

fn bill(subject: &Value, graph: &Graph) -> String {
    let components: Vec<_> = graph.packages.values().map(component_of).collect();
    let mut dependencies = vec![json!({"ref": subject["bom-ref"], "dependsOn": graph.roots})];
    dependencies.extend(
        graph.packages.iter().map(|(purl, one)| json!({"ref": purl, "dependsOn": one.needs})),
    );
    let document = json!({
        "$schema": "http://cyclonedx.org/schema/bom-1.5.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": subject},
        "components": components,
        "dependencies": dependencies,
    });
    format!("{document:#}\n")
}

fn component_of(package: &Package) -> Value {
    let mut component = json!({
        "type": "library",
        "bom-ref": package.purl,
        "name": package.name,
        "version": package.version,
        "purl": package.purl,
    });
    if let Some(license) = &package.license {
        component["licenses"] = json!([{"expression": license}]);
    }
    if let Some((algorithm, content)) = &package.hash {
        component["hashes"] = json!([{"alg": algorithm, "content": content}]);
    }
    component
}
