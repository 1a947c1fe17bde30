//! Holds a request against its shape, and says which rule it broke.
//!
//! A wrong id is refused in exactly the words seen on the wire. Other messages
//! follow the two forms seen there (a quoted value, `constraint: rule`), and
//! begin with the field.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};
use url::Url;

use crate::reply::Refusal;
use crate::shape::{Field, Rule};

const LINK_LENGTH: usize = 2048;

/// Checks a JSON value. `at` is the field's name, empty for a whole body.
pub fn value(at: &str, rule: &Rule, value: &Value) -> Result<(), Refusal> {
    match rule {
        Rule::Id => {
            let text = string(at, value)?;
            if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
                return Err(Refusal::invalid(format!("'{text}' does not match '^\\d+$'")));
            }
        }
        Rule::Text(min, max) => {
            length(at, string(at, value)?.chars().count(), *min, *max, "Length")?
        }
        Rule::Link => link(at, string(at, value)?)?,
        Rule::Flag => typed(at, value, "boolean", Value::as_bool).map(drop)?,
        Rule::Whole(min, max) => whole(at, value, *min, *max)?,
        Rule::Choice(choices) => choice(at, string(at, value)?, choices.iter().copied())?,
        Rule::Base64 => {
            let text = string(at, value)?;
            if text.is_empty() || STANDARD.decode(text).is_err() {
                return broken(at, "the value is not base64");
            }
        }
        Rule::List(rule, min, max) => {
            let items = typed(at, value, "array", Value::as_array)?;
            length(at, items.len(), *min, *max, "Items")?;
            for (index, item) in items.iter().enumerate() {
                self::value(&format!("{at}[{index}]"), rule, item)?;
            }
        }
        Rule::Object(known) => fields(at, known, typed(at, value, "object", Value::as_object)?)?,
        Rule::Tagged(tag, cases) => {
            let object = typed(at, value, "object", Value::as_object)?;
            let name = inside(at, tag);
            let Some(chosen) = object.get(*tag) else {
                return missing(&name);
            };
            let chosen = string(&name, chosen)?;
            choice(&name, chosen, cases.iter().map(|(case, _)| *case))?;
            let mut rest = object.clone();
            rest.remove(*tag);
            for (_, known) in cases.iter().filter(|(case, _)| *case == chosen) {
                fields(at, known, &rest)?;
            }
        }
    }
    Ok(())
}

/// Checks an object: every key known, every required key there.
pub fn fields(at: &str, known: &[Field], object: &Map<String, Value>) -> Result<(), Refusal> {
    if let Some(key) = object.keys().find(|key| known.iter().all(|field| field.name != *key)) {
        return broken(&inside(at, key), "this field is not known here");
    }
    for field in known {
        let name = inside(at, field.name);
        match object.get(field.name) {
            None if field.required => return missing(&name),
            None => {}
            Some(Value::Null) if field.nullable => {}
            Some(found) => value(&name, &field.rule, found)?,
        }
    }
    Ok(())
}

/// Reads a query or a form into a JSON object by the types of its fields, so
/// that one check serves both. What has no such type stays text and is refused.
pub fn pairs(known: &[Field], encoded: &[u8]) -> Result<Value, Refusal> {
    let mut object = Map::new();
    for (key, text) in url::form_urlencoded::parse(encoded) {
        let rule = known.iter().find(|field| field.name == key).map(|field| &field.rule);
        match rule {
            Some(Rule::List(item, ..)) => {
                let list = object.entry(key).or_insert_with(|| Value::Array(Vec::new()));
                list.as_array_mut().expect("only lists are put here").push(scalar(item, &text));
            }
            rule => {
                object.insert(key.into_owned(), scalar(rule.unwrap_or(&crate::shape::TEXT), &text));
            }
        }
    }
    fields("", known, &object)?;
    Ok(Value::Object(object))
}

fn scalar(rule: &Rule, text: &str) -> Value {
    match rule {
        Rule::Whole(..) => text.parse::<i64>().map_or_else(|_| text.into(), Value::from),
        Rule::Flag => text.parse::<bool>().map_or_else(|_| text.into(), Value::from),
        _ => text.into(),
    }
}

/// The name of a key inside something.
pub fn inside(at: &str, name: &str) -> String {
    if at.is_empty() { name.to_owned() } else { format!("{at}.{name}") }
}

/// The value as a type, or a refusal that names it.
pub fn typed<'v, T>(
    at: &str,
    value: &'v Value,
    name: &str,
    read: fn(&'v Value) -> Option<T>,
) -> Result<T, Refusal> {
    match read(value) {
        Some(read) => Ok(read),
        None => broken(at, &format!("the value is not of type '{name}'")),
    }
}

fn string<'v>(at: &str, value: &'v Value) -> Result<&'v str, Refusal> {
    typed(at, value, "string", Value::as_str)
}

/// Refuses a length out of bounds. `what` completes the name of the rule.
pub fn length(at: &str, length: usize, min: usize, max: usize, what: &str) -> Result<(), Refusal> {
    if length < min {
        return broken(at, &format!("constraint: min{what}={min}"));
    }
    if length > max {
        return broken(at, &format!("constraint: max{what}={max}"));
    }
    Ok(())
}

fn whole(at: &str, value: &Value, min: i64, max: i64) -> Result<(), Refusal> {
    match typed(at, value, "integer", Value::as_i64)? {
        number if number < min => broken(at, &format!("constraint: minimum={min}")),
        number if number > max => broken(at, &format!("constraint: maximum={max}")),
        _ => Ok(()),
    }
}

/// Refuses text that is none of the choices.
pub fn choice<'c>(
    at: &str,
    text: &str,
    choices: impl Iterator<Item = &'c str> + Clone,
) -> Result<(), Refusal> {
    if choices.clone().any(|choice| choice == text) {
        return Ok(());
    }
    let choices = choices.map(|choice| format!("'{choice}'")).collect::<Vec<_>>().join(", ");
    broken(at, &format!("'{text}' is not one of [{choices}]"))
}

fn link(at: &str, text: &str) -> Result<(), Refusal> {
    length(at, text.chars().count(), 1, LINK_LENGTH, "Length")?;
    match Url::parse(text) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => Ok(()),
        _ => broken(at, &format!("'{text}' is not a URL")),
    }
}

/// Refuses an object without a required key.
pub fn missing<T>(at: &str) -> Result<T, Refusal> {
    Err(Refusal::invalid(format!("'{at}' is a required property")))
}

/// Refuses a value; an empty name stands for the whole body.
pub fn broken<T>(at: &str, rule: &str) -> Result<T, Refusal> {
    let at = if at.is_empty() { "body" } else { at };
    Err(Refusal::invalid(format!("{at}: {rule}")))
}
