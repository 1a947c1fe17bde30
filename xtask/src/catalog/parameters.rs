//! Parameters of an operation: `name`, `in` (`path` or `query`), `required`, `style`, `schema`.

use super::description::{Description, Entry};
use super::types::reduce;
use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

/// Those of the path in the order of the path, then those of the query in that of the description.
pub fn import(description: &Description, entry: &Entry) -> Result<Vec<Value>> {
    let mut sorted = entry.parameters.clone();
    // The sort is stable, so all that share the last place keep their order.
    sorted.sort_by_key(|parameter| {
        let name = parameter["name"].as_str().filter(|_| parameter["in"] == "path");
        name.and_then(|name| entry.path.find(&format!("{{{name}}}"))).unwrap_or(usize::MAX)
    });
    let facts = sorted.into_iter().map(|parameter| {
        let name = parameter["name"].as_str().context("a parameter has no name")?;
        import_one(description, name, parameter).with_context(|| format!("parameter {name}"))
    });
    facts.collect()
}

fn import_one(description: &Description, name: &str, parameter: &Value) -> Result<Value> {
    let place = &parameter["in"];
    ensure!(place == "path" || place == "query", "only path and query are known, not {place}");
    let mut schema = parameter["schema"].clone();
    // The prose may tell the unit of a time, and often stands beside the schema, not in it.
    if schema["description"].is_null() {
        schema["description"] = parameter["description"].clone();
    }
    let schema = reduce(description, name, &schema)?;
    let mut facts = json!({ "name": name, "in": place });
    if parameter["required"] == true {
        facts["required"] = true.into();
    }
    if let Some(style) = style(description, parameter, &schema)? {
        facts["style"] = style.into();
    }
    facts["schema"] = schema;
    Ok(facts)
}

/// How a parameter that is not a scalar is written: `comma` a=1,2 or `repeat` a=1&a=2 or `deep`
/// a[b]=1.
fn style(
    description: &Description,
    parameter: &Value,
    schema: &Value,
) -> Result<Option<&'static str>> {
    if let Some(name) = schema["$ref"].as_str() {
        let target = reduce(description, name, description.schema(name)?)?;
        return style(description, parameter, &target);
    }
    Ok(match schema["type"].as_str() {
        Some("array") if parameter["explode"] == false => Some("comma"),
        Some("array") => Some("repeat"),
        Some("object") => Some("deep"),
        _ if schema.get("oneOf").is_some() || parameter["style"] == "deepObject" => Some("deep"),
        _ => None,
    })
}
