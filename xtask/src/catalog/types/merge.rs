//! Several types made into one, for `allOf`.

use super::reduce;
use crate::catalog::description::Description;
use anyhow::{Result, bail};
use serde_json::{Map, Value};

/// Puts the definition in the place of a reference, so that it can be merged.
pub fn expand(description: &Description, part: Value) -> Result<Map<String, Value>> {
    let Value::Object(mut part) = part else {
        bail!("a type is not an object");
    };
    let Some(Value::String(name)) = part.remove("$ref") else {
        return Ok(part);
    };
    let target = reduce(description, &name, description.schema(&name)?)?;
    let mut expanded = expand(description, target)?;
    merge(&mut expanded, part);
    Ok(expanded)
}

/// Properties and required names come together; of everything else the later one wins.
pub fn merge(base: &mut Map<String, Value>, over: Map<String, Value>) {
    for (key, value) in over {
        match (&*key, base.get_mut(&key), value) {
            ("properties", Some(Value::Object(old)), Value::Object(new)) => old.extend(new),
            ("required", Some(Value::Array(old)), Value::Array(mut new)) => {
                new.retain(|name| !old.contains(name));
                old.append(&mut new);
            }
            (_, _, value) => {
                base.insert(key, value);
            }
        }
    }
}
