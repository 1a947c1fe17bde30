//! The connector that the options name, and the ways to its service.

use std::env;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use connector_auth::{Client, OAuth, StoredConnection, Vault};
use connector_host::contract::{Credential, CredentialSource, Descriptor};
use connector_host::sources::Source;
use connector_host::{CancellationToken, Connector, Engine, EngineOptions, Http, Policy, Routes};

use crate::emulated::{self, COMPONENT, Consent, Emulated};
use crate::error::Error;
use crate::options::Options;
use crate::state::State;
use crate::variables;

/// The loaded connector, and what a connection of it is made of.
pub struct App {
    /// What was typed.
    pub options: Options,
    /// Compiled and checked.
    pub connector: Connector,
    /// What has compiled it.
    #[cfg_attr(not(feature = "packs"), expect(dead_code, reason = "packs are made with it"))]
    pub engine: Engine,
    /// The component's file.
    pub component: PathBuf,
    /// What stands in for the service, with --emulator.
    pub emulated: Option<Emulated>,
    /// Ends the calls of all connections.
    pub stop: CancellationToken,
    pub(crate) state: State,
    vault: OnceLock<Vault>,
    /// The credential that makes the connection, where somebody has said which.
    chosen: Option<String>,
}

impl App {
    /// Loads the connector; starts the emulator if that is wanted.
    pub async fn open(options: Options) -> Result<Self, Error> {
        // This process runs one call at a time, or those of a few models.
        Self::open_with(options, 64).await
    }

    /// The same for so many steps at the same time.
    pub async fn open_with(options: Options, instances: u32) -> Result<Self, Error> {
        let state = State::open(options.state.as_deref())?;
        let component = match &*options.components {
            [it] => it.clone(),
            [] => default_component()?,
            _ => return Err(Error::Usage("one --component: only `serve` takes several".into())),
        };
        let engine = Engine::new(EngineOptions {
            cache: Some(state.compiled()),
            instances,
            ..EngineOptions::default()
        })?;
        let connector = Connector::load(&engine, &component)?;
        let emulated = match options.emulator {
            true => {
                let kept = (!options.fresh).then(|| state.emulator());
                let consent = if options.watched { Consent::Ask } else { Consent::Allow };
                let pictures = options.watched;
                let emulated = emulated::Options { kept, consent, pictures, ..Default::default() };
                let emulated = Emulated::start(emulated).await;
                Some(emulated.map_err(Error::io("emulator"))?)
            }
            false => None,
        };
        let (stop, vault) = (CancellationToken::new(), OnceLock::new());
        let chosen = None;
        Ok(App { options, connector, engine, component, emulated, stop, state, vault, chosen })
    }

    /// The id of the credential that a token given to this program is for, and that makes a connection:
    /// the first that is required, or another one of its group, if that is chosen.
    pub fn credential(&self) -> Result<&str, Error> {
        let first = self.descriptor().credentials.iter().find(|credential| credential.required);
        let first = first.map(|credential| credential.id.as_str());
        let found = self.chosen.as_deref().or(first);
        found.ok_or_else(|| Error::Usage("this connector needs no credential".into()))
    }

    /// The same for a stored connection: the one of the group that it has.
    pub fn credential_of(&self, entry: Option<&StoredConnection>) -> Result<&str, Error> {
        let id = self.credential()?;
        let of_group = self.of_one_group(id);
        let held = |id: &&str| entry.is_some_and(|entry| entry.credential(id).is_some());
        Ok(of_group.into_iter().find(held).unwrap_or(id))
    }

    /// Chooses the credential that makes the connection. False when this one makes none.
    pub fn choose(&mut self, id: &str) -> bool {
        let makes_one = self.credential().is_ok_and(|first| self.of_one_group(first).contains(&id));
        if makes_one {
            self.chosen = Some(id.to_owned());
        }
        makes_one
    }

    /// The credentials of which a connection has one instead of this one, and this one.
    fn of_one_group(&self, id: &str) -> Vec<&str> {
        let all = &self.descriptor().credentials;
        let group = all.iter().find(|it| it.id == id).and_then(|it| it.group.as_ref());
        let is_of_it =
            |it: &&Credential| it.id == id || (group.is_some() && it.group.as_ref() == group);
        all.iter().filter(is_of_it).map(|it| it.id.as_str()).collect()
    }

    fn descriptor(&self) -> &Descriptor {
        self.connector.descriptor()
    }

    /// What the source of a credential says, where that is an extension that this program knows.
    pub fn source(&self, id: &str) -> Result<Option<Source>, Error> {
        let mut all = self.descriptor().credentials.iter();
        match all.find(|credential| credential.id == id).map(|found| &found.source) {
            Some(CredentialSource::Other(extension)) => {
                Source::read(extension).map_err(Error::Unexpected)
            }
            _ => Ok(None),
        }
    }

    /// What a server keeps.
    #[cfg(feature = "serve")]
    pub fn server_folder(&self) -> PathBuf {
        self.state.server()
    }

    /// What marks checkpoints and cursors.
    #[cfg(feature = "serve")]
    pub fn seal(&self) -> Result<connector_host::Seal, Error> {
        self.state.seal()
    }

    /// Where connections are kept.
    pub fn vault(&self) -> Result<&Vault, Error> {
        if let Some(vault) = self.vault.get() {
            return Ok(vault);
        }
        let vault = Vault::open(&self.state.vault(), &variables::vault_key())?;
        Ok(self.vault.get_or_init(|| vault))
    }

    /// The OAuth of a credential for one app in one environment, with the settings of a connection.
    pub fn oauth(
        &self,
        credential: &str,
        environment: &str,
        settings: &str,
        client: Client,
    ) -> Result<OAuth, Error> {
        let http = Http::new(&Policy::default());
        let descriptor = &self.connector.before_consent(settings)?;
        let oauth = OAuth::new(descriptor, credential, environment, client, Arc::new(http))?;
        Ok(oauth.routes(self.routes()?))
    }

    /// To where requests are led. The emulator's come first, so they win: a shell may be set up
    /// for another one.
    pub fn routes(&self) -> Result<Routes, Error> {
        let mut routes = Routes::default();
        for (origin, place) in self.emulated.iter().flat_map(|it| it.0.places()) {
            routes.add(origin, &place).map_err(Error::Usage)?;
        }
        for (origin, place) in &self.options.routes {
            routes.add(origin, place).map_err(Error::Usage)?;
        }
        Ok(routes)
    }
}

/// Beside this program, or where cargo builds it.
fn default_component() -> Result<PathBuf, Error> {
    let program = env::current_exe().map_err(Error::io("this program"))?;
    let folder = program.parent().unwrap_or(Path::new("."));
    let built = folder.join("../wasm32-unknown-unknown/release");
    let places = [folder.to_owned(), built].into_iter();
    let found = places.map(|place| place.join(COMPONENT)).find(|path| path.exists());
    found.ok_or_else(|| Error::Usage("there is no component; say --component PATH".into()))
}
