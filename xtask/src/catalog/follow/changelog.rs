//! The draft of an entry in the changelog.

use super::note::Note;
use anyhow::{Context, Result};
use connector_catalog::files::facts::Facts;
use std::fs;
use std::path::Path;

/// What comes before the newest entries.
const BEFORE: &str = "## Unreleased\n\n";

/// Puts an entry before all others that are not released.
pub fn write(file: &Path, meta: &Facts, notes: &[Note]) -> Result<()> {
    let text = fs::read_to_string(file).with_context(|| file.display().to_string())?;
    let (before, after) = text
        .split_once(BEFORE)
        .with_context(|| format!("{}: there is no {:?}", file.display(), BEFORE.trim()))?;
    let version = meta.version.as_deref().unwrap_or_default();
    let mut entry = format!("- The API's description {version}:\n");
    notes.iter().for_each(|note| entry += &format!("  - {}\n", note.said));
    Ok(fs::write(file, format!("{before}{BEFORE}{entry}{after}"))?)
}
