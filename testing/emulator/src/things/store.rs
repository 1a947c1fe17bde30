//! What is kept: things in collections, as the JSON that shows them.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

use serde_json::{Map, Value, json};

use super::collection::Collection;
use super::fake::{Faker, noise};
use super::key::{Key, Things, key_text};
use super::seed;
use super::started::Started;

/// How many things a collection has that nobody has touched.
const FILLING: u8 = 3;
/// How many of those collections are remembered. They are made up again, the same, when they are
/// asked for.
const REMEMBERED: usize = 256;

/// Everything that is kept for the operations that the facts describe.
#[derive(Clone)]
pub struct Store {
    /// Things by the path of their collection as called, and by key.
    pub collections: HashMap<String, Things>,
    /// Jobs by their handle.
    pub jobs: BTreeMap<Key, Started>,
    /// The paths of the collections that somebody has changed.
    changed: BTreeSet<String>,
    /// The paths of those that were made up, the oldest first.
    made_up: VecDeque<String>,
}

impl Store {
    /// The account at first.
    pub fn seeded() -> Store {
        Store {
            collections: seed::collections(),
            jobs: BTreeMap::new(),
            changed: BTreeSet::new(),
            made_up: VecDeque::new(),
        }
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
        faker: &Faker,
    ) -> &mut Things {
        if !self.collections.contains_key(path) {
            self.make_room();
            self.made_up.push_back(path.to_owned());
        }
        self.collections.entry(path.to_owned()).or_insert_with(|| {
            let faker = Faker { known: Map::new(), ..faker.clone() };
            let make = |index: u8| {
                let thing = faker.value(collection.element, &(path, index));
                let key = collection.key.and_then(|name| key_text(&thing[name]));
                (Key::new(&key.unwrap_or_else(|| noise(&(path, index)).to_string())), thing)
            };
            (0..FILLING).map(make).collect()
        })
    }

    /// The same, to be changed.
    pub fn changed(
        &mut self,
        collection: &'static Collection,
        path: &str,
        faker: &Faker,
    ) -> &mut Things {
        self.filled(collection, path, faker);
        self.at(path)
    }

    /// The things at a path, to be changed: none at first.
    pub fn at(&mut self, path: &str) -> &mut Things {
        self.changed.insert(path.to_owned());
        self.collections.entry(path.to_owned()).or_default()
    }

    /// The collections that somebody has changed.
    pub fn all_changed(&self) -> impl Iterator<Item = (&String, &Things)> {
        self.changed.iter().filter_map(|path| Some((path, self.collections.get(path)?)))
    }

    /// A thing, if it is there.
    pub fn get(&self, collection: &str, key: &str) -> Option<&Value> {
        self.collections.get(collection)?.get(&Key::new(key))
    }

    /// About how many bytes it takes to keep what somebody has changed.
    pub fn weight(&self) -> usize {
        // In memory a thing takes several times the room of its text.
        let thing = |thing: &Value| 4 * thing.to_string().len();
        let things: usize = self.all_changed().flat_map(|(_, it)| it.values()).map(thing).sum();
        let jobs = self.jobs.values().map(|job| thing(&json!(job.kept().1)));
        things + jobs.sum::<usize>()
    }

    /// Forgets the oldest of what was made up, unless somebody has changed it.
    fn make_room(&mut self) {
        if self.made_up.len() >= REMEMBERED
            && let Some(oldest) = self.made_up.pop_front()
            && !self.changed.contains(&oldest)
        {
            self.collections.remove(&oldest);
        }
    }
}
