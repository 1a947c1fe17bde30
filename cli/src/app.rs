//! The connector and the connection that the options name.

use std::env;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use connector_host::{
    Client, Connection, Connector, Credentials, Engine, EngineOptions, Failure, FileCredentials,
    FixedCredentials, Folders, Http, OAuth, Policy, Routes, Secret,
};

use crate::emulated::{COMPONENT, CREDENTIAL, Emulated};
use crate::error::Error;
use crate::options::Options;
use crate::state::State;

/// The loaded connector, and what a connection of it is made of.
pub struct App {
    /// What was typed.
    pub options: Options,
    /// Compiled and checked.
    pub connector: Connector,
    /// The component's file.
    pub component: PathBuf,
    /// What stands in for the service, with --emulator.
    pub emulated: Option<Emulated>,
    state: State,
}

impl App {
    /// Loads the connector; starts the emulator if that is wanted.
    pub async fn open(options: Options) -> Result<Self, Error> {
        let state = State::open(options.state.as_deref())?;
        let component = match &options.component {
            Some(path) => path.clone(),
            None => default_component()?,
        };
        let engine = Engine::new(EngineOptions {
            cache: Some(state.compiled()),
            // This process runs one call at a time, or those of a few models.
            instances: 64,
            ..EngineOptions::default()
        })?;
        let connector = Connector::load(&engine, &component)?;
        let emulated = match options.emulator {
            true => Some(Emulated::start(0).await.map_err(Error::io("emulator"))?),
            false => None,
        };
        Ok(App { options, connector, component, emulated, state })
    }

    /// A connection with the credentials that are at hand. Having none is no error until a
    /// request needs one.
    pub fn connection(&self) -> Result<Connection, Error> {
        let working = [PathBuf::from(".")];
        let files: &[PathBuf] = match self.options.files.as_slice() {
            [] => &working,
            named => named,
        };
        self.connection_with(files)
    }

    /// The same with the folders whose files may be uploaded.
    pub fn connection_with(&self, files: &[PathBuf]) -> Result<Connection, Error> {
        let connection = Connection::builder(self.connector.clone())
            .settings(self.options.settings())
            .credentials(self.credentials()?)
            .routes(self.routes()?)
            .blobs(Arc::new(Folders::new(files)))
            .build()?;
        Ok(connection)
    }

    /// The scopes that were granted, if that is known.
    pub fn granted(&self) -> Result<Option<Vec<String>>, Error> {
        if let Some(emulated) = &self.emulated {
            return Ok(Some(emulated.scopes()));
        }
        if pasted().is_some() {
            return Ok(None);
        }
        let id = self.credential()?;
        let tokens = FileCredentials::new(self.token_file()).tokens(id)?;
        Ok(tokens.and_then(|tokens| tokens.scopes))
    }

    /// The id of the credential that a token given to this program is for: the first that is
    /// required.
    pub fn credential(&self) -> Result<&str, Error> {
        let credentials = &self.connector.descriptor().credentials;
        let first = credentials.iter().find(|credential| credential.required);
        first
            .map(|credential| credential.id.as_str())
            .ok_or_else(|| Error::Usage("this connector needs no credential".into()))
    }

    /// The tokens of this connection.
    pub fn token_file(&self) -> PathBuf {
        let default = || self.folder().join("tokens.json");
        self.options.token_file.clone().unwrap_or_else(default)
    }

    /// Where this connection keeps what it remembers.
    pub fn folder(&self) -> PathBuf {
        self.state.connection(&self.connector.descriptor().id, self.environment())
    }

    /// The environment that the settings select. Whether it exists is checked with the connection.
    pub fn environment(&self) -> &str {
        let chosen = self.options.settings.as_ref();
        let chosen = chosen.and_then(|settings| settings.get("environment")?.as_str());
        let first = self.connector.descriptor().environments.first();
        chosen.unwrap_or_else(|| first.map_or("", |first| &first.id))
    }

    /// The OAuth of the credential for one app.
    pub fn oauth(&self, client: Client) -> Result<OAuth, Error> {
        let http = Http::new(&Policy::default()).map_err(Failure::Http)?;
        let descriptor = self.connector.descriptor();
        let environment = self.environment();
        let oauth =
            OAuth::new(descriptor, self.credential()?, environment, client, Arc::new(http))?;
        Ok(oauth.routes(self.routes()?))
    }

    /// To where requests are led. The emulator's come first, so they win: a shell may be set up
    /// for another one.
    pub fn routes(&self) -> Result<Routes, Error> {
        let mut routes = Routes::default();
        for (origin, place) in self.emulated.iter().flat_map(Emulated::places) {
            routes.add(origin, &place).map_err(Error::Usage)?;
        }
        for (origin, place) in &self.options.routes {
            routes.add(origin, place).map_err(Error::Usage)?;
        }
        Ok(routes)
    }

    fn credentials(&self) -> Result<Arc<dyn Credentials>, Error> {
        let fixed = |id: &str, value| {
            let credentials = FixedCredentials::new([(id.to_owned(), value)]);
            Ok(Arc::new(credentials) as Arc<dyn Credentials>)
        };
        if let Some(emulated) = &self.emulated {
            return fixed(CREDENTIAL, emulated.token(self.environment()));
        }
        if let Some(token) = pasted() {
            return fixed(self.credential()?, token);
        }
        let credentials = FileCredentials::new(self.token_file());
        // Without the app's id and secret the tokens work until they expire.
        let (Ok(id), Some(secret)) = (env::var("CONNECTOR_CLIENT_ID"), client_secret()) else {
            return Ok(Arc::new(credentials));
        };
        let oauth = self.oauth(Client { id, secret })?;
        Ok(Arc::new(credentials.oauth(self.credential()?, oauth)))
    }
}

/// The secret of the app, from the environment.
pub fn client_secret() -> Option<Secret> {
    secret("CONNECTOR_CLIENT_SECRET")
}

fn pasted() -> Option<Secret> {
    secret("CONNECTOR_TOKEN")
}

fn secret(variable: &str) -> Option<Secret> {
    let value = env::var(variable).ok().filter(|value| !value.is_empty());
    value.map(Secret::new)
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
