//! Connections, kept.
//!
//! What a connection is stands in a SQLite database; its secrets (tokens, the app's secret, pasted
//! values, subscriptions) stand there encrypted, each bound to its connection and its purpose. A
//! change is on disk when the function returns, and a process that is killed leaves either the old
//! or the new.
//!
//! Any number of processes use one vault at the same time.

mod bound;
mod credentials;
mod database;
mod entry;
mod error;
pub(crate) mod key;
mod lock;
mod record;
mod refresh_queue;
mod rows;
pub(crate) mod seal;
mod subscriptions;

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use connector_host::{Binding, Clock, Secret, secure_fs};
use connector_store::{Access, Sql, values};
use tokio::sync::Semaphore;

use crate::oauth::Client;
use crate::tokens::Tokens;
use database::Database;
use lock::Lock;
use refresh_queue::RefreshQueues;
use seal::Cipher;

pub use credentials::VaultCredentials;
pub use entry::{Account, ConnectionSpec, CredentialStatus, Status, StoredConnection};
pub use error::VaultError;
pub use key::KeySource;
pub use subscriptions::StoredSubscription;

const DATABASE: &str = "vault.db";
/// Calls of one vault that have a thread: one with the database, and those that are about to have it.
const THREADS: usize = 3;
/// What a client's secret is bound to, besides its connection.
const CLIENT_SECRET: &str = "client-secret";

/// A folder with connections. Clones are the same vault. All functions block for some
/// milliseconds at most.
#[derive(Clone)]
pub struct Vault {
    folder: PathBuf,
    database: Arc<Database>,
    /// Threads that wait for the database, of which only one has it.
    threads: Arc<Semaphore>,
    cipher: Arc<Cipher>,
    turns: Arc<RefreshQueues>,
    clock: Clock,
}

impl Vault {
    /// Opens the vault in a folder, and makes it when there is none. A new folder is private to
    /// its owner.
    pub fn open(folder: &Path, source: &KeySource) -> Result<Self, VaultError> {
        secure_fs::create_folder(folder).map_err(VaultError::file(folder))?;
        // Whoever comes first makes the database and its key; the others wait.
        let _turn = Lock::wait(&folder.join("vault.lock"))?;
        let database = Database::open(&folder.join(DATABASE))?;
        let cipher =
            database.transaction(Access::Write, |sql| rows::unlock(sql, folder, source))?;
        Ok(Vault {
            folder: folder.to_owned(),
            database: Arc::new(database),
            threads: Arc::new(Semaphore::new(THREADS)),
            cipher: Arc::new(cipher),
            turns: Arc::default(),
            clock: Clock::default(),
        })
    }

    /// Goes by another clock, for tests.
    pub fn with_clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// All connections, by name.
    pub fn connections(&self) -> Result<Vec<StoredConnection>, VaultError> {
        self.read(|sql| rows::entries(sql, None, self.clock.now()))
    }

    /// The connection of this name.
    pub fn connection(&self, name: &str) -> Result<StoredConnection, VaultError> {
        self.read(|sql| self.entry(sql, name))
    }

    /// Makes a connection, or changes the one of this name, and binds it to its connector. Its
    /// credentials are kept, unless another connector, environment or app makes them worthless, or
    /// the connector asks for more than they were given for.
    pub fn put(&self, draft: &ConnectionSpec) -> Result<StoredConnection, VaultError> {
        check_name(&draft.name)?;
        self.write(|sql| {
            let old = rows::entries(sql, Some(&draft.name), 0)?.pop();
            let id = match &old {
                Some(old) => old.id.clone(),
                None => seal::random::<16>().map(|byte| format!("{byte:02x}")).concat(),
            };
            let secret = draft.client.as_ref();
            let secret = secret.map(|it| self.cipher.seal(&[&id, CLIENT_SECRET], &it.secret));
            let within = self.is_within(sql, &id, &draft.binding)?;
            rows::put(sql, &id, draft, secret)?;
            self.bind(sql, &id, &draft.binding)?;
            if old.is_some_and(|old| !within || rows::of_another_app(&old, draft)) {
                rows::empty(sql, &id)?;
            }
            self.entry(sql, &draft.name)
        })
    }

    /// The app of a connection, with its secret, for the connector that `asker` is: see
    /// [`Vault::connection_for`].
    pub fn client(&self, name: &str, asker: &Binding) -> Result<Option<Client>, VaultError> {
        let (id, client) = self.read(|sql| {
            let id = self.entry_for(sql, name, asker)?.id;
            Ok((id.clone(), rows::client(sql, &id)?))
        })?;
        let Some((client, sealed)) = client else {
            return Ok(None);
        };
        let secret = self.cipher.open(&[&id, CLIENT_SECRET], &sealed);
        let secret = secret.ok_or_else(|| VaultError::Damaged(name.to_owned()))?;
        Ok(Some(Client { id: client, secret }))
    }

    /// Stores a credential in the place of the one before. Nothing that was found out about that
    /// one counts any more. A pasted value is [`Tokens::pasted`].
    pub fn store(&self, name: &str, credential: &str, tokens: &Tokens) -> Result<(), VaultError> {
        self.write(|sql| {
            let id = self.entry(sql, name)?.id;
            self.insert(sql, &id, credential, tokens)
        })
    }

    /// Takes a credential away.
    pub fn remove(&self, name: &str, credential: &str) -> Result<(), VaultError> {
        self.write(|sql| {
            let id = self.entry(sql, name)?.id;
            let delete = "DELETE FROM credential WHERE connection = ?1 AND id = ?2";
            sql.execute(delete, &values![id, credential])?;
            Ok(())
        })
    }

    /// What is stored for a credential, for the connector that `asker` is: see
    /// [`Vault::connection_for`].
    pub fn tokens(
        &self,
        name: &str,
        asker: &Binding,
        credential: &str,
    ) -> Result<Option<Tokens>, VaultError> {
        let id = self.connection(name)?.id;
        Ok(self.record(&id, asker, credential)?.map(|record| record.tokens))
    }

    /// Notes whom a connection belongs to.
    pub fn set_account(&self, name: &str, account: &Account) -> Result<(), VaultError> {
        self.write(|sql| {
            let id = self.entry(sql, name)?.id;
            let update = "UPDATE connection SET account_id = ?2, account_name = ?3 WHERE id = ?1";
            sql.execute(update, &values![id, account.id, account.name])?;
            Ok(())
        })
    }

    /// Gives a connection another name. Whoever uses it goes on doing so.
    pub fn rename(&self, name: &str, new: &str) -> Result<(), VaultError> {
        check_name(new)?;
        self.write(|sql| {
            let id = self.entry(sql, name)?.id;
            let other = rows::entries(sql, Some(new), 0)?.pop();
            if other.is_some_and(|other| other.id != id) {
                return Err(VaultError::Taken(new.to_owned()));
            }
            sql.execute("UPDATE connection SET name = ?2 WHERE id = ?1", &values![id, new])?;
            Ok(())
        })
    }

    /// Forgets a connection with all that belongs to it.
    pub fn forget(&self, name: &str) -> Result<(), VaultError> {
        let id = self.write(|sql| {
            let id = self.entry(sql, name)?.id;
            sql.execute("DELETE FROM connection WHERE id = ?1", &values![id])?;
            sql.execute("DELETE FROM subscription WHERE owner = ?1", &values![id])?;
            Ok(id)
        })?;
        // Ids are never used again: who waits for this lock finds no connection behind it.
        let _ = fs::remove_file(self.lock_path(&id));
        Ok(())
    }

    /// What a [`crate::Connection`] of this connector takes its credentials from. They follow the
    /// connection when it is renamed or connected again, and whoever asks for one is looked at each
    /// time: see [`Vault::connection_for`].
    pub fn credentials(&self, name: &str, asker: &Binding) -> Result<VaultCredentials, VaultError> {
        let entry = self.connection_for(name, asker)?;
        if let Status::Expiring { until } = entry.status {
            tracing::warn!(connection = name, until, "ends soon; use it or connect it again");
        }
        Ok(VaultCredentials::new(self.clone(), entry))
    }

    fn entry(&self, sql: Sql<'_>, name: &str) -> Result<StoredConnection, VaultError> {
        let found = rows::entries(sql, Some(name), self.clock.now())?.pop();
        found.ok_or_else(|| VaultError::Unknown(name.to_owned()))
    }

    /// Whoever renews the tokens of a connection has locked this file.
    fn lock_path(&self, id: &str) -> PathBuf {
        self.folder.join("locks").join(id)
    }

    fn read<T>(&self, act: impl FnOnce(Sql<'_>) -> Result<T, VaultError>) -> Result<T, VaultError> {
        self.database.transaction(Access::Read, act)
    }

    fn write<T>(
        &self,
        act: impl FnOnce(Sql<'_>) -> Result<T, VaultError>,
    ) -> Result<T, VaultError> {
        self.database.transaction(Access::Write, act)
    }

    fn seal(&self, id: &str, credential: &str, kind: &str, secret: &Secret) -> Vec<u8> {
        self.cipher.seal(&[id, credential, kind], secret)
    }
}

fn check_name(name: &str) -> Result<(), VaultError> {
    let fits = (1..=64).contains(&name.chars().count());
    match fits && name.trim() == name && !name.contains(char::is_control) {
        true => Ok(()),
        false => Err(VaultError::Name(name.to_owned())),
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Vault").field("folder", &self.folder).finish_non_exhaustive()
    }
}
