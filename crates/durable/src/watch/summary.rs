//! What a record tells about its watch.

use std::path::Path;

use connector_store::Row;
use serde::Serialize;

use super::WatchError;
use super::store::{FILE, FORMATS};

/// A subscription, and how it stands. Times are milliseconds since 1970-01-01 UTC.
#[derive(Clone, Debug, Serialize)]
pub struct Watched {
    /// The connector's id.
    pub connector: String,
    /// The name of the connection.
    pub connection: String,
    /// The id of the trigger.
    pub trigger: String,
    /// Its configuration, a JSON text.
    pub config: String,
    /// The last poll that succeeded.
    pub polled: Option<i64>,
    /// Polls that failed since then.
    pub failures: u64,
    /// Why the last one did.
    pub error: Option<String>,
    /// Events that are recorded; those delivered long ago are forgotten.
    pub recorded: u64,
    /// Events of these that are not delivered.
    pub undelivered: u64,
    /// Events that no sink of the kind can ever take, so that nobody tries again.
    pub put_aside: u64,
    /// Why the last one that was tried is not.
    pub delivery_error: Option<String>,
}

/// The subscriptions in a watch's folder. Another process may watch meanwhile.
pub fn watched(folder: &Path) -> Result<Vec<Watched>, WatchError> {
    let db = connector_store::open(&folder.join(FILE), &FORMATS)?;
    let select = "SELECT connector, connection, trigger, config, polled, failures, \
        subscriptions.error, count(number), \
        count(number) - count(delivered) - count(aside), count(aside), \
        (SELECT e.error FROM events e WHERE e.subscription = subscriptions.id \
            AND e.error IS NOT NULL ORDER BY due DESC LIMIT 1) \
        FROM subscriptions LEFT JOIN events ON subscription = subscriptions.id \
        GROUP BY subscriptions.id ORDER BY subscriptions.id";
    let read = |row: &Row<'_>| {
        Ok(Watched {
            connector: row.get(0)?,
            connection: row.get(1)?,
            trigger: row.get(2)?,
            config: row.get(3)?,
            polled: row.get(4)?,
            failures: row.get::<i64>(5)? as u64,
            error: row.get(6)?,
            recorded: row.get::<i64>(7)? as u64,
            undelivered: row.get::<i64>(8)? as u64,
            put_aside: row.get::<i64>(9)? as u64,
            delivery_error: row.get(10)?,
        })
    };
    Ok(db.sql().rows(select, &[], read)?)
}
