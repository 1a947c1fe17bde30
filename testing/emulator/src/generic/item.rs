//! One item of an answer: with the thing in it, or with the error where its dialect has it.

use serde_json::{Value, json};

use crate::facts::{Kind, Lookup, Type};
use crate::reply::Refusal;
use crate::things::check::fits;
use crate::things::fake::Faker;

/// What became of an item: the thing as it is now, null where none is kept, or why not.
pub type Outcome = Result<Value, Refusal>;

/// A value with the error at a path, or without one when all went well.
pub fn item(
    type_: &'static Type,
    path: &str,
    faker: &Faker,
    outcome: &Outcome,
    seed: (u64, usize),
) -> Value {
    let type_ = alternative(type_, path, outcome.is_err(), faker);
    let thing = outcome.as_ref().unwrap_or(&Value::Null);
    // Where the thing has a place of its own, the rest is about how it went.
    let mut value = match thing {
        thing if thing.is_null() || type_.property("data").is_some() => faker.value(type_, &seed),
        thing => faker.view(type_, thing, &seed),
    };
    let (key, rest) = path.split_once('.').unwrap_or((path, ""));
    // The status of a thing is its own; that of an item says how it went.
    let says = value.get("status").is_some_and(Value::is_string) && thing.get("status").is_none();
    if says && !path.is_empty() {
        value["status"] = status(type_, outcome.is_ok());
    }
    let Some(property) = type_.property(key) else {
        return value;
    };
    if !rest.is_empty() {
        value[key] = item(property, rest, faker, outcome, seed);
        return value;
    }
    match outcome {
        Err(refusal) => {
            value[key] = error_value(property, faker, refusal);
            if key == "message" && type_.property("code").is_some() {
                value["code"] = refusal.code.into();
            }
        }
        Ok(_) => clear(&mut value, type_, key, property),
    }
    value
}

/// The alternative that has the error at the path, or the first that has not.
fn alternative(type_: &'static Type, path: &str, failed: bool, faker: &Faker) -> &'static Type {
    let (key, _) = path.split_once('.').unwrap_or((path, ""));
    let alternatives = type_.alternatives();
    if alternatives.len() == 1 || path.is_empty() {
        return type_;
    }
    let discriminator = type_.resolve().discriminator.as_ref();
    let known = |type_: &&&'static Type| {
        discriminator.is_none_or(|discriminator| {
            let known = faker.known.get(&discriminator.property);
            let own = type_.properties.get(&discriminator.property);
            known.zip(own).is_none_or(|(known, own)| fits(own, known))
        })
    };
    let has = |type_: &&&'static Type| type_.property(key).is_some() == failed;
    let mut fitting = alternatives.iter().filter(known);
    let first = fitting.clone().next();
    fitting.find(has).or(first).copied().unwrap_or(type_)
}

/// What stands where an error belongs, in the shape that belongs there.
pub fn error_value(type_: &'static Type, faker: &Faker, refusal: &Refusal) -> Value {
    let type_ = type_.resolve();
    let words = json!({
        "code": refusal.code,
        "message": refusal.message,
        "error_messages": [refusal.message],
    });
    match (type_.kind, &type_.items) {
        (Some(Kind::String), _) => refusal.message.clone().into(),
        (Some(Kind::Array), Some(items)) => json!([error_value(items, faker, refusal)]),
        _ if type_.alternatives().iter().all(|type_| type_.properties.is_empty()) => words,
        _ => Faker { sparse: true, ..faker.knowing(&words) }.value(type_, &refusal.message),
    }
}

/// Null, absent and empty all mean that nothing went wrong.
fn clear(value: &mut Value, of: &Type, key: &str, property: &'static Type) {
    let Some(object) = value.as_object_mut() else {
        return;
    };
    match property.resolve().kind {
        Some(Kind::Array) => drop(object.insert(key.to_owned(), json!([]))),
        _ if property.takes_null() => drop(object.insert(key.to_owned(), Value::Null)),
        _ if of.required.iter().any(|name| name == key) => {}
        _ => drop(object.remove(key)),
    }
}

/// A word for how it went, from those that there are.
fn status(type_: &'static Type, well: bool) -> Value {
    let property = type_.property("status").map(Type::resolve);
    let has = |choice: &Value, part: &str| {
        choice.as_str().is_some_and(|text| text.to_ascii_uppercase().contains(part))
    };
    let bad = |choice: &&Value| has(choice, "FAIL");
    let choices = property.map_or(&[][..], |property| &property.options);
    let good = |choice: &&Value| has(choice, "SUCC");
    let found = choices.iter().find(|choice| if well { good(choice) } else { bad(choice) });
    let found = found.or(choices.iter().find(|choice| bad(choice) != well));
    let plain = if well { "SUCCESS" } else { "FAILED" };
    found.or(choices.first()).cloned().unwrap_or_else(|| plain.into())
}
