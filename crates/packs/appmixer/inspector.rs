//! The form of a component, from the JSON Schema of its input.
//!
//! Forms of Appmixer's are flat. The members of an object become fields named `object__member`,
//! those of a variant of a union `union__variant__member`, shown while the variant is chosen.
//! `glue/form.js` puts an input together again by the same rules.

use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

use super::title::{title, words};

/// Where the choices of a form's fields come from.
pub struct Source<'a> {
    /// The component that lists choices.
    pub url: &'a str,
    /// The action or trigger that the fields belong to.
    pub id: &'a str,
    /// Where the form keeps its values.
    pub place: &'a str,
}

/// A form, while it is made.
pub struct Inspector<'a> {
    source: &'a Source<'a>,
    inputs: Map<String, Value>,
    required: Vec<String>,
    /// The scopes that its choices need.
    pub scopes: BTreeSet<String>,
}

/// Where in the form a field is.
#[derive(Clone, Default)]
struct Spot {
    /// The names of the objects around it.
    key: String,
    /// The same as the connector writes it.
    path: String,
    /// Their titles.
    label: String,
    /// Shown under this condition.
    when: Option<Value>,
    advanced: bool,
    /// Whether the input is not complete without it.
    required: bool,
}

impl<'a> Inspector<'a> {
    pub fn new(schema: &Value, source: &'a Source<'a>) -> Self {
        let mut inspector =
            Inspector { source, inputs: Map::new(), required: Vec::new(), scopes: BTreeSet::new() };
        inspector.members(schema, &Spot { required: true, ..Spot::default() });
        inspector
    }

    /// How a list comes out, and how long it may be.
    pub fn add_list_fields(&mut self) {
        let option = |(value, label)| json!({"label": label, "value": value});
        let kinds = [
            ("array", "All items at once"),
            ("object", "One item at a time"),
            ("first", "First item only"),
            ("file", "Store to CSV file"),
        ];
        let fields = [
            (
                "maxItems",
                json!({
                    "type": "number",
                    "label": "Largest number of items",
                    "tooltip": "Leave it empty for all of them, on however many pages they are.",
                }),
            ),
            (
                "outputType",
                json!({
                    "type": "select",
                    "label": "Output type",
                    "tooltip": "One at a time, items leave as they arrive; together, at the end.",
                    "options": kinds.map(option),
                    "defaultValue": "array",
                }),
            ),
        ];
        for (name, field) in fields {
            self.insert(name.into(), field);
        }
    }

    /// `schema` and `inspector`, as a port or the properties of a component hold them.
    pub fn into_json(self) -> Value {
        let properties: Map<_, _> =
            self.inputs.keys().map(|key| (key.clone(), json!({}))).collect();
        let folded = self.inputs.values().any(|field| field["group"].is_string());
        let mut inspector = json!({"inputs": self.inputs});
        if folded {
            inspector["groups"] =
                json!({"advanced": {"label": "Advanced", "index": 1, "closed": true}});
        }
        json!({
            "schema": {"type": "object", "properties": properties, "required": self.required},
            "inspector": inspector,
        })
    }

    fn insert(&mut self, key: String, mut field: Value) {
        field["index"] = (self.inputs.len() + 1).into();
        self.inputs.insert(key, field);
    }

    fn members(&mut self, schema: &Value, at: &Spot) {
        let needed: Vec<_> = schema["required"].as_array().into_iter().flatten().collect();
        for (name, member) in schema["properties"].as_object().into_iter().flatten() {
            // What the account may have a setting for cannot be demanded of a component.
            let setting = member["x-setting"].is_string();
            let required = !setting && needed.iter().any(|need| *need == name);
            self.field(name, member, &Spot { required: at.required && required, ..at.clone() });
        }
    }

    fn field(&mut self, name: &str, schema: &Value, at: &Spot) {
        let spot = Spot {
            key: if at.key.is_empty() { name.into() } else { format!("{}__{name}", at.key) },
            path: if at.path.is_empty() { name.into() } else { format!("{}.{name}", at.path) },
            label: format!("{}{}", at.label, title(name, schema)),
            advanced: at.advanced || schema["x-advanced"] == true,
            ..at.clone()
        };
        if schema["discriminator"].is_object() {
            self.union(schema, &spot);
        } else if schema["properties"].as_object().is_some_and(|members| !members.is_empty()) {
            self.members(schema, &Spot { label: format!("{}: ", spot.label), ..spot });
        } else {
            self.leaf(schema, &spot);
        }
    }

    /// A field that chooses the variant, and the fields of each variant.
    fn union(&mut self, schema: &Value, at: &Spot) {
        let name = schema["discriminator"]["propertyName"].as_str().unwrap_or_default();
        let key = format!("{}__{name}", at.key);
        let variants: Vec<_> = schema["oneOf"].as_array().into_iter().flatten().collect();
        let tag =
            |variant: &Value| variant["properties"][name]["const"].as_str().map(str::to_owned);
        let options: Vec<_> = variants
            .iter()
            .filter_map(|variant| {
                Some(json!({"label": title(&tag(variant)?, variant), "value": tag(variant)?}))
            })
            .collect();
        let field = json!({"type": "select", "options": options});
        self.add(schema, field, &Spot { key: key.clone(), ..at.clone() });
        for variant in variants {
            let Some(tag) = tag(variant) else { continue };
            let mut members = variant.clone();
            if let Some(members) = members["properties"].as_object_mut() {
                members.shift_remove(name);
            }
            self.members(
                &members,
                &Spot {
                    key: format!("{}__{tag}", at.key),
                    label: String::new(),
                    when: Some(json!({"eq": {format!("./{key}"): tag}})),
                    // A form can only demand what it always shows; the connector checks the others.
                    required: false,
                    ..at.clone()
                },
            );
        }
    }

    fn leaf(&mut self, schema: &Value, at: &Spot) {
        let mut field = control(schema);
        if let Some(needs) = schema["x-choices"].as_array() {
            field = self.choices(schema, field, needs, at);
        }
        self.add(schema, field, at);
    }

    /// A dropdown. One can also type into it: a value may come from elsewhere in the flow.
    fn choices(&mut self, schema: &Value, field: Value, needs: &[Value], at: &Spot) -> Value {
        let scopes = schema["x-scopes"].as_array().into_iter().flatten();
        self.scopes.extend(scopes.filter_map(Value::as_str).map(str::to_owned));
        let Source { url, id, place } = self.source;
        let needs = needs.iter().filter_map(Value::as_str);
        let messages: Map<_, _> =
            needs.map(|need| (format!("in/{need}"), format!("{place}/{need}").into())).collect();
        let many = field["type"] == "expression" || field["type"] == "multiselect";
        json!({
            "type": if many { "multiselect" } else { "text" },
            "source": {
                "url": url,
                "data": {
                    "properties": {"of": id, "field": at.path},
                    "messages": messages,
                    "transform": "./Choices#options",
                },
            },
        })
    }

    fn add(&mut self, schema: &Value, mut field: Value, at: &Spot) {
        field["label"] = at.label.clone().into();
        if let Some(help) = schema["description"].as_str() {
            field["tooltip"] = help.into();
        }
        if let Some(when) = &at.when {
            field["when"] = when.clone();
        }
        if at.advanced {
            field["group"] = "advanced".into();
        }
        if at.required {
            self.required.push(at.key.clone());
        }
        self.insert(at.key.clone(), field);
    }
}

/// The kind of field that a value wants. What has no field of its own is written as JSON.
fn control(schema: &Value) -> Value {
    let has = |kind: &str| match &schema["type"] {
        Value::Array(types) => types.iter().any(|name| name == kind),
        single => single == kind,
    };
    let default = &schema["default"];
    if has("boolean") {
        // A switch that nobody touched says nothing, so it may only stand for what is so anyway.
        if *default == false { json!({"type": "toggle"}) } else { yes_or_no() }
    } else if has("array") {
        list(&schema["items"])
    } else if let Some(values) = schema["enum"].as_array() {
        json!({"type": "select", "options": options(values)})
    } else if schema["x-file"].is_string() {
        json!({"type": "filepicker"})
    } else if schema["format"] == "date" {
        json!({"type": "date-time", "config": {"enableTime": false}})
    } else if schema["format"] == "date-time" || schema["x-time"].is_string() {
        json!({"type": "date-time"})
    } else if has("integer") || has("number") {
        json!({"type": "number"})
    } else if has("string") && schema["x-multiline"] != true {
        json!({"type": "text"})
    } else {
        json!({"type": "textarea"})
    }
}

/// A list of options, a table with a row for each item, or JSON when the items are not flat.
fn list(items: &Value) -> Value {
    if let Some(values) = items["enum"].as_array() {
        return json!({"type": "multiselect", "options": options(values)});
    }
    let row = |name: &str, schema: &Value, index: usize| {
        let mut field = control(schema);
        field["label"] = title(name, schema).into();
        field["index"] = index.into();
        (name.to_owned(), field)
    };
    let flat = |schema: &Value| {
        let kind = schema["type"].as_str().or_else(|| schema["type"][0].as_str());
        matches!(kind, Some("string" | "integer" | "number" | "boolean"))
    };
    let fields: Map<_, _> = match items["properties"].as_object() {
        Some(members) if members.values().all(flat) => members
            .iter()
            .zip(1..)
            .map(|((name, member), index)| row(name, member, index))
            .collect(),
        None if flat(items) => [row("value", items, 1)].into_iter().collect(),
        _ => return json!({"type": "textarea"}),
    };
    json!({"type": "expression", "levels": ["ADD"], "fields": fields})
}

fn yes_or_no() -> Value {
    let option = |(value, label)| json!({"label": label, "value": value});
    let options = [("true", "Yes"), ("false", "No")].map(option);
    json!({"type": "select", "options": options})
}

fn options(values: &[Value]) -> Value {
    let shown = |value: &Value| match value.as_str() {
        // Constants in capitals are words; all others mean what they are.
        Some(text) if text.chars().all(|letter| letter.is_ascii_uppercase() || letter == '_') => {
            words(text)
        }
        Some(text) => text.to_owned(),
        None => value.to_string(),
    };
    values.iter().map(|value| json!({"label": shown(value), "value": value})).collect()
}
