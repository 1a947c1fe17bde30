//! A connector with everything that one account's calls need.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokio_util::sync::CancellationToken;

use crate::blob::BlobStore;
use crate::blobs::Blobs;
use crate::connector::Connector;
use crate::credential::{Credentials, FixedCredentials};
use crate::error::Error;
use crate::http::{Http, Transport};
use crate::limits::{AppLimit, Left, RateLimits, SharedLimits};
use crate::links::Links;
use crate::permission::Permission;
use crate::policy::Policy;
use crate::redact::{KnownSecrets, Redactor};
use crate::routes::Routes;
use crate::scopes;
use crate::seal::Seal;
use crate::secret::Secret;
use crate::signing::{Signer, Signers};
use crate::turns::Party;

/// A connection: calls run on it, any number at once. Clones are the same connection, with the same
/// rate limits and the same end; a task that outlives its caller's borrow takes one.
#[derive(Clone)]
pub struct Connection {
    pub(crate) connector: Connector,
    pub(crate) settings: String,
    pub(crate) environment: String,
    pub(crate) granted: Option<Vec<String>>,
    pub(crate) permission: Permission,
    pub(crate) seal: Option<Seal>,
    pub(crate) credentials: Arc<dyn Credentials>,
    pub(crate) transport: Arc<dyn Transport>,
    pub(crate) blobs: Arc<dyn BlobStore>,
    pub(crate) policy: Policy,
    pub(crate) limits: RateLimits,
    pub(crate) app_limit: Option<AppLimit>,
    pub(crate) shared_limits: Option<Arc<dyn SharedLimits>>,
    pub(crate) party: Party,
    pub(crate) routes: Routes,
    pub(crate) stop: CancellationToken,
    pub(crate) signers: Signers,
    pub(crate) redaction: Arc<KnownSecrets>,
}

impl Connection {
    /// Everything but the connector has a default: no settings, no credentials, no files, real
    /// HTTP, the default policy.
    pub fn builder(connector: Connector) -> ConnectionBuilder {
        ConnectionBuilder {
            connector,
            settings: "{}".into(),
            granted: None,
            permission: Permission::default(),
            seal: None,
            credentials: Arc::new(FixedCredentials::default()),
            transport: None,
            blobs: Arc::new(Blobs::default()),
            policy: Policy::default(),
            limits: RateLimits::default(),
            app_limit: None,
            shared_limits: None,
            party: Party::default(),
            routes: Routes::default(),
            stop: CancellationToken::new(),
            signers: Signers::default(),
        }
    }

    /// The connector that it uses.
    pub fn connector(&self) -> &Connector {
        &self.connector
    }

    /// The settings, as the JSON text of an object.
    pub fn settings(&self) -> &str {
        &self.settings
    }

    /// What blob references stand for. A caller that runs the loop itself tells it to forget
    /// those that a call has used, when the call has ended.
    pub fn blobs(&self) -> &dyn BlobStore {
        &*self.blobs
    }

    /// Where the values of its credentials come from.
    pub fn credentials(&self) -> &dyn Credentials {
        &*self.credentials
    }

    /// What marks its checkpoints and cursors, if anything does.
    pub fn seal(&self) -> Option<&Seal> {
        self.seal.as_ref()
    }

    /// Where its calls stand with the limits of the service.
    pub fn rate_limits(&self) -> &RateLimits {
        &self.limits
    }

    /// The service's limits and how much room they have; before the first request that of a whole window.
    pub fn limits_left(&self) -> Vec<Left> {
        let known: Vec<Left> = self.limits.left().into_iter().flat_map(|(_, all)| all).collect();
        if !known.is_empty() {
            return known;
        }
        let quotas = self.connector.descriptor().quotas.iter();
        let whole = quotas.map(|quota| Left {
            name: quota.id.clone(),
            limit: quota.calls,
            window: Duration::from_millis(quota.window_ms.into()),
            left: quota.calls,
        });
        whole.collect()
    }

    /// Ends all calls on it: see [`ConnectionBuilder::stop`].
    pub fn stop(&self) -> &CancellationToken {
        &self.stop
    }

    /// The same connection for a call that can be ended by itself. It ends with the connection too if the
    /// token is a child of [`Connection::stop`].
    pub fn stopped_by(&self, stop: CancellationToken) -> Self {
        Connection { stop, ..self.clone() }
    }

    /// The same connection for a caller with these rights instead.
    pub fn permitting(&self, permission: Permission) -> Self {
        Connection { permission, ..self.clone() }
    }

    /// The scopes that were granted, and those that they hold; None when nobody knows.
    pub fn granted(&self) -> Option<&[String]> {
        self.granted.as_deref()
    }

    /// The environment that the settings select.
    pub fn environment(&self) -> &str {
        &self.environment
    }

    /// Replaces all secrets that the connection knows. It asks for them when it sees a credential
    /// for the first time: tokens are renewed, together.
    pub(crate) async fn redactor(&self, attached: Option<&Secret>) -> Redactor {
        if let Some(redactor) = self.redaction.knows(attached) {
            return redactor;
        }
        let known = self.credentials.secrets(self.connector.binding()).await;
        self.redaction.learn(known.iter().chain(attached))
    }
}

/// Puts a [`Connection`] together.
pub struct ConnectionBuilder {
    connector: Connector,
    settings: String,
    granted: Option<Vec<String>>,
    permission: Permission,
    seal: Option<Seal>,
    credentials: Arc<dyn Credentials>,
    transport: Option<Arc<dyn Transport>>,
    blobs: Arc<dyn BlobStore>,
    policy: Policy,
    limits: RateLimits,
    app_limit: Option<AppLimit>,
    shared_limits: Option<Arc<dyn SharedLimits>>,
    party: Party,
    routes: Routes,
    stop: CancellationToken,
    signers: Signers,
}

impl ConnectionBuilder {
    /// The settings, as the JSON text of an object.
    pub fn settings(mut self, settings: impl Into<String>) -> Self {
        self.settings = settings.into();
        self
    }

    /// The scopes that were granted, when they are known: what needs others is then refused before
    /// anything is sent.
    pub fn granted(mut self, granted: Option<Vec<String>>) -> Self {
        self.granted = granted;
        self
    }

    /// What the caller may do, where that is less than what was granted, or more than what the
    /// connector lists.
    pub fn permission(mut self, permission: Permission) -> Self {
        self.permission = permission;
        self
    }

    /// Marks the checkpoints and cursors that are handed out, and takes back none without the mark.
    /// For whoever keeps them where others can write. Without it nothing is marked.
    pub fn seal(mut self, seal: Seal) -> Self {
        self.seal = Some(seal);
        self
    }

    /// Where the values of its credentials come from.
    pub fn credentials(mut self, credentials: Arc<dyn Credentials>) -> Self {
        self.credentials = credentials;
        self
    }

    /// What carries the requests out, instead of [`Http`].
    pub fn transport(mut self, transport: Arc<dyn Transport>) -> Self {
        self.transport = Some(transport);
        self
    }

    /// What blob references stand for.
    pub fn blobs(mut self, blobs: Arc<dyn BlobStore>) -> Self {
        self.blobs = blobs;
        self
    }

    /// Where links in what is written may lead; None: anywhere.
    pub fn links(mut self, links: Option<Links>) -> Self {
        self.policy.links = links;
        self
    }

    /// The limits on calls.
    pub fn policy(mut self, policy: Policy) -> Self {
        self.policy = policy;
        self
    }

    /// The service's rate limits, to share with other connections of the same account and app:
    /// see [`RateLimits::named`]. Calls on this connection share them in any case.
    pub fn rate_limits(mut self, limits: RateLimits) -> Self {
        self.limits = limits;
        self
    }

    /// What all accounts of the app together may send, in whichever connection it is given too.
    pub fn app_limit(mut self, limit: AppLimit) -> Self {
        self.app_limit = Some(limit);
        self
    }

    /// What counts the calls of other processes, too. It is asked after the limits of this one.
    pub fn shared_limits(mut self, limits: Arc<dyn SharedLimits>) -> Self {
        self.shared_limits = Some(limits);
        self
    }

    /// Whose calls they are, such as a customer of a program that serves several. Where calls wait for what they
    /// share, such as a rate limit, they are served by party in turns. Calls on connections without one are of
    /// one party.
    pub fn party(mut self, party: &str) -> Self {
        self.party = party.into();
        self
    }

    /// Leads requests elsewhere, for tests.
    pub fn routes(mut self, routes: Routes) -> Self {
        self.routes = routes;
        self
    }

    /// What signs the requests whose credential has the extension of this name as its placement, such
    /// as `oauth1`. With the feature `sigv4` there is one for `aws-sigv4`.
    pub fn signer(mut self, name: impl Into<String>, signer: Arc<dyn Signer>) -> Self {
        self.signers.add(name.into(), signer);
        self
    }

    /// Ends all calls with [`Error::Stopped`] when it is cancelled: waits and requests that may be
    /// repeated at once, a write when its answer is there.
    pub fn stop(mut self, stop: CancellationToken) -> Self {
        self.stop = stop;
        self
    }

    /// Fails with [`Error::Settings`] when the settings are not an object or select an
    /// environment that does not exist, or do not fit into an address of the service. All other
    /// settings are the connector's to check.
    pub fn build(self) -> Result<Connection, Error> {
        let environment = environment(&self.connector, &self.settings)?;
        let connector = self.connector.with_settings(&self.settings)?;
        let with_implied = |granted| scopes::with_implied(connector.descriptor(), granted);
        let granted = self.granted.map(with_implied);
        let transport = self.transport.unwrap_or_else(|| Arc::new(Http::new(&self.policy)));
        Ok(Connection {
            connector,
            settings: self.settings,
            environment,
            granted,
            permission: self.permission,
            seal: self.seal,
            credentials: self.credentials,
            transport,
            blobs: self.blobs,
            policy: self.policy,
            limits: self.limits,
            app_limit: self.app_limit,
            shared_limits: self.shared_limits,
            party: self.party,
            routes: self.routes,
            stop: self.stop,
            signers: self.signers,
            redaction: Arc::default(),
        })
    }
}

/// The setting `environment`, or the first environment of the descriptor.
fn environment(connector: &Connector, settings: &str) -> Result<String, Error> {
    let settings: Value = serde_json::from_str(settings)
        .map_err(|error| Error::Settings(format!("not JSON: {error}")))?;
    let Value::Object(settings) = settings else {
        return Err(Error::Settings("not an object".into()));
    };
    let known = &connector.descriptor().environments;
    let chosen = match settings.get("environment") {
        Some(Value::String(chosen)) => chosen,
        Some(_) => return Err(Error::Settings("`environment` is not a text".into())),
        None => {
            return Ok(known.first().map(|first| first.id.clone()).unwrap_or_default());
        }
    };
    if known.iter().any(|environment| environment.id == *chosen) {
        return Ok(chosen.clone());
    }
    let ids: Vec<&str> = known.iter().map(|environment| environment.id.as_str()).collect();
    let message = format!("`environment` is `{chosen}`, and not one of {}", ids.join(", "));
    Err(Error::Settings(message))
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection")
            .field("connector", &self.connector)
            .field("environment", &self.environment)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for ConnectionBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConnectionBuilder")
            .field("connector", &self.connector)
            .finish_non_exhaustive()
    }
}
