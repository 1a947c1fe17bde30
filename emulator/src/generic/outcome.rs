//! How an answer tells what became of each item: every resource in its own dialect.
//!
//! The facts say where the items are and where an error stands (`partial`). What happened is the
//! same for all: an item was carried out, or it was refused.

use serde_json::{Value, json};

use super::invent::Inventor;
use crate::facts::{Kind, Operation, Type};
use crate::reply::Refusal;

/// What became of an item: the thing as it is now, null where none is kept, or why not.
pub type Outcome = Result<Value, Refusal>;

/// Where an answer tells of each item.
pub struct Frame {
    /// The answer's type.
    response: Option<&'static Type>,
    /// The key of the array of items; empty when the answer is that array, None when the answer
    /// tells of one item.
    pub list: Option<&'static str>,
    /// The path to the error, if the facts know one, and whether it starts at an item.
    error: Option<(&'static str, bool)>,
    /// What shows the thing: an item, its `data`, or the answer.
    pub thing: Option<&'static Type>,
}

impl Frame {
    /// The frame of an operation's answer.
    pub fn of(facts: &'static Operation) -> Frame {
        let response = facts.response.as_ref();
        let partial = facts.partial.as_ref();
        let in_items = partial.is_some_and(|partial| partial.items.is_some());
        let error = partial.map(|partial| (&*partial.error, in_items));
        let list = match partial.and_then(|partial| partial.items.as_deref()) {
            Some(list) => Some(list),
            None => response.and_then(|response| only_list(response, error.map(|(path, _)| path))),
        };
        let item = match list {
            Some(list) => response.and_then(|response| items(response, list)),
            None => response,
        };
        let thing = item.map(|item| item.property("data").unwrap_or(item));
        Frame { response, list, error, thing }
    }

    /// Whether it has a place for an error.
    pub fn tells_failure(&self) -> bool {
        self.error.is_some()
    }

    /// The answer that tells these outcomes.
    pub fn tell(&self, inventor: &Inventor, outcomes: &[(Inventor, Outcome)], seed: u64) -> Value {
        let Some(response) = self.response else {
            return Value::Null;
        };
        let Some(list) = self.list else {
            return self.tell_one(response, inventor, outcomes, seed);
        };
        let Some(item) = items(response, list) else {
            return Value::Null;
        };
        let in_items = self.error.is_some_and(|(_, in_items)| in_items);
        let told = outcomes.iter().enumerate().filter(|(_, (_, outcome))| in_items || outcome.is_ok());
        let told: Value = told
            .map(|(index, (knows, outcome))| self.dress(item, knows, outcome, in_items, (seed, index)))
            .collect();
        if list.is_empty() {
            return told;
        }
        let mut answer = inventor.value(response, &seed);
        answer[list] = told;
        if let Some((path, false)) = self.error {
            let refused = outcomes.iter().filter_map(|(_, outcome)| outcome.as_ref().err());
            let errors = refused.filter_map(|refusal| error(response, path, inventor, refusal));
            answer[path] = joined(errors);
        }
        answer
    }

    fn tell_one(&self, response: &'static Type, inventor: &Inventor, outcomes: &[(Inventor, Outcome)], seed: u64) -> Value {
        match outcomes.first() {
            Some((knows, outcome)) => self.dress(response, knows, outcome, self.error.is_some(), (seed, 0)),
            None => inventor.value(response, &seed),
        }
    }

    /// An item, with the thing or with the error in it.
    fn dress(
        &self,
        type_: &'static Type,
        inventor: &Inventor,
        outcome: &Outcome,
        has_error: bool,
        seed: (u64, usize),
    ) -> Value {
        let path = self.error.map_or("", |(path, _)| path);
        let path = if has_error { path } else { "" };
        let thing = outcome.as_ref().unwrap_or(&Value::Null);
        let mut item = place(type_, path, inventor, outcome, seed);
        if outcome.is_ok() && !thing.is_null() && let Some(data) = type_.property("data") {
            item["data"] = inventor.view(data, thing, &seed);
        }
        item
    }
}

/// A value with the error at a path, or without one when all went well.
fn place(
    type_: &'static Type,
    path: &str,
    inventor: &Inventor,
    outcome: &Outcome,
    seed: (u64, usize),
) -> Value {
    let type_ = alternative(type_, path, outcome.is_err(), inventor);
    let thing = outcome.as_ref().unwrap_or(&Value::Null);
    let mut value = match thing {
        Value::Null => inventor.value(type_, &seed),
        thing => inventor.view(type_, thing, &seed),
    };
    let (key, rest) = path.split_once('.').unwrap_or((path, ""));
    if value.get("status").is_some_and(Value::is_string) {
        value["status"] = status(type_, outcome.is_ok());
    }
    let Some(property) = type_.property(key) else {
        return value;
    };
    if !rest.is_empty() {
        value[key] = place(property, rest, inventor, outcome, seed);
        return value;
    }
    match outcome {
        Err(refusal) => value[key] = told(property, inventor, refusal),
        Ok(_) => clear(&mut value, type_, key, property),
    }
    value
}

/// The alternative that has the error at the path, or the first that has not.
fn alternative(type_: &'static Type, path: &str, failed: bool, inventor: &Inventor) -> &'static Type {
    let (key, _) = path.split_once('.').unwrap_or((path, ""));
    let alternatives = type_.alternatives();
    if alternatives.len() == 1 || path.is_empty() {
        return type_;
    }
    let discriminator = type_.resolve().discriminator.as_ref();
    let known = |type_: &&&'static Type| {
        discriminator.is_none_or(|discriminator| {
            let known = inventor.known.get(&discriminator.property);
            let own = type_.properties.get(&discriminator.property);
            known.zip(own).is_none_or(|(known, own)| super::check::fits(own, known))
        })
    };
    let has = |type_: &&&'static Type| type_.property(key).is_some() == failed;
    let mut fitting = alternatives.iter().filter(known);
    let first = fitting.clone().next();
    fitting.find(has).or(first).copied().unwrap_or(type_)
}

/// What stands where an error belongs, in the shape that belongs there.
fn told(type_: &'static Type, inventor: &Inventor, refusal: &Refusal) -> Value {
    let type_ = type_.resolve();
    let words = json!({
        "code": refusal.code,
        "message": refusal.message,
        "error_messages": [refusal.message],
    });
    match (type_.kind, &type_.items) {
        (Some(Kind::String), _) => refusal.message.clone().into(),
        (Some(Kind::Array), Some(items)) => json!([told(items, inventor, refusal)]),
        _ if type_.alternatives().iter().all(|type_| type_.properties.is_empty()) => words,
        _ => Inventor { sparse: true, ..inventor.knowing(&words) }.value(type_, &refusal.message),
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
    let bad = |choice: &&Value| choice.as_str().is_some_and(|text| text.contains("FAIL"));
    let choices = property.map_or(&[][..], |property| &property.choices);
    let found = choices.iter().find(|choice| bad(choice) != well);
    let plain = if well { "SUCCESS" } else { "FAILED" };
    found.or(choices.first()).cloned().unwrap_or_else(|| plain.into())
}

fn error(response: &'static Type, path: &str, inventor: &Inventor, refusal: &Refusal) -> Option<Value> {
    response.property(path).map(|type_| told(type_, inventor, refusal))
}

/// Arrays of errors as one.
fn joined(errors: impl Iterator<Item = Value>) -> Value {
    let flat = errors.flat_map(|error| match error {
        Value::Array(errors) => errors,
        error => vec![error],
    });
    flat.collect()
}

fn items(response: &'static Type, list: &str) -> Option<&'static Type> {
    let list = if list.is_empty() { response } else { response.property(list)? };
    list.resolve().items.as_deref()
}

/// The one array of things in an answer, besides that of errors.
fn only_list(response: &'static Type, error: Option<&str>) -> Option<&'static str> {
    if response.resolve().kind == Some(Kind::Array) {
        return Some("");
    }
    error?;
    let lists = |type_: &'static Type| type_.resolve().kind == Some(Kind::Array);
    let properties = response.resolve().properties.iter();
    let mut lists = properties.filter(|(name, type_)| Some(&***name) != error && lists(type_));
    lists.next().map(|(name, _)| &**name)
}
