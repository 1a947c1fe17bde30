//! What people fill in to run an action, made from its schemas.
//!
//! A schema says which inputs are valid. What a person is asked for is decided here, once for every pack and
//! page: one record instead of a list of them ([`Single`]), which variants there are to choose from and how
//! they are called, in which order fields stand, and what an option is called ([`labels`]). See [`Form`].

#![forbid(unsafe_code)]
#![deny(missing_docs, missing_debug_implementations)]

pub mod labels;
mod order;
mod reader;
mod single;
mod variants;

use serde_json::{Map, Value};

pub use single::Single;

/// The key by which a form names a variant of a `oneOf`: unique among them.
pub const VARIANT: &str = "x-variant";

/// The form of an action, or of anything else that has a schema.
#[derive(Clone, Debug, PartialEq)]
pub struct Form {
    /// The schema of what is filled in: JSON Schema as the README of this crate narrows it.
    pub schema: Value,
    /// That it is filled in for one record of an action that takes many; none: what is filled in is the
    /// action's input.
    pub single: Option<Single>,
}

impl Form {
    /// The form of an action with this input and output, which are schemas without references. Where the
    /// action takes a list of records and answers with a result for each, it is the form of one record.
    pub fn new(input: &Value, output: &Value) -> Form {
        match Single::find(input, output) {
            Some((single, schema)) => Form { schema: plain(&schema), single: Some(single) },
            None => Form::whole(input),
        }
    }

    /// The form of a whole input.
    pub fn whole(input: &Value) -> Form {
        Form { schema: plain(input), single: None }
    }
}

/// A schema as forms have it, with all that is within it.
fn plain(schema: &Value) -> Value {
    let mut plain = variants::resolved(schema);
    if let Some(Value::Object(members)) = plain.get_mut("properties") {
        let each = members.iter().map(|(name, member)| (name.clone(), self::plain(member)));
        *members = each.collect::<Map<_, _>>();
    }
    for inner in ["items", "additionalProperties"] {
        if let Some(schema @ Value::Object(_)) = plain.get_mut(inner) {
            *schema = self::plain(schema);
        }
    }
    if let Some(Value::Array(all)) = plain.get_mut("oneOf") {
        all.iter_mut().for_each(|variant| *variant = self::plain(variant));
    }
    if let Some(Value::Array(options)) = plain.get_mut("enum") {
        // Nothing is chosen by leaving it open.
        options.retain(|option| !option.is_null());
    }
    order::sort(&mut plain);
    plain
}

/// The type of a schema that is not `null`; empty where it says none.
pub fn kind(schema: &Value) -> &str {
    match &schema["type"] {
        Value::Array(types) => types.iter().filter_map(Value::as_str).find(|name| *name != "null"),
        single => single.as_str(),
    }
    .unwrap_or_default()
}

/// Whether a schema allows values of a type.
pub(crate) fn is(schema: &Value, kind: &str) -> bool {
    match &schema["type"] {
        Value::Array(types) => types.iter().any(|name| name == kind),
        single => single == kind,
    }
}

/// The members of an object's schema.
pub(crate) fn members(schema: &Value) -> impl Iterator<Item = (&String, &Value)> {
    schema["properties"].as_object().into_iter().flatten()
}

/// Whether an object has to have a member.
pub(crate) fn requires(schema: &Value, name: &str) -> bool {
    schema["required"].as_array().is_some_and(|names| names.iter().any(|it| it == name))
}

/// The snippet of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
