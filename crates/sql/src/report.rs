//! What becomes of the rows of a write.

use connector_records::{Outcome, Record};
use serde_json::Value;
use tokio::sync::mpsc::Sender;

use crate::Error;
use crate::activity::RowOutcome;
use crate::error::execution;
use crate::table::Table;

/// The rows in their order, and what the service said of each.
pub(crate) struct Report<'a> {
    table: &'a Table,
    /// What has been done with the rows, for people.
    verb: &'static str,
    /// Fields that are not written.
    only_read: Vec<String>,
    keys: Vec<Value>,
    done: u64,
    refused: Vec<String>,
    /// Where the rows go, and those of which nothing is known yet.
    returned: Option<(Sender<Record>, Vec<Option<Record>>)>,
}

impl<'a> Report<'a> {
    pub fn new(table: &'a Table, verb: &'static str, only_read: Vec<String>) -> Self {
        let sender = table.returned.as_ref().and_then(|returned| returned.take());
        let returned = sender.map(|sender| (sender, Vec::new()));
        let (keys, refused) = (Vec::new(), Vec::new());
        Report { table, verb, only_read, keys, done: 0, refused, returned }
    }

    /// How many rows there have been.
    pub fn rows(&self) -> u64 {
        self.keys.len() as u64
    }

    /// How many of them the service took.
    pub fn done(&self) -> u64 {
        self.done
    }

    /// The next row; gives what of it is written.
    pub fn begin(&mut self, record: Result<Record, String>) -> Result<Record, String> {
        self.keys.push(self.key(&record));
        if let Some((_, rows)) = &mut self.returned {
            rows.push(record.as_ref().ok().cloned());
        }
        record.map(|mut record| {
            record.retain(|name, _| !self.only_read.contains(name));
            record
        })
    }

    /// What tells a row apart, as an object.
    fn key(&self, record: &Result<Record, String>) -> Value {
        let Ok(record) = record else { return Value::Null };
        let resource = &self.table.described.resource;
        let names = resource.parents.iter().chain(&resource.key);
        let key = names.filter_map(|name| Some((name.clone(), record.get(name)?.clone())));
        Value::Object(key.collect())
    }

    pub async fn take(&mut self, outcomes: Vec<Outcome>) {
        for outcome in outcomes {
            let at = usize::try_from(outcome.index).unwrap_or(usize::MAX);
            let key = self.keys.get(at).cloned().unwrap_or_default();
            match &outcome.result {
                Ok(data) => {
                    self.done += 1;
                    self.give_back(at, data).await;
                }
                Err(error) => {
                    let why =
                        error["message"].as_str().map_or_else(|| error.to_string(), str::to_owned);
                    self.refused.push(format!("row {} {key}: {why}", outcome.index + 1));
                }
            }
            let table = self.table.described.resource.id.clone();
            self.table.activity.outcome(RowOutcome { table, key, outcome });
        }
    }

    /// The row as it was and as it was written, with what the service says of it.
    async fn give_back(&mut self, at: usize, data: &Value) {
        let Some((sender, rows)) = &mut self.returned else { return };
        let Some(mut row) = rows.get_mut(at).and_then(Option::take) else { return };
        if let Value::Object(data) = data {
            row.extend(data.iter().map(|(name, value)| (name.clone(), value.clone())));
        }
        // Nobody may want them any more.
        drop(sender.send(row).await);
    }

    /// The count, or an error that names the rows.
    pub fn end(self) -> Result<u64, Error> {
        const SHOWN: usize = 5;
        if self.refused.is_empty() {
            return Ok(self.done);
        }
        let (refused, done) = (self.refused.len(), self.verb);
        let more = match refused > SHOWN {
            true => format!("; and {} more", refused - SHOWN),
            false => String::new(),
        };
        let shown: Vec<String> = self.refused.into_iter().take(SHOWN).collect();
        Err(execution(format!(
            "{} of {} rows were {done}, {refused} were not: {}{more}. Each row's outcome is in connector.outcomes",
            self.done,
            self.keys.len(),
            shown.join("; ")
        )))
    }
}
