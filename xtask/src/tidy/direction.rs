//! Crates depend on each other in the direction that `tidy.toml` declares, and in no other. What
//! only tests depend on does not count.

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::fault::Fault;
use super::tree::Tree;

/// What `cargo metadata` says of the workspace.
#[derive(Deserialize)]
pub struct Workspace {
    pub packages: Vec<Package>,
    /// Of the repository.
    #[serde(skip)]
    pub root: PathBuf,
}

#[derive(Deserialize)]
pub struct Package {
    pub name: String,
    pub manifest_path: String,
    pub dependencies: Vec<Dependency>,
    pub targets: Vec<Target>,
}

#[derive(Deserialize)]
pub struct Dependency {
    pub name: String,
    /// `dev`, `build`, or none.
    pub kind: Option<String>,
    /// Where it is of this repository.
    pub path: Option<String>,
}

#[derive(Deserialize)]
pub struct Target {
    pub name: String,
    pub kind: Vec<String>,
    pub src_path: String,
}

impl Workspace {
    /// Of the repository at `root`, the workspace in one of its folders; its files are told from `root` on. Fails when
    /// Cargo cannot read it.
    pub fn read(root: &Path, folder: &str) -> Result<Self> {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let output = Command::new(cargo)
            .args(["metadata", "--no-deps", "--format-version", "1"])
            .current_dir(root.join(folder))
            .output()
            .context("cannot run cargo")?;
        ensure!(
            output.status.success(),
            "cargo metadata: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        let read: Workspace = serde_json::from_slice(&output.stdout).context("cargo metadata")?;
        Ok(Workspace { root: root.to_owned(), ..read })
    }

    /// A path of Cargo's, from the root on.
    pub fn relative(&self, path: &str) -> String {
        let path = Path::new(path);
        path.strip_prefix(&self.root).unwrap_or(path).to_string_lossy().into_owned()
    }
}

pub fn check(
    tree: &Tree,
    workspace: &Workspace,
    may: &BTreeMap<String, Vec<String>>,
) -> Vec<Fault> {
    let mut faults = Vec::new();
    for package in &workspace.packages {
        let manifest = workspace.relative(&package.manifest_path);
        let line = |name: &str| line_of(tree.text(&manifest).unwrap_or_default(), name);
        let Some(allowed) = may.get(&package.name) else {
            let what = format!(
                "`{}` is in no direction: say in {} under [crates] what it may depend on",
                package.name,
                super::settings::PATH
            );
            faults.push(Fault::new(&manifest, line("name"), what));
            continue;
        };
        for dependency in &package.dependencies {
            let counts = dependency.path.is_some() && dependency.kind.as_deref() != Some("dev");
            if counts && !allowed.contains(&dependency.name) {
                let what = format!(
                    "`{}` may not depend on `{}`: move what it needs into a crate below both, or change the direction in {}",
                    package.name,
                    dependency.name,
                    super::settings::PATH
                );
                faults.push(Fault::new(&manifest, line(&dependency.name), what));
            }
        }
    }
    for name in
        may.keys().filter(|name| !workspace.packages.iter().any(|package| package.name == **name))
    {
        let what = format!("there is no crate `{name}`: remove it from [crates]");
        let text = tree.text(super::settings::PATH).unwrap_or_default();
        faults.push(Fault::new(super::settings::PATH, line_of(text, name), what));
    }
    faults
}

/// The first line that begins with a key, or the first one.
fn line_of(text: &str, key: &str) -> usize {
    let begins =
        |line: &str| line.strip_prefix(key).is_some_and(|rest| rest.starts_with([' ', '.', '=']));
    text.lines().position(begins).map_or(1, |index| index + 1)
}
