//! Compiled components as bytes, for files between two runs of a program.
//!
//! Whoever changes compiled code runs what he likes: it is not checked when it is loaded. So the
//! bytes carry an HMAC-SHA-256 (RFC 2104) under a key of whoever wrote them, over the engine, the
//! component and the code. What does not fit is not loaded. This is the one place of the workspace
//! with unsafe code.

#![deny(unsafe_code)]

use std::hash::{DefaultHasher, Hash, Hasher};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use wasmtime::Engine;
use wasmtime::component::Component;

/// Bytes of a key.
pub const KEY: usize = 32;
/// Bytes of an HMAC, in front of the code.
const MAC: usize = 32;
/// What it is that is signed.
const PURPOSE: &[u8] = b"compiled component, format 1";

/// Compiled code for a component, to be opened with the same key, engine and digest. `digest` is the
/// SHA-256 of the component.
pub fn seal(
    key: &[u8; KEY],
    engine: &Engine,
    digest: &[u8; 32],
    component: &Component,
) -> wasmtime::Result<Vec<u8>> {
    let code = component.serialize()?;
    let mac = mac(key, engine, digest, &code).finalize().into_bytes();
    Ok([&mac[..], &code].concat())
}

/// The component that these bytes were made of; none when another key, engine, component or release
/// made them, or when a single bit is wrong.
pub fn open(
    key: &[u8; KEY],
    engine: &Engine,
    digest: &[u8; 32],
    sealed: &[u8],
) -> Option<Component> {
    let (said, code) = sealed.split_first_chunk::<MAC>()?;
    // In constant time.
    mac(key, engine, digest, code).verify_slice(said).ok()?;
    deserialize(engine, code)
}

#[expect(unsafe_code, reason = "the bytes come from `seal`, under this key and for this engine")]
fn deserialize(engine: &Engine, code: &[u8]) -> Option<Component> {
    // SAFETY: the caller has verified that whoever holds the key made these bytes with
    // `Component::serialize`, and that not one of them has changed since.
    unsafe { Component::deserialize(engine, code) }.ok()
}

fn mac(key: &[u8; KEY], engine: &Engine, digest: &[u8; 32], code: &[u8]) -> Hmac<Sha256> {
    let mut hasher = DefaultHasher::new();
    engine.precompile_compatibility_hash().hash(&mut hasher);
    let engine = hasher.finish().to_le_bytes();
    let mac = Hmac::<Sha256>::new_from_slice(key).expect("a key of any length will do");
    // All but the last have a fixed length, so no two inputs look alike.
    mac.chain_update(PURPOSE).chain_update(engine).chain_update(digest).chain_update(code)
}

/// The snippet of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

#[cfg(test)]
mod tests {
    use wasmtime::Config;

    use super::*;

    /// The header of a component, and nothing in it.
    const EMPTY: &[u8] = b"\0asm\x0d\0\x01\0";

    fn engine(epochs: bool) -> Engine {
        Engine::new(Config::new().epoch_interruption(epochs)).unwrap()
    }

    #[test]
    fn only_what_was_sealed_is_opened() {
        let (engine, key, digest) = (engine(true), [7; KEY], [1; 32]);
        let component = Component::new(&engine, EMPTY).unwrap();
        let sealed = seal(&key, &engine, &digest, &component).unwrap();
        assert!(open(&key, &engine, &digest, &sealed).is_some());
        assert!(open(&[8; KEY], &engine, &digest, &sealed).is_none(), "another key");
        assert!(open(&key, &engine, &[2; 32], &sealed).is_none(), "another component");
        assert!(open(&key, &self::engine(false), &digest, &sealed).is_none(), "another engine");
        assert!(open(&key, &engine, &digest, &sealed[..sealed.len() - 1]).is_none(), "cut off");
        assert!(open(&key, &engine, &digest, &[]).is_none(), "empty");
        for at in [0, MAC - 1, MAC, MAC + 100, sealed.len() - 1] {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(open(&key, &engine, &digest, &changed).is_none(), "byte {at}");
        }
        let plain = component.serialize().unwrap();
        assert!(open(&key, &engine, &digest, &plain).is_none(), "without a mark");
    }
}
