//! Reads the files of a catalogue.

use std::collections::{BTreeMap, HashSet};
use std::env;
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::files::choices::Choices;
use crate::files::connection::Connection;
use crate::files::errors::Errors;
use crate::files::facts::{Facts, Operation};
use crate::files::fields::Fields;
use crate::files::resources::Resources;
use crate::files::states::States;
use crate::files::trial::Trial;
use crate::files::triggers::Triggers;
use crate::files::types::Types;
use crate::files::vocabulary::Vocabulary;
use crate::files::words::{Action, Words};
use crate::files::{in_folder, read, read_optional};

/// All files of a catalogue.
pub struct Catalog {
    /// The service's operations, by id.
    pub operations: BTreeMap<String, Operation>,
    /// The types of the facts and those of `types.toml`, by name.
    pub types: Types,
    /// The actions with the titles of their groups, in the order to show them.
    pub actions: Vec<(String, Action)>,
    /// Labels of fields, by `name`, `Type.name` or `action.id/name`.
    pub fields: Fields,
    pub triggers: Triggers,
    pub choices: Choices,
    pub errors: Errors,
    pub resources: Resources,
    pub states: States,
    pub trial: Trial,
    pub vocabulary: Vocabulary,
    pub connection: Connection,
    /// `connection.toml` once more, as the descriptor is copied from it member by member, with the
    /// extensions that are made of words.
    pub descriptor: Value,
}

impl Catalog {
    /// Reads the catalogue in a folder. Only `connection.toml` must be there.
    pub fn read(root: &Path) -> Result<Catalog> {
        let facts = Facts::read(&root.join("facts"))?;
        let mut types = facts.types;
        types.extend(read_optional::<Types>(&root.join("types.toml"))?);
        let mut catalog = Catalog {
            operations: facts.operations.into_iter().map(|it| (it.id.clone(), it)).collect(),
            types,
            actions: actions(&root.join("words"))?,
            fields: fields(&root.join("fields"))?,
            triggers: read_optional(&root.join("triggers.toml"))?,
            choices: read_optional(&root.join("choices.toml"))?,
            errors: read_optional(&root.join("errors.toml"))?,
            resources: read_optional(&root.join("resources.toml"))?,
            states: read_optional(&root.join("states.toml"))?,
            trial: read_optional(&root.join("trial.toml"))?,
            vocabulary: read_optional(&root.join("vocabulary.toml"))?,
            connection: read(&root.join("connection.toml"))?,
            descriptor: read(&root.join("connection.toml"))?,
        };
        // The benchmark compares the whole catalogue with a small one.
        if let Some(first) = env::var("CATALOG_FIRST").ok().and_then(|first| first.parse().ok()) {
            catalog.cut(first);
        }
        Ok(catalog)
    }

    /// Whether there is an action of this id.
    pub fn has_action(&self, id: &str) -> bool {
        self.actions.iter().any(|(_, action)| action.id == id)
    }

    /// The operation behind an action; an error if the action is not one operation.
    pub fn operation(&self, action: &str) -> Result<&Operation> {
        let found = self.actions.iter().find(|(_, words)| words.id == action);
        let name = found.and_then(|(_, words)| words.operation_id.as_ref());
        let facts = name.and_then(|name| self.operations.get(name));
        facts.with_context(|| format!("{action} is not an action that is one operation"))
    }

    /// Drops all but the first actions, and whatever refers to a dropped one. Composed actions go too.
    fn cut(&mut self, actions: usize) {
        self.actions.truncate(actions);
        self.actions.retain(|(_, action)| action.operation_id.is_some());
        let known: HashSet<String> =
            self.actions.iter().map(|(_, action)| action.id.clone()).collect();
        if !known.contains(&self.connection.test.action) {
            let first = self.actions.first().map(|(_, action)| action.id.clone());
            self.connection.test.action = first.unwrap_or_default();
        }
        self.vocabulary = Vocabulary::default();
        self.trial = Trial::default();
        // Webhooks are composed.
        self.triggers.webhook.clear();
        self.triggers.trigger.retain(|trigger| known.contains(&trigger.action));
        self.choices.source.retain(|source| known.contains(&source.action));
        self.resources.resource.retain(|resource| {
            resource.actions().into_iter().filter_map(|(_, id)| id).all(|id| known.contains(id))
        });
    }
}

/// The actions of all groups, the group of the lowest rank first.
fn actions(folder: &Path) -> Result<Vec<(String, Action)>> {
    let files = in_folder(folder, &["toml"])?;
    let mut groups = files.iter().map(|file| read(file)).collect::<Result<Vec<Words>>>()?;
    groups.sort_by_key(|words| words.rank);
    let of_group = |Words { group, action, .. }| -> Vec<(String, Action)> {
        action.into_iter().map(|action| (String::clone(&group), action)).collect()
    };
    Ok(groups.into_iter().flat_map(of_group).collect())
}

/// The labels of all files. Two files must not label the same field.
fn fields(folder: &Path) -> Result<Fields> {
    let mut all = Fields::new();
    for file in in_folder(folder, &["toml"])? {
        for (name, label) in read::<Fields>(&file)? {
            if all.contains_key(&name) {
                bail!("{}: {name} has words in another file", file.display());
            }
            all.insert(name, label);
        }
    }
    Ok(all)
}

/// `Some("…")` or `None`, as Rust source.
pub fn option(text: Option<&str>) -> String {
    format!("{text:?}")
}

/// `&["…", …]`, as Rust source.
pub fn texts<T: AsRef<str>>(items: impl IntoIterator<Item = T>) -> String {
    let items: Vec<_> = items.into_iter().map(|item| format!("{:?}", item.as_ref())).collect();
    format!("&[{}]", items.join(", "))
}
