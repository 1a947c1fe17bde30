//! What is published, by its names, versions and places.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::Value;

use super::Args;

/// The repository, and where the parts go.
pub struct Project {
    pub root: PathBuf,
    pub out: PathBuf,
    /// The command line, built.
    pub program: PathBuf,
    /// The name of the component's package, such as `github-connector`.
    pub name: String,
    /// The one version of crates, packages and component.
    pub version: String,
    pub license: String,
    /// The connector's own, from `connector.json`.
    pub summary: String,
    /// The contract's package with its version, as WIT writes it.
    pub contract: String,
}

impl Project {
    /// From `Cargo.toml` and `connector.json`. Fails when one of them lacks something.
    pub fn read(root: &Path, args: &Args) -> Result<Self> {
        let root =
            root.canonicalize().with_context(|| format!("there is no {}", root.display()))?;
        let cargo: toml::Table = read(&root.join("Cargo.toml"))?.parse()?;
        let manifest: Value = serde_json::from_str(&read(&root.join("connector.json"))?)?;
        let package = cargo.get("package").context("Cargo.toml has no [package]")?;
        let shared = cargo.get("workspace").and_then(|it| it.get("package"));
        let shared = shared.context("Cargo.toml has no [workspace.package]")?;
        let text = |table: &toml::Value, key: &str| -> Result<String> {
            let text = table.get(key).and_then(toml::Value::as_str);
            text.map(str::to_owned).with_context(|| format!("Cargo.toml has no {key}"))
        };
        let said = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        Ok(Project {
            out: root.join(&args.out),
            program: root.join(&args.program),
            name: text(package, "name")?,
            version: text(shared, "version")?,
            license: text(shared, "license")?,
            summary: said(&manifest["connector"]["summary"]),
            contract: said(&manifest["contract"]),
            root,
        })
    }

    /// The component, as it is built and as the program looks for it.
    pub fn component(&self) -> PathBuf {
        self.root.join("target/wasm32-unknown-unknown/release").join(self.component_name())
    }

    /// The name of its file.
    pub fn component_name(&self) -> String {
        format!("{}.wasm", self.name.replace('-', "_"))
    }

    /// An empty folder for a part.
    pub fn part(&self, name: &str) -> Result<PathBuf> {
        empty(&self.out.join(name))
    }

    /// An empty folder for what is only on the way.
    pub fn stage(&self, name: &str) -> Result<PathBuf> {
        empty(&self.root.join("target/dist-stage").join(name))
    }

    /// Copies a file of the repository.
    pub fn copy(&self, from: impl AsRef<Path>, to: &Path) -> Result<()> {
        copy(&self.root.join(from), to)
    }

    /// The licences of this repository, as every package has them.
    pub fn licences(&self, folder: &Path) -> Result<()> {
        ["LICENSE-APACHE", "LICENSE-MIT"].iter().try_for_each(|it| self.copy(it, &folder.join(it)))
    }
}

/// A file's text.
pub fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

/// Writes a file, and the folder that it is in.
pub fn write(path: &Path, text: impl AsRef<[u8]>) -> Result<()> {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(path, text))
        .with_context(|| format!("cannot write {}", path.display()))
}

/// Copies a file, and makes the folder that it goes to.
pub fn copy(from: &Path, to: &Path) -> Result<()> {
    let bytes = fs::read(from).with_context(|| format!("cannot read {}", from.display()))?;
    write(to, bytes)
}

fn empty(folder: &Path) -> Result<PathBuf> {
    let shown = folder.display();
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("cannot remove {shown}"))?;
    }
    fs::create_dir_all(folder).with_context(|| format!("cannot make {shown}"))?;
    Ok(folder.to_owned())
}
