//! Where the vault's key is: in the operating system's keyring, in a file, or outside.

#[cfg_attr(not(feature = "keyring"), path = "key/without.rs")]
mod system;

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use connector_host::{Secret, secure_fs};
use zeroize::Zeroizing;

use super::VaultError;
use super::seal::{KEY, Key, random};

/// The file that holds the key where there is no keyring.
pub const FILE: &str = "vault.key";
/// Bytes of that file, at most: a key, and blanks around it.
const LONGEST: u64 = 256;
/// Under what the key is found in the keyring, together with the vault's own id.
const SERVICE: &str = "connector vault";

/// Where a vault has its key from. A vault remembers where its key was put when it was made;
/// [`KeySource::Keyring`] and [`KeySource::File`] only say where a new one goes.
#[derive(Clone, Debug)]
pub enum KeySource {
    /// The operating system's keyring, or a file where there is none.
    Keyring,
    /// A file beside the database that only its owner can read.
    File,
    /// 32 bytes in base64 that somebody else keeps.
    Given(Secret),
}

impl KeySource {
    /// The key in this environment variable, or else the keyring.
    pub fn from_env(variable: &str) -> Self {
        let value = std::env::var(variable).ok().filter(|value| !value.is_empty());
        value.map_or(KeySource::Keyring, |value| KeySource::Given(Secret::new(value)))
    }
}

/// Where the key of an existing vault is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Keyring,
    File,
    Outside,
}

impl Place {
    /// As it is written in the database.
    pub fn word(self) -> &'static str {
        match self {
            Place::Keyring => "keyring",
            Place::File => "file",
            Place::Outside => "outside",
        }
    }

    pub fn from_word(word: &str) -> Option<Self> {
        [Place::Keyring, Place::File, Place::Outside].into_iter().find(|it| it.word() == word)
    }
}

/// The key of a new vault. When this returns, the key is where it will be looked for.
pub fn make(source: &KeySource, folder: &Path, id: &str) -> Result<(Key, Place), VaultError> {
    if let KeySource::Given(text) = source {
        return Ok((parse(text)?, Place::Outside));
    }
    let path = folder.join(FILE);
    // Left behind by somebody who was stopped while making this vault.
    if let Some(key) = read(&path)? {
        return Ok((key, Place::File));
    }
    let key = Key::new(random());
    if matches!(source, KeySource::Keyring) && into_keyring(id, &key) {
        return Ok((key, Place::Keyring));
    }
    let text = Zeroizing::new(STANDARD.encode(*key));
    let written = secure_fs::write_new(&path, text.as_bytes()).map_err(VaultError::file(&path))?;
    match written {
        true => Ok((key, Place::File)),
        false => {
            Err(VaultError::Key(format!("{}: it appears meanwhile; try again", path.display())))
        }
    }
}

/// The key of a vault that exists.
pub fn find(source: &KeySource, place: Place, folder: &Path, id: &str) -> Result<Key, VaultError> {
    match (source, place) {
        (KeySource::Given(text), _) => parse(text),
        (_, Place::File) => {
            let path = folder.join(FILE);
            let gone =
                || VaultError::Key(format!("{} is gone; restore it from a copy", path.display()));
            read(&path)?.ok_or_else(gone)
        }
        (_, Place::Keyring) => from_keyring(id),
        (_, Place::Outside) => Err(VaultError::Key("it was given, so it has to be again".into())),
    }
}

/// A key that somebody has given.
pub fn parse(text: &Secret) -> Result<Key, VaultError> {
    let bytes = STANDARD.decode(text.expose().trim()).map(Zeroizing::new);
    bytes
        .ok()
        .and_then(|bytes| key(&bytes))
        .ok_or_else(|| VaultError::Key(format!("it is not {KEY} bytes in base64")))
}

fn key(bytes: &[u8]) -> Option<Key> {
    Some(Key::new(bytes.try_into().ok()?))
}

/// The key in a file; none when there is none.
fn read(path: &Path) -> Result<Option<Key>, VaultError> {
    let bytes = secure_fs::read_secret(path, LONGEST).map_err(VaultError::file(path))?;
    let Some(bytes) = bytes.map(Zeroizing::new) else { return Ok(None) };
    let text = Zeroizing::new(String::from_utf8_lossy(&bytes).into_owned());
    parse(&Secret::new(&**text)).map(Some)
}

/// Whether the keyring has taken it, and gives it back.
fn into_keyring(id: &str, key: &Key) -> bool {
    match system::keep(SERVICE, id, key) {
        Ok(()) => true,
        Err(why) => {
            tracing::debug!(why, "no keyring takes the key, so it goes into a file");
            false
        }
    }
}

fn from_keyring(id: &str) -> Result<Key, VaultError> {
    let bytes = system::give(SERVICE, id).map_err(|why| {
        VaultError::Key(format!("the operating system's keyring does not give it: {why}"))
    })?;
    key(&bytes).ok_or_else(|| VaultError::Key("what the keyring holds is not a key".into()))
}
