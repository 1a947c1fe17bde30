//! What is kept: things in collections, as the JSON that shows them.

use std::collections::{BTreeMap, HashMap};

use serde_json::Value;

use super::job::Started;

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
#[derive(Default)]
pub struct Store {
    /// Things by the path of their collection as called, and by key.
    pub collections: HashMap<String, BTreeMap<Key, Value>>,
    /// Jobs by their handle.
    pub jobs: HashMap<String, Started>,
}

impl Store {
    /// The seeded account: `seed.json` has the collections and the beginnings of their things.
    pub fn seeded() -> Store {
        Store::default()
    }

    /// A thing, if it is there.
    pub fn get(&self, collection: &str, key: &str) -> Option<&Value> {
        self.collections.get(collection)?.get(&Key::new(key))
    }
}
