//! Reads the catalogue's files.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde_json::{Map, Value};

use crate::files;

pub struct Catalog {
    /// Facts by operation id.
    pub operations: BTreeMap<String, Value>,
    /// Facts by type name.
    pub types: Map<String, Value>,
    /// Words: actions with their group, in the order to show them.
    pub actions: Vec<(String, Value)>,
    /// Words for fields, by `name`, `Type.name` or `action.id/name`.
    pub fields: Value,
    pub triggers: Value,
    pub choices: Value,
    pub errors: Value,
    pub resources: Value,
    pub states: Value,
    pub connection: Value,
}

impl Catalog {
    pub fn read(root: &Path) -> Result<Catalog> {
        let (mut operations, mut types) = (BTreeMap::new(), Map::new());
        for file in files(&root.join("facts"), &["json", "toml"])? {
            let is_json = file.extension().is_some_and(|extension| extension == "json");
            let facts = if is_json { json(&file)? } else { toml(&file)? };
            for operation in facts["operations"].as_array().into_iter().flatten() {
                operations.insert(text(operation, "operation_id")?.to_owned(), operation.clone());
            }
            types.extend(facts["types"].as_object().cloned().unwrap_or_default());
        }
        let optional = |name: &str| match root.join(name) {
            file if file.exists() => toml(&file),
            _ => Ok(Value::Null),
        };
        types.extend(optional("types.toml")?.as_object().cloned().unwrap_or_default());
        let mut groups = Vec::new();
        for file in files(&root.join("words"), &["toml"])? {
            let words = toml(&file)?;
            let rank =
                words["rank"].as_u64().with_context(|| format!("{}: rank", file.display()))?;
            groups.push((rank, text(&words, "group")?.to_owned(), words["action"].clone()));
        }
        groups.sort_by_key(|(rank, ..)| *rank);
        let of_group = |(_, group, actions): (u64, String, Value)| {
            let actions = actions.as_array().cloned().unwrap_or_default();
            actions.into_iter().map(move |action| (group.clone(), action)).collect::<Vec<_>>()
        };
        let actions = groups.into_iter().flat_map(of_group).collect();
        let mut catalog = Catalog {
            operations,
            types,
            actions,
            fields: merged(&root.join("fields"))?,
            triggers: optional("triggers.toml")?,
            choices: optional("choices.toml")?,
            errors: optional("errors.toml")?,
            resources: optional("resources.toml")?,
            states: optional("states.toml")?,
            connection: toml(&root.join("connection.toml"))?,
        };
        // For the benchmark that compares with a small catalogue.
        if let Some(first) = env::var("CATALOG_FIRST").ok().and_then(|first| first.parse().ok()) {
            catalog.cut(first);
        }
        Ok(catalog)
    }
}

impl Catalog {
    /// The facts of the operation that an action is.
    pub fn operation(&self, action: &str) -> Result<&Value> {
        let found = self.actions.iter().find(|(_, words)| words["id"] == action);
        let name = found.and_then(|(_, words)| words["operation_id"].as_str());
        let facts = name.and_then(|name| self.operations.get(name));
        facts.with_context(|| format!("{action} is not an action that is one operation"))
    }

    /// Keeps the first actions, and of the rest what speaks of these alone.
    fn cut(&mut self, actions: usize) {
        self.actions.truncate(actions);
        self.actions.retain(|(_, action)| action["operation_id"].is_string());
        let known: Vec<_> = self.actions.iter().map(|(_, action)| action["id"].clone()).collect();
        let verbs = ["action", "list", "get", "create", "update", "delete"];
        let of_known = |entry: &Value| {
            let named = verbs.iter().map(|verb| &entry[verb]).filter(|id| !id.is_null());
            named.into_iter().all(|id| known.contains(id))
        };
        if !known.contains(&self.connection["test"]["action"]) {
            self.connection["test"]["action"] = known.first().cloned().unwrap_or_default();
        }
        // Made of flows, which are gone.
        self.triggers["webhook"] = Value::Array(Vec::new());
        let lists = [
            (&mut self.triggers, "trigger"),
            (&mut self.choices, "source"),
            (&mut self.resources, "resource"),
        ];
        for list in lists.map(|(table, name)| &mut table[name]) {
            let Some(list) = list.as_array_mut() else { continue };
            list.retain(of_known);
        }
    }
}

/// The tables of all files, which must not share a name.
fn merged(folder: &Path) -> Result<Value> {
    let mut all = Map::new();
    for file in files(folder, &["toml"])? {
        for (name, words) in toml(&file)?.as_object().into_iter().flatten() {
            if all.insert(name.clone(), words.clone()).is_some() {
                bail!("{}: {name} has words in another file", file.display());
            }
        }
    }
    Ok(Value::Object(all))
}

/// The files with these extensions; none where the folder is missing.
fn files(folder: &Path, extensions: &[&str]) -> Result<Vec<PathBuf>> {
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let mut files: Vec<_> =
        fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
    files.retain(|file| {
        let extension = file.extension().and_then(|extension| extension.to_str());
        extension.is_some_and(|extension| extensions.contains(&extension))
    });
    files.sort();
    Ok(files)
}

fn json(file: &Path) -> Result<Value> {
    let text = fs::read_to_string(file).with_context(|| file.display().to_string())?;
    serde_json::from_str(&text).with_context(|| file.display().to_string())
}

fn toml(file: &Path) -> Result<Value> {
    let text = fs::read_to_string(file).with_context(|| file.display().to_string())?;
    files::check(file, &text)?;
    toml::from_str(&text).with_context(|| file.display().to_string())
}

/// The items of a member that is a list, if it is there.
pub fn items<'a>(value: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> + use<'a> {
    value[name].as_array().into_iter().flatten()
}

/// A member that must be a text.
pub fn text<'a>(value: &'a Value, name: &str) -> Result<&'a str> {
    match value[name].as_str() {
        Some(text) => Ok(text),
        None => bail!("{name} is missing in {value}"),
    }
}

/// `Some("…")` or `None`, as Rust source.
pub fn option(value: &Value) -> String {
    match value.as_str() {
        Some(text) => format!("Some({text:?})"),
        None => "None".to_owned(),
    }
}

/// `&["…", …]`, as Rust source.
pub fn texts<'a>(items: impl IntoIterator<Item = &'a str>) -> String {
    format!("&{:?}", items.into_iter().collect::<Vec<_>>())
}
