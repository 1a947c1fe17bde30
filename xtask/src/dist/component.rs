//! The component, what it says about itself, and the contract that it keeps.

use anyhow::{Context, Result};

use super::project::{Project, copy, write};
use super::{bom, licences, tool};

/// Copies the component, and writes the WIT package where there is wkg.
pub fn make(project: &Project) -> Result<()> {
    let folder = project.part("component")?;
    let name = format!("{}-{}", project.name, project.version);
    let wasm = project.component();
    copy(&wasm, &folder.join(format!("{name}.wasm"))).context("run `make component` first")?;
    project.copy("connector.json", &folder.join(format!("{name}.json")))?;
    let graph = bom::component(project)?;
    write(&folder.join(format!("{name}.third-party.txt")), licences::text(&graph)?)?;
    bom::write(project, &project.name, &wasm, &graph)?;
    wit(project, &folder)
}

/// The contract as the package that registries of WebAssembly hold.
fn wit(project: &Project, folder: &std::path::Path) -> Result<()> {
    if !tool::is_there("wkg") {
        println!("SKIPPED: the WIT package, because there is no wkg here");
        return Ok(());
    }
    let (name, version) =
        project.contract.split_once('@').context("the contract has no version")?;
    let path = folder.join(format!("{}-{version}.wit.wasm", name.replace(':', "-")));
    // It writes a lock file beside what it builds.
    let stage = project.stage("wit")?;
    let sources = project.root.join("wit");
    let args = ["wit", "build", "--wit-dir", tool::text(&sources)?, "--output", tool::text(&path)?];
    tool::run(&stage, "wkg", &args).map(drop)
}
