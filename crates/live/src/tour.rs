//! The tour: a few rows of each resource.

use std::collections::BTreeMap;
use std::time::Duration;

use connector_host::{CancellationToken, Connection};
use connector_records::{Reading, Request, Resource, VALUE, resources};
use jiff::Timestamp;
use serde::Serialize;

use crate::observed::Count;
use crate::shape::Shape;
use crate::{Difference, Error, Failure, fill};

/// Parents that are asked for rows of one resource, at most.
const PARENTS: usize = 5;
/// How long one resource may take, with all waits.
const LONGEST: Duration = Duration::from_secs(60);

/// How far a tour goes.
#[derive(Clone, Copy, Debug)]
pub struct Tour {
    /// Rows that are read of each resource, at most.
    pub rows: usize,
    /// Requests that are sent for all of them: with so many sent the rest is not tried.
    pub requests: u32,
}

impl Default for Tour {
    /// 5 rows of each resource, and 400 requests.
    fn default() -> Self {
        Self { rows: 5, requests: 400 }
    }
}

/// What was seen of a resource.
#[derive(Clone, Debug, Serialize)]
pub struct Table {
    /// The resource.
    pub resource: String,
    /// The action that reads it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action: Option<String>,
    /// What came of it.
    #[serde(flatten)]
    pub seen: Seen,
}

/// What came of reading a resource, or of one call.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case", tag = "outcome")]
pub enum Seen {
    /// So many rows, and all are as the schema says.
    Fits {
        /// How many.
        rows: usize,
    },
    /// There is none.
    Empty,
    /// Rows have new fields, or are otherwise than the schema says.
    Differs {
        /// How many there were.
        rows: usize,
        /// In how many values each difference was seen.
        differences: Vec<(Difference, u64)>,
    },
    /// The service refused, or did not answer.
    Refused(Failure),
    /// It was not tried.
    NotTried {
        /// Why.
        because: String,
    },
}

impl Seen {
    pub(crate) fn of(rows: usize, found: BTreeMap<Difference, u64>) -> Self {
        match rows {
            0 => Seen::Empty,
            _ if found.is_empty() => Seen::Fits { rows },
            _ => Seen::Differs { rows, differences: found.into_iter().collect() },
        }
    }

    /// Whether something contradicts its schema.
    pub fn contradicts(&self) -> bool {
        matches!(self, Seen::Differs { differences, .. } if differences.iter().any(|(it, _)| !it.new))
    }

    pub(crate) fn not_tried(because: impl Into<String>) -> Self {
        Seen::NotTried { because: because.into() }
    }
}

impl Tour {
    /// Reads rows of each resource, in the connector's order. `told` gets the id of each before it is read. With
    /// `stop` the rest is not tried.
    ///
    /// # Errors
    ///
    /// When the connector has no data model, or a schema of it is none. What the service refuses is in the tables.
    pub async fn read(
        &self,
        connection: &Connection,
        stop: &CancellationToken,
        told: &mut (dyn FnMut(&str) + Send),
    ) -> Result<Vec<Table>, Error> {
        let mut count = Count::default();
        let mut tables = Vec::new();
        for resource in resources(connection.connector())? {
            told(&resource.id);
            let (id, action) = (resource.id.clone(), resource.reader().ok().map(str::to_owned));
            let seen = if stop.is_cancelled() {
                Seen::not_tried("the tour was stopped")
            } else if count.0 >= self.requests {
                Seen::not_tried(format!("{} requests were sent", self.requests))
            } else {
                let table = self.table(connection, resource, &mut count);
                match tokio::time::timeout(LONGEST, table).await {
                    Ok(seen) => seen?,
                    Err(_) => Seen::Refused(Failure::late()),
                }
            };
            tables.push(Table { resource: id, action, seen });
        }
        Ok(tables)
    }

    async fn table(
        &self,
        connection: &Connection,
        resource: Resource,
        count: &mut Count,
    ) -> Result<Seen, Error> {
        let Ok(reader) = resource.reader().map(str::to_owned) else {
            return Ok(Seen::not_tried("nothing reads it"));
        };
        let action = connection.connector().action(&reader);
        let action = action.map_err(connector_records::Error::from)?;
        let shape = Shape::new(&reader, &action.output)?;
        let input = match fill::required(&action, &resource.parents) {
            Ok(input) => input,
            Err(field) => return Ok(Seen::not_tried(format!("it needs `{field}`"))),
        };
        let request = Request { input, ..Request::default() };
        let now = Timestamp::now().as_microsecond();
        let mut reading = match Reading::new(connection, resource, request, None, now) {
            Ok(reading) => reading.at_once(1),
            Err(error) => return Ok(Seen::not_tried(error.to_string())),
        };
        let mut walked = reading.walked().to_vec();
        walked.retain(|name| !shape.knows(name));
        let (mut rows, mut found) = (0, BTreeMap::new());
        for _ in 0..PARENTS {
            match reading.next(self.rows - rows, count).await {
                Ok(Some(records)) => {
                    rows += records.len();
                    for mut record in records {
                        // The reader adds them.
                        walked.iter().for_each(|name| drop(record.remove(name)));
                        let row = match shape.is_scalar() {
                            true => record.remove(VALUE).unwrap_or_default(),
                            false => record.into(),
                        };
                        shape.look(&row, &mut found);
                    }
                }
                Ok(None) => break,
                Err(error) if rows == 0 => return Ok(Seen::Refused((&error).into())),
                Err(_) => break,
            }
            if rows >= self.rows || count.0 >= self.requests {
                break;
            }
        }
        match reading.refusals().first() {
            Some(refusal) if rows == 0 => Ok(Seen::Refused((&refusal.failure).into())),
            _ => Ok(Seen::of(rows, found)),
        }
    }
}
