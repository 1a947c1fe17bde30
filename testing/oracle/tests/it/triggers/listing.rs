//! A list that changes, and its history.

use fastrand::Rng;

use super::knowledge::{Time, Visit};
use super::subject::{Reading, STATES, Subject};

/// A thing in the list.
#[derive(Clone)]
pub struct Item {
    pub key: String,
    /// The list is in the order of these.
    pub place: u64,
    pub state: u64,
    pub counts: bool,
    /// Its part in the history, while it counts.
    pub visit: Option<usize>,
}

impl Item {
    /// One that is not there.
    pub fn absent(key: String) -> Item {
        Item { key, place: 0, state: 0, counts: false, visit: None }
    }
}

/// What happens to the list. The item is as it is afterwards.
pub enum Change {
    Add(Item),
    Update(Item),
    Remove(String),
}

#[derive(Default)]
pub struct Listing {
    pub items: Vec<Item>,
    pub visits: Vec<Visit>,
    pub now: Time,
    /// How often an item went or moved.
    pub shifts: u32,
    keys: Vec<String>,
    may_add: bool,
    /// Places are chosen, and changed; otherwise things are in the order of their keys.
    places: bool,
    /// What went may come back.
    returns: bool,
    /// Nothing goes, and what counts goes on counting.
    stays: bool,
}

impl Listing {
    pub fn new(subject: &Subject, places: bool, returns: bool, stays: bool) -> Listing {
        let keys = subject.keys();
        Listing {
            may_add: keys.is_none(),
            keys: keys.unwrap_or_default(),
            places,
            returns,
            stays,
            ..Listing::default()
        }
    }

    /// Time passes.
    pub fn tick(&mut self) -> Time {
        self.now += 1;
        self.now
    }

    /// Something happens.
    pub fn change(&mut self, subject: &Subject, rng: &mut Rng) -> Change {
        self.tick();
        let roll = rng.u8(..10);
        if self.items.is_empty() || roll < 4 {
            return self.add(subject, rng);
        }
        let index = rng.usize(..self.items.len());
        let changes = matches!(subject.reading, Reading::List | Reading::Thing);
        if !self.stays && (roll < 6 || !changes) {
            let item = self.items.remove(index);
            self.leave(&item);
            self.shifts += 1;
            if !self.returns {
                self.keys.retain(|key| *key != item.key);
            }
            return Change::Remove(item.key);
        }
        let mut item = self.items.remove(index);
        self.leave(&item);
        match roll {
            6 if self.places => {
                item.place = rng.u64(..1 << 40);
                self.shifts += 1;
            }
            7 if subject.trigger.when.is_some() => item.counts = self.stays || !item.counts,
            _ if subject.has_states() => item.state = rng.u64(..STATES),
            _ => {}
        }
        self.enter(&mut item, subject);
        Change::Update(item)
    }

    fn add(&mut self, subject: &Subject, rng: &mut Rng) -> Change {
        if subject.reading == Reading::Thing {
            for item in std::mem::take(&mut self.items) {
                self.leave(&item);
            }
        }
        if self.may_add && rng.u8(..4) > 0 || self.keys.is_empty() {
            // Longer keys later, so that keys are in the order of their making.
            self.keys.push(format!("{}", 549_755_000_000 + self.now * 7919));
        }
        let absent: Vec<_> =
            self.keys.iter().filter(|key| self.items.iter().all(|it| it.key != **key)).collect();
        let Some(key) = absent.get(rng.usize(..absent.len().max(1))) else {
            let item = self.items[0].clone();
            return Change::Update(item);
        };
        let place = match rng.u8(..3) {
            _ if !self.places => key.parse().unwrap_or_default(),
            0 => u64::MAX - self.now,
            1 => self.now,
            _ => rng.u64(1 << 20..1 << 40),
        };
        let counts = subject.trigger.when.is_none() || rng.bool();
        let mut item =
            Item { key: (*key).clone(), place, state: rng.u64(..STATES), counts, visit: None };
        self.enter(&mut item, subject);
        Change::Add(item)
    }

    fn enter(&mut self, item: &mut Item, subject: &Subject) {
        item.visit = item.counts.then_some(self.visits.len());
        if item.counts {
            let state = if subject.has_states() { item.state.to_string() } else { String::new() };
            self.visits.push(Visit { key: item.key.clone(), state, from: self.now, to: None });
        }
        self.items.push(item.clone());
        self.items.sort_by_key(|item| item.place);
    }

    fn leave(&mut self, item: &Item) {
        if let Some(visit) = item.visit {
            self.visits[visit].to = Some(self.now);
        }
    }
}
