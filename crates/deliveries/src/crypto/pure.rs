//! With what compiles to WebAssembly.

use ed25519_dalek::{Signature, VerifyingKey};
use hmac::digest::KeyInit;
use hmac::{Hmac, Mac};
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};

use crate::scheme::Scheme;

/// How long it takes does not tell how much of a signature is right.
pub(crate) fn is_right(scheme: Scheme, key: &[u8], signed: &[u8], found: &[u8]) -> bool {
    match scheme {
        Scheme::HmacSha1 => fits::<Hmac<Sha1>>(key, signed, found),
        Scheme::HmacSha256 => fits::<Hmac<Sha256>>(key, signed, found),
        Scheme::HmacSha512 => fits::<Hmac<Sha512>>(key, signed, found),
        Scheme::Ed25519 => {
            let key = key.try_into().ok().and_then(|key| VerifyingKey::from_bytes(key).ok());
            let found = Signature::from_slice(found).ok();
            key.zip(found).is_some_and(|(key, found)| key.verify_strict(signed, &found).is_ok())
        }
        // Nor how long the key is.
        Scheme::Token => Sha256::digest(key) == Sha256::digest(found),
    }
}

fn fits<M: Mac + KeyInit>(key: &[u8], signed: &[u8], found: &[u8]) -> bool {
    let mut mac = <M as Mac>::new_from_slice(key).expect("keys of any length");
    mac.update(signed);
    mac.verify_slice(found).is_ok()
}
