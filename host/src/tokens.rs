//! Tokens in a file that only its owner can read.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::credential::{CredentialError, Credentials};
use crate::oauth::{OAuth, now};
use crate::secret::Secret;

/// A token is refreshed this many seconds before it expires, so that it lives while it travels.
const EARLY: u64 = 30;

/// The value of a credential, and how to renew it. Times are seconds since 1970-01-01 UTC.
#[derive(Clone, Debug, Deserialize)]
pub struct Tokens {
    pub access_token: Secret,
    pub expires_at: Option<u64>,
    pub refresh_token: Option<Secret>,
    pub refresh_expires_at: Option<u64>,
    /// The scopes granted, if the service told.
    pub scopes: Option<Vec<String>>,
}

impl Tokens {
    /// A value that a person pasted.
    pub fn pasted(value: Secret) -> Self {
        Tokens {
            access_token: value,
            expires_at: None,
            refresh_token: None,
            refresh_expires_at: None,
            scopes: None,
        }
    }
}

/// The credentials of one connection in a JSON file. A file that others can read is refused. It
/// is replaced as a whole, and new tokens are on disk before anybody uses them: a service may
/// accept each refresh token only once. Processes take turns through a lock file beside it.
pub struct FileCredentials {
    path: PathBuf,
    oauth: BTreeMap<String, OAuth>,
}

impl FileCredentials {
    /// The file need not exist yet.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        FileCredentials {
            path: path.into(),
            oauth: BTreeMap::new(),
        }
    }

    /// How the credential of this id is refreshed.
    pub fn oauth(mut self, id: impl Into<String>, oauth: OAuth) -> Self {
        self.oauth.insert(id.into(), oauth);
        self
    }

    /// What is stored for a credential.
    pub fn tokens(&self, id: &str) -> Result<Option<Tokens>, CredentialError> {
        Ok(self.read()?.remove(id))
    }

    /// Stores a credential. When this returns it is on disk.
    pub async fn put(&self, id: &str, tokens: Tokens) -> Result<(), CredentialError> {
        let _turn = self.turn().await?;
        self.replace(id, Some(tokens))
    }

    /// Forgets a credential.
    pub async fn remove(&self, id: &str) -> Result<(), CredentialError> {
        let _turn = self.turn().await?;
        self.replace(id, None)
    }

    /// Refreshes unless `still_bad` says that somebody else has done it meanwhile.
    async fn renew(
        &self,
        id: &str,
        still_bad: impl Fn(&Tokens) -> bool,
    ) -> Result<Secret, CredentialError> {
        let _turn = self.turn().await?;
        let old = self
            .tokens(id)?
            .ok_or_else(|| CredentialError::Missing(id.to_owned()))?;
        if !still_bad(&old) {
            return Ok(old.access_token);
        }
        let oauth = self.oauth.get(id).filter(|_| old.refresh_token.is_some());
        let oauth = oauth.ok_or_else(|| CredentialError::NotRefreshable(id.to_owned()))?;
        let new = oauth
            .refresh(&old)
            .await
            .map_err(|source| CredentialError::Refresh {
                id: id.to_owned(),
                source,
            })?;
        let access_token = new.access_token.clone();
        self.replace(id, Some(new))?;
        tracing::debug!(credential = id, "refreshed");
        Ok(access_token)
    }

    /// Until the returned file is dropped nobody else changes the tokens, in any process.
    async fn turn(&self) -> Result<File, CredentialError> {
        let mut path = self.path.clone().into_os_string();
        path.push(".lock");
        let lock = tokio::task::spawn_blocking(move || -> io::Result<File> {
            if let Some(folder) = Path::new(&path).parent() {
                fs::create_dir_all(folder)?;
            }
            let file = OpenOptions::new().create(true).append(true).open(&path)?;
            file.lock()?;
            Ok(file)
        });
        lock.await
            .map_err(io::Error::other)
            .flatten()
            .map_err(|error| self.wrong(error))
    }

    fn read(&self) -> Result<BTreeMap<String, Tokens>, CredentialError> {
        let mut file = match File::open(&self.path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(BTreeMap::new()),
            Err(error) => return Err(self.wrong(error)),
        };
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = file
                .metadata()
                .map_err(|error| self.wrong(error))?
                .permissions()
                .mode();
            if mode & 0o077 != 0 {
                return Err(self.wrong("others can read it; make it private (mode 600)"));
            }
        }
        let mut text = Zeroizing::new(Vec::new());
        io::Read::read_to_end(&mut file, &mut text).map_err(|error| self.wrong(error))?;
        // A message of the parser could quote a token, so only the place is told.
        serde_json::from_slice(&text).map_err(|error| {
            self.wrong(format!(
                "damaged at line {}, column {}",
                error.line(),
                error.column()
            ))
        })
    }

    /// The caller has the turn.
    fn replace(&self, id: &str, tokens: Option<Tokens>) -> Result<(), CredentialError> {
        let mut all = self.read()?;
        match tokens {
            Some(tokens) => all.insert(id.to_owned(), tokens),
            None => all.remove(id),
        };
        self.write(&all).map_err(|error| self.wrong(error))
    }

    fn write(&self, all: &BTreeMap<String, Tokens>) -> io::Result<()> {
        let all: BTreeMap<&str, Stored> = all
            .iter()
            .map(|(id, tokens)| (id.as_str(), Stored::from(tokens)))
            .collect();
        let text = Zeroizing::new(serde_json::to_vec_pretty(&all)?);
        let folder = match self.path.parent() {
            Some(folder) if folder != Path::new("") => folder,
            _ => Path::new("."),
        };
        // Created with mode 600, in the same folder, so that the rename replaces at once.
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        file.write_all(&text)?;
        file.as_file().sync_all()?;
        file.persist(&self.path)?;
        #[cfg(unix)]
        File::open(folder)?.sync_all()?;
        Ok(())
    }

    fn wrong(&self, message: impl ToString) -> CredentialError {
        CredentialError::Store {
            path: self.path.display().to_string(),
            message: message.to_string(),
        }
    }
}

#[async_trait]
impl Credentials for FileCredentials {
    async fn get(&self, id: &str) -> Result<Option<Secret>, CredentialError> {
        let Some(tokens) = self.tokens(id)? else {
            return Ok(None);
        };
        let expired = |tokens: &Tokens| tokens.expires_at.is_some_and(|at| at <= now() + EARLY);
        if !expired(&tokens) || tokens.refresh_token.is_none() || !self.oauth.contains_key(id) {
            return Ok(Some(tokens.access_token));
        }
        self.renew(id, expired).await.map(Some)
    }

    async fn refresh(&self, id: &str, stale: &Secret) -> Result<Secret, CredentialError> {
        self.renew(id, |tokens| tokens.access_token == *stale).await
    }
}

/// The only form in which tokens are written out.
#[derive(Serialize)]
struct Stored<'a> {
    access_token: &'a str,
    expires_at: Option<u64>,
    refresh_token: Option<&'a str>,
    refresh_expires_at: Option<u64>,
    scopes: Option<&'a [String]>,
}

impl<'a> From<&'a Tokens> for Stored<'a> {
    fn from(tokens: &'a Tokens) -> Self {
        Stored {
            access_token: tokens.access_token.expose(),
            expires_at: tokens.expires_at,
            refresh_token: tokens.refresh_token.as_ref().map(Secret::expose),
            refresh_expires_at: tokens.refresh_expires_at,
            scopes: tokens.scopes.as_deref(),
        }
    }
}
