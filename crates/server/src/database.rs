//! The two kinds of databases of the server, and how they are asked.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use connector_store::{Access, Database, DatabaseError, Sql, StoreError};

use crate::problem::Problem;

/// Of the whole server: whose keys there are.
pub const SERVER: [&str; 2] = [
    "
    CREATE TABLE keys (
        id TEXT PRIMARY KEY,
        tenant TEXT NOT NULL,
        name TEXT NOT NULL,
        rights TEXT NOT NULL,
        hash TEXT NOT NULL UNIQUE,
        made INTEGER NOT NULL,
        revoked INTEGER
    ) STRICT;
    CREATE TABLE addresses (
        hash TEXT PRIMARY KEY,
        tenant TEXT NOT NULL,
        hook TEXT NOT NULL
    ) STRICT;",
    // The key that a key came from, and the path that it is for alone.
    "ALTER TABLE keys ADD COLUMN parent TEXT; ALTER TABLE keys ADD COLUMN resource TEXT;",
];

/// Of one tenant. Times are milliseconds since 1970-01-01 UTC; `connection` is the id of one.
pub const TENANT: [&str; 2] = [
    "
    CREATE TABLE runs (
        run TEXT PRIMARY KEY,
        connection TEXT NOT NULL,
        key TEXT NOT NULL,
        rights TEXT NOT NULL,
        most INTEGER,
        problem TEXT,
        cancelled INTEGER NOT NULL DEFAULT 0,
        made INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE pages (
        run TEXT NOT NULL,
        first INTEGER NOT NULL,
        items TEXT NOT NULL,
        PRIMARY KEY (run, first)
    ) STRICT;
    CREATE TABLE repeats (
        connection TEXT NOT NULL,
        key TEXT NOT NULL,
        input TEXT NOT NULL,
        run TEXT NOT NULL,
        made INTEGER NOT NULL,
        PRIMARY KEY (connection, key)
    ) STRICT;
    CREATE TABLE cursors (
        connection TEXT NOT NULL,
        trigger TEXT NOT NULL,
        name TEXT NOT NULL,
        config TEXT NOT NULL,
        cursor TEXT NOT NULL,
        PRIMARY KEY (connection, trigger, name)
    ) STRICT;
    CREATE TABLE subscriptions (
        id TEXT PRIMARY KEY,
        connection TEXT NOT NULL,
        trigger TEXT NOT NULL,
        config TEXT NOT NULL,
        url TEXT,
        every INTEGER NOT NULL,
        key TEXT NOT NULL,
        rights TEXT NOT NULL,
        made INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE hooks (
        id TEXT PRIMARY KEY,
        connection TEXT NOT NULL,
        webhook TEXT NOT NULL,
        config TEXT NOT NULL,
        subscription TEXT,
        cursor TEXT,
        made INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE targets (
        stream TEXT PRIMARY KEY,
        url TEXT NOT NULL
    ) STRICT;
    CREATE TABLE outbox (
        number INTEGER PRIMARY KEY,
        stream TEXT NOT NULL,
        id TEXT NOT NULL,
        json TEXT NOT NULL,
        recorded INTEGER NOT NULL,
        delivered INTEGER,
        aside INTEGER,
        tries INTEGER NOT NULL DEFAULT 0,
        due INTEGER NOT NULL DEFAULT 0,
        error TEXT,
        UNIQUE (stream, id)
    ) STRICT;
    CREATE INDEX waiting ON outbox (due) WHERE delivered IS NULL AND aside IS NULL;
    CREATE TABLE audit (
        number INTEGER PRIMARY KEY,
        time INTEGER NOT NULL,
        key TEXT NOT NULL,
        what TEXT NOT NULL,
        connection TEXT,
        input TEXT,
        outcome TEXT NOT NULL
    ) STRICT;",
    // What was set for the tenant, and the calls of each window that has quotas; `until` is its end.
    "
    CREATE TABLE settings (
        name TEXT PRIMARY KEY,
        value TEXT NOT NULL
    ) STRICT;
    CREATE TABLE used (
        seconds INTEGER PRIMARY KEY,
        until INTEGER NOT NULL,
        calls INTEGER NOT NULL
    ) STRICT;",
];

/// A database that the requests of a server share.
#[derive(Debug)]
pub struct Shared(Mutex<Database>);

impl Shared {
    pub fn open(path: &Path, formats: &[&str]) -> Result<Self, DatabaseError> {
        let db = connector_store::open(path, formats)?;
        // Nothing is lost when the process is killed.
        db.set("synchronous", "normal")?;
        Ok(Shared(Mutex::new(db)))
    }

    pub fn read<T>(
        &self,
        act: impl FnOnce(Sql<'_>) -> Result<T, StoreError>,
    ) -> Result<T, Problem> {
        Ok(self.transaction(Access::Read, act)?)
    }

    pub fn write<T>(
        &self,
        act: impl FnOnce(Sql<'_>) -> Result<T, StoreError>,
    ) -> Result<T, Problem> {
        Ok(self.transaction(Access::Write, act)?)
    }

    fn transaction<T>(
        &self,
        access: Access,
        act: impl FnOnce(Sql<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).transaction(access, act)
    }
}
