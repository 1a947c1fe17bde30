//! Credentials in a file that only its owner can read.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use zeroize::Zeroizing;

use crate::credential::{CredentialError, Credentials};
use crate::oauth::OAuth;
use crate::secret::Secret;
use crate::tokens::{Stored, Tokens};

/// The credentials of one connection in a JSON file. A file that others can read is refused. It
/// is replaced as a whole, and new tokens are on disk before anybody uses them: a service may
/// accept each refresh token only once. Processes take turns through a lock file beside it.
pub struct FileCredentials {
    file: TokenFile,
    oauth: BTreeMap<String, Arc<OAuth>>,
}

impl FileCredentials {
    /// The file need not exist yet.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        FileCredentials { file: TokenFile(path.into()), oauth: BTreeMap::new() }
    }

    /// How the credential of this id is refreshed.
    pub fn oauth(mut self, id: impl Into<String>, oauth: OAuth) -> Self {
        self.oauth.insert(id.into(), Arc::new(oauth));
        self
    }

    /// What is stored for a credential.
    pub fn tokens(&self, id: &str) -> Result<Option<Tokens>, CredentialError> {
        Ok(self.file.read()?.remove(id))
    }

    /// Stores a credential. When this returns it is on disk.
    pub async fn put(&self, id: &str, tokens: Tokens) -> Result<(), CredentialError> {
        let _turn = self.file.turn().await?;
        self.file.replace(id, Some(tokens))
    }

    /// Forgets a credential.
    pub async fn remove(&self, id: &str) -> Result<(), CredentialError> {
        let _turn = self.file.turn().await?;
        self.file.replace(id, None)
    }

    /// Refreshes, unless somebody else has done it since `stale` was read. It goes on when the
    /// caller gives up: an answer that nobody waits for may hold the only valid refresh token.
    async fn renew(&self, id: &str, stale: Secret) -> Result<Secret, CredentialError> {
        let oauth = self.oauth.get(id).cloned();
        let oauth = oauth.ok_or_else(|| CredentialError::NotRefreshable(id.to_owned()))?;
        let renewing = tokio::spawn(renew(self.file.clone(), oauth, id.to_owned(), stale));
        renewing.await.unwrap_or_else(|error| Err(self.file.wrong(error)))
    }
}

async fn renew(
    file: TokenFile,
    oauth: Arc<OAuth>,
    id: String,
    stale: Secret,
) -> Result<Secret, CredentialError> {
    let _turn = file.turn().await?;
    let Some(old) = file.read()?.remove(&id) else {
        return Err(CredentialError::Missing(id));
    };
    if old.access_token != stale {
        return Ok(old.access_token);
    }
    if old.refresh_token.is_none() {
        return Err(CredentialError::NotRefreshable(id));
    }
    let new = match oauth.refresh(&old).await {
        Ok(new) => new,
        Err(source) => return Err(CredentialError::Refresh { id, source }),
    };
    let access_token = new.access_token.clone();
    file.replace(&id, Some(new))?;
    tracing::debug!(credential = id, "refreshed");
    Ok(access_token)
}

#[async_trait]
impl Credentials for FileCredentials {
    async fn get(&self, id: &str) -> Result<Option<Secret>, CredentialError> {
        let Some(tokens) = self.tokens(id)? else {
            return Ok(None);
        };
        let renewable = tokens.refresh_token.is_some() && self.oauth.contains_key(id);
        match tokens.expired() && renewable {
            true => self.renew(id, tokens.access_token).await.map(Some),
            false => Ok(Some(tokens.access_token)),
        }
    }

    async fn refresh(&self, id: &str, stale: &Secret) -> Result<Secret, CredentialError> {
        self.renew(id, stale.clone()).await
    }
}

/// Tokens by the ids of their credentials.
#[derive(Clone)]
struct TokenFile(PathBuf);

impl TokenFile {
    /// Until the returned file is dropped nobody else changes the tokens, in any process.
    async fn turn(&self) -> Result<File, CredentialError> {
        let mut path = self.0.clone().into_os_string();
        path.push(".lock");
        let lock = tokio::task::spawn_blocking(move || -> io::Result<File> {
            if let Some(folder) = Path::new(&path).parent() {
                fs::create_dir_all(folder)?;
            }
            let file = OpenOptions::new().create(true).append(true).open(&path)?;
            file.lock()?;
            Ok(file)
        });
        lock.await.map_err(io::Error::other).flatten().map_err(|error| self.wrong(error))
    }

    fn read(&self) -> Result<BTreeMap<String, Tokens>, CredentialError> {
        let mut file = match File::open(&self.0) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(BTreeMap::new()),
            Err(error) => return Err(self.wrong(error)),
        };
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = file.metadata().map_err(|error| self.wrong(error))?.permissions().mode();
            if mode & 0o077 != 0 {
                return Err(self.wrong("others can read it; make it private (mode 600)"));
            }
        }
        let mut text = Zeroizing::new(Vec::new());
        file.read_to_end(&mut text).map_err(|error| self.wrong(error))?;
        // A message of the parser could quote a token, so only the place is told.
        serde_json::from_slice(&text).map_err(|error| {
            self.wrong(format!("damaged at line {}, column {}", error.line(), error.column()))
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
        let all: BTreeMap<&str, Stored> =
            all.iter().map(|(id, tokens)| (id.as_str(), Stored::from(tokens))).collect();
        let text = Zeroizing::new(serde_json::to_vec_pretty(&all)?);
        let folder = match self.0.parent() {
            Some(folder) if folder != Path::new("") => folder,
            _ => Path::new("."),
        };
        // Created with mode 600, in the same folder, so that the rename replaces at once.
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        file.write_all(&text)?;
        file.as_file().sync_all()?;
        file.persist(&self.0)?;
        #[cfg(unix)]
        File::open(folder)?.sync_all()?;
        Ok(())
    }

    fn wrong(&self, message: impl ToString) -> CredentialError {
        CredentialError::Store { path: self.0.display().to_string(), message: message.to_string() }
    }
}
