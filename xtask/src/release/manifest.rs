//! The manifest against that of the last release: ids, fields and what goes into them are what flows are built on.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::Value;

use super::change::Change;
use super::schema::{Side, compare as schemas};

/// A list of the manifest, the member of its entries that has the id, and their schemas.
type Part = (&'static str, &'static str, &'static [(&'static str, Side)]);
const EVENTS: &[(&str, Side)] = &[("config", Side::Input), ("data", Side::Output)];
const PARTS: &[Part] = &[
    ("actions", "action", &[("input", Side::Input), ("output", Side::Output)]),
    ("triggers", "trigger", EVENTS),
    ("webhooks", "trigger", EVENTS),
];

/// A manifest with self-contained schemas.
pub fn read(folder: &Path) -> Result<Value> {
    let path = folder.join("connector.json");
    let text = std::fs::read_to_string(&path)
        .with_context(|| format!("cannot read {}: run `make manifest`", path.display()))?;
    let manifest: connector_manifest::Manifest = text.parse()?;
    Ok(serde_json::to_value(manifest.inlined()?)?)
}

/// The connector's own version.
pub fn version(manifest: &Value) -> String {
    manifest["connector"]["version"].as_str().unwrap_or_default().to_owned()
}

/// The version of the contract.
pub fn contract(manifest: &Value) -> String {
    let contract = manifest["contract"].as_str().unwrap_or_default();
    contract.rsplit_once('@').map_or(contract, |(_, version)| version).to_owned()
}

/// What changed of actions, triggers, webhooks, resources, credentials and settings.
pub fn compare(before: &Value, now: &Value) -> Vec<Change> {
    let mut changes = Vec::new();
    for (list, about, sides) in PARTS {
        pairs(
            &before[list],
            &now[list],
            |it| &it[about]["id"],
            about,
            &mut changes,
            |id, old, new, changes| {
                described(id, &old[about], &new[about], changes);
                for (side, kind) in *sides {
                    schemas(&format!("{id}.{side}"), &old[side], &new[side], *kind, changes);
                }
            },
        );
    }
    pairs(
        &before["resources"],
        &now["resources"],
        |it| &it["id"],
        "resource",
        &mut changes,
        resource,
    );
    let (old, new) = (&before["connector"], &now["connector"]);
    pairs(
        &old["credentials"],
        &new["credentials"],
        |it| &it["id"],
        "credential",
        &mut changes,
        |id, old, new, changes| {
            if old["required"] != true && new["required"] == true {
                changes.push(Change::breaking(format!("the credential `{id}` is required now")));
            }
        },
    );
    schemas("settings", &old["settings"], &new["settings"], Side::Input, &mut changes);
    changes
}

/// Calls `each` for what both lists have, and tells what only one of them has.
fn pairs<'a>(
    before: &'a Value,
    now: &'a Value,
    id: impl Fn(&'a Value) -> &'a Value,
    kind: &str,
    changes: &mut Vec<Change>,
    each: impl Fn(&str, &Value, &Value, &mut Vec<Change>),
) {
    let list = |value: &'a Value| -> BTreeMap<&'a str, &'a Value> {
        let all = value.as_array().into_iter().flatten();
        all.map(|it| (id(it).as_str().unwrap_or_default(), it)).collect()
    };
    let (before, now) = (list(before), list(now));
    for (id, old) in &before {
        match now.get(id) {
            Some(new) => each(id, old, new, changes),
            None => changes.push(Change::breaking(format!("the {kind} `{id}` is gone"))),
        }
    }
    let new = now.keys().filter(|id| !before.contains_key(*id));
    changes.extend(new.map(|id| Change::added(format!("the {kind} `{id}`"))));
}

/// What is said of an action or a trigger besides its schemas.
fn described(id: &str, before: &Value, now: &Value, changes: &mut Vec<Change>) {
    if before["shape"] != now["shape"] {
        changes.push(Change::breaking(format!("`{id}` gives another shape of output")));
    }
    let scopes = |value: &Value| value["scopes"].as_array().cloned().unwrap_or_default();
    for scope in scopes(now) {
        if !scopes(before).contains(&scope) {
            changes.push(Change::breaking(format!("`{id}` needs the scope {scope}")));
        }
    }
}

fn resource(id: &str, before: &Value, now: &Value, changes: &mut Vec<Change>) {
    if before["key"] != now["key"] || before["parents"] != now["parents"] {
        changes.push(Change::breaking(format!(
            "the rows of `{id}` have another key or other parents"
        )));
    }
    pairs(
        &before["fields"],
        &now["fields"],
        |it| &it["name"],
        &format!("column of {id}"),
        changes,
        |name, old, new, changes| {
            if old["kind"] != new["kind"] {
                changes
                    .push(Change::breaking(format!("the column `{id}.{name}` has another type")));
            }
        },
    );
}
