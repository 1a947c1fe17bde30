//! Actions that take many records, seen from one of them.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::{is, members, requires};

/// How one record becomes the input of an action that takes many, and how the action's output becomes the answer
/// for it: in `results` of the output there is one member for each record, with `ok`, and `data` or `error`.
#[derive(Clone, Debug, PartialEq)]
pub struct Single {
    /// The input that is the list of records.
    pub field: String,
    /// The inputs beside it.
    pub beside: Vec<String>,
    /// Those of them that a record has as well: what is filled in goes to both places.
    pub both: Vec<String>,
    /// Whether the record is a member of the form, by the name of the list, because it has variants. Otherwise its
    /// fields are members of the form.
    pub nested: bool,
    /// The most records of a call; none: the schema names no limit.
    pub most: Option<u64>,
    /// The schema of the answer for a record.
    pub output: Value,
}

impl Single {
    /// Of an action with this input and output: how it takes one record, and the schema of what is filled in for it.
    /// None when the action does not answer with a result for each of the records of one list, or when those have no
    /// fields.
    pub fn find(input: &Value, output: &Value) -> Option<(Self, Value)> {
        let result = &output["properties"]["results"]["items"]["properties"];
        if result["ok"].is_null() || output["properties"]["failed"].is_null() {
            return None;
        }
        let mut lists =
            members(input).filter(|(_, member)| is(member, "array") && is_record(&member["items"]));
        let ((field, list), None) = (lists.next()?, lists.next()) else { return None };
        let record = &list["items"];
        let nested = record["properties"].is_null();
        let beside: Vec<_> = members(input).filter(|(name, _)| *name != field).collect();
        let mut own: Map<_, _> =
            members(record).map(|(name, it)| (name.clone(), it.clone())).collect();
        let both = beside.iter().filter(|(name, _)| own.shift_remove(*name).is_some());
        let both = both.map(|(name, _)| (*name).clone()).collect();
        if nested {
            let mut member = record.clone();
            for about in ["title", "description"] {
                if member[about].is_null() && list[about].is_string() {
                    member[about] = list[about].clone();
                }
            }
            own.insert(field.clone(), member);
        }
        let needed = |name: &String| match own.contains_key(name) {
            true => nested || requires(record, name),
            false => requires(input, name),
        };
        let mut schema = json!({"type": "object"});
        let all =
            beside.iter().map(|(name, it)| ((*name).clone(), (*it).clone())).chain(own.clone());
        let all: Map<_, _> = all.collect();
        schema["required"] = all.keys().filter(|name| needed(name)).cloned().collect();
        schema["properties"] = Value::Object(all);
        schema["additionalProperties"] = false.into();
        let single = Single {
            field: field.clone(),
            beside: beside.iter().map(|(name, _)| (*name).clone()).collect(),
            both,
            nested,
            most: list["maxItems"].as_u64(),
            output: result["data"].clone(),
        };
        Some((single, schema))
    }

    /// For programs that run the action: `field`, `beside`, `both` and `nested`.
    pub fn to_json(&self) -> Value {
        json!({"field": self.field, "beside": self.beside, "both": self.both, "nested": self.nested})
    }

    /// The input of the action for records that were filled in, which agree on what is beside them.
    pub fn input(&self, records: &[Map<String, Value>]) -> Value {
        let beside: BTreeSet<_> = self.beside.iter().collect();
        let first = records.first().into_iter().flatten();
        let mut input: Map<_, _> = first
            .filter(|(name, _)| beside.contains(name))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        let one = |record: &Map<String, Value>| match self.nested {
            true => record.get(&self.field).cloned().unwrap_or_default(),
            false => {
                let own = |name: &String| !beside.contains(name) || self.both.contains(name);
                let fields = record.iter().filter(|(name, _)| own(name));
                fields.map(|(name, value)| (name.clone(), value.clone())).collect()
            }
        };
        input.insert(self.field.clone(), records.iter().map(one).collect());
        Value::Object(input)
    }
}

/// Whether a record has fields, or variants that have.
fn is_record(schema: &Value) -> bool {
    let variants = schema["oneOf"].as_array().or(schema["anyOf"].as_array());
    members(schema).next().is_some()
        || variants.is_some_and(|all| !all.is_empty() && all.iter().all(is_record))
}
