//! Encrypts secrets, each bound to the place that it belongs to.

use chacha20poly1305::aead::{AeadInOut, KeyInit};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use zeroize::{Zeroize, Zeroizing};

use connector_host::Secret;

/// Bytes of a key.
pub const KEY: usize = 32;
const NONCE: usize = 24;
const TAG: usize = 16;

/// A key. It is wiped when it is dropped.
pub type Key = Zeroizing<[u8; KEY]>;

/// XChaCha20-Poly1305 under one key. A sealed secret is a random nonce and the ciphertext with
/// its tag; 24 bytes of nonce may be drawn at random for ever. The cipher wipes its own copy of
/// the key.
pub struct Cipher(XChaCha20Poly1305);

impl Cipher {
    pub fn new(key: &Key) -> Self {
        Cipher(XChaCha20Poly1305::new((&**key).into()))
    }

    /// Encrypts a secret for a place: only at the same place it can be opened again, so that
    /// nobody who can write the database moves it to another connection.
    pub fn seal(&self, place: &[&str], secret: &Secret) -> Vec<u8> {
        let text = secret.expose().as_bytes();
        let nonce: [u8; NONCE] = random();
        // Large enough from the start: a buffer that grows would leave a copy behind.
        let mut buffer = Vec::with_capacity(text.len() + TAG);
        buffer.extend_from_slice(text);
        let sealed = self.0.encrypt_in_place(&XNonce::from(nonce), &bound(place), &mut buffer);
        sealed.expect("a secret is shorter than 256 GB");
        [&nonce[..], &buffer].concat()
    }

    /// Decrypts what was sealed for this place; none when it was not, or is damaged.
    pub fn open(&self, place: &[&str], sealed: &[u8]) -> Option<Secret> {
        let (nonce, text) = sealed.split_first_chunk::<NONCE>()?;
        let mut buffer = text.to_vec();
        let opened = self.0.decrypt_in_place(&XNonce::from(*nonce), &bound(place), &mut buffer);
        // The buffer becomes the secret, which wipes it; nothing is copied.
        match opened.map(|()| String::from_utf8(buffer)) {
            Ok(Ok(text)) => Some(Secret::new(text)),
            Ok(Err(error)) => {
                error.into_bytes().zeroize();
                None
            }
            Err(_) => None,
        }
    }
}

/// Unguessable bytes.
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system has randomness");
    bytes
}

/// The words of a place with their lengths, so that no two places look alike.
fn bound(place: &[&str]) -> Vec<u8> {
    let word = |word: &&str| [&(word.len() as u64).to_le_bytes()[..], word.as_bytes()].concat();
    place.iter().flat_map(word).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cipher() -> Cipher {
        Cipher::new(&Key::new(random()))
    }

    #[test]
    fn a_secret_opens_where_it_was_sealed_and_nowhere_else() {
        let cipher = cipher();
        let secret = Secret::new("pina_secret");
        let sealed = cipher.seal(&["one", "access"], &secret);
        assert_eq!(cipher.open(&["one", "access"], &sealed), Some(secret.clone()));
        assert_eq!(cipher.open(&["one", "refresh"], &sealed), None);
        assert_eq!(cipher.open(&["onea", "ccess"], &sealed), None);
        assert_eq!(self::cipher().open(&["one", "access"], &sealed), None);
        assert_ne!(cipher.seal(&["one", "access"], &secret), sealed, "the nonce is new each time");
    }

    #[test]
    fn one_changed_bit_is_noticed() {
        let cipher = cipher();
        let sealed = cipher.seal(&[], &Secret::new("text"));
        for bit in 0..sealed.len() * 8 {
            let mut damaged = sealed.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(cipher.open(&[], &damaged), None, "bit {bit}");
        }
        assert_eq!(cipher.open(&[], &sealed[..20]), None);
    }
}
