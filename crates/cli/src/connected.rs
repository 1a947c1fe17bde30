//! The connection that a command uses, and what it is made of.

use std::path::PathBuf;
use std::sync::Arc;

use connector_auth::{Client, Status, StoredConnection, VaultError};
use connector_host::sources::Source;
use connector_host::{
    Binding, Blobs, Connection, ConnectionBuilder, Credentials, Fetch, FixedCredentials, Folders,
    Permission, RateLimits,
};
use serde_json::{Map, Value};

use crate::app::App;
use crate::emulated::CREDENTIAL;
use crate::error::Error;
use crate::{options, variables};

impl App {
    /// The connection that is named, or the only one; none when there is none, or when a token is
    /// given instead.
    pub fn entry(&self) -> Result<Option<StoredConnection>, Error> {
        self.entry_named(self.options.connection()?)
    }

    /// The same for a name that is said elsewhere than among the options.
    pub fn entry_named(&self, name: Option<&str>) -> Result<Option<StoredConnection>, Error> {
        if self.emulated.is_some() {
            return Ok(None);
        }
        let entry = match name {
            Some(name) => Some(self.usable(self.vault()?.connection(name)?)?),
            None if variables::token().is_some() => None,
            None => self.only()?,
        };
        let wanted = self.options.environment();
        match (&entry, wanted) {
            (Some(entry), Some(wanted)) if entry.environment != wanted => {
                let (name, is) = (&entry.name, &entry.environment);
                let message = format!("the connection `{name}` is for `{is}`, not for `{wanted}`");
                Err(Error::Usage(message))
            }
            _ => Ok(entry),
        }
    }

    fn only(&self) -> Result<Option<StoredConnection>, Error> {
        let (id, wanted) = (&self.connector.descriptor().id, self.options.environment());
        let mut entries = self.vault()?.connections()?;
        // Nobody has authorized a draft, so nobody means it.
        entries.retain(|entry| {
            entry.connector == *id
                && entry.status != Status::Draft
                && wanted.is_none_or(|wanted| entry.environment == wanted)
        });
        match entries.as_slice() {
            [] => Ok(None),
            [it] => Ok(Some(self.usable(it.clone())?)),
            several => {
                let names: Vec<_> = several.iter().map(|entry| entry.name.as_str()).collect();
                let message = format!("say --connection with one of {}", names.join(", "));
                Err(Error::Usage(message))
            }
        }
    }

    /// The connection, if the connector may use it.
    fn usable(&self, entry: StoredConnection) -> Result<StoredConnection, Error> {
        // Of another connector nobody knows what its settings mean.
        let asker = match entry.connector == self.connector.descriptor().id {
            true => self.asker(&entry)?,
            false => self.connector.binding().clone(),
        };
        Ok(self.vault()?.connection_for(&entry.name, &asker)?)
    }

    /// Who the connector is and where it goes, with the settings of a connection.
    pub fn asker(&self, entry: &StoredConnection) -> Result<Binding, Error> {
        let connector = self.connector.with_settings(&self.settings(Some(entry))?)?;
        Ok(connector.binding().clone())
    }

    /// A connection with the credentials that are at hand. Having none is no error until a
    /// request needs one.
    pub fn connection(&self) -> Result<Connection, Error> {
        self.connect(self.entry()?.as_ref())
    }

    /// The same for a person who names files in the input of this very command: without --files
    /// they are those below the current folder.
    pub fn connection_with_named_files(&self) -> Result<Connection, Error> {
        let entry = self.entry()?;
        let entry = entry.as_ref();
        let here = [PathBuf::from(".")];
        let files = match self.options.files.as_slice() {
            [] => &here,
            named => named,
        };
        self.connect_with(entry, self.permission(), self.blobs(files, true)?)
    }

    /// A stored connection.
    pub fn connection_of(&self, entry: &StoredConnection) -> Result<Connection, Error> {
        self.connect(Some(entry))
    }

    /// What a person at this command line may do.
    pub fn permission(&self) -> Permission {
        Permission { unlisted: self.options.allow_unlisted, ..Permission::default() }
    }

    /// A connection for a program that decides by itself: with no more than these rights, and with
    /// files from URLs only if that is said.
    #[cfg(feature = "mcp")]
    pub fn restricted_connection(
        &self,
        entry: Option<&StoredConnection>,
        permission: Permission,
        fetch: bool,
    ) -> Result<Connection, Error> {
        self.connect_with(entry, permission, self.blobs(&self.options.files, fetch)?)
    }

    /// A connection with these rights: the stored one with this name, or else the usual one. `fetch`: whether files
    /// may be https URLs.
    #[cfg(feature = "sql")]
    pub fn named_connection(
        &self,
        name: Option<&str>,
        permission: Permission,
        fetch: bool,
    ) -> Result<Connection, Error> {
        let name = name.map_or_else(|| self.options.connection(), |name| Ok(Some(name)))?;
        let entry = self.entry_named(name)?;
        self.connect_with(entry.as_ref(), permission, self.blobs(&self.options.files, fetch)?)
    }

    fn connect(&self, entry: Option<&StoredConnection>) -> Result<Connection, Error> {
        self.connect_with(entry, self.permission(), self.blobs(&self.options.files, true)?)
    }

    fn connect_with(
        &self,
        entry: Option<&StoredConnection>,
        permission: Permission,
        blobs: Blobs,
    ) -> Result<Connection, Error> {
        let builder = self.builder_with(self.settings(entry)?, blobs)?;
        let builder = builder.granted(self.granted(entry)?).permission(permission);
        let limits = RateLimits::named(entry.map_or("token", |entry| &entry.id));
        Ok(builder.rate_limits(limits).credentials(self.credentials(entry)?).build()?)
    }

    /// A connection with these settings, as yet without credentials.
    pub fn builder(&self, settings: String) -> Result<ConnectionBuilder, Error> {
        self.builder_with(settings, self.blobs(&self.options.files, true)?)
    }

    fn builder_with(&self, settings: String, blobs: Blobs) -> Result<ConnectionBuilder, Error> {
        let builder = Connection::builder(self.connector.clone()).settings(settings);
        let builder = builder.blobs(Arc::new(blobs)).seal(self.state.seal()?);
        let builder = builder.links(self.options.links.clone());
        Ok(builder.stop(self.stop.clone()).routes(self.routes()?))
    }

    /// What files stand for in calls that others have submitted: those of the named folders, and https URLs.
    #[cfg(feature = "worker")]
    pub fn shared_blobs(&self) -> Result<Blobs, Error> {
        self.blobs(&self.options.files, true)
    }

    /// What files stand for: those of these folders, and https URLs if they may be fetched.
    fn blobs(&self, files: &[PathBuf], fetch: bool) -> Result<Blobs, Error> {
        let wrong = |folder: &&PathBuf| !folder.is_dir();
        if let Some(folder) = files.iter().find(wrong) {
            let message = format!("--files: {} is not a folder", folder.display());
            return Err(Error::Usage(message));
        }
        // Whatever folder is named: what this program keeps is for nobody else.
        let folders = Folders::new(files).deny([self.state.folder()]);
        let blobs = Blobs::default().folders(folders).spool(self.state.spool());
        Ok(match fetch {
            true => blobs.fetch(Fetch { routes: self.routes()?, ..Fetch::default() }),
            false => blobs.say_how_to_fetch("--fetch-urls allows it"),
        })
    }

    /// The scopes that were granted, if that is known.
    pub fn granted(&self, entry: Option<&StoredConnection>) -> Result<Option<Vec<String>>, Error> {
        if let Some(emulated) = &self.emulated {
            return Ok(Some(emulated.scopes()));
        }
        let Some(entry) = entry else { return Ok(None) };
        let id = self.credential_of(Some(entry))?;
        Ok(entry.credential(id).and_then(|held| held.scopes.clone()))
    }

    /// The settings of a connection, and those typed over them.
    pub fn settings(&self, entry: Option<&StoredConnection>) -> Result<String, Error> {
        let stored = entry.map(|entry| options::object(&entry.settings));
        let mut settings: Map<String, Value> =
            stored.transpose().map_err(Error::Unexpected)?.unwrap_or_default();
        settings.extend(self.options.settings.clone().unwrap_or_default());
        Ok(Value::Object(settings).to_string())
    }

    /// The environment that is chosen. Whether it exists is checked with the connection.
    pub fn environment(&self, entry: Option<&StoredConnection>) -> String {
        let first = self.connector.descriptor().environments.first();
        let first = || first.map_or("", |first| &first.id);
        let stored = || entry.map(|entry| entry.environment.as_str());
        self.options.environment().or_else(stored).unwrap_or_else(first).to_owned()
    }

    /// Tells what is remembered of a connection from what is remembered of others. All that a token
    /// in the environment is used for counts as one.
    pub fn remembered_as(&self, entry: Option<&StoredConnection>) -> String {
        match (entry, &self.emulated) {
            (Some(entry), _) => entry.id.clone(),
            (None, Some(_)) => "emulator".into(),
            (None, None) => "token".into(),
        }
    }

    /// Where a connection keeps how far its triggers have come.
    pub fn folder(&self, entry: Option<&StoredConnection>) -> PathBuf {
        self.state.connection(&self.connector.descriptor().id, &self.environment(entry))
    }

    fn credentials(&self, entry: Option<&StoredConnection>) -> Result<Arc<dyn Credentials>, Error> {
        let fixed = |id: &str, value| {
            let credentials = FixedCredentials::new([(id.to_owned(), value)]);
            Ok(Arc::new(credentials) as Arc<dyn Credentials>)
        };
        if let Some(emulated) = &self.emulated {
            return fixed(CREDENTIAL, emulated.token(&self.environment(None)));
        }
        let Some(entry) = entry else {
            return match variables::token() {
                Some(token) => fixed(self.credential()?, token),
                None => Ok(Arc::new(FixedCredentials::default())),
            };
        };
        let vault = self.vault()?;
        let asker = &self.asker(entry)?;
        let credentials = vault.credentials(&entry.name, asker)?;
        let id = self.credential_of(Some(entry))?;
        let client = vault.client(&entry.name, asker)?.or_else(|| no_client(self, id));
        let Some(client) = client else {
            return Ok(Arc::new(credentials));
        };
        let oauth = self.oauth(id, &entry.environment, &entry.settings, client)?;
        Ok(Arc::new(credentials.oauth(id, oauth)))
    }
}

/// The app of a connection whose service wants none, because a person's own key proves it.
pub fn no_client(app: &App, credential: &str) -> Option<Client> {
    matches!(app.source(credential), Ok(Some(Source::JwtBearer(_)))).then(Client::none)
}

/// The connection of this name, if there is one.
pub fn find(app: &App, name: &str) -> Result<Option<StoredConnection>, Error> {
    match app.vault()?.connection(name) {
        Err(VaultError::Unknown(_)) => Ok(None),
        found => Ok(Some(found?)),
    }
}
