//! The state folder: compiled code, connections with their tokens and cursors, the journal of runs,
//! the records of watches, and the emulator's account.

use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use connector_auth::KeySource;
use connector_durable::Journal;
use connector_host::{Seal, secure_fs};
use sha2::{Digest, Sha256};

use crate::error::Error;

/// The folder, as an absolute path. Nobody else can change what is in it: it holds tokens, and code
/// that will be run.
pub struct State(PathBuf);

impl State {
    /// Creates the folder when it is missing.
    pub fn open(chosen: Option<&Path>) -> Result<Self, Error> {
        let folder = match chosen {
            Some(folder) => folder.to_owned(),
            None => default_folder().ok_or_else(|| {
                Error::Usage("there is no home folder; say --state FOLDER".into())
            })?,
        };
        let wrong = || Error::io(format!("state folder {}", folder.display()));
        let folder = std::path::absolute(&folder).map_err(wrong())?;
        secure_fs::create_folder(&folder).map_err(wrong())?;
        Ok(State(folder))
    }

    /// The folder itself. No connector may read anything in it.
    pub fn folder(&self) -> &Path {
        &self.0
    }

    /// Where compiled code is kept.
    pub fn compiled(&self) -> PathBuf {
        self.0.join("compiled")
    }

    /// Where the account of the emulator is kept.
    pub fn emulator(&self) -> PathBuf {
        self.0.join("emulator")
    }

    /// The key that marks what is kept to go on with: it follows from the vault's, where that is given,
    /// and is else in a file of its own.
    pub fn seal(&self) -> Result<Seal, Error> {
        if let KeySource::Given(key) = KeySource::from_env("CONNECTOR_VAULT_KEY") {
            return Ok(Seal::derived(&key));
        }
        let path = self.0.join("seal.key");
        Seal::from_file(&path).map_err(Error::io(path.display()))
    }

    /// The calls that can go on.
    pub fn journal(&self) -> Result<Journal, Error> {
        Ok(Journal::open(self.0.join("runs"))?)
    }

    /// Files that runs have fetched or kept, until they have ended.
    pub fn spool(&self) -> PathBuf {
        self.0.join("runs").join("files")
    }

    /// New tokens that a worker has not told its cluster about.
    #[cfg(feature = "worker")]
    pub fn renewals(&self) -> PathBuf {
        self.0.join("renewals")
    }

    /// The record of a watch.
    pub fn watch(&self, name: &str) -> PathBuf {
        self.watches_folder().join(name)
    }

    /// All watches, by name.
    pub fn watches(&self) -> Result<Vec<(String, PathBuf)>, Error> {
        let folder = self.watches_folder();
        let found = match fs::read_dir(&folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            found => found.and_then(Iterator::collect::<io::Result<Vec<_>>>),
        };
        let found = found.map_err(Error::io(folder.display()))?;
        let named = |it: fs::DirEntry| (it.file_name().to_string_lossy().into_owned(), it.path());
        let mut watches: Vec<_> = found.into_iter().map(named).collect();
        watches.sort();
        Ok(watches)
    }

    fn watches_folder(&self) -> PathBuf {
        self.0.join("watches")
    }

    /// What a server keeps.
    #[cfg(feature = "serve")]
    pub fn server(&self) -> PathBuf {
        self.0.join("server")
    }

    /// Where connections are kept.
    pub fn vault(&self) -> PathBuf {
        self.0.join("vault")
    }

    /// The folder of a connector's connection in an environment.
    pub fn connection(&self, connector: &str, environment: &str) -> PathBuf {
        self.0.join(plain(connector)).join(plain(environment))
    }
}

/// Names come from components; none of them leads out of the folder, and no two to the same place.
fn plain(name: &str) -> String {
    let mut plain = String::new();
    for byte in name.bytes() {
        match byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' {
            true => plain.push(char::from(byte)),
            false => plain += &format!("_{byte:02x}"),
        }
    }
    if plain.is_empty() {
        plain.push('_');
    }
    // A name that is too long for a file system is cut; its hash tells it from others.
    if plain.len() > 100 {
        let hash = Sha256::digest(name);
        plain.truncate(80);
        plain.extend(hash[..8].iter().map(|byte| format!("{byte:02x}")));
    }
    plain
}

/// As the XDG base directories say.
fn default_folder() -> Option<PathBuf> {
    let xdg = env::var_os("XDG_STATE_HOME").map(PathBuf::from);
    let base = xdg.filter(|folder| folder.is_absolute());
    let base = base.or_else(|| Some(env::home_dir()?.join(".local/state")));
    Some(base?.join("connector"))
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn each_name_has_a_place_of_its_own() {
        assert_eq!(plain("github-issues"), "github-issues");
        let long = "x".repeat(300);
        let names = ["a.b", "a_b", "a/b", "A-b", "a-b", "..", "", &long, &long[1..], "ä"];
        let places: std::collections::BTreeSet<_> = names.iter().map(|name| plain(name)).collect();
        assert_eq!(places.len(), names.len(), "{places:?}");
        let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_".contains(c);
        assert!(places.iter().all(|place| place.len() < 120 && place.chars().all(is_plain)));
    }
}
