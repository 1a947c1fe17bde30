//! Reads the rows of a resource, page by page, exactly once each.

use std::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use connector_host::contract::{self, Effect, ErrorKind};
use connector_host::{Call, Connection, Error as HostError, Observer, rule};
use serde_json::Value;

use crate::cursor::{Place, Run};
use crate::pages::PageStep;
use crate::refusal::{Refusal, about_parents, is_gone};
use crate::rows::{Rows, name};
use crate::schema::Action;
use crate::since::Since;
use crate::tasks::AT_ONCE;
use crate::walk::{From, Turn, Walk};
use crate::{Cursor, Error, Record, Request, Resource, time};

/// Whoever wants fewer rows than this has them from the first parents, perhaps from the first page.
const FEW: usize = 250;

/// A read under way. [`Reading::next`] gives a page of records; [`Reading::cursor`] is then where
/// to go on, to be stored when the records are safe. Whoever drops it ends all that it asks.
pub struct Reading {
    rows: Rows,
    cursor: Cursor,
    walk: Walk,
    at_once: usize,
    refusals: Vec<Refusal>,
    /// Parents whose rows were given to their end in this run.
    read: u64,
}

impl Reading {
    /// Begins a run, or goes on with the one that `cursor` stands in. `now`: microseconds since
    /// 1970 UTC.
    pub fn new(
        connection: &Connection,
        resource: Resource,
        request: Request,
        cursor: Option<Cursor>,
        now: i64,
    ) -> Result<Self, Error> {
        let action = Action::find(connection.connector(), resource.reader()?)?;
        let mut request = request;
        let since = Since::of(connection.connector(), &resource, &action);
        if request.since.is_some() && !since.is_timed() {
            return Err(Error::Request(format!(
                "rows of `{}` do not tell when they were made or changed",
                resource.id
            )));
        }
        if request.incremental && resource.key.is_empty() && !since.is_restated() {
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
        let run = cursor.run.get_or_insert_with(|| Run::new(began));
        run.refused.clear();
        if since.is_restated() {
            // What it has read is up to the day on which it began.
            run.top = Some(run.began);
        }
        let connection = Arc::new(connection.clone());
        let walk = Walk::new(connection, &resource, &action, request.input.clone())?;
        let walked = walk.names().to_vec();
        let rows = Rows { resource, action, request, since, walked };
        Ok(Reading { rows, cursor, walk, at_once: AT_ONCE, refusals: Vec::new(), read: 0 })
    }

    /// How many parents are asked at once, at most, and how many pages are in memory; 10 if nothing else
    /// is said. With more than one the next page of a parent is asked for while the last one is dealt
    /// with. With 1 nothing is asked for until it is wanted. Rows, refusals, failures and the cursor
    /// are the same in either case, and come in the same order. The service's rate limits hold for all
    /// of them together.
    pub fn at_once(mut self, most: usize) -> Self {
        self.at_once = most.max(1);
        self
    }

    /// How rows from a point in time on are found, for people.
    pub fn how(&self) -> String {
        self.rows.since.words()
    }

    /// The fields that are walked because no value was given for them.
    pub fn walked(&self) -> &[String] {
        &self.rows.walked
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
    /// After a failure the next call asks for the same page again. A small limit asks for one page at a
    /// time.
    pub async fn next(
        &mut self,
        limit: usize,
        observer: &mut dyn Observer,
    ) -> Result<Option<Vec<Record>>, Error> {
        let page = self.page(limit, observer).await;
        if page.is_err() {
            self.walk.stop();
        }
        page
    }

    async fn page(
        &mut self,
        limit: usize,
        observer: &mut dyn Observer,
    ) -> Result<Option<Vec<Record>>, Error> {
        loop {
            let most = self.most(limit);
            let begin = |values: &[Value]| self.rows.begin(&self.cursor, values);
            let Some(turn) = self.walk.next(most, &begin, observer).await else {
                self.cursor.finish();
                return Ok(None);
            };
            match turn {
                Turn::Unlisted { path, error } if path.is_empty() => return Err(error),
                Turn::Unlisted { path, error } => self.refused(&path, *about_parents(error)?),
                // A list that changes while it is read may name somebody twice.
                Turn::Rows { path, from, .. }
                    if from != From::Page && self.cursor.is_done(&name(&path)) =>
                {
                    self.walk.advance(None);
                }
                Turn::Rows { path, from, found } => {
                    return self.take(path, from, found, limit).map(Some);
                }
            }
        }
    }

    /// The new rows of a page.
    fn take(
        &mut self,
        path: Vec<Value>,
        from: From,
        found: Result<PageStep, Error>,
        limit: usize,
    ) -> Result<Vec<Record>, Error> {
        let (rows, next) = match found {
            Ok(PageStep::Page { items, next }) => (items, Some(next)),
            Ok(PageStep::Done(output)) => (self.rows.only_row(output), None),
            Err(Error::Call(HostError::Refused { rule: rule::SEAL, message })) => {
                return Err(Error::Cursor(message));
            }
            Err(Error::Call(HostError::Connector(error)))
                if from == From::Stored
                    && matches!(error.kind, ErrorKind::InvalidInput | ErrorKind::Rejected) =>
            {
                let message =
                    format!("the service does not go on there, begin anew: {}", error.message);
                return Err(Error::Cursor(message));
            }
            Err(error) if from == From::Start && !path.is_empty() && is_gone(&error) => {
                // It was listed a moment ago, and so was deleted since.
                (Vec::new(), None)
            }
            Err(error) if !path.is_empty() => {
                self.refused(&path, *about_parents(error)?);
                return Ok(Vec::new());
            }
            Err(error) => return Err(error),
        };
        let (records, whole) = self.rows.sift(&mut self.cursor, rows, &path, limit)?;
        if whole {
            let parent = name(&path);
            let run = self.cursor.run.get_or_insert_default();
            match next {
                Some(next) => {
                    run.at = Some(Place { parent, checkpoint: STANDARD.encode(&next) });
                    self.walk.advance(Some(Call::Resume { checkpoint: next }));
                }
                None => {
                    self.read += 1;
                    run.at = None;
                    run.done.insert(parent);
                    self.walk.advance(None);
                }
            }
            let most = self.most(limit - records.len());
            if most > 1 {
                let begin = |values: &[Value]| self.rows.begin(&self.cursor, values);
                self.walk.ask(most, false, &begin);
            }
        }
        Ok(records)
    }

    /// How much may be asked for when so many rows are wanted.
    fn most(&self, wanted: usize) -> usize {
        match self.rows.action.effect {
            Effect::Read if wanted >= FEW => self.at_once,
            _ => 1,
        }
    }

    /// Goes on without these parents.
    fn refused(&mut self, values: &[Value], error: contract::Error) {
        self.walk.advance(None);
        self.cursor.miss(&name(values));
        let names = self.rows.walked.iter().cloned();
        let parents = names.zip(values.iter().cloned()).collect();
        self.refusals.push(Refusal { parents, failure: error.into() });
    }
}

impl fmt::Debug for Reading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reading").field("resource", &self.rows.resource.id).finish_non_exhaustive()
    }
}
