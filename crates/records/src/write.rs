//! Writes records: in batches as large as the action allows, with an outcome for each.

use std::fmt;

use connector_host::contract::ErrorKind;
use connector_host::{Call, Connection, Error as HostError, Observer};
use serde_json::{Map, Value};

use crate::batch::{Ready, ready};
use crate::mode::Mode;
use crate::outcome::{is_about_one, is_about_records, not_attempted, unfit};
use crate::pages::{PageStep, page_step};
use crate::shape::Shape;
use crate::{Error, Outcome, Record, Resource};

/// A write under way. Outcomes come in the order of the records.
pub struct Writing<'a> {
    connection: &'a Connection,
    resource: Resource,
    mode: Mode,
    given: Map<String, Value>,
    make: Option<Shape>,
    change: Option<Shape>,
    batch: Vec<Entry>,
    next: u64,
    /// Why no further record is attempted.
    stopped: Option<String>,
}

/// A record that waits for the batch to be full.
struct Entry {
    index: u64,
    makes: bool,
    /// Kept for an upsert whose key is not found.
    record: Option<Record>,
    ready: Result<Ready, Value>,
}

impl<'a> Writing<'a> {
    /// `given`: inputs for all records, such as parents. Fails when the resource has no action for
    /// the mode.
    pub fn new(
        connection: &'a Connection,
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
        let (batch, next, stopped) = (Vec::new(), 0, None);
        Ok(Writing { connection, resource, mode, given, make, change, batch, next, stopped })
    }

    /// The JSON Schema of a field that records may have, if the actions tell.
    pub fn field(&self, name: &str) -> Option<&Value> {
        let shapes = self.make.iter().chain(&self.change);
        let mut found = shapes.filter_map(|shape| {
            let key = shape.key.as_ref().filter(|(key, _)| key == name);
            let name = key.map_or(name, |(_, to)| to);
            shape.fields.get(name).or_else(|| shape.inputs.get(name))
        });
        found.next()
    }

    /// Takes the next record, or says why it is none. Gives the outcomes that this brings.
    pub async fn push(
        &mut self,
        record: Result<Record, String>,
        observer: &mut dyn Observer,
    ) -> Vec<Outcome> {
        let entry = self.entry(record);
        let mut outcomes = Vec::new();
        if !self.belongs(&entry) {
            outcomes = self.flush(observer).await;
        }
        self.batch.push(entry);
        if self.batch.len() >= self.most() {
            outcomes.extend(self.flush(observer).await);
        }
        outcomes
    }

    /// Sends what still waits.
    pub async fn flush(&mut self, observer: &mut dyn Observer) -> Vec<Outcome> {
        let mut batch = std::mem::take(&mut self.batch);
        let makes = batch.iter().any(|entry| entry.makes);
        let sent: Vec<&Ready> = batch.iter().filter_map(|it| it.ready.as_ref().ok()).collect();
        let results = self.send(makes, &sent, observer).await;
        let mut results = results.into_iter();
        let mut outcomes = Vec::with_capacity(batch.len());
        for entry in &mut batch {
            let mut result = match &entry.ready {
                Ok(_) => results.next().unwrap_or_else(|| Err(Value::Null)),
                Err(error) => Err(error.clone()),
            };
            if result.as_ref().is_err_and(|error| error["kind"] == "not-found")
                && let Some(ready) = self.instead(entry)
            {
                result = self.send(true, &[&ready], observer).await.remove(0);
            }
            outcomes.push(Outcome { index: entry.index, result });
        }
        outcomes
    }

    /// Creating what an upsert did not find.
    fn instead(&self, entry: &mut Entry) -> Option<Ready> {
        let record = entry.record.take()?;
        ready(&self.resource, self.make.as_ref()?, self.mode, &self.given, record).ok()
    }

    fn shape(&self, makes: bool) -> Option<&Shape> {
        if makes { self.make.as_ref() } else { self.change.as_ref() }
    }

    fn entry(&mut self, record: Result<Record, String>) -> Entry {
        let index = self.next;
        self.next += 1;
        let wrong = |why| unfit(&[(String::new(), why)]);
        let record = match record {
            Ok(record) => record,
            Err(why) => return Entry { index, makes: false, record: None, ready: Err(wrong(why)) },
        };
        let missing = |key: &&String| record.get(*key).is_none_or(Value::is_null);
        let missing = self.resource.key.iter().find(missing).cloned();
        let makes = match self.mode {
            Mode::Create => true,
            Mode::Upsert => missing.is_some(),
            Mode::Update | Mode::Delete => false,
        };
        let kept = (self.mode == Mode::Upsert && !makes).then(|| record.clone());
        let ready = match (
            missing.filter(|key| !makes && !self.given.contains_key(key)),
            self.shape(makes),
        ) {
            (Some(key), _) => Err(unfit(&[(key, "is the key, and missing".into())])),
            (None, Some(shape)) => ready(&self.resource, shape, self.mode, &self.given, record),
            (None, None) => Err(wrong("no action takes it".into())),
        };
        Entry { index, makes, record: kept, ready }
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
        let shape = sent.and_then(|entry| self.shape(entry.makes));
        shape.map_or(1, Shape::most)
    }

    /// Sends records in one call. Those whose fields are wrong are left out and the others sent
    /// again; when the service refuses them all, each half is tried.
    async fn send(
        &mut self,
        makes: bool,
        records: &[&Ready],
        observer: &mut dyn Observer,
    ) -> Vec<Result<Value, Value>> {
        let mut results: Vec<Result<Value, Value>> = vec![Err(Value::Null); records.len()];
        let mut open: Vec<Vec<usize>> = vec![(0..records.len()).collect()];
        while let Some(mut places) = open.pop() {
            let Some(shape) = self.shape(makes).filter(|_| !places.is_empty()) else { continue };
            if let Some(why) = &self.stopped {
                places.iter().for_each(|place| results[*place] = Err(not_attempted(why)));
                continue;
            }
            let together: Vec<&Ready> = places.iter().map(|place| records[*place]).collect();
            let failure = match self.call(shape, &together, observer).await {
                Ok(output) => {
                    let said = shape.results(output, places.len());
                    places.iter().zip(said).for_each(|(place, said)| results[*place] = said);
                    continue;
                }
                Err(failure) => failure,
            };
            if let HostError::Connector(error) = &failure
                && error.kind == ErrorKind::InvalidInput
                && let Some(mut blamed) = shape.blamed(error)
                && blamed.keys().all(|position| *position < places.len())
            {
                let mut position = 0;
                places.retain(|place| {
                    let fields = blamed.remove(&position);
                    position += 1;
                    fields.iter().for_each(|fields| results[*place] = Err(unfit(fields)));
                    fields.is_none()
                });
                open.push(places);
            } else if places.len() > 1 && is_about_one(&failure) {
                let second = places.split_off(places.len() / 2);
                open.extend([second, places]);
            } else {
                let error = failure.json();
                places.iter().for_each(|place| results[*place] = Err(error.clone()));
                self.stopped = (!is_about_records(&failure)).then(|| failure.to_string());
            }
        }
        results
    }

    /// One call for several records.
    async fn call(
        &self,
        shape: &Shape,
        records: &[&Ready],
        observer: &mut dyn Observer,
    ) -> Result<Value, HostError> {
        let input = shape.input(records).to_string();
        let call = Call::Action { id: shape.action.id.clone(), input };
        let trap = |why: &str| HostError::trap(format!("`{}` {why}", shape.action.id));
        match page_step(self.connection, call, observer).await {
            Ok(PageStep::Done(output)) => Ok(output),
            Ok(PageStep::Page { .. }) => Err(trap("answers a write with a page")),
            Err(Error::Call(failure)) => Err(failure),
            Err(other) => Err(trap(&other.to_string())),
        }
    }
}

impl fmt::Debug for Writing<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Writing")
            .field("resource", &self.resource.id)
            .field("mode", &self.mode)
            .finish_non_exhaustive()
    }
}
