//! With what hosts have for TLS.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hmac::{self, Key};
use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};

use crate::scheme::Scheme;

/// How long it takes does not tell how much of a signature is right.
pub(crate) fn is_right(scheme: Scheme, key: &[u8], signed: &[u8], found: &[u8]) -> bool {
    let fits = |algorithm| hmac::verify(&Key::new(algorithm, key), signed, found).is_ok();
    match scheme {
        Scheme::HmacSha1 => fits(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY),
        Scheme::HmacSha256 => fits(hmac::HMAC_SHA256),
        Scheme::HmacSha512 => fits(hmac::HMAC_SHA512),
        Scheme::Ed25519 => UnparsedPublicKey::new(&ED25519, key).verify(signed, found).is_ok(),
        // Nor how long the key is.
        Scheme::Token => {
            let digest = |bytes| hmac::sign(&Key::new(hmac::HMAC_SHA256, key), bytes);
            verify_slices_are_equal(digest(key).as_ref(), digest(found).as_ref()).is_ok()
        }
    }
}
