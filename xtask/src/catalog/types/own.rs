//! The part of a schema that it states itself, beside `$ref` and `allOf`.

use super::component;
use crate::catalog::description::{Description, array, object};
use crate::catalog::keys::keys;
use crate::catalog::{meaning, time};
use anyhow::{Context, Result, bail};
use connector_catalog::files::types::Format;
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// Keywords for readers.
const PROSE: [&str; 5] = ["description", "title", "example", "externalDocs", "xml"];

pub fn reduce(
    description: &Description,
    name: &str,
    schema: &Map<String, Value>,
) -> Result<Map<String, Value>> {
    let mut own = Map::new();
    for (key, value) in schema {
        let reduced = match &**key {
            "$ref" | "allOf" => continue,
            prose if PROSE.contains(&prose) || prose.starts_with("x-") => continue,
            "items" => super::reduce(description, "", value)?,
            "properties" => properties(description, value)?,
            "additionalProperties" if *value == json!({}) => true.into(),
            "additionalProperties" if value.is_object() => super::reduce(description, "", value)?,
            "oneOf" | "anyOf" => array(Some(value))
                .map(|alternative| super::reduce(description, "", alternative))
                .collect::<Result<Vec<_>>>()?
                .into(),
            "discriminator" => discriminator(value)?,
            "format" if Format::deserialize(value).is_err() => {
                bail!("the schema of {name:?} has the format {value}, which is not known")
            }
            known if keys().contains(&known) => value.clone(),
            unknown => bail!("the schema of {name:?} has {unknown}, which is not known"),
        };
        own.insert(key.clone(), reduced);
    }
    settle(&mut own);
    let encoding = time::encoding(name, schema);
    own.extend(encoding.map(|encoding| ("time".to_owned(), encoding.into())));
    meaning::mark(name, schema, &mut own);
    Ok(own)
}

fn properties(description: &Description, properties: &Value) -> Result<Value> {
    let reduced = object(properties).map(|(name, schema)| {
        let type_ = super::reduce(description, name, schema).context(name.clone())?;
        Ok((name.clone(), type_))
    });
    Ok(reduced.collect::<Result<Map<_, _>>>()?.into())
}

fn discriminator(discriminator: &Value) -> Result<Value> {
    let mapping = object(&discriminator["mapping"]).map(|(value, target)| {
        let target = target.as_str().context("a mapping is not a string")?;
        Ok((value.clone(), component(target)?.into()))
    });
    let mapping = mapping.collect::<Result<Map<_, _>>>()?;
    Ok(json!({ "property": discriminator["propertyName"], "mapping": mapping }))
}

/// Says in one way what OpenAPI lets say in several, and nothing that goes without saying.
fn settle(own: &mut Map<String, Value>) {
    for (exclusive, bound) in [("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")] {
        if own.remove(exclusive) == Some(true.into())
            && let Some(limit) = own.remove(bound)
        {
            own.insert(exclusive.into(), limit);
        }
    }
    if let Some(Value::Array(values)) = own.get_mut("enum") {
        let before = values.len();
        values.retain(|value| !value.is_null());
        if values.len() < before {
            own.insert("nullable".into(), true.into());
        }
    }
    for (key, implied) in [("items", "array"), ("properties", "object")] {
        if own.contains_key(key) {
            own.insert("type".into(), implied.into());
        }
    }
    if let Some(alternatives) = own.remove("anyOf") {
        own.insert("oneOf".into(), alternatives);
        own.insert("anyOf".into(), true.into());
    }
    if own.contains_key("oneOf") && !own.contains_key("properties") {
        own.remove("type");
    }
    own.retain(|key, value| match &**key {
        "default" | "additionalProperties" => true,
        _ => *value != false && *value != json!([]),
    });
}
