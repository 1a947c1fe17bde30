//! The `incremental` field of a resource must be a time of creation or change: a state or a due date
//! does not grow when a row is made.

use anyhow::{Result, bail};

use crate::files::resources::Resource;
use crate::files::types::{Kind, Type};
use crate::load::Catalog;
use crate::types::Types;

/// Parts of the names that such times have.
const NAMES: [&str; 5] = ["created", "creation", "updated", "modified", "shared_on"];

pub fn check(catalog: &Catalog, types: &Types, resource: &Resource) -> Result<()> {
    let id = &resource.id;
    let Some(name) = &resource.incremental else {
        return match resource.since {
            None => Ok(()),
            Some(_) => bail!("{id}: since needs incremental"),
        };
    };
    for action in [&resource.list, &resource.get].into_iter().flatten() {
        let Some(row) = row(catalog, types, action)? else {
            bail!("{id}: {action} answers nothing");
        };
        if !is_time(types, row, name)? {
            bail!("{id}: {name} is not a time of the rows of {action}");
        }
    }
    if !NAMES.iter().any(|part| name.contains(part)) {
        bail!("{id}: {name} does not grow when a row is made or changed");
    }
    Ok(())
}

/// The type of what an action answers, or of an item of it.
fn row<'a>(catalog: &'a Catalog, types: &'a Types, action: &str) -> Result<Option<&'a Type>> {
    let facts = catalog.operation(action)?;
    let Some(response) = &facts.response else { return Ok(None) };
    let response = types.resolve(response)?;
    let Some(paging) = &facts.paging else { return Ok(Some(response)) };
    let list = match response.kind {
        Some(Kind::Array) => Some(response),
        _ => response.properties.get(paging.key.as_deref().unwrap_or("items")),
    };
    let Some(list) = list else { return Ok(None) };
    types.resolve(list)?.items.as_deref().map(|item| types.resolve(item)).transpose()
}

/// Whether the member of this name is a time, in each alternative that has it.
fn is_time(types: &Types, row: &Type, name: &str) -> Result<bool> {
    let alternatives = match row.one_of.as_slice() {
        [] => std::slice::from_ref(row),
        several => several,
    };
    let mut found = false;
    for alternative in alternatives {
        let row = types.resolve(alternative)?;
        if !row.one_of.is_empty() {
            found |= is_time(types, row, name)?;
        } else if let Some(member) = row.properties.get(name) {
            if member.time.is_none() && types.resolve(member)?.time.is_none() {
                return Ok(false);
            }
            found = true;
        }
    }
    Ok(found)
}
