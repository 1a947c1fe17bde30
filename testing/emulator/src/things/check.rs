//! Holds a value against a type of the facts, and says which rule it broke.

use serde_json::{Map, Value};

use super::samples::is_time;
use crate::check::{broken, choice, inside, length, missing, typed};
use crate::facts::{Additional, Kind, Lookup, Type, limit, matches, named};
use crate::reply::Refusal;

/// The pattern of an id.
const ID: &str = r"^\d+$";

/// Which keys an object may have.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Keys {
    /// Those that its type knows: so it is with what is asked.
    Known,
    /// More than those: so it is with what was answered.
    Any,
}

/// Checks a JSON value. `at` is the field's name, empty for a whole body.
pub fn value(at: &str, type_: &'static Type, value: &Value) -> Result<(), Refusal> {
    check(at, type_, value, Keys::Known)
}

/// Whether a value fits, however many keys it has that its type does not know.
pub fn fits(type_: &'static Type, value: &Value) -> bool {
    check("", type_, value, Keys::Any).is_ok()
}

fn check(at: &str, type_: &'static Type, value: &Value, keys: Keys) -> Result<(), Refusal> {
    if value.is_null() && type_.takes_null() {
        return Ok(());
    }
    let type_ = type_.resolve();
    if !type_.one_of.is_empty() {
        return union(at, type_, value, keys);
    }
    match type_.kind {
        None => return Ok(()),
        Some(Kind::String) => text(at, type_, typed(at, value, "string", Value::as_str)?)?,
        Some(Kind::Boolean) => typed(at, value, "boolean", Value::as_bool).map(drop)?,
        Some(Kind::Integer) => {
            typed(at, value, "integer", |value| (value.is_i64() || value.is_u64()).then_some(()))?;
            number(at, type_, value)?;
        }
        Some(Kind::Number) => number(at, type_, value)?,
        Some(Kind::Array) => array(at, type_, typed(at, value, "array", Value::as_array)?, keys)?,
        Some(Kind::Object) => {
            object(at, type_, typed(at, value, "object", Value::as_object)?, keys)?;
        }
    }
    let same =
        |choice: &Value| choice == value || choice.is_number() && choice.as_f64() == value.as_f64();
    if type_.options.is_empty() || type_.options.iter().any(same) {
        return Ok(());
    }
    let word = |choice: &Value| choice.as_str().map_or_else(|| choice.to_string(), str::to_owned);
    let choices: Vec<String> = type_.options.iter().map(word).collect();
    choice(at, &word(value), choices.iter().map(String::as_str))
}

fn text(at: &str, type_: &Type, text: &str) -> Result<(), Refusal> {
    if let Some(pattern) = type_.pattern.as_ref().filter(|pattern| !matches(pattern, text)) {
        let words = format!("'{text}' does not match '{pattern}'");
        // A name where an id belongs was seen to be refused without the field.
        return match pattern.as_str() == ID {
            true => Err(Refusal::invalid(words)),
            false => broken(at, &words),
        };
    }
    if type_.time.is_some_and(|time| !is_time(time, text)) {
        return broken(at, &format!("'{text}' is not a time as it is written here"));
    }
    let most = type_.max_length.unwrap_or(usize::MAX);
    length(at, text.chars().count(), type_.min_length.unwrap_or(0), most, "Length")
}

fn number(at: &str, type_: &Type, value: &Value) -> Result<(), Refusal> {
    let number = typed(at, value, "number", Value::as_f64)?;
    let rules = [
        ("minimum", limit(type_.minimum.as_ref()).filter(|least| number < *least)),
        (
            "exclusiveMinimum",
            limit(type_.exclusive_minimum.as_ref()).filter(|least| number <= *least),
        ),
        ("maximum", limit(type_.maximum.as_ref()).filter(|most| number > *most)),
    ];
    match rules.into_iter().find_map(|(rule, bound)| Some((rule, bound?))) {
        Some((rule, bound)) => broken(at, &format!("constraint: {rule}={bound}")),
        None => Ok(()),
    }
}

fn array(at: &str, type_: &'static Type, items: &[Value], keys: Keys) -> Result<(), Refusal> {
    let (least, most) = (type_.min_items.unwrap_or(0), type_.max_items.unwrap_or(usize::MAX));
    length(at, items.len(), least, most, "Items")?;
    let Some(item_type) = &type_.items else {
        return Ok(());
    };
    for (index, item) in items.iter().enumerate() {
        check(&format!("{at}[{index}]"), item_type, item, keys)?;
    }
    Ok(())
}

/// An object without known keys takes any.
fn object(
    at: &str,
    type_: &'static Type,
    object: &Map<String, Value>,
    keys: Keys,
) -> Result<(), Refusal> {
    length(at, object.len(), type_.min_properties.unwrap_or(0), usize::MAX, "Properties")?;
    if let Some(name) = type_.required.iter().find(|name| !object.contains_key(*name)) {
        return missing(&inside(at, name));
    }
    for (key, found) in object {
        let name = inside(at, key);
        match (type_.properties.get(key), &type_.additional_properties) {
            (Some(known), _) => check(&name, known, found, keys)?,
            (None, Some(Additional::Of(extra))) => check(&name, extra, found, keys)?,
            (None, Some(Additional::Allowed(true))) => {}
            (None, None) if type_.properties.is_empty() || keys == Keys::Any => {}
            (None, _) => return broken(&name, "this field is not known here"),
        }
    }
    Ok(())
}

/// With a discriminator the alternative is known. Otherwise the first that fits will do.
fn union(at: &str, type_: &'static Type, value: &Value, keys: Keys) -> Result<(), Refusal> {
    if let Some(discriminator) = &type_.discriminator {
        let object = typed(at, value, "object", Value::as_object)?;
        let name = inside(at, &discriminator.property);
        let Some(chosen) = object.get(&discriminator.property) else {
            return missing(&name);
        };
        let chosen = typed(&name, chosen, "string", Value::as_str)?;
        choice(&name, chosen, discriminator.mapping.keys().map(String::as_str))?;
        return check(at, named(&discriminator.mapping[chosen]), value, keys);
    }
    let mut refusals = Vec::new();
    for alternative in &type_.one_of {
        match check(at, alternative, value, keys) {
            Ok(()) => return Ok(()),
            Err(refusal) => refusals.push(refusal.message),
        }
    }
    broken(at, &format!("the value fits no alternative: {}", refusals.join("; ")))
}
