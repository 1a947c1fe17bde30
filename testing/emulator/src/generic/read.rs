//! Reads a request by the facts: the query as typed JSON, and the body.

use serde_json::{Map, Value};

use crate::check::broken;
use crate::facts::{Kind, Lookup, Operation, Parameter, Style, Type};
use crate::reply::Refusal;
use crate::things::check;

/// Checks the ids and words in the path.
pub fn ids(operation: &'static Operation, ids: &[(String, String)]) -> Result<(), Refusal> {
    for (name, text) in ids {
        let parameter = operation.parameters.iter().find(|parameter| parameter.name == *name);
        if let Some(parameter) = parameter {
            check::value(name, &parameter.schema, &scalar(Some(&parameter.schema), text))?;
        }
    }
    Ok(())
}

/// The query, typed by the parameters. Whatever has no parameter is refused.
pub fn query(operation: &'static Operation, encoded: &str) -> Result<Value, Refusal> {
    let mut object = Map::new();
    for (key, text) in url::form_urlencoded::parse(encoded.as_bytes()) {
        let (name, path) =
            key.split_once('[').map_or((&*key, None), |(name, path)| (name, Some(path)));
        let is = |parameter: &&Parameter| {
            parameter.name == name && (parameter.style == Some(Style::Deep)) == path.is_some()
        };
        let Some(parameter) = operation.query().find(is) else {
            return broken(&key, "this field is not known here");
        };
        put(&mut object, parameter, path, &key, &text)?;
    }
    for parameter in operation.query() {
        match object.get(&parameter.name) {
            Some(value) => check::value(&parameter.name, &parameter.schema, value)?,
            None if parameter.required => return crate::check::missing(&parameter.name),
            None => {}
        }
    }
    Ok(Value::Object(object))
}

/// The body; null where none is sent and none is needed.
pub fn body(operation: &'static Operation, sent: &[u8]) -> Result<Value, Refusal> {
    let Some(expected) = &operation.body else {
        return match sent.is_empty() {
            true => Ok(Value::Null),
            false => broken("body", "this operation takes none"),
        };
    };
    if sent.is_empty() && !expected.required {
        return Ok(Value::Null);
    }
    let Ok(value) = serde_json::from_slice(sent) else {
        return broken("body", "this is not JSON");
    };
    check::value("", &expected.schema, &value)?;
    Ok(value)
}

fn put(
    object: &mut Map<String, Value>,
    parameter: &'static Parameter,
    path: Option<&str>,
    key: &str,
    text: &str,
) -> Result<(), Refusal> {
    let schema = parameter.schema.resolve();
    let element = schema.items.as_deref();
    let value = match (parameter.style, path) {
        (Some(Style::Deep), Some(path)) => {
            return deep(object.entry(&parameter.name).or_insert_with(new), path, text, key);
        }
        (Some(Style::Repeat), _) => {
            let list = object.entry(&parameter.name).or_insert_with(|| Value::Array(Vec::new()));
            list.as_array_mut().expect("only lists are put here").push(scalar(element, text));
            return Ok(());
        }
        (Some(Style::Comma), _) => text.split(',').map(|part| scalar(element, part)).collect(),
        _ => scalar(Some(schema), text),
    };
    match object.insert(parameter.name.clone(), value) {
        Some(_) => broken(key, "the value is given more than once"),
        None => Ok(()),
    }
}

/// `a[b][c]=1`: the path is what follows the first bracket.
fn deep(place: &mut Value, path: &str, text: &str, key: &str) -> Result<(), Refusal> {
    let mut place = place;
    for name in path.split('[') {
        let (Some(name), Some(object)) = (name.strip_suffix(']'), place.as_object_mut()) else {
            return broken(key, "the brackets do not fit together");
        };
        place = object.entry(name).or_insert_with(new);
    }
    *place = text.into();
    Ok(())
}

fn new() -> Value {
    Value::Object(Map::new())
}

/// Text of the type's kind, or as it is, to be refused.
fn scalar(type_: Option<&'static Type>, text: &str) -> Value {
    let read = match type_.and_then(|type_| type_.resolve().kind) {
        Some(Kind::Integer) => text.parse::<i64>().ok().map(Value::from),
        Some(Kind::Number) => text.parse::<f64>().ok().map(Value::from),
        Some(Kind::Boolean) => text.parse::<bool>().ok().map(Value::from),
        _ => None,
    };
    read.unwrap_or_else(|| text.into())
}
