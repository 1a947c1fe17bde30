//! What a crate is linked with, from `cargo metadata` and the lock file.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::Value;

use crate::dist::project::read;
use crate::dist::tool;

/// One thing that is linked.
pub struct Package {
    pub name: String,
    pub version: String,
    pub purl: String,
    /// An SPDX expression.
    pub license: Option<String>,
    /// The sum of what the registry gave, and its algorithm.
    pub hash: Option<(&'static str, String)>,
    /// Where its licences are.
    pub folder: Option<PathBuf>,
    /// The purls of what it needs.
    pub needs: BTreeSet<String>,
}

/// Packages by their purls, and those that come first.
#[derive(Default)]
pub struct Graph {
    pub packages: BTreeMap<String, Package>,
    pub roots: BTreeSet<String>,
}

impl Graph {
    /// Of the crate `root` in a workspace, for one system. Fails when Cargo cannot tell.
    pub fn read(workspace: &Path, root: &str, triple: &str) -> Result<Self> {
        let args = ["metadata", "--format-version=1", "--locked", "--filter-platform", triple];
        let told: Value = serde_json::from_str(&tool::run(workspace, "cargo", &args)?)?;
        let sums = sums(&read(&workspace.join("Cargo.lock"))?)?;
        let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let packages: HashMap<String, Value> =
            list(&told["packages"]).into_iter().map(|it| (text(&it["id"]), it)).collect();
        let nodes: HashMap<String, Value> =
            list(&told["resolve"]["nodes"]).into_iter().map(|it| (text(&it["id"]), it)).collect();
        let first = packages.iter().find(|(_, it)| it["name"] == root && it["source"].is_null());
        let (first, _) = first.with_context(|| format!("there is no crate {root}"))?;
        let mut graph = Graph::default();
        let mut open = vec![first.clone()];
        while let Some(id) = open.pop() {
            let package = packages.get(&id).context("cargo metadata lacks a package")?;
            let purl = purl(package);
            if graph.packages.contains_key(&purl) {
                continue;
            }
            let mut needs = BTreeSet::new();
            for dependency in list(&nodes[&id]["deps"]) {
                let is_linked =
                    list(&dependency["dep_kinds"]).iter().any(|it| it["kind"].is_null());
                let other = &packages[&text(&dependency["pkg"])];
                if is_linked && !is_macro(other) {
                    needs.insert(self::purl(other));
                    open.push(text(&dependency["pkg"]));
                }
            }
            let (name, version) = (text(&package["name"]), text(&package["version"]));
            let sum = sums.get(&(name.clone(), version.clone())).cloned();
            let folder = Path::new(package["manifest_path"].as_str().unwrap_or_default()).parent();
            graph.packages.insert(
                purl.clone(),
                Package {
                    license: package["license"].as_str().map(|it| it.replace('/', " OR ")),
                    hash: sum.map(|sum| ("SHA-256", sum)),
                    folder: folder.map(Path::to_owned),
                    name,
                    version,
                    purl,
                    needs,
                },
            );
        }
        graph.roots = [purl(&packages[first])].into();
        Ok(graph)
    }

    /// Both in one.
    pub fn add(&mut self, other: Graph) {
        for (purl, package) in other.packages {
            match self.packages.get_mut(&purl) {
                Some(known) => known.needs.extend(package.needs),
                None => drop(self.packages.insert(purl, package)),
            }
        }
        self.roots.extend(other.roots);
    }
}

fn purl(package: &Value) -> String {
    let text = |key: &str| package[key].as_str().unwrap_or_default();
    // A plus stands for a blank in a query, and is written so that nobody takes it for one.
    format!("pkg:cargo/{}@{}", text("name"), text("version").replace('+', "%2B"))
}

/// Whether it runs in the compiler alone.
fn is_macro(package: &Value) -> bool {
    let targets = package["targets"].as_array().into_iter().flatten();
    targets.flat_map(|it| it["kind"].as_array().into_iter().flatten()).any(|it| it == "proc-macro")
}

/// The sums in a lock file, by name and version.
fn sums(lock: &str) -> Result<HashMap<(String, String), String>> {
    let lock: toml::Table = lock.parse()?;
    let packages = lock.get("package").and_then(toml::Value::as_array).into_iter().flatten();
    let text = |package: &toml::Value, key: &str| {
        package.get(key).and_then(toml::Value::as_str).map(str::to_owned)
    };
    let sum = |it| Some(((text(it, "name")?, text(it, "version")?), text(it, "checksum")?));
    Ok(packages.filter_map(sum).collect())
}
