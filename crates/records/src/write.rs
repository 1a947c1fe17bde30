//! Writes records: in batches as large as the action allows, with an outcome for each.

use std::collections::{BTreeSet, VecDeque};
use std::fmt;
use std::sync::{Arc, OnceLock};

use connector_host::contract::Effect;
use connector_host::{Connection, Observer};
use serde_json::{Map, Value};
use tokio::task::Id;

use crate::batch::ready;
use crate::mode::Mode;
use crate::outcome::{undecided, unfit};
use crate::send::{Entry, Room, Sender};
use crate::shape::Shape;
use crate::tasks::{AT_ONCE, Tasks};
use crate::{Error, Outcome, Record, Resource};

/// A write under way. Outcomes come in the order of the records. Whoever drops it before
/// [`Writing::flush`] does not learn what became of the last ones.
pub struct Writing {
    sender: Arc<Sender>,
    batch: Vec<Entry>,
    next: u64,
    at_once: usize,
    room: Arc<Room>,
    /// Batches that run side by side, in the order of their records.
    under_way: VecDeque<Sent>,
    tasks: Tasks<Vec<Outcome>>,
}

/// A batch under way.
struct Sent {
    id: Id,
    /// The records in it.
    indexes: Vec<u64>,
    /// The rows that it changes.
    keys: BTreeSet<String>,
    outcomes: Option<Vec<Outcome>>,
}

impl Writing {
    /// `given`: inputs for all records, such as parents. Fails when the resource has no action for
    /// the mode.
    pub fn new(
        connection: &Connection,
        resource: Resource,
        mode: Mode,
        given: Map<String, Value>,
    ) -> Result<Self, Error> {
        let find = |action: &Option<String>, verb: &str, keyed: bool| {
            let none = || Error::Request(format!("rows of `{}` cannot be {verb}", resource.id));
            let id = action.as_deref().ok_or_else(none)?;
            let shape = Shape::find(connection.connector(), &resource, id, keyed)?;
            match keyed
                && shape.key.is_none()
                && !resource.key.iter().all(|key| resource.parents.contains(key))
            {
                true => Err(Error::Request(format!(
                    "`{id}` does not take the key of `{}`",
                    resource.id
                ))),
                false => Ok(Some(shape)),
            }
        };
        let (make, change) = match mode {
            Mode::Create => (find(&resource.create_action, "created", false)?, None),
            Mode::Update => (None, find(&resource.update_action, "updated", true)?),
            Mode::Delete => (None, find(&resource.delete_action, "deleted", true)?),
            Mode::Upsert => (
                find(&resource.create_action, "created", false)?,
                find(&resource.update_action, "updated", true)?,
            ),
        };
        let connection = Arc::new(connection.clone());
        let tasks = Tasks::new(connection.clone());
        let stopped = OnceLock::new();
        let sender = Sender { connection, resource, mode, given, make, change, stopped };
        let (batch, next, under_way) = (Vec::new(), 0, VecDeque::new());
        let (sender, at_once, room) = (Arc::new(sender), AT_ONCE, Arc::new(Room::new(AT_ONCE)));
        Ok(Writing { sender, batch, next, at_once, room, under_way, tasks })
    }

    /// How many batches are sent side by side, at most; 10 if nothing else is said. With 1 each one waits
    /// for the one before it.
    ///
    /// That is done only where nobody can tell the difference. The action takes several records and
    /// says of each what became of it, so that there is no order among them. It is idempotent: what was
    /// under way when a process ended can be written again, however much of it was done. And the
    /// batches change different rows. All else, such as creating, goes one batch after the other.
    pub fn at_once(mut self, most: usize) -> Self {
        self.at_once = most.max(1);
        self.room = Arc::new(Room::new(most));
        self
    }

    /// The JSON Schema of a field that records may have, if the actions tell.
    pub fn field(&self, name: &str) -> Option<&Value> {
        let shapes = self.sender.make.iter().chain(&self.sender.change);
        let mut found = shapes.filter_map(|shape| {
            let key = shape.key.as_ref().filter(|(key, _)| key == name);
            let name = key.map_or(name, |(_, to)| to);
            shape.fields.get(name).or_else(|| shape.inputs.get(name))
        });
        found.next()
    }

    /// Takes the next record, or says why it is none. Gives the outcomes that have come, which may be
    /// those of earlier records.
    pub async fn push(
        &mut self,
        record: Result<Record, String>,
        observer: &mut dyn Observer,
    ) -> Vec<Outcome> {
        let entry = self.entry(record);
        let mut outcomes = Vec::new();
        if !self.belongs(&entry) {
            outcomes = self.send(observer).await;
        }
        self.batch.push(entry);
        if self.batch.len() >= self.most() {
            outcomes.extend(self.send(observer).await);
        }
        outcomes
    }

    /// Sends what still waits, and waits for all that is under way.
    pub async fn flush(&mut self, observer: &mut dyn Observer) -> Vec<Outcome> {
        let mut outcomes = self.send(observer).await;
        outcomes.extend(self.wait(0, observer).await);
        outcomes
    }

    /// Sends the batch, beside others where that makes no difference.
    async fn send(&mut self, observer: &mut dyn Observer) -> Vec<Outcome> {
        if self.batch.is_empty() {
            return Vec::new();
        }
        if !self.goes_beside_others() {
            let mut outcomes = self.wait(0, observer).await;
            let batch = std::mem::take(&mut self.batch);
            outcomes.extend(self.sender.deliver(batch, None, observer).await);
            return outcomes;
        }
        let sent = self.batch.iter().filter(|entry| entry.ready.is_ok());
        let keys: BTreeSet<String> = sent.filter_map(|entry| entry.key.clone()).collect();
        let apart = self.under_way.iter().all(|sent| sent.keys.is_disjoint(&keys));
        let most = if apart { self.at_once - 1 } else { 0 };
        let mut outcomes = self.wait(most, observer).await;
        let batch = std::mem::take(&mut self.batch);
        let (sender, room) = (self.sender.clone(), self.room.clone());
        let indexes = batch.iter().map(|entry| entry.index).collect();
        let id = self.tasks.begin(|_, mut telling| async move {
            sender.deliver(batch, Some(&room), &mut telling).await
        });
        self.under_way.push_back(Sent { id, indexes, keys, outcomes: None });
        outcomes.extend(self.done());
        outcomes
    }

    /// Whether nobody can tell in which order it and others are done.
    fn goes_beside_others(&self) -> bool {
        let shape = self.sender.change.as_ref().filter(|_| {
            self.at_once > 1 && matches!(self.sender.mode, Mode::Update | Mode::Delete)
        });
        shape.is_some_and(|it| it.most() > 1 && it.action.effect == Effect::Idempotent)
    }

    /// Waits until no more than so many batches are under way.
    async fn wait(&mut self, most: usize, observer: &mut dyn Observer) -> Vec<Outcome> {
        let mut outcomes = self.done();
        while self.under_way.len() > most {
            let Some((id, came)) = self.tasks.ended(observer).await else { break };
            if let Some(sent) = self.under_way.iter_mut().find(|sent| sent.id == id) {
                let lost = || sent.indexes.iter().map(|index| undecided(*index)).collect();
                sent.outcomes = Some(came.unwrap_or_else(lost));
            }
            outcomes.extend(self.done());
        }
        outcomes
    }

    /// The outcomes that have come and whose turn it is.
    fn done(&mut self) -> Vec<Outcome> {
        let mut outcomes = Vec::new();
        while let Some(done) = self.under_way.pop_front_if(|sent| sent.outcomes.is_some()) {
            outcomes.extend(done.outcomes.unwrap_or_default());
        }
        outcomes
    }

    fn entry(&mut self, record: Result<Record, String>) -> Entry {
        let (index, sender) = (self.next, &self.sender);
        self.next += 1;
        let wrong = |why| unfit(&[(String::new(), why)]);
        let record = match record {
            Ok(record) => record,
            Err(why) => {
                let ready = Err(wrong(why));
                return Entry { index, makes: false, record: None, key: None, ready };
            }
        };
        let missing = |key: &&String| record.get(*key).is_none_or(Value::is_null);
        let missing = sender.resource.key.iter().find(missing).cloned();
        let makes = match sender.mode {
            Mode::Create => true,
            Mode::Upsert => missing.is_some(),
            Mode::Update | Mode::Delete => false,
        };
        let key = (!makes).then(|| key(&sender.resource, &record));
        let kept = (sender.mode == Mode::Upsert && !makes).then(|| record.clone());
        let ready = match (
            missing.filter(|key| !makes && !sender.given.contains_key(key)),
            sender.shape(makes),
        ) {
            (Some(key), _) => Err(unfit(&[(key, "is the key, and missing".into())])),
            (None, Some(shape)) => {
                ready(&sender.resource, shape, sender.mode, &sender.given, record)
            }
            (None, None) => Err(wrong("no action takes it".into())),
        };
        Entry { index, makes, record: kept, key, ready }
    }

    /// Whether it can be sent together with those that wait.
    fn belongs(&self, entry: &Entry) -> bool {
        let Ok(ready) = &entry.ready else { return true };
        let mut others =
            self.batch.iter().filter_map(|it| Some((it.makes, it.ready.as_ref().ok()?)));
        others
            .next()
            .is_none_or(|(makes, other)| makes == entry.makes && other.beside == ready.beside)
    }

    fn most(&self) -> usize {
        let sent = self.batch.iter().find(|entry| entry.ready.is_ok());
        let shape = sent.and_then(|entry| self.sender.shape(entry.makes));
        shape.map_or(1, Shape::most)
    }
}

/// The same text for the same row, also where one record has its key as a number.
fn key(resource: &Resource, record: &Record) -> String {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let part = |name: &String| record.get(name).map(text);
    format!("{:?}", resource.key.iter().map(part).collect::<Vec<_>>())
}

impl fmt::Debug for Writing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Writing")
            .field("resource", &self.sender.resource.id)
            .field("mode", &self.sender.mode)
            .finish_non_exhaustive()
    }
}
