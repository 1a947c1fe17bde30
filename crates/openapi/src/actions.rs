//! The actions of a connection as operations.

use connector_host::contract::Effect;
use connector_host::contract::actions::{Description, Shape};
use serde_json::{Map, Value, json};

/// The actions of a connection, each as an operation.
pub fn document<D: std::ops::Deref<Target = Description>>(
    frame: Value,
    connection: &str,
    actions: &[D],
) -> Value {
    let mut document = frame;
    let mut schemas = Map::new();
    let mut paths = Map::new();
    let mut tags: Vec<&str> = Vec::new();
    for described in actions {
        let action = &described.action;
        if !tags.contains(&&*action.group) {
            tags.push(&action.group);
        }
        let path = format!("/v1/{}/actions/{}", segment(connection), action.id);
        paths.insert(path, json!({"post": operation(described, &mut schemas)}));
    }
    document["tags"] = tags.iter().map(|tag| json!({"name": tag})).collect();
    document["paths"] = paths.into();
    if let Some(known) = document["components"]["schemas"].as_object_mut() {
        known.extend(schemas);
    }
    document
}

fn operation(described: &Description, schemas: &mut Map<String, Value>) -> Value {
    let action = &described.action;
    let input = hoisted(&described.input, &format!("{}.input", action.id), schemas);
    let output = hoisted(&described.output, &format!("{}.output", action.id), schemas);
    let examples = described.examples.iter().enumerate().map(|(at, example)| {
        let value = json!({"summary": example.title, "value": parsed(&example.input)});
        (format!("example-{}", at + 1), value)
    });
    let examples: Map<String, Value> = examples.collect();
    let mut content = json!({"schema": input});
    if !examples.is_empty() {
        content["examples"] = examples.into();
    }
    let output = match action.shape {
        Shape::Single => output,
        Shape::Items => json!({
            "type": "object",
            "required": ["items", "next"],
            "properties": {
                "items": {"type": "array", "items": output},
                "next": {"type": ["string", "null"], "description": "Goes on from here"},
                "output": {},
            },
        }),
    };
    let mut parameters = Vec::new();
    if action.shape == Shape::Items {
        let of = |name: &str, kind: &str, help: &str| json!({"name": name, "in": "query", "schema": {"type": kind}, "description": help});
        parameters.push(of("limit", "integer", "Collect so many items"));
        parameters.push(of("next", "string", "Go on from an earlier answer"));
    }
    if action.effect != Effect::Read {
        parameters.push(json!({
            "name": "idempotency-key",
            "in": "header",
            "schema": {"type": "string", "maxLength": 255},
            "description": "The same key with the same input is run once",
        }));
    }
    json!({
        "operationId": action.id,
        "summary": action.title,
        "description": action.summary,
        "tags": [action.group],
        "parameters": parameters,
        "requestBody": {"required": true, "content": {"application/json": content}},
        "responses": {
            "200": {
                "description": "What it came to",
                "content": {"application/json": {"schema": output}},
            },
            "202": {"description": "Begun: `prefer: respond-async`"},
            "default": {"$ref": "#/components/responses/Problem"},
        },
    })
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_default()
}

/// A schema whose own definitions stand among those of the document.
fn hoisted(schema: &str, name: &str, schemas: &mut Map<String, Value>) -> Value {
    let mut schema = parsed(schema);
    renamed(&mut schema, name);
    if let Some(object) = schema.as_object_mut() {
        object.remove("$schema");
        for (of, definition) in object.remove("$defs").iter().filter_map(Value::as_object).flatten()
        {
            schemas.insert(format!("{name}.{}", plain(of)), definition.clone());
        }
    }
    schema
}

/// References lead to where definitions are moved.
fn renamed(schema: &mut Value, name: &str) {
    match schema {
        Value::Object(members) => {
            for (key, value) in members {
                match value {
                    Value::String(to) if key == "$ref" => {
                        if let Some(of) = to.strip_prefix("#/$defs/") {
                            *to = format!("#/components/schemas/{name}.{}", plain(of));
                        }
                    }
                    value => renamed(value, name),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| renamed(item, name)),
        _ => {}
    }
}

/// Names of components are made of these characters.
fn plain(name: &str) -> String {
    let fits = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    name.chars().map(|c| if fits(c) { c } else { '_' }).collect()
}

/// A name as a part of an address, percent-encoded.
pub fn segment(name: &str) -> String {
    let bytes = name.bytes().map(|byte| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
            char::from(byte).to_string()
        }
        byte => format!("%{byte:02X}"),
    });
    bytes.collect()
}
