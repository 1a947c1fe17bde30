//! The extensions of the descriptor: `vocabulary`, `chargeable`, `pictures`, `packs`, `restated` and `trial`.

use anyhow::{Result, bail};
use serde_json::{Map, Value, json};

use crate::files::trial::Step;
use crate::load::Catalog;

/// Adds them to the descriptor, where there is something to say.
///
/// # Errors
///
/// When a word names an action that there is not.
pub fn add(catalog: &mut Catalog) -> Result<()> {
    let vocabulary = &catalog.vocabulary;
    let instead = vocabulary.absent.iter().flat_map(|absent| &absent.instead);
    for id in instead.chain(&vocabulary.daily) {
        if !catalog.has_action(id) {
            bail!("vocabulary.toml names {id}, which is no action");
        }
    }
    for group in vocabulary.packs.iter().flat_map(|packs| &packs.groups) {
        if !catalog.actions.iter().any(|(known, _)| known == group) {
            bail!("vocabulary.toml names {group}, in which there is no action");
        }
    }
    for id in catalog.trial.steps.iter().flat_map(Step::actions) {
        if !catalog.has_action(id) {
            bail!("trial.toml names {id}, which is no action");
        }
    }
    let mut search = Map::new();
    // Actions that cost money under the same conditions, together.
    let mut chargeable: Vec<(Value, Vec<String>)> = Vec::new();
    for (_, action) in &catalog.actions {
        let id = || action.id.clone();
        search.extend(action.search.as_ref().map(|words| (id(), words.as_str().into())));
        if let Some(costs) = &action.chargeable {
            let costs = serde_json::to_value(costs)?;
            match chargeable.iter_mut().find(|(known, _)| *known == costs) {
                Some((_, ids)) => ids.push(id()),
                None => chargeable.push((costs, vec![id()])),
            }
        }
    }
    let pictures = vocabulary.pictures.as_ref().map_or(Ok(json!({})), serde_json::to_value)?;
    let packs = vocabulary.packs.as_ref().map_or(Ok(json!({})), serde_json::to_value)?;
    let restated = catalog.resources.restated.as_ref();
    let restated = restated.map_or(Ok(json!({})), serde_json::to_value)?;
    let mut words = serde_json::to_value(vocabulary)?;
    words["search"] = Value::Object(search);
    if let Some(members) = words.as_object_mut() {
        let is_empty = |value: &Value| {
            value.as_array().is_some_and(Vec::is_empty)
                || value.as_object().is_some_and(Map::is_empty)
        };
        members.retain(|_, value| !is_empty(value));
    }
    let rules = chargeable.into_iter().map(|(mut costs, ids)| {
        costs["actions"] = json!(ids);
        costs
    });
    let rules: Vec<Value> = rules.collect();
    let costs = if rules.is_empty() { json!({}) } else { json!({"rules": rules}) };
    let all = [
        ("vocabulary", words),
        ("chargeable", costs),
        ("pictures", pictures),
        ("packs", packs),
        ("restated", restated),
        ("trial", serde_json::to_value(&catalog.trial)?),
    ];
    for (name, value) in all {
        if value.as_object().is_some_and(Map::is_empty) {
            continue;
        }
        let extension = json!({"name": name, "value": value});
        match &mut catalog.descriptor["extensions"] {
            Value::Array(extensions) => extensions.push(extension),
            none => *none = json!([extension]),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::files::vocabulary::Pictures;
    use crate::files::words::Chargeable;

    #[test]
    fn words_and_costs_become_extensions() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/wikipedia/catalog");
        let mut catalog = Catalog::read(&folder).unwrap();
        add(&mut catalog).unwrap();
        assert!(catalog.descriptor["extensions"].is_null(), "there is nothing to say");
        let action = &mut catalog.actions[0].1;
        action.search = Some("look up".into());
        action.chargeable = Some(Chargeable::default());
        let id = action.id.clone();
        catalog.vocabulary.daily.push(id.clone());
        let owned = |text: &str| vec![text.to_owned()];
        catalog.vocabulary.pictures =
            Some(Pictures { origins: owned("https://i.example"), members: owned("image") });
        add(&mut catalog).unwrap();
        let vocabulary = json!({"daily": [id], "search": {id.as_str(): "look up"}});
        let wanted = json!([
            {"name": "vocabulary", "value": vocabulary},
            {"name": "chargeable", "value": {"rules": [{"actions": [id]}]}},
            {"name": "pictures", "value": {"origins": ["https://i.example"], "members": ["image"]}},
        ]);
        assert_eq!(catalog.descriptor["extensions"], wanted);
        catalog.vocabulary.daily.push("no.such".into());
        let error = add(&mut catalog).unwrap_err().to_string();
        assert_eq!(error, "vocabulary.toml names no.such, which is no action");
    }
}
