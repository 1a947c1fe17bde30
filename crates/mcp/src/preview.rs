//! What a call would do, before it is done: to which things, and from what to what.

use connector_host::contract::ErrorKind;
use connector_host::contract::actions::{Description, Shape};
use connector_host::{Error, Shown};
use rmcp::model::JsonObject;
use serde_json::{Map, Value, json};
use tokio::sync::mpsc;

use crate::call;
use crate::does::Does;
use crate::outline::{self, plain};
use crate::server::Server;

/// Things that are looked at; of more, only the input is shown.
const THINGS: usize = 5;
/// Bytes of a value that is shown.
const VALUE: usize = 200;

/// A thing that a call is about.
pub struct Thing {
    /// What the call says of it.
    pub asked: JsonObject,
    /// What it is now, where that can be read.
    pub current: Option<Value>,
    /// The names of members that are amounts of money.
    pub units: Vec<String>,
}

/// A preview. An error when a thing that is meant cannot be read: then there is nothing to confirm.
pub async fn preview(
    server: &Server,
    description: &Description,
    does: Does,
    arguments: &JsonObject,
) -> Result<Value, Error> {
    let all = things(arguments).1.len();
    let shown = current(server, description, arguments).await?;
    let shown = shown.iter().map(|it| change(&it.asked, it.current.as_ref(), &it.units));
    let shown: Vec<Value> = shown.collect();
    let mut preview =
        json!({"action": description.action.title, "does": does.word(), "things": shown});
    if all > THINGS {
        preview["further things"] = json!(all - THINGS);
    }
    Ok(preview)
}

/// The first of the things that a call is about, as they are now.
pub async fn current(
    server: &Server,
    description: &Description,
    arguments: &JsonObject,
) -> Result<Vec<Thing>, Error> {
    let reader = reader(server, &description.action.id);
    let (common, things) = things(arguments);
    let units = units(&description.input);
    let mut all = Vec::new();
    for asked in things.into_iter().take(THINGS) {
        let current = match &reader {
            Some(reader) => read(server, reader, &common, &asked).await?,
            None => None,
        };
        all.push(Thing { asked, current, units: units.clone() });
    }
    Ok(all)
}

/// What is common to all things that the arguments tell of, and the things: those of a list, or the
/// arguments themselves.
fn things(arguments: &JsonObject) -> (JsonObject, Vec<JsonObject>) {
    let list = arguments.iter().find_map(|(name, value)| {
        let items = value.as_array().filter(|items| !items.is_empty())?;
        let items: Option<Vec<JsonObject>> =
            items.iter().map(|item| item.as_object().cloned()).collect();
        Some((name, items?))
    });
    match list {
        None => match only_object(arguments) {
            None => (arguments.clone(), vec![arguments.clone()]),
            Some((name, thing)) => {
                let common = arguments.iter().filter(|(other, _)| *other != name);
                let common = common.map(|(name, value)| (name.clone(), value.clone())).collect();
                (common, vec![thing.clone()])
            }
        },
        Some((name, items)) => {
            let common = arguments.iter().filter(|(other, _)| *other != name);
            (common.map(|(name, value)| (name.clone(), value.clone())).collect(), items)
        }
    }
}

/// The object that says all of a thing, where what stands beside it only says which thing it is.
pub fn only_object(arguments: &JsonObject) -> Option<(&String, &JsonObject)> {
    let mut others = arguments.iter().filter(|(name, _)| !name.ends_with("_id"));
    match (others.next(), others.next()) {
        (Some((name, Value::Object(thing))), None) => Some((name, thing)),
        _ => None,
    }
}

/// The action that reads one of the things that an action changes: that of the same resource.
fn reader(server: &Server, id: &str) -> Option<std::sync::Arc<Description>> {
    let (resource, verb) = id.rsplit_once('.')?;
    let reads = !verb.starts_with("create");
    let found = server.describe(&format!("{resource}.get")).ok().filter(|_| reads)?;
    (found.action.shape == Shape::Single).then_some(found)
}

async fn read(
    server: &Server,
    reader: &Description,
    common: &JsonObject,
    thing: &JsonObject,
) -> Result<Option<Value>, Error> {
    let schema: Value = serde_json::from_str(&reader.input).unwrap_or_default();
    let needed = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let mut input = JsonObject::new();
    let mut unknown = Vec::new();
    for name in needed {
        match common.get(name).or_else(|| thing.get(name)) {
            Some(value) => drop(input.insert(name.to_owned(), value.clone())),
            None => unknown.push(name),
        }
    }
    // Within a list of things each says which it is by its id.
    match (unknown.as_slice(), thing.get("id")) {
        ([], _) => {}
        ([name], Some(id)) => drop(input.insert((*name).to_owned(), id.clone())),
        _ => return Ok(None),
    }
    if !server.connection().lacking(&reader.action.scopes).is_empty() {
        return Ok(None);
    }
    let (progress, _lines) = mpsc::unbounded_channel();
    let Ok(ran) = call::run(server.connection(), reader, input, progress).await else {
        return Ok(None);
    };
    let mut current = match ran.ended {
        Ok(ended) => ended.output,
        // What is not there cannot be changed. Anything else only keeps it from being shown.
        Err(Error::Connector(error)) if error.kind == ErrorKind::NotFound => {
            return Err(Error::Connector(error));
        }
        Err(_) => return Ok(None),
    };
    Shown::new(&reader.output).with_personal(server.options().personal).apply(&mut current);
    Ok(Some(current))
}

/// Which thing it is, and what becomes of it.
fn change(thing: &JsonObject, current: Option<&Value>, units: &[String]) -> Value {
    let mut shown = Map::new();
    for name in ["id", "name", "title"] {
        if let Some(value) =
            current.and_then(|current| current.get(name)).filter(|it| !it.is_null())
        {
            shown.insert(name.to_owned(), value.clone());
        }
    }
    let mut changes = Map::new();
    for (name, to) in thing {
        let from = current.and_then(|current| current.get(name));
        let is_name = name == "id" || name.ends_with("_id") && from.is_none_or(|from| from == to);
        if is_name || from == Some(to) {
            if current.is_none() {
                shown.insert(name.clone(), to.clone());
            }
            continue;
        }
        let read = |value: &Value| amount(name, value, units).unwrap_or_else(|| short(value));
        let change = match from {
            Some(from) => json!({"from": read(from), "to": read(to)}),
            None => json!({"to": read(to)}),
        };
        changes.insert(name.clone(), change);
    }
    if !changes.is_empty() {
        shown.insert("changes".into(), Value::Object(changes));
    }
    Value::Object(shown)
}

/// An amount of money in units of its currency.
pub fn amount(name: &str, value: &Value, units: &[String]) -> Option<Value> {
    let millionths = value.as_f64().filter(|_| units.iter().any(|unit| unit == name))?;
    Some(format!("{:.2} in units of the currency", millionths / 1_000_000.0).into())
}

/// The names of the fields that are amounts in millionths of a currency's unit.
fn units(input: &str) -> Vec<String> {
    let schema: Value = serde_json::from_str(input).unwrap_or_default();
    let is_money = |field: &outline::Field| field.schema["x-unit"] == "micro-currency";
    let name = |field: outline::Field| field.path.rsplit('.').next().unwrap_or_default().to_owned();
    outline::fields(&schema).into_iter().filter(is_money).map(name).collect()
}

fn short(value: &Value) -> Value {
    let text = value.to_string();
    match text.char_indices().nth(VALUE) {
        None => value.clone(),
        Some((end, _)) => format!("{}…", &text[..end]).into(),
    }
}

/// A preview as a question to a person.
pub fn question(preview: &Value) -> String {
    let things = preview["things"].as_array().into_iter().flatten().map(|thing| {
        let named = ["name", "title", "id"].iter().filter_map(|name| thing[*name].as_str());
        let mut line = named.collect::<Vec<_>>().join(" ");
        for (name, change) in thing["changes"].as_object().into_iter().flatten() {
            let from = match &change["from"] {
                Value::Null => String::new(),
                from => format!(" from {}", plain(from)),
            };
            line += &format!("\n  {name}{from} to {}", plain(&change["to"]));
        }
        line
    });
    let things: Vec<String> = things.collect();
    let more = preview["further things"].as_u64().map(|more| format!("\nand {more} more"));
    let action = preview["action"].as_str().unwrap_or_default();
    format!("{action}?\n{}{}", things.join("\n"), more.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(value: Value) -> JsonObject {
        value.as_object().cloned().unwrap_or_default()
    }

    #[test]
    fn a_change_is_told_from_what_to_what_in_units_of_the_currency() {
        let thing = object(json!({"id": "7", "cap": 50_000_000, "name": "A"}));
        let current = json!({"id": "7", "cap": 20_000_000, "name": "A", "other": 1});
        let units = [String::from("cap")];
        let told = change(&thing, Some(&current), &units);
        assert_eq!(told["changes"]["cap"]["from"], "20.00 in units of the currency");
        assert_eq!(told["changes"]["cap"]["to"], "50.00 in units of the currency");
        assert_eq!((&told["id"], &told["name"]), (&json!("7"), &json!("A")));
        assert_eq!(told["changes"].as_object().unwrap().len(), 1);
        let asked = question(&json!({"action": "Update things", "things": [told]}));
        let wanted = "Update things?\nA 7\n  cap from 20.00 in units of the currency to \
                      50.00 in units of the currency";
        assert_eq!(asked, wanted);
    }

    #[test]
    fn a_list_has_things_of_its_own() {
        let (common, all) = things(&object(json!({"account": "1", "body": [{"id": "7"}]})));
        assert_eq!(
            (common, all),
            (object(json!({"account": "1"})), vec![object(json!({"id": "7"}))])
        );
        let (common, all) = things(&object(json!({"feed_id": "1", "body": {"name": "A"}})));
        assert_eq!(
            (common, all),
            (object(json!({"feed_id": "1"})), vec![object(json!({"name": "A"}))])
        );
        let (common, all) = things(&object(json!({"board_id": "1"})));
        assert_eq!((&common, all.len()), (&all[0], 1));
    }
}
