//! Creations, changes and removals, one by one or in batches.

use serde_json::{Value, json};

use super::item::Outcome;
use super::plan::{Plan, Work, keys_in_query};
use super::related;
use crate::call::Call;
use crate::facts::{Kind, Lookup};
use crate::reply::Refusal;
use crate::things::check::fits;
use crate::things::collection::Collection;
use crate::things::fake::Faker;
use crate::things::key::{Key, key_text, object};
use crate::things::samples;

/// An item whose JSON has these words fails, so that a partial failure can be seen.
const FAIL: &str = "fail-me";

/// Carries out every item, and gives the answer and whether any item failed. Where the answer has
/// no place for an error, the first one refuses the whole call.
pub fn answer(plan: &Plan, faker: &Faker, call: &mut Call) -> Result<(Value, bool), Refusal> {
    let mut outcomes = Vec::new();
    for item in items(plan, call) {
        let faker = faker.knowing(&item);
        let outcome = match plan.frame.tells_failure() && item.to_string().contains(FAIL) {
            true => Err(Refusal::invalid(format!("the words {FAIL} ask for a failure"))),
            false => carry_out(plan, &item, &faker, call),
        };
        if let (Err(refusal), false) = (&outcome, plan.frame.tells_failure()) {
            return Err(refusal.clone());
        }
        outcomes.push((faker, outcome));
    }
    let any_failed = outcomes.iter().any(|(_, outcome)| outcome.is_err());
    Ok((plan.frame.tell(faker, &outcomes, call.seed()), any_failed))
}

/// The items of the body, or an item for every key that is to be removed.
fn items(plan: &Plan, call: &Call) -> Vec<Value> {
    let array = |value: &Value| value.as_array().cloned().unwrap_or_default();
    if let (Work::Delete(collection), Value::Null) = (&plan.work, &call.body) {
        let name = collection.key.unwrap_or("id");
        let keys = keys_in_query(plan.facts).map(|parameter| match &call.query[parameter] {
            Value::Array(keys) => keys.clone(),
            key => vec![key.clone()],
        });
        let keys = keys.unwrap_or_else(|| vec![json!(call.ids.last().map(|(_, key)| key))]);
        return keys.into_iter().map(|key| json!({ name: key })).collect();
    }
    match plan.batch {
        None => vec![call.body.clone()],
        Some("") => array(&call.body),
        Some(key) => array(&call.body[key]),
    }
}

fn carry_out(plan: &Plan, item: &Value, faker: &Faker, call: &mut Call) -> Outcome {
    match &plan.work {
        Work::Create(collection) => create(plan, collection, faker, item, call),
        Work::Update(collection) => update(collection, faker, item, call),
        Work::Delete(collection) => delete(collection, faker, item, call),
        _ => Ok(Value::Null),
    }
}

fn create(
    plan: &Plan,
    collection: &'static Collection,
    faker: &Faker,
    item: &Value,
    call: &mut Call,
) -> Outcome {
    let path = call.path_of(collection.path);
    let name = collection.key.unwrap_or("id");
    let named = key_text(&item[name]).or_else(|| call.text(name).map(str::to_owned));
    let key = named.unwrap_or_else(|| call.world.new_id().to_string());
    let mut known = related::inherited(collection, item, faker, call)?;
    known.extend(faker.known.clone());
    let everywhere = faker.everywhere.clone();
    let made = Some(call.now);
    let maker = Faker { known, everywhere, made, sparse: true };
    let mut thing = maker.value(collection.element, &key);
    thing[name] = collection.key_value(name, &key);
    let things = call.world.store.changed(collection, &path, faker);
    things.insert(Key::new(&key), thing.clone());
    let shows_key =
        plan.frame.thing.is_some_and(|thing| thing.resolve().kind == Some(Kind::String));
    Ok(if shows_key { key.into() } else { thing })
}

/// Takes over what fits the thing; the rest of the item is about how to change it.
fn update(
    collection: &'static Collection,
    faker: &Faker,
    item: &Value,
    call: &mut Call,
) -> Outcome {
    let (path, now) = (call.path_of(collection.path), call.now);
    let key = key(collection, item, call);
    let things = call.world.store.filled(collection, &path, faker);
    keeps_its_type(collection, things.get(&Key::new(&key)), item)?;
    let things = call.world.store.changed(collection, &path, faker);
    let thing = things.get_mut(&Key::new(&key)).ok_or_else(Refusal::not_found)?;
    for (name, value) in object(item) {
        if collection.element.property(&name).is_some_and(|type_| fits(type_, &value)) {
            thing[name] = value;
        }
    }
    for (name, stamp) in thing.as_object_mut().into_iter().flatten() {
        let encoding = collection.element.property(name).and_then(|type_| type_.resolve().time);
        if let Some(encoding) = encoding.filter(|_| name.starts_with("updated")) {
            *stamp = samples::time(encoding, now);
        }
    }
    Ok(thing.clone())
}

fn delete(
    collection: &'static Collection,
    faker: &Faker,
    item: &Value,
    call: &mut Call,
) -> Outcome {
    let path = call.path_of(collection.path);
    let key = key(collection, item, call);
    let things = call.world.store.filled(collection, &path, faker);
    if !things.contains_key(&Key::new(&key)) {
        return Err(Refusal::not_found());
    }
    call.world.store.changed(collection, &path, faker).remove(&Key::new(&key));
    Ok(Value::Null)
}

/// Whether a thing is there, and the change leaves it of the type that it is: what tells the types
/// of its collection apart says how the rest of it is read.
fn keeps_its_type(
    collection: &'static Collection,
    thing: Option<&Value>,
    change: &Value,
) -> Result<(), Refusal> {
    let thing = thing.ok_or_else(Refusal::not_found)?;
    let Some(discriminator) = &collection.element.resolve().discriminator else {
        return Ok(());
    };
    let name = &discriminator.property;
    match (thing[name].as_str(), change[name].as_str()) {
        (Some(is), Some(wanted)) if is != wanted => {
            Err(Refusal::invalid(format!("{name}: it is '{is}' and cannot become '{wanted}'")))
        }
        _ => Ok(()),
    }
}

/// The key that the item names, or else the end of the path.
fn key(collection: &Collection, item: &Value, call: &Call) -> String {
    let named = collection.key.and_then(|name| key_text(&item[name]));
    named.or_else(|| call.ids.last().map(|(_, key)| key.clone())).unwrap_or_default()
}
