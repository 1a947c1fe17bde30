//! The `incremental` field of a resource must be a time of creation or change: a state or a due date
//! does not grow when a row is made.

use anyhow::{Result, bail};
use serde_json::Value;

use crate::load::{Catalog, text};
use crate::types::Types;

/// Parts of the names that such times have.
const NAMES: [&str; 5] = ["created", "creation", "updated", "modified", "shared_on"];

pub fn check(catalog: &Catalog, types: &Types, resource: &Value) -> Result<()> {
    let Some(name) = resource["incremental"].as_str() else {
        return match resource["since"].is_null() {
            true => Ok(()),
            false => bail!("{}: since needs incremental", text(resource, "id")?),
        };
    };
    let id = text(resource, "id")?;
    let actions = ["list", "get"].iter().filter_map(|verb| resource[verb].as_str());
    for action in actions {
        let facts = catalog.operation(action)?;
        let mut row = types.resolve(&facts["response"])?;
        if facts["paging"].is_object() {
            let key = facts["paging"]["key"].as_str().unwrap_or("items");
            let list = if row["type"] == "array" { row } else { &row["properties"][key] };
            row = types.resolve(&types.resolve(list)?["items"])?;
        }
        if !is_time(types, row, name)? {
            bail!("{id}: {name} is not a time of the rows of {action}");
        }
    }
    if !NAMES.iter().any(|part| name.contains(part)) {
        bail!("{id}: {name} does not grow when a row is made or changed");
    }
    Ok(())
}

/// Whether the member of this name is a time, in each alternative that has it.
fn is_time(types: &Types, row: &Value, name: &str) -> Result<bool> {
    let alternatives = row["oneOf"].as_array().cloned().unwrap_or_else(|| vec![row.clone()]);
    let mut found = false;
    for alternative in &alternatives {
        let row = types.resolve(alternative)?;
        if row["oneOf"].is_array() {
            found |= is_time(types, row, name)?;
        } else if let Some(member) = row["properties"].get(name) {
            let time = |schema: &Value| schema["time"].is_string();
            if !time(member) && !time(types.resolve(member)?) {
                return Ok(false);
            }
            found = true;
        }
    }
    Ok(found)
}
