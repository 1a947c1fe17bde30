//! What the JSON Schemas of actions say that records need: no general reader of schemas.

use connector_host::Connector;
use connector_host::contract::Effect;
use connector_host::contract::actions::Shape;
use serde_json::{Map, Value};

use crate::Error;

/// An action as records see it.
pub(crate) struct Action {
    pub id: String,
    pub shape: Shape,
    pub effect: Effect,
    pub input: Value,
    pub output: Value,
}

impl Action {
    pub fn find(connector: &Connector, id: &str) -> Result<Self, Error> {
        let found = connector.action(id)?;
        let parse = |text: &str| serde_json::from_str(text).map_err(Error::json("a schema"));
        Ok(Action {
            id: id.to_owned(),
            shape: found.action.shape,
            effect: found.action.effect,
            input: parse(&found.input)?,
            output: parse(&found.output)?,
        })
    }
}

/// The properties of an object, also of one that is a choice between objects.
pub fn properties(schema: &Value) -> Map<String, Value> {
    let mut all = Map::new();
    for schema in variants(schema) {
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            all.entry(name.clone()).or_insert_with(|| property.clone());
        }
    }
    all
}

/// Whether the object must hold this property, in each of its variants.
pub fn requires(schema: &Value, name: &str) -> bool {
    let names = |schema: &Value| {
        let mut required = schema["required"].as_array().into_iter().flatten();
        required.any(|required| required == name)
    };
    names(schema) || {
        let mut variants = variants(schema).skip(1).peekable();
        variants.peek().is_some() && variants.all(names)
    }
}

/// The schema, and then the alternatives that it names.
fn variants(schema: &Value) -> impl Iterator<Item = &Value> {
    let named = ["oneOf", "anyOf"].iter().filter_map(|word| schema[*word].as_array()).flatten();
    std::iter::once(schema).chain(named)
}

/// Whether a value may have this JSON type.
pub fn is(schema: &Value, kind: &str) -> bool {
    variants(schema).any(|schema| match &schema["type"] {
        Value::String(only) => only == kind,
        Value::Array(several) => several.iter().any(|one| one == kind),
        _ => false,
    })
}

/// Whether values are texts, numbers or truths, and no objects.
pub fn is_scalar(schema: &Value) -> bool {
    let kinds = ["string", "integer", "number", "boolean"];
    kinds.iter().any(|kind| is(schema, kind)) && !is(schema, "object")
}

/// The kind of a field in the contract's words, from its schema.
pub fn kind(schema: &Value) -> &'static str {
    if schema.get("x-time").is_some() || schema["format"] == "date-time" {
        return "time";
    }
    if schema["format"] == "date" {
        return "date";
    }
    let kinds = [
        ("array", "list"),
        ("object", "object"),
        ("boolean", "boolean"),
        ("integer", "integer"),
        ("number", "number"),
    ];
    kinds.iter().find(|(json, _)| is(schema, json)).map_or("text", |(_, kind)| kind)
}
