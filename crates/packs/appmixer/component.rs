//! A folder for each component: `component.json`, the line of code that names the action, and the form.

use anyhow::{Context, Result};
use connector_forms::Form;
use connector_forms::labels::capitalized;
use serde_json::{Value, json};

use super::choices::{self, Asked, Scopes, Sources};
use super::inspector::Inspector;
use super::service::{authenticated, icon};
use super::{Pack, ports};
use crate::File;

/// A description of the manifest.
#[derive(Clone, Copy)]
pub enum Kind<'a> {
    Action(&'a Value),
    Trigger(&'a Value),
}

impl<'a> Kind<'a> {
    /// What lists show of it.
    pub fn about(self) -> &'a Value {
        match self {
            Kind::Action(entry) => &entry["action"],
            Kind::Trigger(entry) => &entry["trigger"],
        }
    }

    /// What people fill in.
    pub fn form(self) -> Form {
        match self {
            Kind::Action(entry) => Form::new(&entry["input"], &entry["output"]),
            Kind::Trigger(entry) => Form::whole(&entry["config"]),
        }
    }
}

/// The component of an action or a trigger.
pub fn files(pack: &Pack, kind: Kind, sources: &Sources) -> Result<Vec<File>> {
    let about = kind.about();
    let id = about["id"].as_str().context("an action or trigger has no id")?;
    let (module, component) = named(about);
    let form = kind.form();
    let items = about["shape"] == "items";
    let asked = Asked {
        sources,
        url: &|name| pack.url(choices::MODULE, name),
        id,
        place: if matches!(kind, Kind::Action(_)) { "inputs/in" } else { "properties" },
    };
    let mut inspector = Inspector::new(&form, &asked);
    if items {
        inspector.add_list_fields();
    }
    let mut json = json!({
        "name": pack.name(&module, &component),
        "label": title_case(about["title"].as_str().unwrap_or_default()),
        "description": described(about, &form),
        "author": pack.author(),
        "version": pack.connector["version"],
    });
    if authenticated(pack) {
        json["auth"] = auth(pack, &about["scopes"]);
    }
    match kind {
        Kind::Action(entry) => {
            if entry["quotas"].as_array().is_some_and(|quotas| !quotas.is_empty()) {
                json["quota"] = json!({
                    "manager": pack.account(),
                    "resources": entry["quotas"],
                    "scope": {"userId": "{{userId}}"},
                });
            }
            let mut port = inspector.into_json();
            port["name"] = "in".into();
            json["inPorts"] = json!([port]);
            let output = form.single.as_ref().map_or(&entry["output"], |single| &single.output);
            json["outPorts"] = json!([match items {
                true => ports::of_list(&pack.url(&module, &component)),
                false => ports::of_one(output, &pack.examples),
            }]);
        }
        Kind::Trigger(entry) => {
            json["trigger"] = true.into();
            json["tick"] = true.into();
            json["properties"] = inspector.into_json();
            json["outPorts"] = json!([ports::of_events(&entry["data"], &pack.examples)]);
        }
    }
    json["icon"] = icon(pack.connector).into();
    let code = if matches!(kind, Kind::Action(_)) { "action" } else { "trigger" };
    let code = format!(
        "module.exports = require(\"../../lib/{code}\")({id:?}, require(\"./form.json\"));"
    );
    let mut files = folder(&module, &component, &json, &code);
    let mut reader = form.reader();
    if let Kind::Action(entry) = kind {
        reader["effect"] = about["effect"].clone();
        if items {
            reader["output"] = ports::described(&entry["output"], "", &pack.examples);
        }
    }
    files.push(File::json(format!("{module}/{component}/form.json"), &reader));
    Ok(files)
}

/// The component behind the dropdowns whose choices need these scopes.
pub fn choices(pack: &Pack, scopes: &Scopes) -> Vec<File> {
    let text = json!({"type": "string"});
    let name = choices::name(scopes);
    let mut json = json!({
        "name": pack.name(choices::MODULE, &name),
        "label": "Choices",
        "description": "Lists what can be chosen for a field.",
        "author": pack.author(),
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
        json["auth"] = auth(pack, &json!(scopes));
    }
    json["icon"] = icon(pack.connector).into();
    folder(choices::MODULE, &name, &json, "module.exports = require(\"../../lib/choices\");")
}

fn folder(module: &str, component: &str, json: &Value, code: &str) -> Vec<File> {
    vec![
        File::json(format!("{module}/{component}/component.json"), json),
        File::new(
            format!("{module}/{component}/{component}.js"),
            format!("\"use strict\";\n\n{code}\n"),
        ),
    ]
}

/// What it does; of many records it is one that the form asks for.
fn described(about: &Value, form: &Form) -> String {
    let summary = about["summary"].as_str().unwrap_or_default();
    match form.single {
        Some(_) => format!("{summary} A message is one record."),
        None => summary.to_owned(),
    }
}

fn auth(pack: &Pack, scopes: &Value) -> Value {
    json!({"service": pack.account(), "scope": scopes})
}

/// Module and component: `board_pins.list` of the group Boards is `boards` and `ListBoardPins`.
pub fn named(about: &Value) -> (String, String) {
    let text = |member: &str| about[member].as_str().unwrap_or_default();
    let module =
        text("group").to_lowercase().replace(|letter: char| !letter.is_ascii_alphanumeric(), "_");
    let (resource, verb) = text("id").split_once('.').unwrap_or(("", text("id")));
    let words = [verb, resource].into_iter();
    let words = words.flat_map(|part| part.split(|letter: char| !letter.is_ascii_alphanumeric()));
    (
        if module.is_empty() { choices::MODULE.to_owned() } else { module },
        words.map(capitalized).collect(),
    )
}

/// Words that stay small within a title.
const SMALL: &[&str] = &[
    "a", "an", "and", "as", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with",
];

/// A title as the platform writes them: `Save a Pin to a Board`.
fn title_case(title: &str) -> String {
    let word = |(place, word): (usize, &str)| match place > 0 && SMALL.contains(&word) {
        true => word.to_owned(),
        false => capitalized(word),
    };
    title.split(' ').enumerate().map(word).collect::<Vec<_>>().join(" ")
}
