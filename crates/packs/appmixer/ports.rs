//! What leaves a component: the variables that flow builders map.

use serde_json::{Value, json};

use super::title::title;

/// The output of an action as one message.
pub fn of_one(schema: &Value) -> Value {
    let options: Value = match kind(schema) {
        "array" => [
            ("result", "Items", schema),
            ("count", "Number of items", &json!({"type": "integer"})),
        ]
        .map(|(value, label, schema)| json!({"label": label, "value": value, "schema": schema}))
        .into_iter()
        .collect(),
        "object" | "" => members(schema, "", ""),
        _ => json!([{"label": "Value", "value": "value", "schema": schema}]),
    };
    port(options)
}

/// The output of a list. What the variables are depends on a field of the form, so the component
/// is asked for them.
pub fn of_list(url: &str) -> Value {
    json!({
        "name": "out",
        "source": {
            "url": url,
            "data": {
                "properties": {"generateOutputPortOptions": true},
                "messages": {"in/outputType": "inputs/in/outputType"},
            },
        },
    })
}

/// The events of a trigger, one by one.
pub fn of_events(data: &Value) -> Value {
    let text = json!({"type": "string"});
    let mut options = vec![
        json!({"label": "Event id", "value": "id", "schema": text}),
        json!({"label": "Time of the event", "value": "occurred_at", "schema": text}),
    ];
    options.extend(members(data, "data.", "").as_array().cloned().unwrap_or_default());
    port(options.into())
}

/// Without known variables, the port offers the whole message.
fn port(options: Value) -> Value {
    match options.as_array() {
        Some(list) if !list.is_empty() => json!({"name": "out", "options": options}),
        _ => json!({"name": "out"}),
    }
}

/// The members of an object, and those of the objects in it.
fn members(schema: &Value, path: &str, parent: &str) -> Value {
    let mut options = Vec::new();
    for (name, member) in schema["properties"].as_object().into_iter().flatten() {
        let value = format!("{path}{name}");
        let label = format!("{parent}{}", title(name, member));
        let inner = members(member, &format!("{value}."), &format!("{label}: "));
        options.push(json!({"label": label, "value": value, "schema": member}));
        options.extend(inner.as_array().cloned().unwrap_or_default());
    }
    options.into()
}

/// The type that is not `null`.
fn kind(schema: &Value) -> &str {
    match &schema["type"] {
        Value::Array(types) => types.iter().filter_map(Value::as_str).find(|name| *name != "null"),
        single => single.as_str(),
    }
    .unwrap_or_default()
}
