//! Operations of the description reduced to facts.
//!
//! Keys in this order, absent when there is nothing to say:
//! - `operation_id`, `method`, `path`;
//! - `parameters`, see [`super::parameters`];
//! - `body`: `content_type`, `required`, `schema`; `response`: a type;
//! - `success` and `errors`: the documented statuses;
//! - `security`: alternatives of a `scheme` and the `scopes` that are all needed;
//! - `quota`: the rate limit category; `sandbox`: works there; `deprecated`;
//! - `beta`: not open to every app, or not with every value;
//! - `paging` and `partial`, see [`super::paging`] and [`super::partial`].

use super::description::{Description, Entry, array, object};
use super::parameters;
use super::types::reduce;
use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

/// Statuses whose content is taken for the response, the best first.
const PREFERRED: [&str; 3] = ["200", "201", "206"];

/// The facts of one operation that it states itself; paging and partial failure need the types.
pub fn import(description: &Description, entry: &Entry) -> Result<Value> {
    let operation = entry.operation;
    let statuses = |wanted: fn(u64) -> bool| -> Vec<u64> {
        let mut statuses: Vec<u64> = object(&operation["responses"])
            .filter_map(|(status, _)| status.parse().ok())
            .filter(|status| wanted(*status))
            .collect();
        statuses.sort_unstable();
        statuses
    };
    let facts = [
        ("operation_id", operation["operationId"].clone()),
        ("method", entry.method.clone().into()),
        ("path", entry.path.into()),
        ("parameters", parameters::import(description, entry)?.into()),
        ("body", body(description, operation)?),
        ("response", response(description, &operation["responses"])?),
        ("success", statuses(|status| status / 100 == 2).into()),
        ("errors", statuses(|status| status / 100 != 2).into()),
        ("security", security(&operation["security"])?.into()),
        ("quota", operation["x-ratelimit-category"].clone()),
        ("sandbox", (operation["x-sandbox"] == "enabled").into()),
        ("deprecated", (operation["deprecated"] == true).into()),
        ("beta", is_beta(operation).into()),
    ];
    let said =
        |value: &Value| !matches!(value, Value::Null | Value::Bool(false)) && *value != json!([]);
    Ok(facts
        .into_iter()
        .filter(|(_, value)| said(value))
        .map(|(key, value)| (key.to_owned(), value))
        .collect())
}

fn body(description: &Description, operation: &Value) -> Result<Value> {
    let Some(body) = operation.get("requestBody") else {
        return Ok(Value::Null);
    };
    let body = description.resolve(body)?;
    let Some((content_type, content)) = object(&body["content"]).next() else {
        bail!("the body has no content");
    };
    let schema = reduce(description, "body", &content["schema"]).context("body")?;
    Ok(if body["required"] == true {
        json!({ "content_type": content_type, "required": true, "schema": schema })
    } else {
        json!({ "content_type": content_type, "schema": schema })
    })
}

fn response(description: &Description, responses: &Value) -> Result<Value> {
    for status in PREFERRED {
        let Some(response) = responses.get(status) else {
            continue;
        };
        let response = description.resolve(response)?;
        let schema = object(&response["content"]).find_map(|(_, content)| content.get("schema"));
        if let Some(schema) = schema {
            return reduce(description, "response", schema).context("response");
        }
    }
    Ok(Value::Null)
}

fn security(requirements: &Value) -> Result<Vec<Value>> {
    let mut alternatives = Vec::new();
    for requirement in array(Some(requirements)) {
        let schemes: Vec<_> = object(requirement).collect();
        let [(scheme, scopes)] = schemes[..] else {
            bail!("a security requirement must name one scheme: {requirement}");
        };
        alternatives.push(if *scopes == json!([]) {
            json!({ "scheme": scheme })
        } else {
            json!({ "scheme": scheme, "scopes": scopes })
        });
    }
    Ok(alternatives)
}

/// Whether the prose says that not every app may use the operation, or not for all its values.
fn is_beta(operation: &Value) -> bool {
    let prose = ["summary", "description"]
        .map(|key| operation.get(key).and_then(Value::as_str).unwrap_or_default())
        .join(" ")
        .to_lowercase();
    prose
        .split(|c: char| !c.is_alphanumeric())
        .any(|word| matches!(word, "beta" | "restricted" | "gated"))
        || ["available to all", "limited access"].iter().any(|phrase| prose.contains(phrase))
}
