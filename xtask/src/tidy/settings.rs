//! `xtask/tidy.toml`: what the checks cannot know by themselves, each exemption with its reason.

use anyhow::{Context, Result};
use serde::Deserialize;
use std::collections::BTreeMap;

use super::tree::{Tree, matches};

pub const PATH: &str = "xtask/tidy.toml";

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    pub length: Length,
    pub general: General,
    pub generated: Generated,
    pub documents: Documents,
    /// Each crate of the workspace, with the crates that it may depend on.
    pub crates: BTreeMap<String, Vec<String>>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub struct Length {
    /// In lines.
    pub limit: usize,
    pub exempt: Vec<Exempt>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub struct General {
    /// In lower case.
    pub words: Vec<String>,
    /// Patterns of the paths that are general.
    pub paths: Vec<String>,
    /// Patterns of the paths that are tests.
    pub tests: Vec<String>,
    pub exempt: Vec<Exempt>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub struct Generated {
    pub files: Vec<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub struct Documents {
    /// Patterns of the documents whose names are checked.
    pub files: Vec<String>,
    /// Names that are of something else than this repository.
    pub foreign: Vec<Foreign>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exempt {
    pub path: String,
    #[expect(dead_code, reason = "for those who read the file, who must find one")]
    pub reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Foreign {
    /// A pattern of the documents that may name them.
    pub document: String,
    pub names: Vec<String>,
    #[expect(dead_code, reason = "for those who read the file, who must find one")]
    pub reason: String,
}

impl Settings {
    /// Fails when the file is missing, or has something that no check reads.
    pub fn read(tree: &Tree) -> Result<Self> {
        let text = tree.text(PATH).with_context(|| format!("{PATH} is missing"))?;
        toml::from_str(text).context(PATH)
    }
}

pub fn is_any(patterns: &[String], path: &str) -> bool {
    patterns.iter().any(|pattern| matches(pattern, path))
}

pub fn is_exempt(exempt: &[Exempt], path: &str) -> bool {
    exempt.iter().any(|one| matches(&one.path, path))
}
