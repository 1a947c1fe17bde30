//! What Appmixer wants to know about the service: its place in the list of apps, how an account is
//! connected, and how fast it may be called.

use serde_json::{Map, Value, json};

use super::Pack;
use crate::File;

/// The files at the top of a pack. `node`: the versions of Node that run it.
pub fn files(pack: &Pack, node: &str) -> Vec<File> {
    let connector = pack.connector;
    let name = format!("{}.{}", pack.vendor, pack.service);
    let version = &connector["version"];
    let first = format!("API version {}", connector["api_version"].as_str().unwrap_or_default());
    let mut files = vec![
        File::json(
            "service.json",
            &json!({
                "name": name,
                "label": connector["title"],
                "category": "applications",
                "description": connector["summary"],
                "version": version,
                "icon": icon(connector),
            }),
        ),
        File::json(
            "bundle.json",
            &json!({
                "name": name,
                "version": version,
                "changelog": {version.as_str().unwrap_or_default(): [first]},
            }),
        ),
        File::json(
            "package.json",
            &json!({
                "name": name,
                "version": version,
                "description": connector["summary"],
                "private": true,
                "engines": {"node": node},
            }),
        ),
        File::json(
            "connection.json",
            &json!({
                "environments": connector["environments"],
                "credentials": connector["credentials"],
                "settings": connector["settings"],
                "fields": fields(connector),
            }),
        ),
        File::new(
            "quota.js",
            format!("\"use strict\";\n\nmodule.exports = {:#};\n", quota(connector)),
        ),
    ];
    if authenticated(pack) {
        let code = "module.exports = require(\"./lib/auth\")(require(\"./connection.json\"));";
        files.push(File::new("auth.js", format!("\"use strict\";\n\n{code}\n")));
    }
    files
}

/// Whether there is anything to connect.
pub fn authenticated(pack: &Pack) -> bool {
    pack.connector["credentials"].as_array().is_some_and(|list| !list.is_empty())
}

/// What a person fills in to connect an account, besides what Appmixer asks for by itself: the
/// settings, and credentials that are pasted.
fn fields(connector: &Value) -> Value {
    let mut fields = Map::new();
    for credential in connector["credentials"].as_array().into_iter().flatten() {
        let Some(id) = credential["id"].as_str() else { continue };
        let (source, title) = (&credential["source"], &credential["title"]);
        let field =
            |kind, name: &Value, help: &Value| json!({"type": kind, "name": name, "tooltip": help});
        if source["secret"].is_string() {
            fields.insert(id.into(), field("password", title, &source["secret"]));
        }
        let pair = &source["pair"];
        if pair.is_object() {
            // `glue/connection.js` puts the two together again.
            fields.insert(format!("{id}_user"), field("text", &pair["user"], &pair["help"]));
            fields.insert(
                format!("{id}_password"),
                field("password", &pair["password"], &pair["help"]),
            );
        }
    }
    for (name, setting) in connector["settings"]["properties"].as_object().into_iter().flatten() {
        let mut field = json!({
            "type": "text",
            "name": setting["title"],
            "tooltip": setting["description"],
        });
        if let Some(values) = setting["enum"].as_array() {
            let option = |value| json!({"label": title(connector, value), "value": value});
            field["type"] = "select".into();
            field["options"] = values.iter().map(option).collect();
            field["defaultValue"] = setting["default"].clone();
        }
        fields.insert(name.clone(), field);
    }
    // A form without fields would only be one more click.
    if fields.is_empty() { Value::Null } else { fields.into() }
}

/// The title of an environment, or the value itself.
fn title<'a>(connector: &'a Value, value: &'a Value) -> &'a Value {
    let environments = connector["environments"].as_array().into_iter().flatten();
    environments
        .filter(|environment| environment["id"] == *value)
        .map(|environment| &environment["title"])
        .next()
        .unwrap_or(value)
}

/// The limits count for one account.
fn quota(connector: &Value) -> Value {
    let rule = |quota: &Value| {
        json!({
            "resource": quota["id"],
            "limit": quota["calls"],
            "window": quota["window_ms"],
            "throttling": "window-sliding",
            "queueing": "fifo",
            "scope": "userId",
        })
    };
    let quotas = connector["quotas"].as_array().into_iter().flatten();
    json!({"rules": quotas.map(rule).collect::<Value>()})
}

/// A disc with the first letter: the manifest has no picture.
pub fn icon(connector: &Value) -> String {
    let letter: String = connector["title"].as_str().unwrap_or_default().chars().take(1).collect();
    let svg = format!(
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'>\
         <circle cx='16' cy='16' r='16' fill='#334155'/>\
         <text x='16' y='22' fill='#fff' font-family='sans-serif' font-size='18' \
         text-anchor='middle'>{letter}</text></svg>"
    );
    let escaped = svg.replace('#', "%23").replace('<', "%3C").replace('>', "%3E");
    format!("data:image/svg+xml,{escaped}")
}
