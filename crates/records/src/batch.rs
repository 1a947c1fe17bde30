//! One record as a member of a call's input, and a call's output as the outcomes of its records.

use std::collections::BTreeMap;

use connector_host::contract;
use serde_json::{Map, Value, json};

use crate::outcome::unfit;
use crate::shape::{Place, Shape};
use crate::{Mode, Record, Resource};

/// A record made ready: what goes beside the records of its call, and the record itself.
#[derive(Clone, Debug)]
pub(crate) struct Ready {
    pub beside: Map<String, Value>,
    pub item: Value,
}

/// Wrong fields with what is wrong, by the position of their record in the call.
pub(crate) type Blamed = BTreeMap<usize, Vec<(String, String)>>;

/// Sorts the fields of a record into the input of an action. `given`: inputs for all records,
/// which a record may override. The error names every field that has no place.
pub(crate) fn ready(
    resource: &Resource,
    shape: &Shape,
    mode: Mode,
    given: &Map<String, Value>,
    record: Record,
) -> Result<Ready, Value> {
    let mut beside = given.clone();
    let mut item = Map::new();
    let mut wrong = Vec::new();
    let mut keys = Value::Null;
    for (name, value) in record {
        match &shape.key {
            Some((key, to)) if *key == name => {
                match (to.is_empty(), shape.fields.contains_key(to)) {
                    (true, _) => keys = value,
                    (false, true) => drop(item.insert(to.clone(), value)),
                    (false, false) => drop(beside.insert(to.clone(), value)),
                }
            }
            _ if shape.inputs.contains_key(&name) => drop(beside.insert(name, value)),
            _ if mode == Mode::Delete && resource.kind(&name).is_some() => {}
            _ if shape.fields.contains_key(&name) => drop(item.insert(name, value)),
            _ => {
                let why = match resource.kind(&name) {
                    Some(_) => format!("cannot be set by `{}`", shape.action.id),
                    None => format!("`{}` has no such field", resource.id),
                };
                wrong.push((name, why));
            }
        }
    }
    match wrong.is_empty() {
        true if matches!(shape.place, Place::List { keys_only: true, .. }) => {
            Ok(Ready { beside, item: keys })
        }
        true => Ok(Ready { beside, item: Value::Object(item) }),
        false => Err(unfit(&wrong)),
    }
}

impl Shape {
    /// The input of a call for these records, which agree on what is beside them.
    pub(crate) fn input(&self, records: &[&Ready]) -> Value {
        let mut input = records.first().map(|first| first.beside.clone()).unwrap_or_default();
        let mut items = records.iter().map(|record| record.item.clone());
        match &self.place {
            Place::Top => {
                if let Some(Value::Object(fields)) = items.next() {
                    input.extend(fields);
                }
            }
            Place::Object(name) => {
                input.insert(name.clone(), items.next().unwrap_or_default());
            }
            Place::List { name, .. } => {
                input.insert(name.clone(), items.collect());
            }
        }
        Value::Object(input)
    }

    /// Which records an error is about, and what is wrong with the fields of each. None when it
    /// is not only about fields of records.
    pub(crate) fn blamed(&self, error: &contract::Error) -> Option<Blamed> {
        let mut blamed = Blamed::new();
        for field in &error.fields {
            let (position, path) = match &self.place {
                Place::Top => (0, field.path.as_str()),
                Place::Object(name) => (0, field.path.strip_prefix(name)?),
                Place::List { name, .. } => {
                    let rest = field.path.strip_prefix(name)?.strip_prefix('[')?;
                    let (position, path) = rest.split_once(']')?;
                    (position.parse().ok()?, path)
                }
            };
            let path = path.trim_start_matches('.').to_owned();
            blamed.entry(position).or_default().push((path, field.message.clone()));
        }
        (!blamed.is_empty()).then_some(blamed)
    }

    /// What an output says about each of so many records.
    pub(crate) fn results(&self, output: Value, count: usize) -> Vec<Result<Value, Value>> {
        let Value::Array(results) = &output["results"] else { return vec![Ok(output); count] };
        if !matches!(self.place, Place::List { .. }) {
            return vec![Ok(output); count];
        }
        let silent = json!({"kind": "unexpected", "message": "the service said nothing about it"});
        let mut all = vec![Err(silent); count];
        for (position, result) in results.iter().enumerate() {
            // Null where the service does not say whose result it is.
            let index = match result.get("index") {
                None => Some(position),
                Some(index) => index.as_u64().and_then(|index| usize::try_from(index).ok()),
            };
            let Some(place) = index.and_then(|index| all.get_mut(index)) else { continue };
            *place = match result["ok"] == true {
                true => Ok(result["data"].clone()),
                false => Err(result["error"].clone()),
            };
        }
        all
    }
}
