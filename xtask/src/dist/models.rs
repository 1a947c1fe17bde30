//! What is for language models: a bundle for each system, the registry's server.json of all of them, and the skills.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::Value;

use super::archive::{Entry, below, files, unzip, zip};
use super::project::{Project, read, write};
use super::sums::sha256;
use super::target::Target;
use super::{bom, licences, npm};

/// The name of the registry's file.
const SERVER: &str = "server.json";

/// Writes the bundle of this system, beside those of others that are there already.
pub fn make(project: &Project, target: &Target, address: &str, publisher: &str) -> Result<()> {
    let folder = project.out.join("models");
    fs::create_dir_all(&folder)?;
    let stage = project.stage("mcpb")?;
    // The registry wants https, which stand-ins on this machine do not have.
    let https = address.replacen("http://", "https://", 1);
    npm::packed(project, "mcpb", &stage, &["--publisher", publisher, "--address", &https])?;
    let made = files(&stage)?;
    let bundle = made.iter().find(|path| path.extension().is_some_and(|it| it == "mcpb"));
    let bundle = bundle.context("`connector pack mcpb` wrote no bundle")?;
    let name = format!("{}-{}-{}.mcpb", project.name, project.version, target.npm());
    let graph = bom::program(project, target.triple)?;
    let mut entries = unzip(&fs::read(bundle)?)?;
    entries.push(Entry::new("THIRD-PARTY.txt", licences::text(&graph)?));
    for licence in ["LICENSE-APACHE", "LICENSE-MIT"] {
        entries.push(Entry::new(licence, fs::read(project.root.join(licence))?));
    }
    let bytes = zip(&entries)?;
    let mut server: Value = serde_json::from_str(&read(&stage.join(SERVER))?)?;
    server["packages"][0]["fileSha256"] = sha256(&bytes).into();
    write(&folder.join(&name), bytes)?;
    server["packages"][0]["identifier"] = format!("{}/{name}", https.trim_end_matches('/')).into();
    write(&folder.join(format!("{name}.json")), format!("{server:#}\n"))?;
    together(&folder)?;
    bom::package(project, &name, bom::Kind::Plain, Some(&graph))?;
    let stage = project.stage("skills")?;
    npm::packed(project, "skills", &stage, &[])?;
    let skills = format!("{}-skills-{}.zip", project.name, project.version);
    write(&folder.join(skills), zip(&below(&stage, "")?)?)
}

/// One server.json, with the bundles of all systems.
fn together(folder: &Path) -> Result<()> {
    let mut all: Option<Value> = None;
    for path in files(folder)? {
        if !path.to_string_lossy().ends_with(".mcpb.json") {
            continue;
        }
        let one: Value = serde_json::from_str(&read(&path)?)?;
        match &mut all {
            None => all = Some(one),
            Some(all) => {
                let more = one["packages"].as_array().cloned().unwrap_or_default();
                all["packages"].as_array_mut().context("no packages")?.extend(more);
            }
        }
    }
    write(&folder.join(SERVER), format!("{:#}\n", all.context("there is no bundle")?))
}
