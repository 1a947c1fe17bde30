//! Batches: operations whose answers report failed inputs with a status of success.

use anyhow::Result;
use indexmap::IndexMap;

use crate::files::facts::{Operation, PartialShape};
use crate::files::types::{Kind, Type};
use crate::types::Types;

/// How the answer reports inputs that failed, as Rust source.
pub fn partial(types: &Types, facts: &Operation) -> Result<String> {
    let Some(partial) = &facts.partial else { return Ok("None".to_owned()) };
    let error = format!("/{}", partial.error.replace('.', "/"));
    Ok(match (&partial.items, partial.shape) {
        (Some(items), _) => {
            let several = speaks_of_several(types, facts, items, &partial.error)?;
            format!(
                "Some(Partial::Each {{ items: {items:?}, error: {error:?}, several: {several} }})"
            )
        }
        (None, PartialShape::Array) => {
            format!("Some(Partial::Matched {{ errors: {:?} }})", partial.error)
        }
        (None, PartialShape::Text) => format!("Some(Partial::Whole {{ error: {error:?} }})"),
        // The error of a single output, beside its data, stays where it is.
        (None, PartialShape::Object | PartialShape::Any) => "None".to_owned(),
    })
}

/// Whether the error of an item has a list in it, of all those that it is about.
fn speaks_of_several(types: &Types, facts: &Operation, items: &str, error: &str) -> Result<bool> {
    let Some(response) = &facts.response else { return Ok(false) };
    let list = types.resolve(response)?.properties.get(items);
    let Some(item) = list.and_then(|list| list.items.as_deref()) else { return Ok(false) };
    let Some(error) = types.resolve(item)?.properties.get(error) else { return Ok(false) };
    let mut members = types.resolve(error)?.properties.values();
    Ok(members.any(|member| member.kind == Some(Kind::Array)))
}

/// The type of the output of a batch, as `connector-sdk` writes it.
pub fn results(types: &Types, facts: &Operation, response: &Type) -> Result<Type> {
    let partial = facts.partial.as_ref();
    let items = partial.and_then(|partial| partial.items.as_ref());
    let is_text = partial.is_some_and(|partial| partial.shape == PartialShape::Text);
    if is_text && items.is_none() {
        return Ok(facts.response.clone().unwrap_or_default());
    }
    let envelopes = match response.one_of.as_slice() {
        [] => vec![response],
        several => several.iter().map(|one| types.resolve(one)).collect::<Result<_>>()?,
    };
    let mut rest: IndexMap<String, Type> = IndexMap::new();
    let mut data = Vec::new();
    for envelope in envelopes {
        if let Some(item) = &envelope.items {
            data.push(data_of(types, item)?);
        }
        for (name, schema) in &envelope.properties {
            let item = types.resolve(schema)?.items.as_deref();
            match (items, item) {
                (Some(items), Some(item)) if items == name => data.push(data_of(types, item)?),
                (None, _) if partial.is_some_and(|partial| partial.error == *name) => {}
                (None, Some(item)) => data.push(item.clone()),
                _ => {
                    let was_nullable = rest.get(name).is_some_and(|schema| schema.nullable);
                    let nullable = schema.nullable || was_nullable;
                    rest.insert(name.clone(), Type { nullable, ..schema.clone() });
                }
            }
        }
    }
    let data = match <[Type; 1]>::try_from(data) {
        Ok([one]) => one,
        Err(several) => Type { one_of: several, ..Type::default() },
    };
    let problem = || Type::named("own.Problem");
    let result = object([
        ("index", Type::of(Kind::Integer).or_null()),
        ("ok", Type::of(Kind::Boolean)),
        ("unknown", Type::of(Kind::Boolean)),
        ("data", data.or_null()),
        ("error", problem()),
    ]);
    let results = Type { items: Some(Box::new(result)), ..Type::of(Kind::Array) };
    rest.insert("results".to_owned(), results);
    rest.insert("failed".to_owned(), Type::of(Kind::Integer));
    rest.insert("unknown".to_owned(), Type::of(Kind::Integer));
    rest.insert("refusal".to_owned(), problem());
    Ok(Type { properties: rest, ..Type::of(Kind::Object) })
}

fn object<const N: usize>(members: [(&str, Type); N]) -> Type {
    let properties = members.into_iter().map(|(name, type_)| (name.to_owned(), type_)).collect();
    Type { properties, ..Type::of(Kind::Object) }
}

/// What an item of a batch is about: its `data`, or itself.
fn data_of(types: &Types, item: &Type) -> Result<Type> {
    Ok(types.resolve(item)?.properties.get("data").unwrap_or(item).clone())
}
