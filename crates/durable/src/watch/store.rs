//! The record of a watch: one SQLite file, and a lock beside it.

use std::fs::File;
use std::path::Path;
use std::time::Duration;

use connector_host::{Connection, secure_fs};
use connector_store::{Database, Row, StoreError, now, values};

use super::{Event, Subscription, WatchError};

type Result<T> = std::result::Result<T, StoreError>;

pub const FILE: &str = "watch.db";
/// How each format is made from the one before. Times are milliseconds since 1970-01-01 UTC. Of an
/// event that is due at 0 delivery was not tried.
pub const FORMATS: [&str; 2] = [
    "CREATE TABLE subscriptions (
        id INTEGER PRIMARY KEY,
        connector TEXT NOT NULL,
        connection TEXT NOT NULL,
        settings TEXT NOT NULL,
        trigger TEXT NOT NULL,
        config TEXT NOT NULL,
        cursor TEXT,
        polled INTEGER,
        failures INTEGER NOT NULL DEFAULT 0,
        retry INTEGER NOT NULL DEFAULT 0,
        error TEXT,
        UNIQUE (connector, connection, settings, trigger, config)
    ) STRICT;
    CREATE TABLE events (
        number INTEGER PRIMARY KEY,
        subscription INTEGER NOT NULL REFERENCES subscriptions,
        id TEXT NOT NULL,
        json TEXT NOT NULL,
        recorded INTEGER NOT NULL,
        delivered INTEGER,
        tries INTEGER NOT NULL DEFAULT 0,
        due INTEGER NOT NULL DEFAULT 0,
        error TEXT,
        UNIQUE (subscription, id)
    ) STRICT;
    CREATE INDEX undelivered ON events (due, number) WHERE delivered IS NULL;
    CREATE INDEX delivered ON events (delivered) WHERE delivered IS NOT NULL;",
    // When it was put aside, because no sink of this kind can ever take it.
    "ALTER TABLE events ADD COLUMN aside INTEGER;",
];

/// The record, which nobody else changes while this is open.
pub struct Store {
    db: Database,
    _lock: File,
}

/// Where a subscription stands.
pub struct Standing {
    pub cursor: Option<String>,
    /// Of the last poll that succeeded.
    pub polled: Option<i64>,
    /// Polls that failed since then.
    pub failures: u32,
    /// Not to be polled before.
    pub retry: i64,
}

impl Store {
    pub fn open(folder: &Path) -> std::result::Result<Self, WatchError> {
        secure_fs::create_folder(folder).map_err(WatchError::file(folder))?;
        let lock = folder.join("lock");
        let lock = secure_fs::try_lock(&lock).map_err(WatchError::file(&lock))?;
        let lock = lock.ok_or_else(|| WatchError::Busy(folder.to_owned()))?;
        Ok(Store { db: connector_store::open(&folder.join(FILE), &FORMATS)?, _lock: lock })
    }

    /// The number of a subscription; a new one is added.
    pub fn subscribe(&self, on: &Connection, connection: &str, to: &Subscription) -> Result<i64> {
        let key = values![
            on.connector().descriptor().id,
            connection,
            on.settings(),
            to.trigger,
            canonical(&to.config),
        ];
        let add = "INSERT OR IGNORE INTO subscriptions \
            (connector, connection, settings, trigger, config) VALUES (?1, ?2, ?3, ?4, ?5)";
        self.db.sql().execute(add, &key)?;
        let find = "SELECT id FROM subscriptions WHERE connector = ?1 AND connection = ?2 \
            AND settings = ?3 AND trigger = ?4 AND config = ?5";
        self.db.sql().one(find, &key, |row| row.get(0))
    }

    pub fn standing(&self, subscription: i64) -> Result<Standing> {
        let find = "SELECT cursor, polled, failures, retry FROM subscriptions WHERE id = ?1";
        self.db.sql().one(find, &values![subscription], |row| {
            Ok(Standing {
                cursor: row.get(0)?,
                polled: row.get(1)?,
                failures: row.get(2)?,
                retry: row.get(3)?,
            })
        })
    }

    /// From here on nothing counts until [`Store::polled`].
    pub fn begin_poll(&self) -> Result<()> {
        // A poll that nobody waited for.
        if self.db.sql().is_in_transaction() {
            self.abandon_poll()?;
        }
        self.db.sql().batch("BEGIN IMMEDIATE")
    }

    /// Records an event, unless it is recorded already.
    pub fn add(&self, subscription: i64, event: &Event) -> Result<()> {
        let add = "INSERT OR IGNORE INTO events (subscription, id, json, recorded) \
            VALUES (?1, ?2, ?3, ?4)";
        self.db.sql().execute(add, &values![subscription, event.id, event.json, now()])?;
        Ok(())
    }

    /// The events and the cursor are recorded, both or neither.
    pub fn polled(&self, subscription: i64, cursor: &str, keep: Duration) -> Result<()> {
        let now = now();
        let set = "UPDATE subscriptions SET cursor = ?2, polled = ?3, failures = 0, retry = 0, \
            error = NULL WHERE id = ?1";
        self.db.sql().execute(set, &values![subscription, cursor, now])?;
        let old = now.saturating_sub_unsigned(keep.as_millis() as u64);
        self.db
            .sql()
            .execute("DELETE FROM events WHERE delivered < ?1 OR aside < ?1", &values![old])?;
        self.db.sql().batch("COMMIT")
    }

    /// As if the poll had not begun.
    pub fn abandon_poll(&self) -> Result<()> {
        self.db.sql().batch("ROLLBACK")
    }

    pub fn poll_failed(&self, subscription: i64, error: &str, retry: i64) -> Result<()> {
        let set = "UPDATE subscriptions SET failures = failures + 1, error = ?2, retry = ?3 \
            WHERE id = ?1";
        self.db.sql().execute(set, &values![subscription, error, retry])?;
        Ok(())
    }

    /// The number of events of a subscription that are not delivered.
    pub fn backlog(&self, subscription: i64) -> Result<u64> {
        let count = "SELECT count(*) FROM events WHERE subscription = ?1 AND delivered IS NULL \
            AND aside IS NULL";
        let count = self.db.sql().one(count, &values![subscription], |row| row.get::<i64>(0))?;
        Ok(count as u64)
    }

    /// The event of a subscription that is due first, and when.
    pub fn first_due(&self, subscription: i64) -> Result<Option<(i64, i64)>> {
        let find = "SELECT due, number FROM events WHERE subscription = ?1 AND delivered IS NULL \
            AND aside IS NULL ORDER BY due, number LIMIT 1";
        let row = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?));
        self.db.sql().row(find, &values![subscription], row)
    }

    /// How often delivery was tried, and the event.
    pub fn undelivered(&self, number: i64) -> Result<(u32, Event)> {
        let find = "SELECT tries, trigger, events.id, json FROM events \
            JOIN subscriptions ON subscriptions.id = subscription WHERE number = ?1";
        self.db.sql().one(find, &values![number], |row| {
            let event = Event { trigger: row.get(1)?, id: row.get(2)?, json: row.get(3)? };
            Ok((row.get(0)?, event))
        })
    }

    pub fn delivered(&self, number: i64) -> Result<()> {
        let set = "UPDATE events SET delivered = ?2, tries = tries + 1, error = NULL \
            WHERE number = ?1";
        self.db.sql().execute(set, &values![number, now()])?;
        Ok(())
    }

    pub fn not_delivered(&self, number: i64, error: &str, due: i64) -> Result<()> {
        let set = "UPDATE events SET error = ?2, due = ?3, tries = tries + 1 WHERE number = ?1";
        self.db.sql().execute(set, &values![number, error, due])?;
        Ok(())
    }

    /// Delivery is not tried again.
    pub fn put_aside(&self, number: i64, error: &str) -> Result<()> {
        let set = "UPDATE events SET error = ?2, aside = ?3, tries = tries + 1 WHERE number = ?1";
        self.db.sql().execute(set, &values![number, error, now()])?;
        Ok(())
    }
}

/// However it is written, the same configuration is the same text.
fn canonical(config: &str) -> String {
    match serde_json::from_str::<serde_json::Value>(config) {
        Ok(mut value) => {
            value.sort_all_objects();
            value.to_string()
        }
        Err(_) => config.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_that_is_put_aside_is_not_tried_again() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        let add = "INSERT INTO subscriptions (connector, connection, settings, trigger, config) \
            VALUES ('c', 'one', '{}', 'thing.new', '{}')";
        store.db.sql().execute(add, &[]).unwrap();
        for id in ["a\0b", "c"] {
            let event = Event { trigger: "thing.new".into(), id: id.into(), json: "{}".into() };
            store.add(1, &event).unwrap();
        }
        let (_, first) = store.first_due(1).unwrap().unwrap();
        store.put_aside(first, "never").unwrap();
        assert_eq!(store.backlog(1).unwrap(), 1);
        let (_, next) = store.first_due(1).unwrap().unwrap();
        assert_eq!(store.undelivered(next).unwrap().1.id, "c");
        store.delivered(next).unwrap();
        assert_eq!((store.backlog(1).unwrap(), store.first_due(1).unwrap()), (0, None));
        drop(store);
        let watched = super::super::watched(folder.path()).unwrap().remove(0);
        assert_eq!((watched.recorded, watched.undelivered, watched.put_aside), (2, 0, 1));
        assert_eq!(watched.delivery_error.as_deref(), Some("never"));
    }
}
