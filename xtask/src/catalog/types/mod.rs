//! Schemas reduced to types: what a value may look like, and nothing to read.
//!
//! A type is a JSON object with keys in the order of [`super::keys`]. It needs no knowledge of OpenAPI:
//! - `{"$ref": "Board"}` names another type, with [`ANNOTATIONS`] beside it at most;
//! - `allOf` is gone: one reference stays a reference, anything more is merged, later parts win;
//! - `anyOf` is `oneOf` with `"anyOf": true`; `discriminator` is `{property, mapping}` where the
//!   mapping leads from the value of the property to the name of a type;
//! - `type` is always there where it can be told from `properties` or `items`;
//! - `enum` has no null (the type is `nullable`), exclusive bounds are numbers;
//! - `time` says how a scalar encodes a point in time, see [`super::time`];
//! - `meaning` says what else a text or a number stands for, see [`super::meaning`];
//! - `{}` takes anything.

mod merge;
mod own;
mod reach;

pub use reach::reachable;

use super::description::{Description, array};
use super::keys::ordered;
use anyhow::{Context, Result, bail};
use merge::{expand, merge};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Types by name.
pub type Types = BTreeMap<String, Value>;

/// Keys that say nothing about the shape of a value, so that they may stand beside a `$ref`.
const ANNOTATIONS: [&str; 5] = ["default", "nullable", "readOnly", "writeOnly", "deprecated"];

/// Reduces a schema. `name` is that of the property, parameter or component, because times are
/// known by it; elements and alternatives have none. Fails on keywords that a type cannot express.
pub fn reduce(description: &Description, name: &str, schema: &Value) -> Result<Value> {
    let Some(schema) = schema.as_object() else {
        bail!("the schema of {name:?} is not an object");
    };
    let mut own = own::reduce(description, name, schema)?;
    let reference = schema.get("$ref").map(|target| json!({ "$ref": target }));
    let parts: Vec<_> = reference.iter().chain(array(schema.get("allOf"))).collect();
    if let [part] = parts[..]
        && let Some(target) = part["$ref"].as_str()
    {
        // "type: object" beside a reference is a habit and says nothing that the target does not.
        let only_annotations = own.iter().all(|(key, value)| {
            ANNOTATIONS.contains(&&**key) || (key == "type" && value == "object")
        });
        if only_annotations {
            own.remove("type");
            own.insert("$ref".into(), component(target)?.into());
            return Ok(ordered(own));
        }
    }
    let mut merged = Map::new();
    for part in parts {
        let part = reduce(description, name, part)?;
        merge(&mut merged, expand(description, part)?);
    }
    merge(&mut merged, own);
    Ok(ordered(merged))
}

/// The type that a reference leads to, through references to references.
pub fn resolve<'a>(types: &'a Types, type_: &'a Value) -> &'a Value {
    match type_["$ref"].as_str().and_then(|name| types.get(name)) {
        Some(target) => resolve(types, target),
        None => type_,
    }
}

/// The name of the component that a reference leads to.
fn component(reference: &str) -> Result<&str> {
    reference
        .strip_prefix("#/components/schemas/")
        .with_context(|| format!("{reference} is not a schema component"))
}
