//! A new version, everywhere that it is written by hand.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};

use super::change::numbers;

/// Files with the version, each with the text before it and after it. In `Cargo.toml` it is also that of our own
/// crates where they need each other.
const PLACES: &[(&str, &str, &str)] = &[
    ("Cargo.toml", "\nversion = \"", "\""),
    ("Cargo.toml", ", version = \"", "\""),
    ("drivers/node/package.json", "  \"version\": \"", "\""),
    ("drivers/node/package-lock.json", "  \"version\": \"", "\""),
    ("drivers/node/package-lock.json", "      \"version\": \"", "\""),
    ("drivers/python/pyproject.toml", "\nversion = \"", "\""),
];
const UNRELEASED: &str = "## Unreleased\n";

/// Writes it. Fails before anything is written when the version is not later, or a place does not
/// have the old one.
pub fn bump(root: &Path, version: &str, day: &str) -> Result<()> {
    let before = current(root)?;
    let changelog = text(root, "CHANGELOG.md")?;
    // The first release has the version that is there already.
    let is_first = version == before && !changelog.contains(&format!("\n## {version} ("));
    let is_later = numbers(version)? > numbers(&before)?;
    ensure!(is_later || is_first, "{version} is not later than {before}");
    let is_day = day.len() == 10
        && day.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    ensure!(is_day, "`{day}` is no day, such as 2026-01-31");
    let mut texts: Vec<(&str, String)> = Vec::new();
    for (path, start, end) in PLACES {
        let at = texts.iter().position(|(known, _)| known == path);
        let at = match at {
            Some(at) => at,
            None => {
                texts.push((path, text(root, path)?));
                texts.len() - 1
            }
        };
        let (old, new) = (format!("{start}{before}{end}"), format!("{start}{version}{end}"));
        let held = &mut texts[at].1;
        // Below it npm's lock file has other packages, which may have the same version.
        let times = if path.ends_with("lock.json") { 1 } else { usize::MAX };
        ensure!(held.contains(&old), "{path} does not have the version {before}");
        *held = held.replacen(&old, &new, times);
    }
    ensure!(changelog.contains(UNRELEASED), "CHANGELOG.md has no `## Unreleased`");
    let heading = format!("{UNRELEASED}\n## {version} ({day})\n");
    texts.push(("CHANGELOG.md", changelog.replacen(UNRELEASED, &heading, 1)));
    for (path, text) in texts {
        fs::write(root.join(path), text).with_context(|| format!("cannot write {path}"))?;
    }
    Ok(())
}

/// The version that `Cargo.toml` has.
pub fn current(root: &Path) -> Result<String> {
    let cargo: toml::Table = text(root, "Cargo.toml")?.parse()?;
    let version = cargo["workspace"]["package"]["version"].as_str();
    version.map(str::to_owned).context("Cargo.toml has no version of the workspace")
}

/// A file of the repository.
pub fn text(root: &Path, path: &str) -> Result<String> {
    fs::read_to_string(root.join(path)).with_context(|| format!("cannot read {path}"))
}
