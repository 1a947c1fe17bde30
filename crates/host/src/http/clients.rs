//! The HTTP clients of transports. Each is made when first used; what takes time of that, reading the
//! certificates of the system, is done once in a process.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, OnceLock, PoisonError, Weak};
use std::time::Duration;

use reqwest::{Client, ClientBuilder, redirect};
use rustls::ClientConfig;
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls_platform_verifier::BuilderVerifierExt;
use tokio::runtime::{self, Handle};
use url::Url;

use super::{TransportError, USER_AGENT, causes};
use crate::routes;

/// Those of one transport. They are the same for all transports of a runtime that connect in the same
/// time, so that connections of one process share sockets, whosever account they are for: a request says
/// by itself whose it is, and no cookies are kept.
pub(super) struct Clients {
    connect_timeout: Duration,
    shared: OnceLock<Arc<Shared>>,
}

struct Shared {
    connect_timeout: Duration,
    proxied: OnceLock<Client>,
    /// Loopback never goes through a proxy, which would see the credential.
    direct: OnceLock<Client>,
}

/// A socket belongs to the runtime that it was opened on, which alone moves what it carries.
type Key = (Option<runtime::Id>, Duration);

/// Gone with the last transport that uses them.
static ALL: LazyLock<Mutex<HashMap<Key, Weak<Shared>>>> = LazyLock::new(Mutex::default);

impl Clients {
    pub fn new(connect_timeout: Duration) -> Self {
        Clients { connect_timeout, shared: OnceLock::new() }
    }

    /// The one for requests to this place.
    pub fn for_url(&self, url: &Url) -> Result<&Client, TransportError> {
        self.shared.get_or_init(|| Shared::on_this_runtime(self.connect_timeout)).for_url(url)
    }
}

impl Shared {
    fn on_this_runtime(connect_timeout: Duration) -> Arc<Self> {
        let runtime = Handle::try_current().map(|handle| handle.id());
        let mut all = ALL.lock().unwrap_or_else(PoisonError::into_inner);
        let known = all.entry((runtime.ok(), connect_timeout)).or_default();
        if let Some(shared) = known.upgrade() {
            return shared;
        }
        let shared =
            Arc::new(Shared { connect_timeout, proxied: OnceLock::new(), direct: OnceLock::new() });
        *known = Arc::downgrade(&shared);
        all.retain(|_, shared| shared.strong_count() > 0);
        shared
    }

    fn for_url(&self, url: &Url) -> Result<&Client, TransportError> {
        match routes::is_loopback(url) {
            true => made(&self.direct, || self.client(ClientBuilder::no_proxy)),
            false => made(&self.proxied, || self.client(std::convert::identity)),
        }
    }

    fn client(
        &self,
        with: impl FnOnce(ClientBuilder) -> ClientBuilder,
    ) -> Result<Client, TransportError> {
        let builder = Client::builder()
            .tls_backend_preconfigured(tls()?)
            .redirect(redirect::Policy::none())
            .referer(false)
            // Repeats are the driver's business: it knows what a repeat does.
            .retry(reqwest::retry::never())
            .connect_timeout(self.connect_timeout)
            .user_agent(USER_AGENT);
        with(builder).build().map_err(|error| TransportError::NotSent(causes(&error)))
    }
}

/// TLS with the certificates of the system.
fn tls() -> Result<ClientConfig, TransportError> {
    static CONFIG: OnceLock<ClientConfig> = OnceLock::new();
    made(&CONFIG, || {
        let provider = CryptoProvider::get_default().cloned();
        let provider = provider.unwrap_or_else(|| Arc::new(aws_lc_rs::default_provider()));
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .and_then(BuilderVerifierExt::with_platform_verifier)
            .map_err(|error| TransportError::NotSent(format!("TLS cannot be used: {error}")))?;
        Ok(config.with_no_client_auth())
    })
    .cloned()
}

/// What is in the cell, made if nothing is.
fn made<T>(
    cell: &OnceLock<T>,
    make: impl FnOnce() -> Result<T, TransportError>,
) -> Result<&T, TransportError> {
    match cell.get() {
        Some(made) => Ok(made),
        // Another thread may be first, with the same.
        None => make().map(|made| cell.get_or_init(|| made)),
    }
}
