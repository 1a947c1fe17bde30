//! `manifest.json`, version 0.3 of the format.

use serde_json::{Map, Value, json};

use super::{COMPONENT, Program};
use crate::Source;
use crate::said::{extension, jobs, open};

/// What a client learns before it starts the server, and what it asks the person for.
pub fn manifest(source: &Source, program: &Program) -> Value {
    let connector = &source.manifest["connector"];
    let (id, title) = (&connector["id"], &connector["title"]);
    let author = source.publisher.as_ref().map(|it| it.namespace.as_str()).or(id.as_str());
    let place = format!("server/{}", program.name);
    json!({
        "manifest_version": "0.3",
        "name": id,
        "display_name": title,
        "version": connector["version"],
        "description": connector["summary"],
        "author": {"name": author},
        "server": {
            "type": "binary",
            "entry_point": place,
            "mcp_config": {
                "command": format!("${{__dirname}}/{place}"),
                "args": [
                    "mcp", "--component", format!("${{__dirname}}/{COMPONENT}"),
                    "--tools", "${user_config.tools}",
                ],
                "env": {"CONNECTOR_TOKEN": "${user_config.token}"},
            },
        },
        "tools": tools(source),
        "tools_generated": true,
        "prompts": prompts(source),
        "compatibility": {"platforms": [program.system]},
        "user_config": {
            "token": {
                "type": "string",
                "title": token(connector),
                "description": "Leave it empty to use the connection that `connector connect` has made.",
                "sensitive": true,
                "required": false,
                "default": "",
            },
            "tools": {
                "type": "string",
                "title": "Listed tools",
                "description":
                    "daily, all, or groups and actions with commas between them. The rest is found.",
                "required": false,
                "default": "daily",
            },
        },
    })
}

/// What the connector calls the credential that a token is.
pub fn token(connector: &Value) -> String {
    let mut all = connector["credentials"].as_array().into_iter().flatten();
    let first = all.find(|credential| credential["required"] == true);
    let title = first.and_then(|credential| credential["title"].as_str());
    title.map_or_else(|| "Access token".into(), |title| format!("Access token ({title})"))
}

/// The tools of daily work.
fn tools(source: &Source) -> Vec<Value> {
    let actions = source.manifest["actions"].as_array();
    let vocabulary = extension(&source.manifest, "vocabulary");
    let daily = vocabulary["daily"].as_array().cloned().unwrap_or_default();
    let told = daily.iter().filter_map(|id| {
        let is_it = |described: &&Value| described["action"]["id"] == *id;
        let action = &actions?.iter().find(is_it)?["action"];
        let name = id.as_str()?.replace('.', "_");
        Some(json!({"name": name, "description": action["summary"]}))
    });
    told.collect()
}

fn prompts(source: &Source) -> Vec<Value> {
    let prompt = |(name, title, text): (String, String, String)| {
        let arguments: Vec<String> = open(&text).map(str::to_owned).collect();
        let text = arguments.iter().fold(text.clone(), |text, name| {
            text.replace(&format!("{{{name}}}"), &format!("${{arguments.{name}}}"))
        });
        let mut prompt = Map::new();
        prompt.insert("name".into(), name.into());
        prompt.insert("description".into(), title.into());
        if !arguments.is_empty() {
            prompt.insert("arguments".into(), json!(arguments));
        }
        prompt.insert("text".into(), text.into());
        Value::Object(prompt)
    };
    jobs(&source.manifest).into_iter().map(prompt).collect()
}
