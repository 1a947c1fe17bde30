//! Marks what is handed out and taken back later, so that nobody else can make it up.

use std::fmt;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::secret::Secret;

/// Bytes of a key.
const KEY: usize = 32;
/// Bytes of a mark: half of an HMAC-SHA-256, which is more than anybody can try.
const MARK: usize = 16;
/// What stands between the mark of a text and the text.
const END: char = '.';

/// A key that marks checkpoints and cursors. What was marked under another key, for another
/// connector or environment, or not at all, is refused with the rule [`SEAL`](crate::rule::SEAL) before the
/// connector sees it. A mark hides nothing: neither holds secrets.
#[derive(Clone)]
pub struct Seal(Zeroizing<[u8; KEY]>);

impl Seal {
    /// A key that somebody else keeps: 32 bytes that nobody can guess.
    pub fn new(key: [u8; KEY]) -> Self {
        Seal(Zeroizing::new(key))
    }

    /// A key that follows from a secret, and does not tell it.
    pub fn derived(secret: &Secret) -> Self {
        let mut mac = mac(secret.expose().as_bytes());
        mac.update(b"connector seal");
        Seal(Zeroizing::new(mac.finalize().into_bytes().into()))
    }

    /// A key for one of many, such as a connection of several accounts: what is marked with it is refused
    /// under every other name.
    pub fn within(&self, name: &str) -> Self {
        let mut mac = mac(&*self.0);
        mac.update(b"connector seal within");
        mac.update(name.as_bytes());
        Seal(Zeroizing::new(mac.finalize().into_bytes().into()))
    }

    /// The key in a file, which is made when it is missing, for its owner alone. Fails when others
    /// can read it, or when it holds anything else.
    pub fn from_file(path: &Path) -> io::Result<Self> {
        match File::open(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => make(path)?,
            found => drop(found?),
        }
        let mut file = File::open(path)?;
        let wrong = |why| Err(io::Error::new(io::ErrorKind::InvalidData, why));
        let about = file.metadata()?;
        if !about.is_file() || about.len() != KEY as u64 {
            return wrong("it is not a key; remove it, and what was marked with it is begun anew");
        }
        #[cfg(unix)]
        if std::os::unix::fs::PermissionsExt::mode(&about.permissions()) & 0o077 != 0 {
            return wrong("others can read it; make it private (mode 600)");
        }
        let mut key = Zeroizing::new([0; KEY]);
        file.read_exact(&mut *key)?;
        Ok(Seal(key))
    }

    fn mark(&self, place: &[&str], bytes: &[u8]) -> Hmac<Sha256> {
        let mut mac = mac(&*self.0);
        for word in place {
            mac.update(&(word.len() as u64).to_le_bytes());
            mac.update(word.as_bytes());
        }
        mac.update(bytes);
        mac
    }

    /// The bytes with the mark of a place before them.
    pub fn close(&self, place: &[&str], bytes: &[u8]) -> Vec<u8> {
        let mark = self.mark(place, bytes).finalize().into_bytes();
        [&mark[..MARK], bytes].concat()
    }

    /// The bytes without the mark; none when it is not that of this place.
    pub fn open<'a>(&self, place: &[&str], closed: &'a [u8]) -> Option<&'a [u8]> {
        let (mark, bytes) = closed.split_first_chunk::<MARK>()?;
        self.mark(place, bytes).verify_truncated_left(mark).ok()?;
        Some(bytes)
    }

    pub(crate) fn close_text(&self, place: &[&str], text: &str) -> String {
        let mark = self.mark(place, text.as_bytes()).finalize().into_bytes();
        format!("{}{END}{text}", URL_SAFE_NO_PAD.encode(&mark[..MARK]))
    }

    pub(crate) fn open_text<'a>(&self, place: &[&str], closed: &'a str) -> Option<&'a str> {
        let (mark, text) = closed.split_once(END)?;
        let mark = URL_SAFE_NO_PAD.decode(mark).ok().filter(|mark| mark.len() == MARK)?;
        self.mark(place, text.as_bytes()).verify_truncated_left(&mark).ok()?;
        Some(text)
    }
}

fn mac(key: &[u8]) -> Hmac<Sha256> {
    Hmac::new_from_slice(key).expect("HMAC takes keys of any length")
}

/// It appears under its name only when it is complete. Of several at once the first one's counts.
fn make(path: &Path) -> io::Result<()> {
    let mut key = Zeroizing::new([0; KEY]);
    getrandom::fill(&mut *key).map_err(io::Error::other)?;
    let folder = path.parent().filter(|folder| *folder != Path::new(""));
    // Created with mode 600.
    let mut file = tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))?;
    file.write_all(&*key)?;
    file.as_file().sync_all()?;
    match file.persist_noclobber(path) {
        Err(error) if error.error.kind() != io::ErrorKind::AlreadyExists => Err(error.error),
        _ => Ok(()),
    }
}

impl fmt::Debug for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Seal").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_good_at_its_place_and_for_its_bytes() {
        let seal = Seal::new([7; KEY]);
        let closed = seal.close(&["a", "bc"], b"bytes");
        assert_eq!(seal.open(&["a", "bc"], &closed), Some(&b"bytes"[..]));
        assert_eq!(seal.open(&["ab", "c"], &closed), None);
        assert_eq!(Seal::new([8; KEY]).open(&["a", "bc"], &closed), None);
        for bit in 0..closed.len() * 8 {
            let mut changed = closed.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(seal.open(&["a", "bc"], &changed), None, "bit {bit}");
        }
        assert_eq!(seal.open(&["a", "bc"], &closed[..MARK - 1]), None);
        assert_eq!(seal.open(&[], b""), None);
    }

    #[test]
    fn texts_stay_texts() {
        let seal = Seal::derived(&Secret::new("a key of somebody's"));
        let closed = seal.close_text(&["cursor"], "1.2.ü");
        assert_eq!(seal.open_text(&["cursor"], &closed), Some("1.2.ü"));
        for other in ["", ".", "1.2.ü", "AAAA.1.2.ü", &closed.replace("1.2", "1.3")] {
            assert_eq!(seal.open_text(&["cursor"], other), None, "{other}");
        }
    }

    #[test]
    fn a_key_in_a_file_is_made_once_and_for_its_owner() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("seal.key");
        let closed = Seal::from_file(&path).unwrap().close(&[], b"x");
        assert!(Seal::from_file(&path).unwrap().open(&[], &closed).is_some());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            std::fs::set_permissions(&path, PermissionsExt::from_mode(0o644)).unwrap();
            assert!(Seal::from_file(&path).is_err());
            std::fs::set_permissions(&path, PermissionsExt::from_mode(0o600)).unwrap();
        }
        std::fs::write(&path, "short").unwrap();
        assert!(Seal::from_file(&path).is_err());
    }
}
