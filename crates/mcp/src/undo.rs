//! The call that takes a change back, said in its answer: what was there before is otherwise forgotten.

use connector_host::contract::actions::Description;
use rmcp::model::JsonObject;
use serde_json::{Value, json};

use crate::preview::{Thing, only_object};
use crate::server::Server;

/// Whether an action changes what is there, by its verb.
pub fn is_update(id: &str) -> bool {
    id.rsplit('.').next().is_some_and(|verb| verb.starts_with("update"))
}

/// The call that gives things the values that they had. None when it is not known which, or nothing was
/// changed.
pub fn of_update(name: &str, arguments: &JsonObject, before: &[Thing]) -> Option<Value> {
    let mut back = arguments.clone();
    let mut changed = false;
    let list = back.values_mut().find(|value| is_list(value));
    match list {
        Some(list) => {
            let items = list.as_array_mut()?;
            if items.len() != before.len() {
                return None;
            }
            for (item, was) in items.iter_mut().zip(before) {
                changed |= restore(item.as_object_mut()?, was)?;
            }
        }
        None => {
            let [was] = before else { return None };
            let within = only_object(&back).map(|(name, _)| name.clone());
            let thing = match within {
                Some(name) => back.get_mut(&name)?.as_object_mut()?,
                None => &mut back,
            };
            changed = restore(thing, was)?;
        }
    }
    changed.then(|| json!({"name": name, "arguments": back}))
}

/// Whether something of it was different. None when it had no value that could be given back.
fn restore(item: &mut JsonObject, was: &Thing) -> Option<bool> {
    let current = was.current.as_ref()?;
    let mut changed = false;
    for (name, value) in item {
        if name == "id" || was.asked.get(name) != Some(value) {
            continue;
        }
        match current.get(name) {
            Some(before) if before == value => {}
            Some(before) if !before.is_null() => {
                *value = before.clone();
                changed = true;
            }
            // What says which thing it is, is no member of it.
            None if name.ends_with("_id") => {}
            _ => return None,
        }
    }
    Some(changed)
}

fn is_list(value: &Value) -> bool {
    value.as_array().is_some_and(|items| !items.is_empty() && items.iter().all(Value::is_object))
}

/// The call that takes away what was made.
pub fn of_create(server: &Server, description: &Description, made: &Value) -> Option<Value> {
    let (resource, verb) = description.action.id.rsplit_once('.')?;
    let id = made.get("id").filter(|_| verb == "create")?;
    let delete = server.named(&format!("{resource}.delete"))?;
    let described = server.describe(&delete.action.id).ok()?;
    let schema: Value = serde_json::from_str(&described.input).ok()?;
    let [field] = schema["required"].as_array()?.as_slice() else { return None };
    let arguments = JsonObject::from_iter([(field.as_str()?.to_owned(), id.clone())]);
    let call = json!({"name": delete.name, "arguments": arguments});
    server.allows(&delete.action).then_some(call)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(value: Value) -> JsonObject {
        value.as_object().cloned().unwrap()
    }

    fn thing(asked: Value, current: Value) -> Thing {
        Thing { asked: object(asked), current: Some(current), units: Vec::new() }
    }

    #[test]
    fn an_update_is_taken_back_by_the_values_from_before() {
        let asked = json!({"list_id": "7", "name": "New", "note": "same"});
        let was = json!({"id": "7", "name": "Old", "note": "same"});
        let back = of_update("lists_update", &object(asked.clone()), &[thing(asked, was)]).unwrap();
        let wanted = json!({"list_id": "7", "name": "Old", "note": "same"});
        assert_eq!(back, json!({"name": "lists_update", "arguments": wanted}));
        let item = json!({"id": "7", "status": "PAUSED"});
        let given = object(json!({"account": "1", "body": [item]}));
        let was = [thing(item.clone(), json!({"id": "7", "status": "ACTIVE"}))];
        let back = of_update("u", &given, &was).unwrap();
        assert_eq!(back["arguments"]["body"], json!([{"id": "7", "status": "ACTIVE"}]));
        assert_eq!(back["arguments"]["account"], "1");
        let given = object(json!({"feed_id": "7", "body": {"name": "New"}}));
        let was = [thing(json!({"name": "New"}), json!({"id": "7", "name": "Old"}))];
        let back = of_update("u", &given, &was).unwrap();
        assert_eq!(back["arguments"], json!({"feed_id": "7", "body": {"name": "Old"}}));
    }

    #[test]
    fn what_was_not_there_cannot_be_given_back() {
        let asked = json!({"id": "7", "name": "New"});
        for was in [json!({"id": "7"}), json!({"name": null}), json!({"name": "New"})] {
            assert_eq!(of_update("u", &object(asked.clone()), &[thing(asked.clone(), was)]), None);
        }
    }
}
