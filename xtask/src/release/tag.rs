//! Whether a tag is what the files say, and what the changelog tells of it.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};

use super::{KEPT, bump, manifest};

/// Fails unless the tag is of this version, and manifest, changelog and what is kept are too.
pub fn check(root: &Path, tag: &str) -> Result<()> {
    let version = bump::current(root)?;
    ensure!(tag == format!("v{version}"), "the tag is {tag}, and Cargo.toml has {version}");
    let told = manifest::version(&manifest::read(root)?);
    ensure!(told == version, "connector.json has {told}: run `make manifest docs`");
    let read = |folder: &Path| fs::read(folder.join("connector.json")).ok();
    let is_kept = read(root) == read(&root.join(KEPT));
    ensure!(is_kept, "what is kept is of another state: run `cargo xtask release keep`");
    notes(root).map(drop)
}

/// What the changelog tells of this version.
pub fn notes(root: &Path) -> Result<String> {
    let version = bump::current(root)?;
    let changelog = bump::text(root, "CHANGELOG.md")?;
    section(&changelog, &version).with_context(|| format!("CHANGELOG.md has no {version}"))
}

/// The text below a version's heading, which has the day in brackets.
pub fn section(changelog: &str, version: &str) -> Option<String> {
    let (_, rest) = changelog.split_once(&format!("\n## {version} ("))?;
    let (_, body) = rest.split_once('\n')?;
    let body = body.split("\n## ").next()?.trim();
    (!body.is_empty()).then(|| format!("{body}\n"))
}
