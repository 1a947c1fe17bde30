//! Batches: operations whose answers report failed inputs with a status of success.

use anyhow::Result;
use serde_json::{Map, Value, json};

use crate::load::text;
use crate::types::Types;

/// How the answer reports inputs that failed, as Rust source.
pub fn partial(types: &Types, facts: &Value) -> Result<String> {
    let partial = &facts["partial"];
    let pointer =
        |name: &str| partial[name].as_str().map(|path| format!("/{}", path.replace('.', "/")));
    let Some(error) = pointer("error") else { return Ok("None".to_owned()) };
    Ok(match (partial["items"].as_str(), partial["shape"].as_str()) {
        (Some(items), _) => {
            let several = speaks_of_several(types, facts, items)?;
            format!(
                "Some(Partial::Each {{ items: {items:?}, error: {error:?}, several: {several} }})"
            )
        }
        (None, Some("array")) => {
            format!("Some(Partial::Matched {{ errors: {:?} }})", text(partial, "error")?)
        }
        (None, Some("text")) => format!("Some(Partial::Whole {{ error: {error:?} }})"),
        // The error of a single output, beside its data, stays where it is.
        _ => "None".to_owned(),
    })
}

/// Whether the error of an item has a list in it, of all those that it is about.
fn speaks_of_several(types: &Types, facts: &Value, items: &str) -> Result<bool> {
    let response = types.resolve(&facts["response"])?;
    let item = types.resolve(&response["properties"][items]["items"])?;
    let name = text(&facts["partial"], "error")?;
    let error = types.resolve(&item["properties"][name])?;
    let members = error["properties"].as_object().into_iter().flat_map(Map::values);
    Ok(members.into_iter().any(|member| member["type"] == "array"))
}

/// The type of the output of a batch, as `connector-sdk` writes it.
pub fn results(types: &Types, facts: &Value, response: &Value) -> Result<Value> {
    let items = facts["partial"]["items"].as_str();
    let mut envelopes = vec![response.clone()];
    if let Some(alternatives) = response["oneOf"].as_array() {
        envelopes =
            alternatives.iter().map(|one| types.resolve(one).cloned()).collect::<Result<_>>()?;
    }
    let mut rest = Map::new();
    let mut data = Vec::new();
    for envelope in &envelopes {
        if let Some(items) = envelope["items"].as_object() {
            data.push(data_of(types, &Value::Object(items.clone()))?);
        }
        for (name, schema) in envelope["properties"].as_object().into_iter().flatten() {
            let list = types.resolve(schema)?["items"].clone();
            match (items, list.is_null()) {
                (Some(items), _) if items == name => data.push(data_of(types, &list)?),
                (None, _) if facts["partial"]["error"] == *name => {}
                (None, false) => data.push(list),
                _ => {
                    let nullable = |schema: &Value| schema["nullable"] == true;
                    let was_nullable = rest.get(name).is_some_and(nullable);
                    let mut schema = schema.clone();
                    if was_nullable {
                        schema["nullable"] = true.into();
                    }
                    rest.insert(name.clone(), schema);
                }
            }
        }
    }
    if facts["partial"]["shape"] == "text" && items.is_none() {
        return Ok(facts["response"].clone());
    }
    let data = match data.as_slice() {
        [] => json!({}),
        [one] => one.clone(),
        several => json!({ "oneOf": several }),
    };
    let data = match data {
        Value::Object(mut schema) => {
            schema.insert("nullable".to_owned(), true.into());
            Value::Object(schema)
        }
        other => other,
    };
    rest.insert(
        "results".to_owned(),
        json!({ "type": "array", "items": { "type": "object", "properties": {
        "index": { "type": "integer", "nullable": true }, "ok": { "type": "boolean" },
        "unknown": { "type": "boolean" }, "data": data, "error": { "$ref": "own.Problem" }
    } } }),
    );
    rest.insert("failed".to_owned(), json!({ "type": "integer" }));
    rest.insert("unknown".to_owned(), json!({ "type": "integer" }));
    rest.insert("refusal".to_owned(), json!({ "$ref": "own.Problem" }));
    Ok(json!({ "type": "object", "properties": rest }))
}

/// What an item of a batch is about: its `data`, or itself.
fn data_of(types: &Types, item: &Value) -> Result<Value> {
    let data = &types.resolve(item)?["properties"]["data"];
    Ok(if data.is_null() { item.clone() } else { data.clone() })
}
