//! The account at first: a small advertiser with a shop. `seed.json` has what counts of every
//! thing, by the path of its collection; the rest is made up.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Map, Value};

use super::collection::{COLLECTIONS, Collection};
use super::fake::Faker;
use super::key::{Key, key_text};
use crate::facts::Lookup;

/// Every seeded collection by its path.
pub fn collections() -> HashMap<String, BTreeMap<Key, Value>> {
    let collection = |(path, things): (String, Vec<Value>)| {
        let things = things.iter().map(|thing| made(&path, thing)).collect();
        (path, things)
    };
    seeds().into_iter().map(collection).collect()
}

fn seeds() -> BTreeMap<String, Vec<Value>> {
    serde_json::from_str(include_str!("seed.json")).expect("the seed is JSON")
}

/// A thing of a path that no operation lists is what the seed has of it. Keys that the description
/// lacks come along: some were seen on the wire.
fn made(path: &str, thing: &Value) -> (Key, Value) {
    let found = COLLECTIONS.values().find_map(|it| Some((it, ids(it.path, path)?)));
    let (name, made) = match found {
        Some((Collection { element, key, .. }, everywhere)) => {
            let faker = Faker { everywhere, ..Faker::default() }.knowing(thing);
            let mut made = faker.value(element, &(path, thing.to_string()));
            for (name, value) in thing.as_object().into_iter().flatten() {
                if element.property(name).is_none() {
                    made[name] = value.clone();
                }
            }
            (key.unwrap_or("id"), made)
        }
        None => ("id", thing.clone()),
    };
    (Key::new(&key_text(&thing[name]).unwrap_or_default()), made)
}

/// The ids in a path, when it is one of a template.
fn ids(template: &str, path: &str) -> Option<Map<String, Value>> {
    let mut ids = Map::new();
    let mut parts = path.split('/');
    for wanted in template.split('/') {
        let part = parts.next()?;
        match wanted.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
            Some(name) if part.bytes().all(|byte| byte.is_ascii_digit()) => {
                ids.insert(name.to_owned(), part.into());
            }
            _ if wanted == part => {}
            _ => return None,
        }
    }
    parts.next().is_none().then_some(ids)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What does not fit its type would be made up instead, and nobody would see it.
    #[test]
    fn the_seed_fits_the_facts() {
        let made = collections();
        for (path, things) in seeds() {
            for (thing, made) in things.iter().zip(made[&path].values()) {
                for (name, value) in thing.as_object().unwrap() {
                    assert_eq!(made[name], *value, "{path} {name}");
                }
            }
        }
    }
}
