//! Sends the records of one batch, and finds out what became of each.

use std::sync::{Arc, OnceLock};

use connector_host::contract::ErrorKind;
use connector_host::{Call, Connection, Error as HostError, Observer};
use serde_json::{Map, Value};
use tokio::sync::Semaphore;

use crate::batch::{Ready, ready};
use crate::mode::Mode;
use crate::outcome::{is_about_one, is_about_records, is_rate_limited, not_attempted, unfit};
use crate::pages::{PageStep, page_step};
use crate::shape::Shape;
use crate::{Error, Outcome, Record, Resource};

/// What all batches of a write have in common.
pub(crate) struct Sender {
    pub connection: Arc<Connection>,
    pub resource: Resource,
    pub mode: Mode,
    pub given: Map<String, Value>,
    pub make: Option<Shape>,
    pub change: Option<Shape>,
    /// Why no further record is attempted.
    pub stopped: OnceLock<String>,
}

/// A record that waits for the batch to be full.
pub(crate) struct Entry {
    pub index: u64,
    pub makes: bool,
    /// Kept for an upsert whose key is not found.
    pub record: Option<Record>,
    /// Which row it changes, among those of the same parents.
    pub key: Option<String>,
    pub ready: Result<Ready, Value>,
}

/// Places for calls that are made side by side.
pub(crate) struct Room {
    most: u32,
    free: Semaphore,
}

impl Room {
    pub fn new(most: usize) -> Self {
        let most = most.clamp(1, u16::MAX.into());
        Room { most: most as u32, free: Semaphore::new(most) }
    }
}

impl Sender {
    /// Sends a batch: an outcome for each of its records, in their order. `room`: for this batch and
    /// those beside it.
    pub async fn deliver(
        &self,
        mut batch: Vec<Entry>,
        room: Option<&Room>,
        observer: &mut dyn Observer,
    ) -> Vec<Outcome> {
        let makes = batch.iter().any(|entry| entry.makes);
        let sent: Vec<&Ready> = batch.iter().filter_map(|it| it.ready.as_ref().ok()).collect();
        let results = self.send(makes, &sent, room, observer).await;
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
                result = self.send(true, &[&ready], room, observer).await.remove(0);
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

    pub fn shape(&self, makes: bool) -> Option<&Shape> {
        if makes { self.make.as_ref() } else { self.change.as_ref() }
    }

    /// Sends records in one call. Those whose fields are wrong are left out and the others sent
    /// again; when the service refuses them all, each half is tried.
    async fn send(
        &self,
        makes: bool,
        records: &[&Ready],
        room: Option<&Room>,
        observer: &mut dyn Observer,
    ) -> Vec<Result<Value, Value>> {
        let mut results: Vec<Result<Value, Value>> = vec![Err(Value::Null); records.len()];
        let mut open: Vec<Vec<usize>> = vec![(0..records.len()).collect()];
        while let Some(mut places) = open.pop() {
            let Some(shape) = self.shape(makes).filter(|_| !places.is_empty()) else { continue };
            if let Some(why) = self.stopped.get() {
                places.iter().for_each(|place| results[*place] = Err(not_attempted(why)));
                continue;
            }
            let together: Vec<&Ready> = places.iter().map(|place| records[*place]).collect();
            let failure = match self.beside(shape, &together, room, observer).await {
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
                if !is_about_records(&failure) {
                    // Of those that run side by side the first one tells why.
                    self.stopped.set(failure.to_string()).ok();
                }
            }
        }
        results
    }

    /// One call for several records, beside others if there are any. When they were too many for a rate
    /// limit it did nothing, and is made again alone: nobody else's failure counts as its own.
    async fn beside(
        &self,
        shape: &Shape,
        records: &[&Ready],
        room: Option<&Room>,
        observer: &mut dyn Observer,
    ) -> Result<Value, HostError> {
        let Some(room) = room else { return self.call(shape, records, observer).await };
        let place = room.free.acquire().await;
        let result = self.call(shape, records, observer).await;
        drop(place);
        if !result.as_ref().is_err_and(is_rate_limited) {
            return result;
        }
        let _all = room.free.acquire_many(room.most).await;
        self.call(shape, records, observer).await
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
        match page_step(&self.connection, call, observer).await {
            Ok(PageStep::Done(output)) => Ok(output),
            Ok(PageStep::Page { .. }) => Err(trap("answers a write with a page")),
            Err(Error::Call(failure)) => Err(failure),
            Err(other) => Err(trap(&other.to_string())),
        }
    }
}
