//! How an action that writes takes records: where they go in its input, and how many at once.

use connector_host::Connector;
use serde_json::{Map, Value};

use crate::schema::{self, Action};
use crate::{Error, Resource};

/// The property that holds what a service takes as the body of its request, when other inputs
/// stand beside it.
const BODY: &str = "body";

/// How many records go into one call when the action names no limit.
const MANY: usize = 100;
/// The most, whatever a schema says: they wait in memory.
const MOST: usize = 10_000;

/// Where the records go.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Place {
    /// The fields of one record are inputs.
    Top,
    /// The fields of one record are in an object.
    Object(String),
    /// Records are the members of a list, or only their keys are. The output has a result for each,
    /// or else the list gets one member.
    List { name: String, most: usize, keys_only: bool },
}

/// An action that writes, seen from a record.
pub(crate) struct Shape {
    pub action: Action,
    pub place: Place,
    /// What a record may set beside the inputs.
    pub fields: Map<String, Value>,
    /// Which of them it has to.
    pub required: Vec<String>,
    /// The inputs beside the records.
    pub inputs: Map<String, Value>,
    /// The input or field that takes the key of the record, by the key's name.
    pub key: Option<(String, String)>,
}

impl Shape {
    /// `keyed`: the action is for rows that exist.
    pub fn find(
        connector: &Connector,
        resource: &Resource,
        id: &str,
        keyed: bool,
    ) -> Result<Self, Error> {
        let action = Action::find(connector, id)?;
        let place = place(&action, keyed);
        let mut inputs = schema::properties(&action.input);
        let holder = match &place {
            Place::Top => action.input.clone(),
            Place::Object(name) => inputs.remove(name).unwrap_or_default(),
            Place::List { name, .. } => inputs.remove(name).unwrap_or_default()["items"].take(),
        };
        let mut fields = schema::properties(&holder);
        if place == Place::Top {
            let own = |name: &String| !resource.parents.contains(name);
            inputs.retain(|name, _| !own(name));
            fields.retain(|name, _| own(name));
        }
        let required = |name: &&String| schema::requires(&holder, name);
        let required = fields.keys().filter(required).cloned().collect();
        let mut shape = Shape { action, place, fields, required, inputs, key: None };
        shape.key = match keyed {
            true => shape.key(resource),
            false => None,
        };
        Ok(shape)
    }

    /// How many records one call takes.
    pub fn most(&self) -> usize {
        match self.place {
            Place::List { most, .. } => most,
            _ => 1,
        }
    }

    /// Which input takes the key: the id that has to be given and is neither a parent nor a field
    /// of the rows, such as `pin_id` for the key `id`; or else the one of the same name.
    fn key(&self, resource: &Resource) -> Option<(String, String)> {
        let [key] = resource.key.as_slice() else { return None };
        if matches!(self.place, Place::List { keys_only: true, .. }) {
            return Some((key.clone(), String::new()));
        }
        let needed = |name: &&String| {
            name.ends_with("_id")
                && !resource.parents.contains(name)
                && (self.required.contains(name) || schema::requires(&self.action.input, name))
        };
        let ids = || self.inputs.keys().chain(self.fields.keys()).filter(needed);
        let own = || ids().filter(|name| resource.kind(name).is_none());
        let named = self.fields.contains_key(key) || self.inputs.contains_key(key);
        let name = match (own().next(), own().nth(1)) {
            (Some(only), None) => only,
            _ if named => key,
            _ => ids().next().unwrap_or(key),
        };
        let taken = self.fields.contains_key(name) || self.inputs.contains_key(name);
        taken.then(|| (key.clone(), name.clone()))
    }
}

fn place(action: &Action, keyed: bool) -> Place {
    let inputs = schema::properties(&action.input);
    let outputs = schema::properties(&action.output);
    let each = outputs.contains_key("results") && outputs.contains_key("failed");
    let list = |name: &str, keys_only: bool| {
        let most = inputs[name]["maxItems"].as_u64().and_then(|most| usize::try_from(most).ok());
        let most = if each { most.unwrap_or(MANY).clamp(1, MOST) } else { 1 };
        Place::List { name: name.to_owned(), most, keys_only }
    };
    if let Some(body) = inputs.get(BODY) {
        return match schema::is(body, "array") {
            true => list(BODY, false),
            false => Place::Object(BODY.into()),
        };
    }
    let lists: Vec<_> = inputs.iter().filter(|(_, input)| schema::is(input, "array")).collect();
    let needed = |name: &str| schema::requires(&action.input, name);
    let (rows, plain): (Vec<_>, Vec<_>) =
        lists.into_iter().partition(|(_, list)| !schema::properties(&list["items"]).is_empty());
    let row = rows.iter().find(|(name, _)| needed(name) && (each || keyed));
    let row = row.or(rows.first().filter(|_| each));
    if let Some((name, _)) = row {
        return list(name, false);
    }
    match plain.iter().find(|(name, _)| keyed && needed(name)) {
        Some((name, _)) => list(name, true),
        None => Place::Top,
    }
}
