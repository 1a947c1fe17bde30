//! The files of the repository, as Git sees them: tracked ones, and new ones that are not ignored.

use anyhow::{Context, Result, ensure};
use glob::{MatchOptions, Pattern};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

/// Every file by its path from the root, with its text where it is one.
#[derive(Default)]
pub struct Tree {
    files: BTreeMap<String, Option<String>>,
}

impl Tree {
    /// Fails outside a Git repository.
    pub fn read(root: &Path) -> Result<Self> {
        let listed = Command::new("git")
            .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
            .current_dir(root)
            .output()
            .context("cannot run git")?;
        ensure!(
            listed.status.success(),
            "git ls-files: {}",
            String::from_utf8_lossy(&listed.stderr)
        );
        let mut files = BTreeMap::new();
        for path in String::from_utf8(listed.stdout)?.split_terminator('\0') {
            // One that was removed and is still tracked is no file any more.
            if let Ok(bytes) = std::fs::read(root.join(path)) {
                files.insert(path.to_owned(), String::from_utf8(bytes).ok());
            }
        }
        Ok(Self { files })
    }

    #[cfg(test)]
    pub fn of(files: &[(&str, &str)]) -> Self {
        let files = files.iter().map(|(path, text)| ((*path).to_owned(), Some((*text).to_owned())));
        Self { files: files.collect() }
    }

    /// The files that are texts, in the order of their paths.
    pub fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files.iter().filter_map(|(path, text)| Some((path.as_str(), text.as_deref()?)))
    }

    pub fn text(&self, path: &str) -> Option<&str> {
        self.files.get(path)?.as_deref()
    }

    /// Whether there is a file or a folder at this path, which may hold `*` for any part of a name.
    pub fn has(&self, path: &str) -> bool {
        let path = path.trim_end_matches('/');
        if path.contains('*') {
            return [path.to_owned(), format!("{path}/**")]
                .iter()
                .any(|pattern| self.files.keys().any(|file| matches(pattern, file)));
        }
        let folder = format!("{path}/");
        path.is_empty()
            || self.files.contains_key(path)
            || self
                .files
                .range(folder.clone()..)
                .next()
                .is_some_and(|(file, _)| file.starts_with(&folder))
    }

    /// Whether a file anywhere has this name.
    pub fn has_name(&self, name: &str) -> bool {
        self.files.keys().any(|path| path.rsplit('/').next() == Some(name))
    }
}

/// Whether a path is what a pattern of `tidy.toml` means: `*` is any part of one name, `**` any
/// number of folders.
pub fn matches(pattern: &str, path: &str) -> bool {
    let options = MatchOptions { require_literal_separator: true, ..MatchOptions::new() };
    Pattern::new(pattern).is_ok_and(|pattern| pattern.matches_with(path, options))
}
