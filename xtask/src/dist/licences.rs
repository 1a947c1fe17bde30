//! The licences of what is linked, as their owners wrote them: most ask that their text goes with every copy.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::Result;

use super::bom::{Graph, Package};

/// The beginnings of names of files that hold a licence, a notice, or who the owners are.
const NAMES: &[&str] = &["license", "licence", "copying", "notice", "copyright", "unlicense"];
/// What this repository's own crates and what the compiler adds are under.
const HEAD: &str = "\
What this file goes with contains the following, under the licences whose texts follow. Where one offers a
choice (OR), it is taken under any of them. The standard library of Rust is in it too, under MIT or Apache-2.0,
Copyright (c) The Rust Project Contributors.
";

/// A text with all packages that are not of this repository, and each licence's text once.
pub fn text(graph: &Graph) -> Result<String> {
    let mut texts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut list = String::new();
    for package in graph.packages.values().filter(|it| it.hash.is_some()) {
        let title = format!("{} {}", package.name, package.version);
        let license = package.license.as_deref().unwrap_or("see its text below");
        list += &format!("- {title}: {license}\n");
        for text in found(package)? {
            texts.entry(text).or_default().push(title.clone());
        }
    }
    let line = "-".repeat(80);
    let bodies: String = texts
        .iter()
        .map(|(text, of)| format!("\n{line}\n{}:\n{line}\n\n{text}\n", of.join(", ")))
        .collect();
    Ok(format!("{HEAD}\n{list}{bodies}"))
}

/// The texts in a package's folder. Where it has none, its expression in the list has to do.
fn found(package: &Package) -> Result<Vec<String>> {
    let Some(folder) = &package.folder else { return Ok(Vec::new()) };
    let mut paths: Vec<_> =
        fs::read_dir(folder)?.map(|it| Ok(it?.path())).collect::<Result<Vec<_>>>()?;
    paths.retain(|path| path.is_file() && is_licence(path));
    paths.sort();
    paths
        .iter()
        .map(|path| {
            let text = String::from_utf8_lossy(&fs::read(path)?).replace("\r\n", "\n");
            Ok(text.trim().to_owned())
        })
        .collect()
}

fn is_licence(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    let is_code = [".rs", ".js", ".ts", ".json", ".toml"].iter().any(|end| name.ends_with(end));
    !is_code && NAMES.iter().any(|start| name.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn licences_are_known_by_their_names() {
        let names = ["LICENSE", "LICENSE-MIT.txt", "COPYING", "Notice.md", "UNLICENSE"];
        assert!(names.iter().all(|name| is_licence(Path::new(name))));
        assert!(!is_licence(Path::new("license.rs")) && !is_licence(Path::new("README.md")));
    }
}
