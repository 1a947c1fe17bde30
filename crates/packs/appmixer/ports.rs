//! What leaves a component: the variables that flow builders map, each with a title and an example.

use connector_forms::labels::title;
use serde_json::{Map, Value, json};

use super::examples::Examples;

/// The output of an action as one message.
pub fn of_one(schema: &Value, examples: &Examples) -> Value {
    let schema = described(schema, "", examples);
    match kind(&schema) {
        "array" => port(json!({"type": "object", "properties": {
            "result": titled(schema, "Items"),
            "count": {"type": "integer", "title": "Number of Items", "example": 2},
        }})),
        "object" | "" => port(schema),
        _ => port(json!({"type": "object", "properties": {"value": titled(schema, "Value")}})),
    }
}

/// The output of a list. What the variables are depends on a field of the form, so the component
/// is asked for them. No account is needed for that.
pub fn of_list(url: &str) -> Value {
    json!({
        "name": "out",
        "source": {
            "url": format!("{url}&ignoreAuth=true"),
            "data": {
                "properties": {"generateOutputPortOptions": true},
                "messages": {"in/outputType": "inputs/in/outputType"},
            },
        },
    })
}

/// The events of a trigger, one by one.
pub fn of_events(data: &Value, examples: &Examples) -> Value {
    port(json!({"type": "object", "properties": {
        "id": {"type": "string", "title": "Event Id", "example": "1"},
        "occurred_at": {"type": "string", "format": "date-time", "title": "Time of the Event",
            "example": "2026-01-31T12:00:00Z"},
        "data": titled(described(data, "", examples), "Data"),
    }}))
}

/// Without known variables, the port offers the whole message.
fn port(schema: Value) -> Value {
    match schema["properties"].as_object() {
        Some(members) if !members.is_empty() => json!({"name": "out", "schema": schema}),
        _ => json!({"name": "out"}),
    }
}

/// The schema as the platform shows it: types, titles, and an example for whatever has no members.
pub fn described(schema: &Value, name: &str, examples: &Examples) -> Value {
    // Of variants the picker shows the members of all.
    let mut members = Map::new();
    gather(schema, &mut members);
    let of = members.into_iter().map(|(name, member)| {
        let shown = described(&member, &name, examples);
        let label = title(&name, &member);
        (name, titled(shown, &label))
    });
    let members: Map<_, _> = of.collect();
    let kind = kind(schema);
    let mut shown = json!({"type": if !members.is_empty() { "object" } else if kind.is_empty() { "string" } else { kind }});
    if let Some(format) = schema["format"].as_str() {
        shown["format"] = format.into();
    }
    if !members.is_empty() {
        shown["properties"] = Value::Object(members);
    } else if schema["items"].is_object() {
        shown["items"] = described(&schema["items"], name, examples);
    } else if let Some(example) = examples.of(name, schema) {
        shown["example"] = example;
    }
    shown
}

fn gather(schema: &Value, members: &mut Map<String, Value>) {
    for (name, member) in schema["properties"].as_object().into_iter().flatten() {
        members.entry(name.clone()).or_insert_with(|| member.clone());
    }
    for choice in ["oneOf", "anyOf"] {
        schema[choice]
            .as_array()
            .into_iter()
            .flatten()
            .for_each(|variant| gather(variant, members));
    }
}

fn titled(mut schema: Value, title: &str) -> Value {
    schema["title"] = title.into();
    schema
}

/// The type of a schema, or of the first of its variants that has one.
fn kind(schema: &Value) -> &str {
    match connector_forms::kind(schema) {
        "" => {
            let variants =
                ["anyOf", "oneOf"].iter().filter_map(|it| schema[it].as_array()).flatten();
            variants.map(kind).find(|kind| !kind.is_empty() && *kind != "null").unwrap_or_default()
        }
        kind => kind,
    }
}
