//! What an action asks for: the fields of its operation, or of the action that it is `like`, and fields
//! of its own.

use anyhow::{Context, Result};

use crate::files::facts::{Body, Operation, Parameter};
use crate::files::types::{Kind, Type};
use crate::files::words::Action;
use crate::load::Catalog;
use crate::types::Types;

/// What an operation takes, perhaps changed for an action that is like it.
pub struct Asked {
    pub parameters: Vec<Parameter>,
    pub body: Option<Body>,
    /// The name of the body's type, under which the labels of its members are found.
    pub owner: String,
}

impl Asked {
    pub fn of(facts: &Operation) -> Asked {
        let name = facts.body.as_ref().and_then(|body| body.schema.reference.clone());
        let owner = name.unwrap_or_default();
        Asked { parameters: facts.parameters.clone(), body: facts.body.clone(), owner }
    }
}

/// A field that an action has besides those of its operation.
pub struct Own {
    pub name: String,
    pub required: bool,
    pub schema: Type,
    /// The name of the type that it is taken from.
    pub owner: String,
}

/// The fields of an action that is `like` another one: those of that action, except for fields of its
/// own, without limits on the length of lists, and with its optional fields.
pub fn like(facts: &Operation, types: &Types, words: &Action, own: &[Own]) -> Result<Asked> {
    let mut asked = Asked::of(facts);
    let is_own = |name: &str| own.iter().any(|field| field.name == name);
    let free = |schema: &mut Type| {
        if words.unlimited == Some(true) && schema.kind == Some(Kind::Array) {
            schema.max_items = None;
        }
    };
    asked.parameters.retain(|parameter| !is_own(&parameter.name));
    for parameter in &mut asked.parameters {
        free(&mut parameter.schema);
        if words.optional.contains(&parameter.name) {
            parameter.required = false;
        }
    }
    let Some(body) = &mut asked.body else { return Ok(asked) };
    if body.schema.reference.is_none() {
        free(&mut body.schema);
        return Ok(asked);
    }
    let mut schema = types.resolve(&body.schema)?.clone();
    free(&mut schema);
    let had_members = !schema.properties.is_empty();
    schema.properties.retain(|name, _| !is_own(name));
    schema.required.retain(|name| !words.optional.contains(name));
    let nothing_left = had_members && schema.properties.is_empty();
    body.schema = schema;
    if nothing_left {
        asked.body = None;
    }
    Ok(asked)
}

/// The fields that an action has besides those of its operation. One that says `from` is the field
/// of that name of another action.
pub fn own_fields(catalog: &Catalog, types: &Types, words: &Action) -> Result<Vec<Own>> {
    let field = |field: &crate::files::words::OwnField| -> Result<Own> {
        let (name, required) = (field.name.clone(), field.required == Some(true));
        let Some(id) = &field.from else {
            let schema = field.schema.clone().unwrap_or_default();
            return Ok(Own { name, required, schema, owner: String::new() });
        };
        let used = catalog.operation(id)?;
        let parameter = used.parameters.iter().find(|parameter| parameter.name == name);
        let schema = match (parameter, &used.body) {
            (Some(parameter), _) => Some(&parameter.schema),
            (None, Some(body)) => types.resolve(&body.schema)?.properties.get(&name),
            (None, None) => None,
        };
        let schema = schema.with_context(|| format!("{id} has no field {name}"))?.clone();
        Ok(Own { name, required, schema, owner: Asked::of(used).owner })
    };
    words.fields.iter().map(field).collect()
}
