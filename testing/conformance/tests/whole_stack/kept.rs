//! A vault with one connection to an emulator.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use connector_auth::{
    Client, ConnectionSpec, KeySource, OAuth, Status, Tokens, Vault, VaultCredentials,
};
use connector_emulator::{Consent, Control, Emulator};
use connector_host::{Clock, Http, Secret};

use crate::component;
use crate::support::{CREDENTIAL, policy, routes};

/// The connection's name.
pub const NAME: &str = "the studio's account";

const REDIRECT_URI: &str = "http://localhost:8085/";

/// A vault, and the way to the emulator that its connection is for.
pub struct Kept {
    pub vault: Vault,
    /// Seconds that the host's clock is ahead of the machine's.
    pub ahead: Arc<AtomicU64>,
    clock: Clock,
    origin: String,
}

impl Kept {
    /// The vault in this folder, whatever it holds.
    pub fn open(folder: &Path, origin: &str) -> Kept {
        let ahead = Arc::new(AtomicU64::new(0));
        let added = ahead.clone();
        let clock = Clock::new(move || {
            let now = SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs();
            now + added.load(Ordering::Relaxed)
        });
        let vault = Vault::open(folder, &KeySource::File).unwrap().with_clock(clock.clone());
        Kept { vault, ahead, clock, origin: origin.to_owned() }
    }

    /// Connects as a person does: names the app, approves, and exchanges the code.
    pub async fn connected(emulator: &Emulator, folder: &tempfile::TempDir) -> Kept {
        let kept = Kept::open(folder.path(), &emulator.origin());
        kept.connect(&emulator.control()).await;
        kept
    }

    /// The same, once more.
    pub async fn connect(&self, control: &Control) {
        let (id, secret) = control.client();
        let client = Client { id, secret: Secret::new(secret) };
        self.vault.put(&draft(NAME, client)).unwrap();
        let oauth = self.oauth();
        control.set_consent(Consent::Allow);
        let attempt = oauth.attempt(REDIRECT_URI, None).unwrap();
        let browser = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
        let approved = browser.build().unwrap().get(attempt.url().clone()).send().await.unwrap();
        let location = approved.headers()["location"].to_str().unwrap().to_owned();
        let back = url::Url::parse(&location).unwrap();
        let code = oauth.code(&attempt, &back).unwrap();
        let tokens = oauth.exchange(&attempt, &code).await.unwrap();
        self.vault.store(NAME, CREDENTIAL, &tokens).unwrap();
    }

    /// For the app that the vault knows.
    fn oauth(&self) -> OAuth {
        let client = self.vault.client(NAME, component::connector().binding()).unwrap().unwrap();
        let http = Arc::new(Http::new(&policy()));
        let connector = component::connector();
        let oauth = OAuth::new(connector.descriptor(), CREDENTIAL, "production", client, http);
        oauth.unwrap().routes(routes(&self.origin)).clock(self.clock.clone())
    }

    pub fn credentials(&self) -> Arc<VaultCredentials> {
        Arc::new(
            self.vault
                .credentials(NAME, component::connector().binding())
                .unwrap()
                .oauth(CREDENTIAL, self.oauth()),
        )
    }

    pub fn tokens(&self) -> Tokens {
        self.vault.tokens(NAME, component::connector().binding(), CREDENTIAL).unwrap().unwrap()
    }

    pub fn status(&self) -> Status {
        self.vault.connection(NAME).unwrap().status
    }

    /// Lets time pass on the host's clock.
    pub fn advance(&self, by: Duration) {
        self.ahead.fetch_add(by.as_secs(), Ordering::Relaxed);
    }
}

pub fn draft(name: &str, client: Client) -> ConnectionSpec {
    ConnectionSpec {
        name: name.to_owned(),
        binding: component::connector().binding().clone(),
        environment: "production".into(),
        settings: "{}".into(),
        client: Some(client),
        scopes: None,
    }
}
