//! Facts as files: `meta.json`, `types.json` with the `types` by name, and for every tag a file
//! with the `operations` of it.

use super::facts::{Facts, Operation};
use anyhow::{Context, Result};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

impl Facts {
    /// Writes the files into `folder` and removes those of tags that are gone.
    pub fn save(&self, folder: &Path) -> Result<()> {
        let files = self.files();
        for path in files_in(folder, "json")? {
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
        let mut facts = Self::default();
        for path in files_in(folder, "json")? {
            let mut content: Value = serde_json::from_str(&fs::read_to_string(&path)?)
                .with_context(|| format!("{} is not JSON", path.display()))?;
            match stem(&path) {
                "meta" => facts.meta = content,
                "types" => facts.types = serde_json::from_value(content["types"].take())?,
                tag => {
                    let list: Vec<Value> = serde_json::from_value(content["operations"].take())?;
                    facts.operations.extend(list.into_iter().map(|facts| {
                        let id = facts["operation_id"].as_str().unwrap_or_default();
                        (id.to_owned(), Operation { tag: tag.to_owned(), facts })
                    }));
                }
            }
        }
        Ok(facts)
    }

    /// Contents by file name without its ending.
    fn files(&self) -> BTreeMap<&str, Value> {
        let mut tags = BTreeMap::<&str, Vec<&Value>>::new();
        for Operation { tag, facts } in self.operations.values() {
            tags.entry(tag).or_default().push(facts);
        }
        let tags = tags.into_iter().map(|(tag, list)| (tag, json!({ "operations": list })));
        let types = json!({ "types": self.types });
        tags.chain([("meta", self.meta.clone()), ("types", types)]).collect()
    }
}

/// The files in `folder` with this ending, sorted.
pub fn files_in(folder: &Path, ending: &str) -> Result<Vec<PathBuf>> {
    let entries =
        fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut files = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    files.retain(|path| path.extension().is_some_and(|extension| extension == ending));
    files.sort();
    Ok(files)
}

fn stem(path: &Path) -> &str {
    path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default()
}
