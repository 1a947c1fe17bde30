//! Drafts of words for operations that are new.

use super::sample::sample;
use crate::catalog::facts::{Facts, Operation};
use anyhow::{Context, Result};
use connector_catalog::files::words::Words;
use connector_catalog::files::{in_folder, read};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// The line above a draft. `check` refuses it.
pub const MARK: &str = "# A draft: choose the id, which is for ever, write title, summary and example, and take this line away.";

/// The words that there are.
pub struct Known {
    /// The id of an action and the file of its words, by the operation that it is.
    actions: BTreeMap<String, (String, String)>,
    /// The number for a group that comes last.
    last: u64,
}

/// Words for one operation.
pub struct Draft {
    /// The operation.
    pub operation: String,
    /// The action's id, from the operation's.
    pub id: String,
    /// The file for them.
    pub file: String,
    /// An input with what must be given.
    pub example: Value,
    /// The head of the file, where it is new.
    head: String,
}

impl Known {
    pub fn read(folder: &Path) -> Result<Self> {
        let (mut actions, mut last) = (BTreeMap::new(), 1);
        for path in in_folder(folder, &["toml"])? {
            let words: Words = read(&path)?;
            let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            last = last.max(words.rank + 1);
            for action in words.action {
                if let Some(operation) = action.operation_id {
                    actions.insert(operation, (action.id, file.clone()));
                }
            }
        }
        Ok(Self { actions, last })
    }

    /// The action that is this operation: for one without words as its draft calls it.
    pub fn action(&self, operation: &str) -> String {
        let known = self.actions.get(operation).map(|(id, _)| id.clone());
        known.unwrap_or_else(|| operation.replace('/', "."))
    }

    /// The file that has most of the operations that `tag` had.
    fn file(&self, facts: &Facts, tag: &str) -> Option<&str> {
        let tagged = facts.operations.iter().filter(|(_, operation)| operation.tag == tag);
        let mut counts = BTreeMap::<&str, usize>::new();
        for (_, file) in tagged.filter_map(|(id, _)| self.actions.get(id)) {
            *counts.entry(file).or_default() += 1;
        }
        counts.into_iter().max_by_key(|(_, count)| *count).map(|(file, _)| file)
    }
}

/// A draft for each operation of `new` that is not in `old` and has no words.
pub fn drafts(old: &Facts, new: &Facts, known: &Known) -> Vec<Draft> {
    let lacking = new
        .operations
        .iter()
        .filter(|(id, _)| !old.operations.contains_key(*id) && !known.actions.contains_key(*id));
    let draft = |(id, operation): (&String, &Operation)| {
        let file = known.file(old, &operation.tag).map(str::to_owned);
        let group = title(&operation.tag);
        Draft {
            operation: id.clone(),
            id: known.action(id),
            head: match file {
                Some(_) => String::new(),
                None => format!("group = {group:?}\nrank = {}\n", known.last),
            },
            file: file.unwrap_or_else(|| format!("{}.toml", operation.tag)),
            example: example(new, operation),
        }
    };
    lacking.map(draft).collect()
}

impl Draft {
    /// Appends it to its file in the folder.
    pub fn write(&self, folder: &Path) -> Result<()> {
        let file = folder.join(&self.file);
        let before = match file.exists() {
            true => fs::read_to_string(&file).with_context(|| file.display().to_string())?,
            false => self.head.clone(),
        };
        let (resource, verb) = self.id.split_once('.').unwrap_or((&self.id, "call"));
        let name = format!("{} {}", title(verb), title(resource).to_lowercase());
        let (id, operation, example) = (&self.id, &self.operation, self.example.to_string());
        let words = format!(
            "\n{MARK}\n[[action]]\nid = {id:?}\noperation_id = {operation:?}\ntitle = {name:?}\n\
             summary = \"{name}.\"\n[[action.example]]\ntitle = \"With what it needs\"\ninput = '''{example}'''\n"
        );
        fs::write(&file, before + &words).with_context(|| file.display().to_string())
    }
}

/// The parameters and members of the body that must be given.
fn example(facts: &Facts, operation: &Operation) -> Value {
    let needed = operation.facts.parameters.iter().filter(|parameter| parameter.required);
    let mut input: Map<String, Value> = needed
        .map(|parameter| (parameter.name.clone(), sample(facts, &parameter.schema, false)))
        .collect();
    if let Some(body) = &operation.facts.body {
        match sample(facts, &body.schema, false) {
            Value::Object(members) => input.extend(members),
            other => drop(input.insert("items".into(), other)),
        }
    }
    input.into()
}

/// `board_sections` as `Board sections`.
fn title(name: &str) -> String {
    let words = name.replace(['_', '/', '.'], " ");
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
