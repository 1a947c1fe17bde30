//! Packages of npm.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::{Map, Value, json};

use super::project::{Project, copy, read, write};
use super::target::{TARGETS, Target};
use super::{archive, bom, licences, tool};

/// The package that `npx` runs.
pub fn runner_name(project: &Project) -> String {
    format!("{}-cli", project.name)
}

/// The package with the program for one system. Its name has no connector in it: any may use it.
pub fn platform_name(target: &Target) -> String {
    format!("connector-cli-{}", target.npm())
}

/// What every package says.
pub fn package(project: &Project, name: &str, description: &str) -> Value {
    json!({
        "name": name,
        "version": project.version,
        "description": description,
        "license": project.license,
    })
}

/// Packs a folder.
pub fn pack(stage: &Path, out: &Path) -> Result<()> {
    fs::create_dir_all(out)?;
    let args = ["pack", "--ignore-scripts", "--pack-destination", tool::text(out)?];
    tool::run(stage, "npm", &args).map(drop)
}

/// The driver, the connector, and the package that runs the program on all systems for which there is one.
pub fn make(project: &Project) -> Result<()> {
    let folder = project.out.join("npm");
    driver(project, &folder)?;
    connector(project, &folder)?;
    runner(project, &folder)
}

/// The driver without what only its development needs.
fn driver(project: &Project, folder: &Path) -> Result<()> {
    let source = project.root.join("drivers/node");
    let stage = project.stage("npm-driver")?;
    for entry in archive::below(&source.join("src"), "src/")? {
        write(&stage.join(entry.name), entry.bytes)?;
    }
    copy(&source.join("README.md"), &stage.join("README.md"))?;
    project.licences(&stage)?;
    let mut package: Map<String, Value> =
        serde_json::from_str(&read(&source.join("package.json"))?)?;
    for key in ["private", "scripts", "devDependencies"] {
        package.remove(key);
    }
    // Of licences npm takes by itself what is called LICENSE and nothing else.
    let files = package.get_mut("files").and_then(Value::as_array_mut);
    let files = files.context("the driver's package.json does not say which files it has")?;
    files.extend(["LICENSE-APACHE", "LICENSE-MIT"].map(Value::from));
    let name = package["name"].as_str().context("the driver has no name")?.to_owned();
    write(&stage.join("package.json"), format!("{:#}\n", Value::Object(package)))?;
    pack(&stage, folder)?;
    bom::package(project, &name, bom::Kind::Npm, None)
}

fn connector(project: &Project, folder: &Path) -> Result<()> {
    let stage = project.stage("npm-connector")?;
    packed(project, "npm", &stage, &[])?;
    let graph = bom::component(project)?;
    write(&stage.join("THIRD-PARTY.txt"), licences::text(&graph)?)?;
    pack(&stage, folder)?;
    bom::package(project, &project.name, bom::Kind::Npm, Some(&graph))
}

/// `connector pack`, into an empty folder.
pub fn packed(project: &Project, platform: &str, stage: &Path, more: &[&str]) -> Result<()> {
    let component = project.component();
    let (component, stage) = (tool::text(&component)?, tool::text(stage)?);
    let args = [&["--component", component, "pack", platform, "--out", stage], more].concat();
    tool::run(&project.root, &project.program, &args).map(drop)
}

fn runner(project: &Project, folder: &Path) -> Result<()> {
    let name = runner_name(project);
    let stage = project.stage("npm-runner")?;
    let archive = |target: &Target| format!("{}-{}.tgz", platform_name(target), project.version);
    let there: Vec<_> = TARGETS.iter().filter(|it| folder.join(archive(it)).exists()).collect();
    let needs: Map<_, _> =
        there.iter().map(|it| (platform_name(it), project.version.as_str().into())).collect();
    let mut package = package(project, &name, &format!("{} As a command.", project.summary));
    package["type"] = "module".into();
    package["engines"] = json!({"node": ">=20"});
    package["bin"] = json!({"connector": "connector.mjs"});
    package["optionalDependencies"] = Value::Object(needs);
    write(&stage.join("package.json"), format!("{package:#}\n"))?;
    let script = read(&project.root.join("xtask/dist/connector.mjs"))?;
    write(&stage.join("connector.mjs"), script.replace("@COMPONENT@", &project.component_name()))?;
    copy(&project.component(), &stage.join(project.component_name()))?;
    let readme = format!(
        "# {name}\n\n{}\n\n```sh\nnpx {name} actions\nnpx {name} --help\n```\n\nOn systems without a program of \
        their own it says so.\n",
        project.summary
    );
    write(&stage.join("README.md"), readme)?;
    project.licences(&stage)?;
    let graph = bom::component(project)?;
    write(&stage.join("THIRD-PARTY.txt"), licences::text(&graph)?)?;
    pack(&stage, folder)?;
    bom::package(project, &name, bom::Kind::Npm, Some(&graph))
}
