//! Facts as files: `meta.json`, `types.json` with the `types` by name, and for every tag a file
//! with the `operations` of it.

use super::facts::{Facts, Operation};
use anyhow::{Context, Result};
use connector_catalog::files;
use connector_catalog::files::facts;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

impl Facts {
    /// Writes the files into `folder` and removes those of tags that are gone.
    pub fn save(&self, folder: &Path) -> Result<()> {
        let files = self.files();
        for path in files::in_folder(folder, &["json"])? {
            if !files.contains_key(stem(&path)) {
                fs::remove_file(path)?;
            }
        }
        for (name, content) in files {
            let path = folder.join(format!("{name}.json"));
            let text = serde_json::to_string_pretty(&content)? + "\n";
            fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
        }
        Ok(())
    }

    /// Reads what [`save`](Self::save) wrote. An empty folder gives empty facts.
    pub fn load(folder: &Path) -> Result<Self> {
        let mut all = Self::default();
        for path in files::in_folder(folder, &["json"])? {
            let facts::Facts { version, base, scopes, operations, types } = files::read(&path)?;
            let tag = stem(&path);
            if tag == "meta" {
                all.meta = facts::Facts { version, base, scopes, ..facts::Facts::default() };
            }
            all.types.extend(types);
            all.operations.extend(
                operations
                    .into_iter()
                    .map(|facts| (facts.id.clone(), Operation { tag: tag.to_owned(), facts })),
            );
        }
        Ok(all)
    }

    /// Contents by file name without its ending.
    fn files(&self) -> BTreeMap<&str, facts::Facts> {
        let mut files = BTreeMap::<&str, facts::Facts>::new();
        for Operation { tag, facts } in self.operations.values() {
            files.entry(tag).or_default().operations.push(facts.clone());
        }
        let types = self.types.iter().map(|(name, type_)| (name.clone(), type_.clone()));
        let types = facts::Facts { types: types.collect(), ..facts::Facts::default() };
        files.extend([("meta", self.meta.clone()), ("types", types)]);
        files
    }
}

fn stem(path: &Path) -> &str {
    path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default()
}
