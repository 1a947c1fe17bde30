//! Which functions the module has, as data for the glue: `functions.json`.

use std::collections::BTreeSet;

use anyhow::{Result, ensure};
use connector_forms::Single;
use serde_json::{Map, Value, json};

use super::forms::Settings;
use crate::values::{list, names, text};

/// Names that the module uses itself.
const TAKEN: [&str; 2] = ["ping", "wrappers"];

/// By name, in the manifest's order: an export for each action that reads, an import for each that
/// writes, and an import that does both for each resource that can be created and updated.
pub fn functions(manifest: &Value) -> Result<Map<String, Value>> {
    let mut functions = Map::new();
    let mut add = |name: String, about: Value| {
        ensure!(
            !TAKEN.contains(&name.as_str()) && !functions.contains_key(&name),
            "two functions would be called {name}"
        );
        functions.insert(name, about);
        Ok(())
    };
    for entry in list(&manifest["actions"]) {
        let action = &entry["action"];
        let about = match text(&action["effect"]) {
            "read" => export(manifest, entry),
            _ => import(action, vec![target(manifest, entry)]),
        };
        add(name(text(&action["id"])), about)?;
    }
    for resource in list(&manifest["resources"]) {
        if let Some(about) = upsert(manifest, resource) {
            add(format!("{}Upsert", name(text(&resource["id"]))), about)?;
        }
    }
    Ok(functions)
}

/// `board_sections.list` as a function is called in JavaScript: `boardSectionsList`.
pub fn name(id: &str) -> String {
    let mut words = id.split(['.', '_', '-']);
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |name, word| match word.chars().next() {
        Some(initial) => name + &initial.to_uppercase().to_string() + &word[initial.len_utf8()..],
        None => name,
    })
}

fn export(manifest: &Value, entry: &Value) -> Value {
    let action = &entry["action"];
    let mut about = json!({
        "kind": "export",
        "title": action["title"],
        "summary": action["summary"],
        "action": action["id"],
        "shape": action["shape"],
        "fields": names(&entry["input"]["properties"]).collect::<Vec<_>>(),
    });
    let settings = Settings::new(entry);
    if !settings.reads().is_empty() {
        about["reads"] = json!(settings.reads());
    }
    let read = list(&manifest["resources"])
        .find(|resource| resource["list_action"] == action["id"] && growing(resource).is_some());
    if let Some(resource) = read {
        let times = list(&resource["fields"]).filter(|field| is_time(field));
        about["delta"] = json!({
            "field": resource["incremental"],
            "times": times.map(|field| &field["name"]).collect::<Vec<_>>(),
        });
    }
    about
}

/// The field of a resource that tells what is new, if it is a time.
fn growing(resource: &Value) -> Option<&Value> {
    list(&resource["fields"])
        .find(|field| field["name"] == resource["incremental"] && is_time(field))
}

fn is_time(field: &Value) -> bool {
    matches!(text(&field["kind"]), "time" | "date")
}

fn import(about: &Value, targets: Vec<Value>) -> Value {
    json!({
        "kind": "import",
        "title": about["title"],
        "summary": about["summary"],
        "targets": targets,
    })
}

/// An action that writes a record: how, and where the answer names what was written.
fn target(manifest: &Value, entry: &Value) -> Value {
    let id = &entry["action"]["id"];
    let mut target = json!({ "action": id });
    if let Some(single) = single(entry) {
        target["batch"] = json!({
            "field": single.field,
            "max": single.most,
            "outer": single.beside,
            "inner": single.both,
        });
    }
    let verbs = ["create_action", "update_action", "delete_action"];
    let written = list(&manifest["resources"]).find(|it| verbs.iter().any(|verb| it[verb] == *id));
    if let Some(resource) = written {
        if let [key] = list(&resource["key"]).collect::<Vec<_>>()[..] {
            target["id"] = key.clone();
        }
        let parents: BTreeSet<_> = list(&resource["parents"]).map(text).collect();
        let own: Vec<_> = required(entry).into_iter().filter(|it| !parents.contains(it)).collect();
        if let ([own], false) = (&own[..], resource["create_action"] == *id) {
            target["given"] = json!(own);
        }
    }
    target
}

/// How the action takes one of many records.
pub fn single(entry: &Value) -> Option<Single> {
    Single::find(&entry["input"], &entry["output"]).map(|(single, _)| single)
}

/// The schema of what one record is in the input.
fn record(entry: &Value) -> &Value {
    let input = &entry["input"];
    single(entry).map_or(input, |it| &input["properties"][it.field]["items"])
}

fn required(entry: &Value) -> BTreeSet<&str> {
    list(&record(entry)["required"]).map(text).collect()
}

/// Updates a record that has what only an update needs, and creates any other.
fn upsert(manifest: &Value, resource: &Value) -> Option<Value> {
    let find = |verb: &str| {
        let id = resource.get(verb)?;
        list(&manifest["actions"]).find(|entry| entry["action"]["id"] == *id)
    };
    let (create, update) = (find("create_action")?, find("update_action")?);
    let created: BTreeSet<_> =
        names(&record(create)["properties"]).chain(names(&create["input"]["properties"])).collect();
    let when: Vec<_> = required(update).into_iter().filter(|it| !created.contains(it)).collect();
    if when.is_empty() {
        return None;
    }
    let mut change = target(manifest, update);
    change["when"] = json!(when);
    let title = text(&resource["title"]);
    let about = json!({
        "title": format!("{title}: update or create"),
        "summary": format!("Updates records that have {}, and creates the others.", when.join(" and ")),
    });
    Some(import(&about, vec![change, target(manifest, create)]))
}
