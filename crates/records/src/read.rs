//! Reads the rows of a resource, page by page, exactly once each.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use connector_host::contract::actions::Shape;
use connector_host::contract::{self, ErrorKind};
use connector_host::{Call, Connection, Error as HostError, Observer, rule};
use serde_json::{Map, Value};

use crate::cursor::{Place, Run};
use crate::pages::{PageStep, page_step};
use crate::refusal::{Refusal, about_parents};
use crate::schema::Action;
use crate::since::Since;
use crate::walk::Walk;
use crate::{Cursor, Error, Record, Resource, time};

/// What is to be read.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// Input fields of the action that reads: parents, and whatever else it takes. All values of
    /// the parents that are missing are walked.
    pub input: Map<String, Value>,
    /// Only rows made or changed at this time or later, in microseconds since 1970 UTC.
    pub since: Option<i64>,
    /// Keep in the cursor what later runs need to give no row twice. Without it each read stands
    /// alone and memory does not grow with the rows.
    pub incremental: bool,
}

/// A read under way. [`Reading::next`] gives a page of records; [`Reading::cursor`] is then where
/// to go on, to be stored when the records are safe.
pub struct Reading<'a> {
    connection: &'a Connection,
    resource: Resource,
    action: Action,
    request: Request,
    since: Since,
    cursor: Cursor,
    walk: Walk,
    open: Option<Open>,
    refusals: Vec<Refusal>,
    /// Parents whose rows were given to their end in this run.
    read: u64,
}

/// The parent whose rows are being read.
struct Open {
    values: Vec<Value>,
    call: Call,
    from: From,
}

/// Where in a parent's rows the next page begins.
#[derive(Clone, Copy, PartialEq, Eq)]
enum From {
    /// Before the first.
    Start,
    /// Where an earlier process stopped, perhaps long ago.
    Stored,
    /// After the page before.
    Page,
}

impl<'a> Reading<'a> {
    /// Begins a run, or goes on with the one that `cursor` stands in. `now`: microseconds since
    /// 1970 UTC.
    pub fn new(
        connection: &'a Connection,
        resource: Resource,
        request: Request,
        cursor: Option<Cursor>,
        now: i64,
    ) -> Result<Self, Error> {
        let action = Action::find(connection.connector(), resource.reader()?)?;
        let mut request = request;
        let since = Since::of(&resource, &action);
        if request.since.is_some() && since.changed().is_none() {
            return Err(Error::Request(format!(
                "rows of `{}` do not tell when they were made or changed",
                resource.id
            )));
        }
        if request.incremental && resource.key.is_empty() {
            return Err(Error::Request(format!(
                "nothing tells the rows of `{}` apart, so they can only be read as a whole",
                resource.id
            )));
        }
        let kind = since.changed().and_then(|field| resource.kind(field));
        request.since = request.since.map(|micros| time::floored(micros, kind));
        let mut cursor = match cursor {
            Some(cursor) => {
                cursor.check(&resource.id, &request.input, request.since)?;
                cursor
            }
            None => Cursor::new(&resource.id, request.input.clone(), request.since),
        };
        let began = time::floored(now, kind);
        // They are walked again, so what was refused may be given now.
        cursor.run.get_or_insert_with(|| Run::new(began)).refused.clear();
        let walk = Walk::new(&resource, &action, request.input.clone())?;
        let (open, refusals, read) = (None, Vec::new(), 0);
        Ok(Reading {
            connection,
            resource,
            action,
            request,
            since,
            cursor,
            walk,
            open,
            refusals,
            read,
        })
    }

    /// How rows from a point in time on are found, for people.
    pub fn how(&self) -> String {
        self.since.words()
    }

    /// The fields that are walked because no value was given for them.
    pub fn walked(&self) -> &[String] {
        self.walk.names()
    }

    /// Where to go on.
    pub fn cursor(&self) -> &Cursor {
        &self.cursor
    }

    /// Whose rows the service has refused since this was asked the last time. The next run with the
    /// cursor asks for them again, from where they were read to.
    pub fn refusals(&mut self) -> Vec<Refusal> {
        std::mem::take(&mut self.refusals)
    }

    /// How many parents have been read to their end.
    pub fn read(&self) -> u64 {
        self.read
    }

    /// The new rows of the next page, which may be none, and at most `limit`. When the page holds
    /// more, the cursor stays before it and counts those that were given. `None`: the run is over.
    pub async fn next(
        &mut self,
        limit: usize,
        observer: &mut dyn Observer,
    ) -> Result<Option<Vec<Record>>, Error> {
        let Some(mut open) = self.place(observer).await? else {
            self.cursor.finish();
            return Ok(None);
        };
        let (rows, next) = match page_step(self.connection, open.call.clone(), observer).await {
            Ok(PageStep::Page { items, next }) => (items, Some(next)),
            Ok(PageStep::Done(output)) => (self.only_row(output), None),
            Err(Error::Call(HostError::Refused { rule: rule::SEAL, message })) => {
                return Err(Error::Cursor(message));
            }
            Err(Error::Call(HostError::Connector(error)))
                if open.from == From::Stored
                    && matches!(error.kind, ErrorKind::InvalidInput | ErrorKind::Rejected) =>
            {
                let message =
                    format!("the service does not go on there, begin anew: {}", error.message);
                return Err(Error::Cursor(message));
            }
            Err(error)
                if open.from == From::Start && !open.values.is_empty() && is_gone(&error) =>
            {
                // It was listed a moment ago, and so was deleted since.
                (Vec::new(), None)
            }
            Err(error) if !open.values.is_empty() => {
                let error = about_parents(error)?;
                self.refused(&open.values, *error);
                return Ok(Some(Vec::new()));
            }
            Err(error) => return Err(error),
        };
        let (records, whole) = self.sift(rows, &open.values, limit)?;
        if whole {
            let parent = name(&open.values);
            let run = self.cursor.run.get_or_insert_default();
            match next {
                Some(next) => {
                    run.at = Some(Place { parent, checkpoint: STANDARD.encode(&next) });
                    open.call = Call::Resume { checkpoint: next };
                    open.from = From::Page;
                    self.open = Some(open);
                }
                None => {
                    self.read += 1;
                    run.at = None;
                    run.done.insert(parent);
                }
            }
        } else {
            self.open = Some(open);
        }
        Ok(Some(records))
    }

    /// Where to read: on in the parent that is open, or in the next that is not done.
    async fn place(&mut self, observer: &mut dyn Observer) -> Result<Option<Open>, Error> {
        if let Some(open) = self.open.take() {
            return Ok(Some(open));
        }
        while let Some(values) = self.next_parent(observer).await? {
            let parent = name(&values);
            let run = self.cursor.run.get_or_insert_default();
            if run.done.contains(&parent) {
                continue;
            }
            if let Some(place) = run.at.as_ref().filter(|place| place.parent == parent) {
                let checkpoint = STANDARD
                    .decode(&place.checkpoint)
                    .map_err(|_| Error::Cursor("its checkpoint is damaged".into()))?;
                let call = Call::Resume { checkpoint };
                return Ok(Some(Open { values, call, from: From::Stored }));
            }
            let mut input = self.request.input.clone();
            input.extend(self.parents(&values));
            self.since.ask(self.cursor.mark_of(&parent), &mut input);
            let input = Value::Object(input).to_string();
            let call = Call::Action { id: self.action.id.clone(), input };
            return Ok(Some(Open { values, call, from: From::Start }));
        }
        Ok(None)
    }

    /// The next parent that the walk finds. What is refused on the way is left out.
    async fn next_parent(
        &mut self,
        observer: &mut dyn Observer,
    ) -> Result<Option<Vec<Value>>, Error> {
        loop {
            match self.walk.next(self.connection, observer).await {
                Err((path, error)) if !path.is_empty() => {
                    let error = about_parents(error)?;
                    self.refused(&path, *error);
                }
                Err((_, error)) => return Err(error),
                Ok(found) => return Ok(found),
            }
        }
    }

    /// Goes on without these parents.
    fn refused(&mut self, values: &[Value], error: contract::Error) {
        self.cursor.miss(&name(values));
        let names = self.walk.names().iter().cloned();
        let parents = names.zip(values.iter().cloned()).collect();
        self.refusals.push(Refusal { parents, failure: error.into() });
    }

    /// What a call that lists nothing answers with, as rows.
    fn only_row(&self, output: Value) -> Vec<Value> {
        match (self.action.shape, output) {
            // About the list as a whole.
            (Shape::Items, _) | (_, Value::Null) => Vec::new(),
            (Shape::Single, Value::Array(rows)) => rows,
            (Shape::Single, row) => vec![row],
        }
    }

    /// The rows that are still to be given, with their parents in them, and whether these are all
    /// of the page.
    fn sift(
        &mut self,
        rows: Vec<Value>,
        parents: &[Value],
        limit: usize,
    ) -> Result<(Vec<Record>, bool), Error> {
        let mut records = Vec::new();
        let parent = name(parents);
        for row in rows {
            let Value::Object(mut row) = row else {
                let message = format!("a row of `{}` is no object", self.resource.id);
                return Err(Error::Unexpected(message));
            };
            let changed = self.since.changed().and_then(|field| time::of(row.get(field)?));
            let wanted = match self.identity(&row, parents) {
                None => !self.cursor.is_before_mark(changed, &parent),
                Some(id) => {
                    let wanted = self.cursor.wants(&id, changed, &parent);
                    if !wanted || records.len() < limit {
                        self.count(id, changed, wanted, &parent);
                    }
                    wanted
                }
            };
            if !wanted {
                continue;
            }
            if records.len() == limit {
                return Ok((records, false));
            }
            for (field, value) in self.parents(parents) {
                row.entry(field).or_insert(value);
            }
            records.push(row);
        }
        Ok((records, true))
    }

    fn count(&mut self, id: String, changed: Option<i64>, given: bool, parent: &str) {
        if let Some(run) = self.cursor.run.as_mut().filter(|_| given) {
            run.remember(id.clone(), changed);
        }
        if self.request.incremental {
            self.cursor.count(id, changed, parent);
        }
    }

    /// All parents, given and walked.
    fn parents(&self, walked: &[Value]) -> Vec<(String, Value)> {
        let names = self.walk.names();
        let given = |name: &String| Some((name.clone(), self.request.input.get(name)?.clone()));
        let given = self.resource.parents.iter().filter_map(given);
        given.chain(names.iter().cloned().zip(walked.iter().cloned())).collect()
    }

    /// What tells a row from all others of the read, if anything does.
    fn identity(&self, row: &Record, parents: &[Value]) -> Option<String> {
        let part = |path: &String| {
            let mut steps = path.split('.');
            let first = steps.next().and_then(|step| row.get(step));
            steps.fold(first, |value, step| value?.get(step)).cloned().unwrap_or_default()
        };
        let key = &self.resource.key;
        let parts = parents.iter().cloned().chain(key.iter().map(part));
        (!key.is_empty()).then(|| name(&parts.collect::<Vec<_>>()))
    }
}

/// Values as one text.
fn name(values: &[Value]) -> String {
    Value::from(values).to_string()
}

fn is_gone(error: &Error) -> bool {
    matches!(error, Error::Call(HostError::Connector(error)) if error.kind == ErrorKind::NotFound)
}

impl fmt::Debug for Reading<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reading").field("resource", &self.resource.id).finish_non_exhaustive()
    }
}
