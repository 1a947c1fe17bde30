//! What is kept: things in collections, as the JSON that shows them.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Map, Value};

use super::collection::Collection;
use super::give::key_text;
use super::invent::{Inventor, noise};
use super::job::Started;
use super::seed;

/// How many things a collection has that nobody has touched.
const FILLING: u8 = 3;

/// The key of a thing. Ids are sorted as numbers, so the order is that of creation.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key(usize, String);

impl Key {
    /// The key with this text.
    pub fn new(text: &str) -> Key {
        Key(text.len(), text.to_owned())
    }

    /// Its text.
    pub fn text(&self) -> &str {
        &self.1
    }
}

/// Everything that is kept for the operations that the facts describe.
pub struct Store {
    /// Things by the path of their collection as called, and by key.
    pub collections: HashMap<String, BTreeMap<Key, Value>>,
    /// Jobs by their handle.
    pub jobs: HashMap<String, Started>,
}

impl Store {
    /// The account at first.
    pub fn seeded() -> Store {
        Store { collections: seed::collections(), jobs: HashMap::new() }
    }

    /// Whether a collection that is kept has no such thing.
    pub fn lacks(&self, collection: &str, key: &str) -> bool {
        self.collections.get(collection).is_some_and(|things| !things.contains_key(&Key::new(key)))
    }

    /// The things of a collection. One that nobody has touched gets a few, so that every list has
    /// something to show.
    pub fn filled(
        &mut self,
        collection: &'static Collection,
        path: &str,
        inventor: &Inventor,
    ) -> &mut BTreeMap<Key, Value> {
        self.collections.entry(path.to_owned()).or_insert_with(|| {
            let inventor = Inventor { known: Map::new(), ..inventor.clone() };
            let make = |index: u8| {
                let thing = inventor.value(collection.element, &(path, index));
                let key = collection.key.and_then(|name| key_text(&thing[name]));
                (Key::new(&key.unwrap_or_else(|| noise(&(path, index)).to_string())), thing)
            };
            (0..FILLING).map(make).collect()
        })
    }

    /// A thing, if it is there.
    pub fn get(&self, collection: &str, key: &str) -> Option<&Value> {
        self.collections.get(collection)?.get(&Key::new(key))
    }
}
