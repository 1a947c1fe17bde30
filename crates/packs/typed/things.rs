//! The things that a service keeps, as types: a board is a `Board`, whichever action gives it. What
//! identifies a thing is there wherever one is given, because the connector names it as the key of its
//! resource; all else may be absent.

use std::collections::{HashMap, HashSet};

use serde_json::{Value, json};

use super::names::singular;
use crate::values::{list, members};

/// Schemas of fewer members may be alike by chance.
const FEWEST: usize = 3;

/// Names that the languages and the packages have themselves.
const TAKEN: [&str; 20] = [
    "Action",
    "Actions",
    "Any",
    "Array",
    "AsyncClient",
    "Client",
    "Connector",
    "Credentials",
    "Event",
    "Item",
    "List",
    "Literal",
    "Options",
    "Output",
    "Poll",
    "Promise",
    "Record",
    "Settings",
    "Trigger",
    "Webhook",
];

#[derive(Default)]
pub struct Things<'a> {
    /// In the order of the resources.
    pub all: Vec<(String, Value)>,
    /// Where in `all`, by the schema as text.
    known: HashMap<String, usize>,
    /// What tells the things apart that an action gives.
    keys: HashMap<&'a str, &'a Value>,
    /// The same, by the names of a thing's members: a batch gives things that differ in how exactly one of
    /// them is told.
    shapes: HashMap<Vec<&'a str>, &'a Value>,
}

impl<'a> Things<'a> {
    pub fn new(manifest: &'a Value) -> Self {
        let outputs: HashMap<_, _> = list(&manifest["actions"])
            .filter_map(|entry| Some((entry["action"]["id"].as_str()?, &entry["output"])))
            .collect();
        let mut things = Things::default();
        let mut names: HashSet<String> = TAKEN.map(str::to_owned).into();
        for resource in list(&manifest["resources"]) {
            let key = &resource["key"];
            if resource["analytic"] == true || list(key).next().is_none() {
                continue;
            }
            let action = |name: &str| resource[name].as_str();
            let all = ["get_action", "list_action", "create_action", "update_action"].map(action);
            things.keys.extend(all.into_iter().flatten().map(|id| (id, key)));
            let shown = all[..2].iter().flatten().find_map(|id| outputs.get(id));
            let Some((output, schema)) =
                shown.and_then(|output| Some((output, keyed(output, key)?)))
            else {
                continue;
            };
            let text = canonical(output);
            if members(&schema["properties"]).count() >= FEWEST && !things.known.contains_key(&text)
            {
                let mut name = singular(resource["id"].as_str().unwrap_or_default());
                while !names.insert(name.clone()) {
                    name.push_str("Resource");
                }
                things.known.insert(text, things.all.len());
                things.all.push((name, schema));
                things.shapes.insert(shape(output), key);
            }
        }
        things
    }

    /// The name of the thing that a schema describes.
    pub fn name_of(&self, schema: &Value) -> Option<&str> {
        // Most schemas are none of an object, and writing them down takes time.
        schema.get("properties").or(schema.get("oneOf")).or(schema.get("anyOf"))?;
        let at = self.known.get(&canonical(schema))?;
        Some(&self.all[*at].0)
    }

    /// Whether a member of an object is always there: it has to be, or it tells a thing apart. What is taken is
    /// closed, and what is given open.
    pub fn is_there(&self, schema: &Value, name: &str) -> bool {
        let has = |names: &Value| list(names).any(|required| required == name);
        if has(&schema["required"]) || schema["additionalProperties"] == false {
            return has(&schema["required"]);
        }
        self.shapes.get(&shape(schema)).is_some_and(|key| has(key))
    }

    /// What an action gives, with the key of its resource where that is among the members.
    pub fn given(&self, action: &str, schema: &Value) -> Value {
        let key = self.keys.get(action);
        key.and_then(|key| keyed(schema, key)).unwrap_or_else(|| schema.clone())
    }
}

/// A schema of an object or nothing as two; none when it is no such.
pub fn apart(schema: &Value) -> Option<Vec<Value>> {
    let kinds = schema["type"].as_array().filter(|_| schema.get("properties").is_some())?;
    let one = |kind: &Value| {
        let mut schema = schema.clone();
        schema["type"] = kind.clone();
        if kind == "object" { schema } else { json!({"type": kind}) }
    };
    Some(kinds.iter().map(one).collect())
}

/// A schema whose key has to be there; none when the key is not among its members. Of alternatives
/// those that have it.
fn keyed(schema: &Value, key: &Value) -> Option<Value> {
    if let Some(kind) = ["oneOf", "anyOf"].into_iter().find(|kind| schema.get(kind).is_some()) {
        let cases: Vec<_> = list(&schema[kind]).map(|case| (case, keyed(case, key))).collect();
        if cases.iter().all(|(_, keyed)| keyed.is_none()) {
            return None;
        }
        let mut schema = schema.clone();
        schema[kind] =
            cases.into_iter().map(|(case, keyed)| keyed.unwrap_or_else(|| case.clone())).collect();
        return Some(schema);
    }
    let properties = schema["properties"].as_object()?;
    if !list(key).all(|name| name.as_str().is_some_and(|name| properties.contains_key(name))) {
        return None;
    }
    let mut required: Vec<_> = list(&schema["required"]).collect();
    required.extend(list(key).filter(|name| !list(&schema["required"]).any(|had| had == *name)));
    let required = json!(required);
    let mut schema = schema.clone();
    schema["required"] = required;
    Some(schema)
}

/// The names of an object's members.
fn shape(schema: &Value) -> Vec<&str> {
    let mut names: Vec<_> = members(&schema["properties"]).map(|(name, _)| name).collect();
    names.sort_unstable();
    names
}

fn canonical(schema: &Value) -> String {
    let Some(members) = schema.as_object() else { return schema.to_string() };
    let mut members = members.clone();
    members.shift_remove("$schema");
    Value::Object(members).to_string()
}
