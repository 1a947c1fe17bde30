//! Where the rows of a scan come from, a page at a time.

use std::collections::VecDeque;
use std::sync::Arc;

use connector_host::{Call, Connection, Shown};
use connector_records::{Getting, PageStep, Reading, Record, Request, Resource, page_step};
use datafusion::physical_expr::PhysicalExpr;
use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::Error;
use crate::activity::{Activity, Entry};
use crate::column::Column;
use crate::described::Described;
use crate::error::{execution, external, plan};
use crate::joined;
use crate::pushed::Pushed;
use crate::pushed_input::Test;
use crate::settings::Settings;

/// What a scan asks for.
#[derive(Clone, Debug)]
pub(crate) enum Ask {
    /// Rows of a table that pass these tests.
    Rows { described: Arc<Described>, tests: Vec<Test> },
    /// What an action gives.
    Call { call: Call },
}

impl Ask {
    /// The name of what the rows are of.
    pub fn name(&self) -> &str {
        match self {
            Ask::Call { call } => named(call).0,
            Ask::Rows { described, .. } => &described.resource.id,
        }
    }

    /// What is to be sent, with what joins know by now.
    pub fn source(
        &self,
        joined: &[Arc<dyn PhysicalExpr>],
        wanted: &[Column],
    ) -> Result<Asked, Error> {
        let (described, tests) = match self {
            Ask::Rows { described, tests } => (described, tests),
            Ask::Call { call } => {
                let (action, input) = named(call);
                let (action, input) = (action.to_owned(), input.to_owned());
                let source = Source::Call(call.clone());
                return Ok(Asked { action, input, source, least: 1, since: false });
            }
        };
        let Some(more) = joined::tests(joined)? else {
            let (action, input) = (self.name().to_owned(), String::new());
            return Ok(Asked { action, input, source: Source::Done, least: 0, since: false });
        };
        let tests: Vec<Test> = tests.iter().cloned().chain(more).collect();
        let pushed = Pushed::new(described, &tests, wanted)?;
        let (least, since) = (pushed.least(), pushed.since.is_some());
        let resource = described.resource.clone();
        let reader = resource.reader().map_err(external)?.to_owned();
        Ok(match (pushed.keys, &described.getting) {
            (Some(keys), Some(getting)) => Asked {
                action: getting.action().to_owned(),
                input: Value::from(keys.clone()).to_string(),
                source: Source::Keys {
                    getting: getting.clone(),
                    given: pushed.inputs.first().cloned().unwrap_or_default(),
                    keys: keys.into(),
                },
                least,
                since,
            },
            _ => Asked {
                action: reader,
                input: match pushed.inputs.as_slice() {
                    [only] => Value::Object(only.clone()).to_string(),
                    several => several.iter().cloned().collect::<Value>().to_string(),
                },
                source: Source::Read {
                    resource,
                    since: pushed.since,
                    inputs: pushed.inputs.into(),
                },
                least,
                since,
            },
        })
    }
}

/// What is to be sent, and how it is told to people.
#[derive(Debug)]
pub(crate) struct Asked {
    pub action: String,
    /// As JSON.
    pub input: String,
    pub source: Source,
    /// As many requests are sent at least.
    pub least: u64,
    /// Whether the service leaves out what is older.
    pub since: bool,
}

/// The action of a call, and its input as JSON.
fn named(call: &Call) -> (&str, &str) {
    match call {
        Call::Action { id, input } | Call::ActionChoices { id, input, .. } => (id, input),
        _ => ("", ""),
    }
}

/// What is still to be asked.
#[derive(Debug)]
pub(crate) enum Source {
    /// Rows of a resource, with one input after the other.
    Read {
        resource: Resource,
        since: Option<i64>,
        inputs: VecDeque<Map<String, Value>>,
    },
    /// Rows by their keys.
    Keys {
        getting: Getting,
        given: Map<String, Value>,
        keys: VecDeque<Value>,
    },
    /// What an action gives.
    Call(Call),
    Done,
}

/// What came with one page, and the input that it was asked for with.
pub(crate) struct Page {
    pub rows: Vec<Record>,
    pub given: Map<String, Value>,
}

impl Page {
    /// Replaces what is not to be seen.
    pub fn hide(&mut self, shown: &Shown) {
        for row in &mut self.rows {
            let mut value = Value::Object(std::mem::take(row));
            shown.apply(&mut value);
            if let Value::Object(hidden) = value {
                *row = hidden;
            }
        }
    }
}

/// A scan under way. Whoever drops it ends all that it asks.
#[derive(Debug)]
pub(crate) struct Rows {
    connection: Connection,
    source: Source,
    reading: Option<(Map<String, Value>, Reading)>,
    entry: Entry,
    /// How many rows are still wanted.
    left: usize,
    at_once: usize,
    /// How many requests the session may send; 0 is no limit.
    most: u64,
}

impl Rows {
    /// Fails when it takes more requests than the session may send.
    pub fn new(
        connection: Connection,
        activity: Arc<Activity>,
        asked: Asked,
        settings: &Settings,
        limit: Option<usize>,
    ) -> Result<Self, Error> {
        let (least, most, spent) = (asked.least, settings.max_requests, activity.requests());
        if most > 0 && spent + least > most {
            return Err(plan(format!(
                "this takes {least} requests of `{}` or more; `connector.max_requests` is {most}, of which {spent} are spent",
                asked.action
            )));
        }
        let entry = Entry::new(activity, &asked.action, asked.input);
        let (left, at_once) = (limit.unwrap_or(usize::MAX), settings.at_once);
        Ok(Rows { connection, source: asked.source, reading: None, entry, left, at_once, most })
    }

    /// The next page that has rows; none at the end.
    pub async fn next(&mut self) -> Result<Option<Page>, Error> {
        let page = self.page().await;
        match &page {
            Ok(Some(page)) => self.entry.rows(page.rows.len() as u64),
            Ok(None) => {}
            Err(error) => self.entry.failed(error),
        }
        page
    }

    async fn page(&mut self) -> Result<Option<Page>, Error> {
        while self.left > 0 {
            if self.most > 0 && self.entry.spent() >= self.most {
                let most = self.most;
                return Err(execution(format!(
                    "`connector.max_requests` is {most}, and the session has sent as many: the rows are not complete"
                )));
            }
            let page = match (&mut self.reading, &mut self.source) {
                (Some((given, reading)), _) => {
                    let rows = reading.next(self.left, &mut self.entry).await.map_err(external)?;
                    if let Some(refusal) = reading.refusals().into_iter().next() {
                        let parents = Value::Object(refusal.parents);
                        return Err(execution(format!("{parents}: {}", refusal.failure)));
                    }
                    let Some(rows) = rows else {
                        self.reading = None;
                        continue;
                    };
                    Page { rows, given: given.clone() }
                }
                (None, Source::Read { resource, since, inputs }) => {
                    let Some(input) = inputs.pop_front() else { break };
                    let request =
                        Request { input: input.clone(), since: *since, incremental: false };
                    let now = Timestamp::now().as_microsecond();
                    let reading =
                        Reading::new(&self.connection, resource.clone(), request, None, now);
                    // One that counts its requests asks for nothing ahead.
                    let at_once = if self.most > 0 { 1 } else { self.at_once };
                    self.reading = Some((input, reading.map_err(external)?.at_once(at_once)));
                    continue;
                }
                (None, Source::Keys { getting, given, keys }) => {
                    let Some(key) = keys.pop_front() else { break };
                    let row = getting.get(&self.connection, key, given, &mut self.entry).await;
                    let rows = row.map_err(external)?.into_iter().collect();
                    Page { rows, given: given.clone() }
                }
                (None, Source::Call(call)) => {
                    let call = call.clone();
                    let step = page_step(&self.connection, call, &mut self.entry).await;
                    match step.map_err(external)? {
                        PageStep::Page { items, next } => {
                            self.source = Source::Call(Call::Resume { checkpoint: next });
                            Page { rows: rows(items), given: Map::new() }
                        }
                        PageStep::Done(output) => {
                            let first = !self.has_had_pages();
                            self.source = Source::Done;
                            let output = match output {
                                Value::Array(rows) => rows,
                                Value::Null => Vec::new(),
                                // About the list as a whole.
                                _ if !first => Vec::new(),
                                row => vec![row],
                            };
                            Page { rows: rows(output), given: Map::new() }
                        }
                    }
                }
                (None, Source::Done) => break,
            };
            if !page.rows.is_empty() {
                self.left -= page.rows.len().min(self.left);
                return Ok(Some(page));
            }
        }
        Ok(None)
    }

    fn has_had_pages(&self) -> bool {
        matches!(self.source, Source::Call(Call::Resume { .. }))
    }
}

fn rows(items: Vec<Value>) -> Vec<Record> {
    let row = |item| match item {
        Value::Object(row) => row,
        // A list of ids, say.
        value => Map::from_iter([("value".to_owned(), value)]),
    };
    items.into_iter().map(row).collect()
}
