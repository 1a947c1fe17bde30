//! Whether facts and words speak of the same operations.

use super::facts::Facts;
use super::files::files_in;
use anyhow::{Context, Result};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// One line for every operation without words, every words without operation, and every operation
/// with words twice, sorted. `folder` holds TOML files with `[[action]]` tables, most of which have
/// an `operation_id`. Operations that the connection itself uses, `own`, need no words.
pub fn check(facts: &Facts, folder: &Path, own: &[String]) -> Result<Vec<String>> {
    let mut words = BTreeMap::<String, Vec<String>>::new();
    for path in files_in(folder, "toml")? {
        let ids = operation_ids(&fs::read_to_string(&path)?);
        for id in ids.with_context(|| path.display().to_string())? {
            let file = path.file_name().unwrap_or_default().to_string_lossy();
            words.entry(id).or_default().push(file.into_owned());
        }
    }
    let operations = &facts.operations;
    let mut problems: Vec<String> = operations
        .keys()
        .filter(|id| !words.contains_key(*id) && !own.contains(id))
        .map(|id| format!("{id}: no words"))
        .collect();
    for (id, files) in words {
        let places = files.join(", ");
        if !operations.contains_key(&id) {
            problems.push(format!("{id}: words in {places}, but no such operation"));
        } else if files.len() > 1 {
            problems.push(format!("{id}: words more than once, in {places}"));
        }
    }
    problems.sort();
    Ok(problems)
}

/// The operations that the connection itself uses, as its file lists them.
pub fn of_connection(file: &Path) -> Result<Vec<String>> {
    let table: toml::Table = fs::read_to_string(file)?.parse()?;
    let operations = table.get("operations").and_then(toml::Value::as_array);
    Ok(operations.into_iter().flatten().filter_map(|id| id.as_str().map(str::to_owned)).collect())
}

/// An action of our own has no operation.
fn operation_ids(text: &str) -> Result<Vec<String>> {
    let table: toml::Table = text.parse()?;
    let actions = table.get("action").and_then(toml::Value::as_array);
    let id = |action: &toml::Value| action.get("operation_id")?.as_str().map(str::to_owned);
    Ok(actions.into_iter().flatten().filter_map(id).collect())
}
