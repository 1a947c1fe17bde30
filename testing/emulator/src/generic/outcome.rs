//! How an answer tells what became of each item: every resource in its own dialect.
//!
//! The facts say where the items are and where an error stands (`partial`). What happened is the
//! same for all: an item was carried out, or it was refused.

use serde_json::Value;

use super::item::{Outcome, error_value, item};
use crate::facts::{Kind, Lookup, Operation, Type};
use crate::reply::Refusal;
use crate::things::fake::Faker;

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
    pub fn tell(&self, faker: &Faker, outcomes: &[(Faker, Outcome)], seed: u64) -> Value {
        let Some(response) = self.response else {
            return Value::Null;
        };
        let Some(list) = self.list else {
            return self.tell_one(response, faker, outcomes, seed);
        };
        let Some(item) = items(response, list) else {
            return Value::Null;
        };
        let in_items = self.error.is_some_and(|(_, in_items)| in_items);
        let told =
            outcomes.iter().enumerate().filter(|(_, (_, outcome))| in_items || outcome.is_ok());
        let told: Value = told
            .map(|(index, (knows, outcome))| {
                self.item(item, knows, outcome, in_items, (seed, index))
            })
            .collect();
        if list.is_empty() {
            return told;
        }
        let mut answer = faker.value(response, &seed);
        answer[list] = told;
        count(&mut answer, outcomes);
        if let Some((path, false)) = self.error {
            let refused = outcomes.iter().filter_map(|(_, outcome)| outcome.as_ref().err());
            let errors = refused.filter_map(|refusal| error(response, path, faker, refusal));
            answer[path] = joined(errors);
        }
        answer
    }

    fn tell_one(
        &self,
        response: &'static Type,
        faker: &Faker,
        outcomes: &[(Faker, Outcome)],
        seed: u64,
    ) -> Value {
        match outcomes.first() {
            Some((knows, outcome)) => {
                self.item(response, knows, outcome, self.error.is_some(), (seed, 0))
            }
            None => faker.value(response, &seed),
        }
    }

    /// An item, with the thing or with the error in it.
    fn item(
        &self,
        type_: &'static Type,
        faker: &Faker,
        outcome: &Outcome,
        has_error: bool,
        seed: (u64, usize),
    ) -> Value {
        let path = self.error.map_or("", |(path, _)| path);
        let path = if has_error { path } else { "" };
        let thing = outcome.as_ref().unwrap_or(&Value::Null);
        let mut item = item(type_, path, faker, outcome, seed);
        if outcome.is_ok()
            && !thing.is_null()
            && let Some(data) = type_.property("data")
        {
            item["data"] = faker.view(data, thing, &seed);
        }
        item
    }
}

/// Counters such as `num_events_processed` agree with what became of the items.
fn count(answer: &mut Value, outcomes: &[(Faker, Outcome)]) {
    let done = outcomes.iter().filter(|(_, outcome)| outcome.is_ok()).count();
    for (name, value) in answer.as_object_mut().into_iter().flatten() {
        if !value.is_number() {
            continue;
        }
        if name.ends_with("_received") {
            *value = outcomes.len().into();
        } else if name.ends_with("_processed") {
            *value = done.into();
        }
    }
}

fn error(response: &'static Type, path: &str, faker: &Faker, refusal: &Refusal) -> Option<Value> {
    response.property(path).map(|type_| error_value(type_, faker, refusal))
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
