//! What a worker has: its connectors, the key, and the connections that it has used.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use std::{fmt, io};

use connector_auth::{OAuth, SharedKey, SharedSecrets};
use connector_host::{
    Blobs, Connection, Connector, Http, Links, Policy, RateLimits, Routes, Seal, Secret, sources,
};
use serde_json::Value;

use crate::credentials::SharedCredentials;
use crate::failure::Failure;
use crate::ingress::Ingress;
use crate::limits::Limits;
use crate::missing::NoConnection;
use crate::record::ConnectionRecord;
use crate::renewals::Renewals;

/// Connections that are kept put together.
const MOST: usize = 20_000;
/// How long the record of one is believed.
const FRESH: Duration = Duration::from_secs(60);
/// The longest wait for room under a rate limit that holds a worker: a longer one is a durable sleep.
const MAX_WAIT: Duration = Duration::from_secs(2);

/// What a worker is made of.
pub struct Options {
    /// What it can run; connections name them by their ids.
    pub connectors: Vec<Connector>,
    /// The key that all workers of the cluster have.
    pub key: SharedKey,
    /// The ingress of the Restate server.
    pub ingress: Ingress,
    /// Leads requests elsewhere, for tests.
    pub routes: Routes,
    /// What references to files stand for. What one worker keeps no other one finds.
    pub blobs: Blobs,
    /// Where links in what is written may lead; None: anywhere.
    pub links: Option<Links>,
    /// Signs the events that are posted to sinks: see [`connector_durable::Webhook`].
    pub sink_secret: Option<Secret>,
    /// Where new tokens are, sealed, until the cluster has them: a folder of this user's.
    pub renewals: PathBuf,
    /// Whether sinks may be anywhere, and not only at public https addresses.
    pub private_sinks: bool,
}

/// A worker. Clones are the same one.
#[derive(Clone)]
pub struct Worker(Arc<Inner>);

struct Inner {
    connectors: BTreeMap<String, Connector>,
    key: SharedKey,
    ingress: Ingress,
    routes: Routes,
    blobs: Arc<Blobs>,
    links: Option<Links>,
    sink_secret: Option<Secret>,
    private_sinks: bool,
    http: Arc<Http>,
    policy: Policy,
    known: Mutex<HashMap<String, Known>>,
    limits: Limits,
    renewals: Renewals,
}

#[derive(Clone)]
struct Known {
    connection: Connection,
    credentials: SharedCredentials,
    since: Instant,
}

impl Worker {
    /// Nothing is connected to yet. Fails when others can change the folder for renewals.
    pub fn new(options: Options) -> io::Result<Self> {
        let policy = Policy { max_wait: MAX_WAIT, ..Policy::default() };
        let named = |it: Connector| (it.descriptor().id.clone(), it);
        Ok(Worker(Arc::new(Inner {
            connectors: options.connectors.into_iter().map(named).collect(),
            key: options.key,
            ingress: options.ingress,
            routes: options.routes,
            blobs: Arc::new(options.blobs),
            links: options.links,
            sink_secret: options.sink_secret,
            private_sinks: options.private_sinks,
            http: Arc::new(Http::new(&policy)),
            policy,
            known: Mutex::default(),
            limits: Limits::default(),
            renewals: Renewals::open(options.renewals)?,
        })))
    }

    pub(crate) fn seal(&self) -> &Seal {
        self.0.key.marks()
    }

    /// The connection of this name, as the cluster has it: it is asked for now and then.
    pub(crate) async fn connection(&self, name: &str) -> Result<Connection, NoConnection> {
        let known = self.known().get(name).cloned();
        if let Some(known) = &known
            && known.since.elapsed() < FRESH
        {
            return Ok(known.connection.clone());
        }
        let record: Option<ConnectionRecord> =
            self.0.ingress.call(&["Connection", name, "get"], None, &Value::Null).await?;
        let missing =
            || Failure::new("not-found", format!("the cluster has no connection `{name}`"));
        let record = record.ok_or_else(|| NoConnection::Ever(missing()))?;
        let mut ready = match known {
            Some(known) if known.credentials.is_of(&record) => known,
            _ => self.put_together(name, &record)?,
        };
        ready.credentials.learn(&record)?;
        ready.since = Instant::now();
        let connection = ready.connection.clone();
        let mut known = self.known();
        if known.len() >= MOST {
            known.retain(|_, it| it.since.elapsed() < FRESH);
        }
        known.insert(name.to_owned(), ready);
        Ok(connection)
    }

    fn put_together(&self, name: &str, record: &ConnectionRecord) -> Result<Known, NoConnection> {
        let connector = self.connector(record)?;
        let settings = Value::Object(record.settings.clone()).to_string();
        let refused = |error: connector_host::Error| NoConnection::Ever(Failure::from(&error));
        let asker = connector.with_settings(&settings).map_err(refused)?.binding().clone();
        let secrets = self.secrets(name, record, &asker)?;
        let granted = secrets.tokens.scopes.clone();
        let credentials =
            SharedCredentials::new(name, record, secrets, &self.0.key, &self.0.ingress);
        let quota = record.quota.as_deref().unwrap_or(name);
        let connection = Connection::builder(connector.clone())
            .settings(settings)
            .granted(granted)
            .credentials(Arc::new(credentials.clone()))
            .transport(self.0.http.clone())
            .blobs(self.0.blobs.clone())
            .policy(self.0.policy.clone())
            .links(self.0.links.clone())
            .rate_limits(RateLimits::named(quota))
            .shared_limits(self.0.limits.named(quota, &self.0.ingress))
            .party(name)
            .routes(self.0.routes.clone())
            .build()
            .map_err(refused)?;
        Ok(Known { connection, credentials, since: Instant::now() })
    }

    fn connector(&self, record: &ConnectionRecord) -> Result<&Connector, NoConnection> {
        let found = self.0.connectors.get(&record.connector);
        let why = || format!("this worker has no connector `{}`", record.connector);
        found.ok_or_else(|| NoConnection::Yet(why()))
    }

    /// What is secret of a connection, if the connector may use it.
    fn secrets(
        &self,
        name: &str,
        record: &ConnectionRecord,
        asker: &connector_host::Binding,
    ) -> Result<SharedSecrets, NoConnection> {
        let sealed = self.0.key.open(name, &record.sealed);
        let why =
            || format!("the connection `{name}` was sealed with another key than this worker's");
        let secrets = sealed.ok_or_else(|| NoConnection::Yet(why()))?;
        let bound = &secrets.binding;
        if bound.connector() != asker.connector() || !bound.beyond(asker).is_empty() {
            let why = format!(
                "the connection `{name}` was made for less than its connector asks for now; connect it again"
            );
            return Err(NoConnection::Ever(Failure::new("needs-reconnect", why)));
        }
        Ok(secrets)
    }

    /// The secrets of a connection, and what renews its tokens.
    pub(crate) fn renewal(
        &self,
        name: &str,
        record: &ConnectionRecord,
    ) -> Result<(SharedSecrets, OAuth), NoConnection> {
        let connector = self.connector(record)?;
        let settings = Value::Object(record.settings.clone()).to_string();
        let refused = |why: String| NoConnection::Ever(Failure::new("credential", why));
        let asker = connector.with_settings(&settings).map_err(|it| refused(it.to_string()))?;
        let secrets = self.secrets(name, record, asker.binding())?;
        let descriptor =
            connector.before_consent(&settings).map_err(|it| refused(it.to_string()))?;
        let source = descriptor.credentials.iter().find(|it| it.id == secrets.credential);
        if source.is_none_or(|it| sources::oauth(&descriptor, &it.source).is_none()) {
            return Err(refused(format!("the credential of `{name}` cannot be renewed")));
        }
        let client = secrets.client.clone().unwrap_or_else(connector_auth::Client::none);
        let (id, environment) = (&*secrets.credential, &*record.environment);
        let oauth = OAuth::new(&descriptor, id, environment, client, self.0.http.clone())
            .map_err(|it| refused(it.to_string()))?;
        Ok((secrets, oauth.routes(self.0.routes.clone())))
    }

    /// What signs events, and whether they go to public addresses alone.
    pub(crate) fn sinks(&self) -> (Option<Secret>, bool) {
        (self.0.sink_secret.clone(), !self.0.private_sinks)
    }

    pub(crate) fn renewals(&self) -> &Renewals {
        &self.0.renewals
    }

    /// Tells the cluster what workers of this machine have left behind, on and on.
    pub(crate) async fn tell_renewals(self) {
        self.0.renewals.tell(&self.0.ingress).await;
    }

    pub(crate) fn key(&self) -> &SharedKey {
        &self.0.key
    }

    fn known(&self) -> MutexGuard<'_, HashMap<String, Known>> {
        self.0.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Worker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Worker").finish_non_exhaustive()
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options").finish_non_exhaustive()
    }
}
