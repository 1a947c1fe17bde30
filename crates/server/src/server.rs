//! What all requests share.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use connector_auth::{ConnectionSpec, Tokens};
use connector_host::{AppLimit, CancellationToken, Connector, Http, Policy, secure_fs};
use tokio::sync::Semaphore;
use url::Url;

use crate::catalog::Catalog;
use crate::database::{self, Shared};
use crate::grants::Codes;
use crate::keys::{Key, Keys};
use crate::links::Links;
use crate::metrics::Metrics;
use crate::options::Options;
use crate::problem::Problem;
use crate::quota::Quota;
use crate::quotas;
use crate::rights::Rights;
use crate::tenant::{self, Tenant};

/// The tenant that a server is made with.
pub const DEFAULT: &str = "default";

/// A server: see [`Server::open`]. Clones are the same one.
#[derive(Clone)]
pub struct Server(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub options: Options,
    pub catalogs: BTreeMap<String, Catalog>,
    pub keys: Keys,
    pub links: Links,
    pub codes: Codes,
    pub metrics: Metrics,
    /// Talks to the services' token endpoints.
    pub http: Arc<Http>,
    /// Ends all calls.
    pub stop: CancellationToken,
    /// Where people and services reach it; known once it listens.
    pub url: OnceLock<Url>,
    tenants: Mutex<HashMap<String, Arc<Tenant>>>,
    /// What goes out over each app, by its connector and its client id.
    apps: Mutex<HashMap<(String, String), AppLimit>>,
    folder: PathBuf,
}

impl Server {
    /// Opens what is kept in the folder, or makes it.
    ///
    /// # Errors
    ///
    /// When the folder cannot be used, two connectors have one id, or a connector does not tell what it
    /// can do.
    pub fn open(options: Options) -> Result<Self, Error> {
        secure_fs::create_folder(&options.folder).map_err(Error::new)?;
        let db = Shared::open(&options.folder.join("server.db"), &database::SERVER);
        let keys = Keys::new(Arc::new(db.map_err(Error::new)?));
        let mut catalogs = BTreeMap::new();
        for connector in &options.connectors {
            let id = connector.descriptor().id.clone();
            let catalog = Catalog::of(connector).map_err(Error::new)?;
            if catalogs.insert(id.clone(), catalog).is_some() {
                return Err(Error(format!("two components have the id `{id}`")));
            }
        }
        let folder = tenant::folder(&options.folder).map_err(Error::new)?;
        let url = OnceLock::new();
        if let Some(given) = &options.url {
            url.get_or_init(|| given.clone());
        }
        Ok(Server(Arc::new(Inner {
            catalogs,
            keys,
            links: Links::default(),
            codes: Codes::default(),
            metrics: Metrics::default(),
            http: Arc::new(Http::new(&Policy::default())),
            stop: CancellationToken::new(),
            url,
            tenants: Mutex::default(),
            apps: Mutex::default(),
            folder,
            options,
        })))
    }

    /// Makes a key for a tenant, whose folder is made when it is the first.
    ///
    /// # Errors
    ///
    /// When the name cannot be a tenant's, or nothing can be stored.
    pub fn make_key(&self, tenant: &str, name: &str, rights: &Rights) -> Result<String, Error> {
        self.tenant(tenant).map_err(|problem| Error(problem.whole()))?;
        let made = self.0.keys.make(tenant, name, rights);
        made.map(|(_, value)| value).map_err(|problem| Error(problem.whole()))
    }

    /// Makes a connection whose credential is at hand, or replaces the one of this name.
    ///
    /// # Errors
    ///
    /// When the name cannot be a connection's, or nothing can be stored.
    pub fn put(
        &self,
        tenant: &str,
        spec: &ConnectionSpec,
        credential: &str,
        tokens: &Tokens,
    ) -> Result<(), Error> {
        let put = || {
            let tenant = self.tenant(tenant)?;
            tenant.vault.put(spec)?;
            tenant.vault.store(&spec.name, credential, tokens)?;
            tenant.changed();
            Ok(())
        };
        put().map_err(|problem: Problem| Error(problem.whole()))
    }

    /// Whether nobody has a key yet.
    ///
    /// # Errors
    ///
    /// When what is stored cannot be read.
    pub fn is_new(&self) -> Result<bool, Error> {
        let tenants = self.0.keys.tenants().map_err(|problem| Error(problem.whole()))?;
        Ok(tenants.is_empty())
    }

    /// The keys of a tenant, without their values.
    ///
    /// # Errors
    ///
    /// When what is stored cannot be read.
    pub fn keys(&self, tenant: &str) -> Result<Vec<Key>, Error> {
        self.0.keys.of(tenant).map_err(|problem| Error(problem.whole()))
    }

    /// Ends all calls; those in a journal can go on.
    pub fn stop(&self) {
        self.0.stop.cancel();
    }

    /// The tenant of this name, which is made when it is not there.
    pub(crate) fn tenant(&self, id: &str) -> Result<Arc<Tenant>, Problem> {
        if !tenant::is_name(id) {
            let message = "1 to 40 lower-case letters, digits and hyphens";
            return Err(Problem::field("tenant", message));
        }
        let mut tenants = self.0.tenants.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(open) = tenants.get(id) {
            return Ok(open.clone());
        }
        let open = Arc::new(Tenant::open(&self.0.folder.join(id), id, &self.0.options)?);
        tenants.insert(id.to_owned(), open.clone());
        Ok(open)
    }

    /// The limit of an app, if there is one.
    pub(crate) fn app_limit(&self, connector: &str, client: &str) -> Option<AppLimit> {
        let quota = self.0.options.limits.app?;
        let mut apps = self.0.apps.lock().unwrap_or_else(PoisonError::into_inner);
        let limit = apps.entry((connector.to_owned(), client.to_owned())).or_insert_with(|| {
            let window = Duration::from_secs(quota.seconds.into());
            AppLimit::named(&format!("app\n{connector}\n{client}"), quota.calls, window)
        });
        Some(limit.clone())
    }

    /// Sets the quotas of a tenant instead of the server's; None: it has the server's again. A server that runs on
    /// this folder has them within a second.
    ///
    /// # Errors
    ///
    /// When the name cannot be a tenant's, or nothing can be stored.
    pub fn set_quotas(&self, tenant: &str, quotas: Option<&[Quota]>) -> Result<(), Error> {
        let set = |tenant: Arc<Tenant>| quotas::set(&tenant.db, quotas);
        self.tenant(tenant).and_then(set).map_err(|problem| Error(problem.whole()))
    }

    /// All tenants that have keys.
    pub(crate) fn tenants(&self) -> Result<Vec<Arc<Tenant>>, Problem> {
        self.0.keys.tenants()?.iter().map(|id| self.tenant(id)).collect()
    }

    pub(crate) fn connector(&self, id: &str) -> Result<&Connector, Problem> {
        Ok(&self.catalog(id)?.connector)
    }

    pub(crate) fn catalog(&self, id: &str) -> Result<&Catalog, Problem> {
        let found = self.0.catalogs.get(id);
        found.ok_or_else(|| Problem::not_found(format!("connector `{id}`")))
    }

    /// Where people and services reach it.
    pub(crate) fn url(&self) -> Url {
        let here = || Url::parse("http://localhost/").expect("it is a URL");
        self.0.url.get().cloned().unwrap_or_else(here)
    }

    /// Where a service sends people back to.
    pub(crate) fn redirect_uri(&self) -> String {
        self.address(self.0.options.callbacks.first().map_or("/callback", |path| path))
    }

    /// What an address of this server is to the outside.
    pub(crate) fn address(&self, path: &str) -> String {
        format!("{}{path}", self.url().as_str().trim_end_matches('/'))
    }
}

/// Why a server cannot begin, for people.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Error(pub(crate) String);

impl Error {
    pub(crate) fn new(error: impl fmt::Display) -> Self {
        Error(error.to_string())
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").field("folder", &self.0.folder).finish_non_exhaustive()
    }
}

/// What blocks at the same time: files and databases, of which more at once are no faster. Each has a thread,
/// with memory of its own.
static BLOCKING: Semaphore = Semaphore::const_new(8);

/// Does what blocks where it holds nobody up.
pub(crate) async fn blocking<T: Send + 'static>(
    act: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    // It is never closed.
    let place = BLOCKING.acquire().await;
    let done = tokio::task::spawn_blocking(move || {
        // Also when nobody waits for it any more.
        let _place = place;
        act()
    });
    done.await.unwrap_or_else(|error| Err(Problem::internal(error)))
}
