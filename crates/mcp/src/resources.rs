//! Resources: guides, what figures are called, how much room rate limits have, and triggers.

use std::collections::BTreeMap;

use connector_host::{Error, LimitLeft};
use rmcp::model::{Resource, ResourceTemplate};
use serde_json::{Value, json};

use crate::address;
use crate::guides;
use crate::outline::{fields, plain, resolved};
use crate::server::Server;

/// Options of a field of figures; of fewer, the tool's own schema has all.
const FEW: usize = 6;

/// What a resource holds that is no trigger: the text, and its type.
type Held = (String, &'static str);

/// All that need nothing to be read.
pub fn listed(server: &Server) -> Vec<Resource> {
    let connector = &server.descriptor().id;
    let guides = guides::GUIDES.iter().map(|guide| {
        Resource::new(guides::address(connector, guide.name), guide.name)
            .with_title(guide.title)
            .with_mime_type("text/plain")
    });
    let made = [
        ("metrics", "What figures can be asked for: metrics, and ways to split them", "text/plain"),
        ("limits", "Calls that the rate limits have room for now", "application/json"),
    ];
    let made = made.map(|(name, title, kind)| {
        Resource::new(guides::address(connector, name), name).with_title(title).with_mime_type(kind)
    });
    let mut all: Vec<Resource> = guides.chain(made).collect();
    for server in server.each() {
        let said = server.said();
        all.extend(server.triggers().iter().filter_map(|description| {
            let trigger = &description.trigger;
            let config: Value = serde_json::from_str(&description.config).ok()?;
            config["required"].as_array().is_none_or(Vec::is_empty).then(|| {
                Resource::new(
                    address::plain(connector, &trigger.id, said),
                    named(&trigger.id, said),
                )
                .with_title(named(&trigger.title, said))
                .with_description(&trigger.summary)
                .with_mime_type("application/json")
            })
        }));
    }
    all
}

/// Those of triggers, with what they may be told.
pub fn templates(server: &Server) -> Vec<ResourceTemplate> {
    let connector = &server.descriptor().id;
    let mut all = Vec::new();
    for server in server.each() {
        let said = server.said();
        all.extend(server.triggers().iter().filter_map(|description| {
            let trigger = &description.trigger;
            let config = serde_json::from_str(&description.config).ok()?;
            let template = address::template(connector, &trigger.id, &config, said);
            let template = ResourceTemplate::new(template, named(&trigger.id, said))
                .with_title(named(&trigger.title, said))
                .with_description(&trigger.summary)
                .with_mime_type("application/json");
            Some(template)
        }));
    }
    all
}

fn named(name: &str, said: Option<&str>) -> String {
    said.map_or_else(|| name.to_owned(), |said| format!("{name} ({said})"))
}

/// What is at an address; None where it is that of a trigger, or none.
pub fn read(server: &Server, wanted: &str) -> Result<Option<Held>, Error> {
    let connector = &server.descriptor().id;
    if let Some(guide) = guides::find(connector, wanted) {
        return Ok(Some((guide.text.to_owned(), "text/plain")));
    }
    if wanted == guides::address(connector, "metrics") {
        return Ok(Some((metrics(server)?, "text/plain")));
    }
    if wanted == guides::address(connector, "limits") {
        let limits: Vec<Value> = server.each().map(|server| limits(&server)).collect();
        return Ok(Some((json!(limits).to_string(), "application/json")));
    }
    Ok(None)
}

/// The options of fields of the actions that read figures, each list once.
fn metrics(server: &Server) -> Result<String, Error> {
    let connector = server.connection().connector();
    let resources = connector_host::resources(connector)?.unwrap_or_default();
    let mut lists: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
    for resource in resources.iter().filter(|resource| resource.analytic) {
        for id in [&resource.list_action, &resource.get_action].into_iter().flatten() {
            let Some(named) = server.named(id).filter(|named| server.allows(&named.action)) else {
                continue;
            };
            let schema = serde_json::from_str(&server.describe(id)?.input).unwrap_or_default();
            for field in fields(&schema) {
                let items = resolved(&schema, &field.schema["items"]).unwrap_or_default();
                let Some(options) = items["enum"].as_array().filter(|all| all.len() > FEW) else {
                    continue;
                };
                let options: Vec<String> = options.iter().map(plain).collect();
                let tools = lists.entry((field.path, options.join(", "))).or_default();
                if !tools.contains(&named.name) {
                    tools.push(named.name.clone());
                }
            }
        }
    }
    let told = lists.into_iter().map(|((field, options), tools)| {
        format!("`{field}` of {}:\n{options}\n", tools.join(", "))
    });
    let told: Vec<String> = told.collect();
    Ok(match told.is_empty() {
        true => "No field takes names of metrics.".into(),
        false => told.join("\n"),
    })
}

/// What room the limits of one connection have. Before its first request, that of a whole window.
fn limits(server: &Server) -> Value {
    let left = |LimitLeft { name, limit, window, left }: LimitLeft| json!({"limit": name, "calls": limit, "seconds": window.as_secs(), "left": left});
    let told: Vec<Value> = server.connection().limits_left().into_iter().map(left).collect();
    match server.said() {
        None => json!({"limits": told}),
        Some(said) => json!({"connection": said, "limits": told}),
    }
}
