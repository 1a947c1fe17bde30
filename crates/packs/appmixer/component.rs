//! A folder for each component: `component.json`, and the line of code that names the action.

use anyhow::{Context, Result};
use serde_json::{Value, json};
use std::collections::BTreeSet;

use super::inspector::{Inspector, Source};
use super::service::authenticated;
use super::title::capitalized;
use super::{Pack, VENDOR, ports};
use crate::File;

/// A description of the manifest.
pub enum Kind<'a> {
    Action(&'a Value),
    Trigger(&'a Value),
}

/// The component that answers for every dropdown.
const CHOICES: (&str, &str) = ("core", "Choices");

/// The component of an action or a trigger.
pub fn files(pack: &Pack, kind: &Kind) -> Result<[File; 2]> {
    let (description, form) = match kind {
        Kind::Action(entry) => (&entry["action"], &entry["input"]),
        Kind::Trigger(entry) => (&entry["trigger"], &entry["config"]),
    };
    let id = description["id"].as_str().context("an action or trigger has no id")?;
    let (module, component) = named(id);
    let items = description["shape"] == "items";
    let source = Source {
        url: &pack.url(CHOICES.0, CHOICES.1),
        id,
        place: if matches!(kind, Kind::Action(_)) { "inputs/in" } else { "properties" },
    };
    let mut inspector = Inspector::new(form, &source);
    if items {
        inspector.add_list_fields();
    }
    let mut json = json!({
        "name": pack.name(&module, &component),
        "label": description["title"],
        "description": description["summary"],
        "version": pack.connector["version"],
    });
    if authenticated(pack) {
        json["auth"] = auth(pack, description, &inspector.scopes);
    }
    if let Kind::Action(entry) = kind
        && entry["quotas"].as_array().is_some_and(|quotas| !quotas.is_empty())
    {
        json["quota"] = json!({
            "manager": service(pack),
            "resources": entry["quotas"],
            "scope": {"userId": "{{userId}}"},
        });
    }
    match kind {
        Kind::Action(entry) => {
            let mut port = inspector.into_json();
            port["name"] = "in".into();
            json["inPorts"] = json!([port]);
            let url = pack.url(&module, &component);
            json["outPorts"] =
                json!([if items { ports::of_list(&url) } else { ports::of_one(&entry["output"]) }]);
        }
        Kind::Trigger(entry) => {
            json["trigger"] = true.into();
            json["tick"] = true.into();
            json["properties"] = inspector.into_json();
            json["outPorts"] = json!([ports::of_events(&entry["data"])]);
        }
    }
    let code = if matches!(kind, Kind::Action(_)) { "action" } else { "trigger" };
    let code =
        format!("\"use strict\";\n\nmodule.exports = require(\"../../lib/{code}\")({id:?});\n");
    Ok(folder(&module, &component, json, code))
}

/// The component behind dropdowns. It asks for no scope of its own: it acts for the component
/// whose form is open, and that one has the scopes of its choices.
pub fn choices(pack: &Pack) -> [File; 2] {
    let text = json!({"type": "string"});
    let mut json = json!({
        "name": pack.name(CHOICES.0, CHOICES.1),
        "label": "Choices",
        "description": "Lists what can be chosen for a field.",
        "version": pack.connector["version"],
        "private": true,
        "properties": {"schema": {
            "type": "object",
            "properties": {"of": text, "field": text},
            "required": ["of", "field"],
        }},
        "inPorts": [{"name": "in", "schema": {"type": "object"}}],
        "outPorts": ["out"],
    });
    if authenticated(pack) {
        json["auth"] = auth(pack, &json!({}), &BTreeSet::new());
    }
    let code = "\"use strict\";\n\nmodule.exports = require(\"../../lib/choices\");\n";
    folder(CHOICES.0, CHOICES.1, json, code.into())
}

fn folder(module: &str, component: &str, json: Value, code: String) -> [File; 2] {
    [
        File::json(format!("{module}/{component}/component.json"), &json),
        File::new(format!("{module}/{component}/{component}.js"), code),
    ]
}

/// The account, with the scopes that the action needs and those that its dropdowns need.
fn auth(pack: &Pack, description: &Value, more: &BTreeSet<String>) -> Value {
    let own = description["scopes"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let mut scopes: Vec<&str> = own.collect();
    scopes.extend(
        more.iter().map(String::as_str).filter(|more| !scopes.contains(more)).collect::<Vec<_>>(),
    );
    json!({"service": service(pack), "scope": scopes})
}

/// How accounts and limits name the service.
fn service(pack: &Pack) -> String {
    format!("{VENDOR}:{}", pack.service)
}

/// Module and component: `board_pins.get_many` is `board_pins` and `GetMany`.
fn named(id: &str) -> (String, String) {
    let (module, verb) = id.split_once('.').unwrap_or(("core", id));
    let words = verb.split(|letter: char| !letter.is_ascii_alphanumeric());
    let component = words.map(capitalized).collect();
    (module.replace(|letter: char| !letter.is_ascii_alphanumeric(), "_"), component)
}
