//! A journal of calls in SQLite. A call that is in it goes on after a crash, in another process:
//! what was to be done next is written down before it is done.
//!
//! What is repeated: a request that may be repeated is sent again. A write that was under way is
//! not: the connector is told that nobody knows what came of it, and decides. A page that was
//! passed on is not passed on again; the one that was being passed on is, read again when a request that
//! only reads gave it.

mod id;
mod lease;
mod record;
mod run;

use std::fs::{self, File};
use std::io;
use std::path::PathBuf;

use connector_host::contract::Context;
use connector_host::{Call, Connection, Connector, Error, Mask, ResumePoint, secure_fs};
use connector_store::{Database, DatabaseError, StoreError, now, values};

pub use self::lease::RunLease;
use self::record::{Place, Recording, Unwritten};
pub use self::run::{Run, RunState};

/// How each format is made from the one before.
const FORMATS: [&str; 4] = [
    "
    CREATE TABLE runs (
        id TEXT PRIMARY KEY,
        connector TEXT NOT NULL,
        version TEXT NOT NULL,
        connection TEXT NOT NULL,
        settings TEXT NOT NULL,
        call TEXT NOT NULL,
        secret INTEGER NOT NULL,
        started INTEGER NOT NULL,
        changed INTEGER NOT NULL,
        state TEXT NOT NULL,
        step BLOB,
        step_at INTEGER,
        doing TEXT NOT NULL DEFAULT 'start',
        outcome_unknown INTEGER NOT NULL DEFAULT 0,
        passed INTEGER NOT NULL DEFAULT 0,
        items INTEGER NOT NULL DEFAULT 0,
        requests INTEGER NOT NULL DEFAULT 0,
        error TEXT
    ) STRICT;",
    // The SHA-256 of the component in hexadecimal digits; none of runs that began before.
    "ALTER TABLE runs ADD COLUMN component TEXT;",
    // What the connector was told about the call, as JSON.
    "ALTER TABLE runs ADD COLUMN context TEXT;",
    // Those of one connection are found without looking at all others.
    "CREATE INDEX of_connection ON runs (connection, id);",
];
/// Nobody but the connector knows what is in a subscription, so all of it counts as secret.
const SUBSCRIPTION: &str = r#"{"x-secret": true}"#;

/// Why a call cannot be kept, or cannot go on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JournalError {
    /// The database cannot be opened, read or written.
    #[error("journal: {0}")]
    Database(#[from] DatabaseError),
    /// The folder or a file in it.
    #[error("journal: {0}")]
    File(#[from] io::Error),
    /// There is no such call.
    #[error("there is no run `{0}`")]
    Unknown(String),
    /// Another process has it.
    #[error("the run `{0}` is in progress in another process")]
    Busy(String),
    /// It is over, and not because it was interrupted.
    #[error("the run `{id}` has failed: {error}")]
    Failed {
        /// The id of the run.
        id: String,
        /// Why, for people.
        error: String,
    },
    /// It belongs to another connector, or to another connection of this one.
    #[error("the run `{id}` belongs to {owner}")]
    Foreign {
        /// The id of the run.
        id: String,
        /// What it belongs to, for people.
        owner: String,
    },
    /// Another build of the connector began it, whose steps this one may misread.
    #[error(
        "the run `{id}` was begun by another build of the connector ({version}), and only that one \
             can go on with it; load that component, or forget the run and start it anew"
    )]
    OtherBuild {
        /// The id of the run.
        id: String,
        /// The build's version.
        version: String,
    },
    /// Its input or its output holds secrets, so nothing was kept to go on with.
    #[error("the run `{0}` holds values marked as secret, which are not kept; start it anew")]
    Secret(String),
    /// What is kept was not marked with the key of the connection: see [`crate::Seal`].
    #[error("the run `{0}` was not written by this host, or with another key; start it anew")]
    Forged(String),
    /// What is kept is not what this program writes.
    #[error("the run `{0}` is damaged")]
    Damaged(String),
}

impl JournalError {
    /// The journal's error in what ended a call, if it is the journal's.
    pub fn of(failure: &Error) -> Option<&Self> {
        match failure {
            Error::Recorder(error) => error.downcast_ref(),
            _ => None,
        }
    }
}

impl From<StoreError> for JournalError {
    fn from(error: StoreError) -> Self {
        JournalError::Database(error.into())
    }
}

impl From<JournalError> for Error {
    fn from(error: JournalError) -> Self {
        Error::Recorder(error.into())
    }
}

/// A folder with the calls of one machine's connections. Any number of processes may use it.
#[derive(Debug)]
pub struct Journal {
    folder: PathBuf,
}

impl Journal {
    /// Creates the folder when it is missing; nobody else can look into it then.
    pub fn open(folder: impl Into<PathBuf>) -> Result<Self, JournalError> {
        let folder = folder.into();
        secure_fs::create_folder(&folder)?;
        secure_fs::create_within(&folder.join("locks"))?;
        Ok(Journal { folder })
    }

    /// Takes down a call that is about to begin. `connection` names the connection for people and
    /// keeps the calls of different connections apart; it holds no secret.
    pub fn begin(&self, on: &Connection, connection: &str, call: Call) -> Result<RunLease, Error> {
        self.begin_in(Context::fresh(), on, connection, call)
    }

    /// As [`Journal::begin`], for a call that has a name of its own, or of which no more than some items are
    /// wanted. The context is kept with the call.
    pub fn begin_in(
        &self,
        context: Context,
        on: &Connection,
        connection: &str,
        call: Call,
    ) -> Result<RunLease, Error> {
        let (mask, secret) = secrets(on.connector(), &call)?;
        let shown = call.clone().with_input(mask.apply(call.json().to_owned()));
        let shown = shown.without_subscription();
        let now = now();
        let id = id::new(now);
        let turn = RunLease {
            _lock: self.lock(&id)?,
            recording: Recording {
                db: self.database()?,
                place: Place::new(on, &id, &shown),
                id,
                secret,
                mask,
                goes_on: !secret,
                unwritten: Unwritten::default(),
            },
            call,
            context,
            from: ResumePoint::Start,
        };
        let begun = turn.recording.begin(on, connection, &turn.context, &shown, now);
        begun.map_err(JournalError::from)?;
        Ok(turn)
    }

    /// Takes up a call that was interrupted. Of one that is done it gives the outcome again.
    pub fn resume(
        &self,
        on: &Connection,
        connection: &str,
        id: &str,
    ) -> Result<RunLease, JournalError> {
        let run = self.run(id)?;
        let lock = self.lock(id)?;
        let descriptor = on.connector().descriptor();
        let asked = (&*descriptor.id, connection, on.settings());
        if asked != (&*run.connector, &*run.connection, &*run.settings) {
            let owner =
                format!("{} ({}, settings {})", run.connector, run.connection, run.settings);
            return Err(JournalError::Foreign { id: id.into(), owner });
        }
        if run.component.as_deref().is_some_and(|began| began != on.connector().digest()) {
            return Err(JournalError::OtherBuild { id: id.into(), version: run.version });
        }
        let db = self.database()?;
        // Read again: it may have ended between the first look and the lock.
        let (call, context, from) = lease::read(db.sql(), id, on)?;
        let place = Place::new(on, id, &call);
        let (id, mask) = (id.into(), Mask::default());
        let unwritten = Unwritten::default();
        let recording = Recording { db, place, id, secret: false, mask, goes_on: true, unwritten };
        Ok(RunLease { _lock: lock, recording, call, context, from })
    }

    /// All calls that are kept, oldest first.
    pub fn runs(&self) -> Result<Vec<Run>, JournalError> {
        let db = self.database()?;
        let runs = db.sql().rows(&format!("{} ORDER BY id", run::SELECT), &[], run::read)?;
        runs.into_iter().map(|run| self.seen(run)).collect()
    }

    /// The newest calls of a connection, newest first: so many, of those that are older than the one with the
    /// id `before`.
    pub fn runs_of(
        &self,
        connection: &str,
        before: Option<&str>,
        most: u32,
    ) -> Result<Vec<Run>, JournalError> {
        let db = self.database()?;
        let select = format!(
            "{} WHERE connection = ?1 AND (?2 IS NULL OR id < ?2) ORDER BY id DESC LIMIT ?3",
            run::SELECT
        );
        let runs = db.sql().rows(&select, &values![connection, before, most], run::read)?;
        runs.into_iter().map(|run| self.seen(run)).collect()
    }

    /// One of them.
    pub fn run(&self, id: &str) -> Result<Run, JournalError> {
        let db = self.database()?;
        let select = format!("{} WHERE id = ?1", run::SELECT);
        let run = db.sql().row(&select, &values![id], run::read)?;
        let run = run.ok_or_else(|| JournalError::Unknown(id.into()))?;
        self.seen(run)
    }

    /// Forgets a call, unless it is in progress.
    pub fn forget(&self, id: &str) -> Result<(), JournalError> {
        self.run(id)?;
        let _lock = self.lock(id)?;
        self.database()?.sql().execute("DELETE FROM runs WHERE id = ?1", &values![id])?;
        fs::remove_file(self.lock_path(id))?;
        Ok(())
    }

    /// Deletes what calls have left behind of which nothing is kept.
    pub fn tidy(&self) -> Result<(), JournalError> {
        for entry in fs::read_dir(self.folder.join("locks"))? {
            let entry = entry?;
            let id = entry.file_name().to_string_lossy().into_owned();
            // One that is just beginning has its lock before it is noted.
            if let Ok(_lock) = self.lock(&id)
                && let Err(JournalError::Unknown(_)) = self.run(&id)
            {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }

    /// A process that is killed leaves `running` behind; its lock is gone.
    fn seen(&self, mut run: Run) -> Result<Run, JournalError> {
        if run.state == RunState::Running {
            match self.lock(&run.id) {
                Ok(_) => run.state = RunState::Interrupted,
                Err(JournalError::Busy(_)) => {}
                Err(other) => return Err(other),
            }
        }
        Ok(run)
    }

    fn database(&self) -> Result<Database, JournalError> {
        let db = connector_store::open(&self.folder.join("runs.db"), &FORMATS)?;
        // Nothing is lost when a process is killed; see `Recording` for when the power fails.
        db.set("synchronous", "normal")?;
        // Each call has the database open for as long as it takes, for a row of its own.
        db.set("cache_size", "-64")?;
        Ok(db)
    }

    /// Only one process at a time has it, and it ends with the process.
    fn lock(&self, id: &str) -> Result<File, JournalError> {
        let lock = secure_fs::try_lock(&self.lock_path(id))?;
        lock.ok_or_else(|| JournalError::Busy(id.into()))
    }

    /// Ids are read from a database, and typed.
    fn lock_path(&self, id: &str) -> PathBuf {
        let plain = id.replace(|c: char| !c.is_ascii_alphanumeric(), "_");
        self.folder.join("locks").join(plain)
    }
}

/// The secrets that were filled in, and whether there are any or some will come out.
fn secrets(connector: &Connector, call: &Call) -> Result<(Mask, bool), Error> {
    let (input, output) = match call {
        Call::Action { id, .. } => {
            let action = connector.action(id)?;
            (action.input.clone(), action.output.clone())
        }
        Call::ActionChoices { id, .. } => (connector.action(id)?.input.clone(), String::new()),
        Call::Poll { trigger, .. } => {
            let trigger = connector.trigger(trigger)?;
            (trigger.config.clone(), trigger.data.clone())
        }
        Call::TriggerChoices { trigger, .. } => {
            (connector.trigger(trigger)?.config.clone(), String::new())
        }
        Call::Subscribe { webhook, .. }
        | Call::Renew { webhook, .. }
        | Call::Receive { webhook, .. } => {
            (connector.webhook(webhook)?.config.clone(), SUBSCRIPTION.into())
        }
        Call::Unsubscribe { .. } => (SUBSCRIPTION.into(), String::new()),
        Call::WebhookChoices { webhook, .. } => {
            (connector.webhook(webhook)?.config.clone(), String::new())
        }
        Call::ConnectionChoices { .. } | Call::Resume { .. } | Call::Test { .. } => {
            Default::default()
        }
    };
    let mask = Mask::new(&input, call.json());
    let secret = !mask.is_empty() || output.contains("\"x-secret\"");
    Ok((mask, secret))
}
