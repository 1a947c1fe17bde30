//! The fields that `time` or `meaning` has marked, for a reader to go through.

use super::facts::{Facts, Operation};
use connector_catalog::files::types::{Additional, Type};

/// Every field of the facts that `mark` finds something of, as what it finds and the path to the field.
pub fn marked(facts: &Facts, mark: fn(&Type) -> Option<String>) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (name, type_) in &facts.types {
        walk(name, type_, mark, &mut found);
    }
    for (id, Operation { facts: operation, .. }) in &facts.operations {
        for parameter in &operation.parameters {
            walk(&format!("{id} ?{}", parameter.name), &parameter.schema, mark, &mut found);
        }
        if let Some(body) = &operation.body {
            walk(&format!("{id} body"), &body.schema, mark, &mut found);
        }
        if let Some(response) = &operation.response {
            walk(&format!("{id} response"), response, mark, &mut found);
        }
    }
    found.sort();
    found
}

/// A variant as the facts write it.
pub fn word(variant: Option<impl serde::Serialize>) -> Option<String> {
    let value = serde_json::to_value(variant?).ok()?;
    value.as_str().map(str::to_owned)
}

fn walk(
    path: &str,
    type_: &Type,
    mark: fn(&Type) -> Option<String>,
    found: &mut Vec<(String, String)>,
) {
    found.extend(mark(type_).map(|mark| (mark, path.to_owned())));
    for (name, property) in &type_.properties {
        walk(&format!("{path}.{name}"), property, mark, found);
    }
    for alternative in &type_.one_of {
        walk(path, alternative, mark, found);
    }
    if let Some(items) = &type_.items {
        walk(&format!("{path}[]"), items, mark, found);
    }
    if let Some(Additional::Of(additional)) = &type_.additional_properties {
        walk(&format!("{path}.*"), additional, mark, found);
    }
}
