//! Where the repository names something.

use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};

/// So many places are told; of more, only how many.
const TOLD: usize = 5;

/// Files that people write, with their text: those of the catalogue but facts and schemas, the component's
/// own functions, and the cases.
pub struct Places {
    files: Vec<(String, String)>,
}

impl Places {
    pub fn read(root: &Path) -> Result<Self> {
        let mut files = Vec::new();
        for folder in ["catalog", "src", "tests/cases"] {
            collect(&root.join(folder), &mut files)?;
        }
        let files = files.into_iter().map(|path| {
            let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
            let name = path.strip_prefix(root).unwrap_or(&path).display().to_string();
            Ok((name, text))
        });
        let files = files.collect::<Result<_>>()?;
        Ok(Self { files })
    }

    /// Lines that are wanted, by the name of the file and their text.
    pub fn of(&self, wanted: impl Fn(&str, &str) -> bool) -> Vec<String> {
        let lines = self.files.iter().flat_map(|(name, text)| {
            text.lines().enumerate().map(move |(index, line)| (name, index + 1, line))
        });
        let mut all: Vec<String> = lines
            .filter(|(name, _, line)| wanted(name, line))
            .map(|(name, number, _)| format!("{name}:{number}"))
            .collect();
        let more = all.len().saturating_sub(TOLD);
        all.truncate(TOLD);
        if more > 0 {
            all.push(format!("and {more} more lines"));
        }
        all
    }
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    if !folder.exists() {
        return Ok(());
    }
    let entries = fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    let mut paths = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<PathBuf>>>()?;
    paths.sort();
    for path in paths {
        let name = path.file_name().unwrap_or_default();
        let ending = path.extension().and_then(|ending| ending.to_str());
        if path.is_dir() {
            if name != "facts" && name != "schema" {
                collect(&path, files)?;
            }
        } else if matches!(ending, Some("toml" | "rs" | "json")) {
            files.push(path);
        }
    }
    Ok(())
}

/// Whether the line has the word by itself.
pub fn names(line: &str, word: &str) -> bool {
    let inside = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(at, found)| {
        let before = line[..at].chars().next_back();
        let after = line[at + found.len()..].chars().next();
        !before.is_some_and(inside) && !after.is_some_and(inside)
    })
}
