//! All pages as one set, to write it or to compare it with what is there.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::manifest::Manifest;
use super::markdown::slug;
use super::{actions, commands, compare, errors, index, resources, triggers};

/// Contents by path in `docs`. The folders of [`Pages::folders`] hold nothing else.
pub struct Pages(BTreeMap<String, String>);

/// Renders the manifest and the cases in the folder `root`, and what a program says of itself.
pub fn render(root: &Path, program: Option<&Path>) -> Result<Pages> {
    let manifest = Manifest::read(root)?;
    let cases = root.join("tests/cases");
    let mut pages = BTreeMap::from([
        ("actions/README.md".to_owned(), index::page(&manifest)),
        ("compare.md".to_owned(), compare::page(root, &manifest)?),
        ("triggers.md".to_owned(), triggers::page(&manifest.triggers, &cases)?),
        ("webhooks.md".to_owned(), triggers::webhooks(&manifest.webhooks)?),
        ("resources.md".to_owned(), resources::page(&manifest)),
    ]);
    for (group, actions) in manifest.groups() {
        let path = format!("actions/{}.md", slug(group));
        pages.insert(path, actions::page(group, &actions, &cases)?);
    }
    if let Some(program) = program {
        pages.extend(commands::pages(&root.join("docs"), program)?);
        pages.insert("errors.md".to_owned(), errors::page(root, program)?);
    }
    Ok(Pages(pages))
}

impl Pages {
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Writes the pages into `docs` and removes those of groups that are gone.
    pub fn write(&self, docs: &Path) -> Result<()> {
        for folder in self.folders() {
            fs::create_dir_all(docs.join(folder))?;
        }
        for path in self.orphans(docs)? {
            fs::remove_file(docs.join(path))?;
        }
        for (path, content) in &self.0 {
            let path = docs.join(path);
            fs::write(&path, content)
                .with_context(|| format!("cannot write {}", path.display()))?;
        }
        Ok(())
    }

    /// The paths of pages that are missing, different or left over, sorted.
    pub fn stale(&self, docs: &Path) -> Result<Vec<String>> {
        let differs = |path: &str, content: &str| {
            fs::read_to_string(docs.join(path)).map_or(true, |found| found != content)
        };
        let pages = self.0.iter().filter(|(path, content)| differs(path, content));
        let mut stale: Vec<_> = pages.map(|(path, _)| path.clone()).collect();
        stale.extend(self.orphans(docs)?);
        stale.sort();
        Ok(stale)
    }

    /// The folders of which all pages are here.
    fn folders(&self) -> BTreeSet<&str> {
        self.0.keys().filter_map(|path| Some(path.split_once('/')?.0)).collect()
    }

    fn orphans(&self, docs: &Path) -> Result<Vec<String>> {
        let mut orphans = Vec::new();
        for folder in self.folders() {
            let Ok(files) = fs::read_dir(docs.join(folder)) else { continue };
            for file in files {
                let path = format!("{folder}/{}", file?.file_name().to_string_lossy());
                if !self.0.contains_key(&path) {
                    orphans.push(path);
                }
            }
        }
        Ok(orphans)
    }
}
