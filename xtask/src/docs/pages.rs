//! All pages as one set, to write it or to compare it with what is there.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::manifest::Manifest;
use super::markdown::slug;
use super::{actions, index, resources, triggers};

/// Contents by path in `docs/`. The folder `actions` holds nothing else.
pub struct Pages(BTreeMap<String, String>);

/// Renders the manifest and the cases in the folder `root`.
pub fn render(root: &Path) -> Result<Pages> {
    let manifest = Manifest::read(root)?;
    let cases = root.join("tests/cases");
    let mut pages = BTreeMap::from([
        ("actions/README.md".to_owned(), index::page(&manifest)),
        ("triggers.md".to_owned(), triggers::page(&manifest.triggers, &cases)?),
        ("webhooks.md".to_owned(), triggers::webhooks(&manifest.webhooks)?),
        ("resources.md".to_owned(), resources::page(&manifest)),
    ]);
    for (group, actions) in manifest.groups() {
        let path = format!("actions/{}.md", slug(group));
        pages.insert(path, actions::page(group, &actions, &cases)?);
    }
    Ok(Pages(pages))
}

impl Pages {
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Writes the pages into `docs` and removes those of groups that are gone.
    pub fn write(&self, docs: &Path) -> Result<()> {
        fs::create_dir_all(docs.join("actions"))?;
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

    fn orphans(&self, docs: &Path) -> Result<Vec<String>> {
        let Ok(folder) = fs::read_dir(docs.join("actions")) else { return Ok(Vec::new()) };
        let names =
            folder.map(|file| Ok(format!("actions/{}", file?.file_name().to_string_lossy())));
        let names: Vec<_> = names.collect::<Result<_>>()?;
        Ok(names.into_iter().filter(|name| !self.0.contains_key(name)).collect())
    }
}
