//! A tenant: a folder of its own, and what is open of it.

use std::collections::HashMap;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use connector_auth::{StoredConnection, Vault};
use connector_durable::Journal;
use connector_host::{Connection, Fetch, secure_fs};
use tokio::sync::Semaphore;

use crate::database::{self, Shared};
use crate::live::Live;
use crate::options::Options;
use crate::problem::Problem;
use crate::quotas::Quotas;
use crate::rate::Rate;
use crate::tools::Tools;
use crate::uploads::Uploads;
use crate::watching::Watching;

/// Connections that are kept ready.
const READY: usize = 256;

/// What a connection is, and the connection.
#[derive(Clone, Debug)]
pub struct Ready {
    pub entry: StoredConnection,
    /// With all rights; a caller's are set for each call.
    pub connection: Connection,
}

/// Everything of one tenant. No request of another one gets hold of it.
pub struct Tenant {
    pub id: String,
    pub folder: PathBuf,
    pub vault: Vault,
    pub journal: Journal,
    pub db: Shared,
    pub uploads: Arc<Uploads>,
    /// Runs under way in this process.
    pub live: Live,
    /// Whether what has come is just being sent on.
    pub delivering: AtomicBool,
    /// Its connections as tools for models.
    pub tools: Tools,
    /// Triggers that are watched.
    pub watching: Watching,
    /// Places for calls.
    pub calls: Arc<Semaphore>,
    /// Requests in a minute.
    pub rate: Rate,
    /// Calls in a window.
    pub quotas: Quotas,
    /// Deliveries of services are taken one after the other, so that each has the cursor of the one before.
    pub hooks: tokio::sync::Mutex<()>,
    /// Who has it puts a connection together.
    pub making: tokio::sync::Mutex<()>,
    /// By the name or the id that was asked for.
    ready: Mutex<Kept>,
}

/// Connections that are kept ready.
#[derive(Default)]
struct Kept {
    connections: HashMap<String, Ready>,
    /// How often something about them has changed.
    changes: u64,
}

impl Tenant {
    pub fn open(folder: &Path, id: &str, options: &Options) -> Result<Self, Problem> {
        secure_fs::create_folder(folder).map_err(Problem::internal)?;
        let fetch = Fetch { routes: options.routes.clone(), ..Fetch::default() };
        let uploads = Uploads::open(&folder.join("files"), &folder.join("spool"), fetch);
        Ok(Tenant {
            id: id.to_owned(),
            folder: folder.to_owned(),
            vault: Vault::open(&folder.join("vault"), &options.vault_key)?,
            journal: Journal::open(folder.join("runs"))?,
            db: Shared::open(&folder.join("tenant.db"), &database::TENANT)?,
            uploads: Arc::new(uploads.map_err(Problem::internal)?),
            live: Live::default(),
            delivering: AtomicBool::new(false),
            tools: Tools::default(),
            watching: Watching::default(),
            calls: Arc::new(Semaphore::new(options.limits.calls)),
            rate: Rate::new(options.limits.rate),
            quotas: Quotas::new(&options.limits.quotas),
            hooks: tokio::sync::Mutex::default(),
            making: tokio::sync::Mutex::default(),
            ready: Mutex::default(),
        })
    }

    /// The connection that was made ready under this name or id, and what to keep it with if there is none.
    pub fn ready(&self, name: &str) -> (Option<Ready>, u64) {
        let ready = self.lock();
        (ready.connections.get(name).cloned(), ready.changes)
    }

    /// Keeps a connection ready, unless something about the connections has changed since it was looked at.
    pub fn keep(&self, name: &str, ready: &Ready, since: u64) {
        let mut kept = self.lock();
        if kept.changes != since {
            return;
        }
        if kept.connections.len() >= READY {
            kept.connections.clear();
        }
        kept.connections.insert(name.to_owned(), ready.clone());
    }

    /// Something about the connections has changed.
    pub fn changed(&self) {
        let mut kept = self.lock();
        kept.changes += 1;
        kept.connections.clear();
    }

    /// The connection with this name, or else this id.
    pub fn entry(&self, name: &str) -> Result<StoredConnection, Problem> {
        let mut all = self.vault.connections()?;
        let at = all.iter().position(|entry| entry.name == name);
        let at = at.or_else(|| all.iter().position(|entry| entry.id == name));
        let at = at.ok_or_else(|| Problem::not_found(format!("connection `{name}`")))?;
        Ok(all.swap_remove(at))
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.ready.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a text can be a tenant's name: a folder bears it.
pub fn is_name(name: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=40).contains(&name.len()) && name.bytes().all(fits) && !name.starts_with('-')
}

/// Makes the folder of all tenants.
pub fn folder(of: &Path) -> io::Result<PathBuf> {
    let folder = of.join("tenants");
    secure_fs::create_folder(&folder)?;
    Ok(folder)
}

impl fmt::Debug for Tenant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tenant").field("id", &self.id).finish_non_exhaustive()
    }
}
