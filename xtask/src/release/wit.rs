//! The contract against that of the last release. Its types are closed: what was there is there as it was, to the
//! last member, and what comes is new interfaces, functions and types beside it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::change::Change;

/// Items by their names, such as `types/record request`, each as it is written, without comments and attributes.
pub type Items = BTreeMap<String, String>;

/// All items in a folder of WIT.
pub fn read(folder: &Path) -> Result<Items> {
    let mut all = Items::new();
    let files =
        fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    for file in files {
        let path = file?.path();
        if path.extension().is_some_and(|it| it == "wit") {
            all.extend(items(&fs::read_to_string(&path)?));
        }
    }
    Ok(all)
}

/// What changed.
pub fn compare(before: &Items, now: &Items) -> Vec<Change> {
    let mut changes = Vec::new();
    for (name, text) in before {
        match now.get(name) {
            None => changes.push(Change::breaking(format!("`{name}` is gone"))),
            Some(other) if other != text => {
                changes.push(Change::breaking(format!("`{name}` is not as it was")));
            }
            Some(_) => {}
        }
    }
    let new = now.keys().filter(|name| !before.contains_key(*name));
    changes.extend(new.map(|name| Change::added(format!("`{name}`"))));
    changes
}

/// The items of one file. A block at the top holds items; one within an item is a part of it.
pub fn items(text: &str) -> Items {
    let lines = text.lines().map(|line| line.split("//").next().unwrap_or_default().trim());
    let text = lines.filter(|it| !it.starts_with('@')).collect::<Vec<_>>().join(" ");
    let (mut found, mut block, mut item) = (Items::new(), String::new(), String::new());
    let mut depth = 0;
    for letter in text.chars() {
        match letter {
            '{' if depth == 0 => {
                block = words(&std::mem::take(&mut item));
                depth = 1;
                continue;
            }
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        let ends = (letter == '}' || letter == ';') && depth == 1;
        if letter == '}' && depth == 0 {
            block.clear();
            item.clear();
            continue;
        }
        if depth > 0 {
            item.push(letter);
        } else if letter == ';' {
            // `package …;`, which has a version of its own.
            item.clear();
        } else {
            item.push(letter);
        }
        if ends {
            let whole = words(&std::mem::take(&mut item));
            // What ends a `use` after its list.
            if whole != ";" {
                found.insert(format!("{block}/{}", name(&whole)), whole);
            }
        }
    }
    found
}

/// What an item is called: its words up to what it is made of.
fn name(item: &str) -> String {
    let end = item.find(['{', ':', '=', ';']).unwrap_or(item.len());
    // Of `use types.{a, b}` and `export types` everything counts.
    let is_whole = ["use ", "export ", "import ", "include "].iter().any(|it| item.starts_with(it));
    if is_whole { item.trim_end_matches(';').to_owned() } else { item[..end].trim().to_owned() }
}

fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
