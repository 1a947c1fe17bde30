//! An OpenAPI 3.1 document as one of 2.0. What 2.0 has no words for is left out, so that it takes at
//! least what the other takes.

use serde_json::{Map, Value, json};

/// Keywords of schemas that 2.0 knows as they are.
const KNOWN: [&str; 16] = [
    "title",
    "description",
    "format",
    "default",
    "minimum",
    "maximum",
    "minLength",
    "maxLength",
    "pattern",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "maxProperties",
    "multipleOf",
    "required",
];

/// The whole document.
pub fn document(newer: &Value) -> Value {
    let url = newer["servers"][0]["url"].as_str().unwrap_or_default();
    let (scheme, rest) = url.split_once("://").unwrap_or(("https", url));
    let (host, base) = rest
        .split_once('/')
        .map_or((rest, String::new()), |(host, path)| (host, format!("/{path}")));
    let schemas = newer["components"]["schemas"].as_object();
    let definitions: Map<String, Value> = schemas
        .into_iter()
        .flatten()
        .map(|(name, definition)| (name.clone(), schema(definition)))
        .collect();
    let paths = newer["paths"].as_object().into_iter().flatten().map(|(path, operations)| {
        let operations = operations.as_object().into_iter().flatten();
        let operations: Map<String, Value> =
            operations.map(|(method, it)| (method.clone(), operation(it))).collect();
        (path.clone(), operations.into())
    });
    let paths: Map<String, Value> = paths.collect();
    json!({
        "swagger": "2.0",
        "info": newer["info"],
        "host": host,
        "basePath": if base.is_empty() { "/" } else { &base },
        "schemes": [scheme],
        "consumes": ["application/json"],
        "produces": ["application/json"],
        "securityDefinitions": {"key": {
            "type": "apiKey",
            "in": "header",
            "name": "authorization",
            "description": "`Bearer` and a key of the server",
        }},
        "security": [{"key": []}],
        "tags": newer["tags"],
        "paths": paths,
        "definitions": definitions,
    })
}

fn operation(newer: &Value) -> Value {
    let mut parameters: Vec<Value> =
        newer["parameters"].as_array().into_iter().flatten().map(parameter).collect();
    let body = &newer["requestBody"]["content"]["application/json"]["schema"];
    if !body.is_null() {
        parameters
            .push(json!({"name": "body", "in": "body", "required": true, "schema": schema(body)}));
    }
    let output = &newer["responses"]["200"]["content"]["application/json"]["schema"];
    let problem = json!({"$ref": "#/definitions/Problem"});
    json!({
        // Tools make names of functions of it.
        "operationId": name(newer["operationId"].as_str().unwrap_or_default()),
        "summary": newer["summary"],
        "description": newer["description"],
        "tags": newer["tags"],
        "parameters": parameters,
        "responses": {
            "200": {"description": "What it came to", "schema": schema(output)},
            "default": {"description": "Why it was not done", "schema": problem},
        },
    })
}

/// `boards.list_all` as `BoardsListAll`.
fn name(id: &str) -> String {
    let words = id.split(['.', '_', '-']).filter(|word| !word.is_empty());
    words.map(|word| word[..1].to_uppercase() + &word[1..]).collect()
}

fn parameter(newer: &Value) -> Value {
    let mut older =
        json!({"name": newer["name"], "in": newer["in"], "description": newer["description"]});
    if let (Value::Object(older), Value::Object(of)) = (&mut older, schema(&newer["schema"])) {
        older.extend(of);
    }
    older
}

/// A schema in the words of 2.0.
fn schema(newer: &Value) -> Value {
    let Some(newer) = newer.as_object() else { return json!({}) };
    if let Some(to) = newer.get("$ref").and_then(Value::as_str) {
        return json!({"$ref": to.replace("#/components/schemas/", "#/definitions/")});
    }
    let mut older = Map::new();
    for name in KNOWN {
        if let Some(value) = newer.get(name) {
            older.insert(name.to_owned(), value.clone());
        }
    }
    match newer.get("type") {
        Some(Value::String(kind)) => drop(older.insert("type".into(), kind.as_str().into())),
        Some(Value::Array(kinds)) => {
            let others: Vec<&Value> = kinds.iter().filter(|kind| *kind != "null").collect();
            if others.len() < kinds.len() {
                older.insert("x-nullable".into(), true.into());
            }
            if let [only] = *others {
                older.insert("type".into(), only.clone());
            }
        }
        _ => {}
    }
    let values = newer.get("enum").cloned();
    let values = values.or_else(|| Some(json!([newer.get("const")?])));
    // In 2.0 a list of values goes with one type.
    if let Some(Value::Array(values)) = values
        && older.get("type").is_some_and(|kind| kind == "string")
        && values.iter().all(Value::is_string)
    {
        older.insert("enum".into(), values.into());
    }
    for (exclusive, limit) in [("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")] {
        if let Some(value) = newer.get(exclusive).filter(|value| value.is_number()) {
            older.insert(limit.into(), value.clone());
            older.insert(exclusive.into(), true.into());
        }
    }
    if let Some(properties) = newer.get("properties").and_then(Value::as_object) {
        let of = |(name, it): (&String, &Value)| (name.clone(), schema(it));
        older.insert("properties".into(), properties.iter().map(of).collect::<Map<_, _>>().into());
        older.entry("type").or_insert_with(|| "object".into());
    }
    if let Some(more) = newer.get("additionalProperties").filter(|more| more.is_object()) {
        older.insert("additionalProperties".into(), schema(more));
    }
    if let Some(items) = newer.get("items") {
        older.insert("items".into(), schema(items));
    } else if older.get("type").is_some_and(|kind| kind == "array") {
        older.insert("items".into(), json!({}));
    }
    if let Some([first, ..]) = newer.get("examples").and_then(Value::as_array).map(Vec::as_slice) {
        older.insert("example".into(), first.clone());
    }
    older.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schema_is_said_in_the_older_words() {
        let newer = json!({
            "type": ["object", "null"],
            "properties": {
                "a": {"const": "x", "type": "string"},
                "b": {"anyOf": [{"type": "string"}, {"type": "integer"}], "title": "B"},
                "c": {"$ref": "#/components/schemas/C"},
                "d": {"type": "number", "exclusiveMinimum": 0},
            },
            "required": ["a"],
            "unevaluatedProperties": false,
        });
        assert_eq!(
            schema(&newer),
            json!({
                "required": ["a"],
                "x-nullable": true,
                "type": "object",
                "properties": {
                    "a": {"type": "string", "enum": ["x"]},
                    "b": {"title": "B"},
                    "c": {"$ref": "#/definitions/C"},
                    "d": {"type": "number", "minimum": 0, "exclusiveMinimum": true},
                },
            })
        );
        assert_eq!(name("board_pins.list"), "BoardPinsList");
    }
}
