//! Whether facts and words speak of the same operations.

use super::facts::Facts;
use super::follow;
use anyhow::Result;
use connector_catalog::files::connection::Connection;
use connector_catalog::files::words::Words;
use connector_catalog::files::{in_folder, read};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// One line for every operation without words, every words without operation, and every operation
/// with words twice, sorted. `folder` holds TOML files with `[[action]]` tables, most of which have
/// an `operation_id`. Operations that the connection itself uses, `own`, need no words.
pub fn check(facts: &Facts, folder: &Path, own: &[String]) -> Result<Vec<String>> {
    let mut words = BTreeMap::<String, Vec<String>>::new();
    for path in in_folder(folder, &["toml"])? {
        // An action of our own has no operation.
        let actions = read::<Words>(&path)?.action;
        for id in actions.into_iter().filter_map(|action| action.operation_id) {
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
    problems.extend(drafts(folder)?);
    problems.sort();
    Ok(problems)
}

/// Drafts that nobody has gone through.
fn drafts(folder: &Path) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for path in in_folder(folder, &["toml"])? {
        let text = fs::read_to_string(&path)?;
        let marked = text.lines().enumerate().filter(|(_, line)| *line == follow::MARK);
        let file = path.file_name().unwrap_or_default().to_string_lossy();
        found.extend(marked.map(|(index, _)| format!("{file}:{}: words are a draft", index + 1)));
    }
    Ok(found)
}

/// The operations that the connection itself uses, as its file lists them.
pub fn of_connection(file: &Path) -> Result<Vec<String>> {
    Ok(read::<Connection>(file)?.operations)
}
