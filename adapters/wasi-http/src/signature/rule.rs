//! One rule by which a delivery is checked.

use std::time::Duration;

use ed25519_dalek::{PUBLIC_KEY_LENGTH, Signature as Ed25519, VerifyingKey};
use hmac::digest::KeyInit;
use hmac::{Hmac, Mac};
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};

use crate::bindings::automation::connector::webhooks::{
    Algorithm, Delivery, Encoding, Signature, SignedTime, SigningKey,
};
use crate::signature::encoding::{self, decode};
use crate::signature::part::{elements, headers};
use crate::signature::template::Template;
use crate::signature::verdict::Fault;

/// Bytes of a header that holds signatures, at most.
const LONGEST: usize = 16 << 10;
/// Headers with the name, and signatures in one of them, at most: each is tried.
const MOST: usize = 8;
/// From here on a time is in milliseconds.
const MILLISECONDS: u64 = 100_000_000_000;

/// A signature of the contract, read.
#[derive(Clone, Debug)]
pub struct Rule {
    header: String,
    element: Option<String>,
    prefix: String,
    encoding: Encoding,
    scheme: Scheme,
    pub key: SigningKey,
    key_encoding: Encoding,
    signed: Template,
    time: Option<(Template, Duration)>,
}

#[derive(Clone, Copy, Debug)]
enum Scheme {
    HmacSha1,
    HmacSha256,
    HmacSha512,
    Ed25519,
    Token,
}

/// Why there is no rule.
pub enum Unusable {
    /// The host does not know the algorithm of this name.
    Algorithm(String),
    /// What is wrong, for people.
    Wrong(String),
}

impl Rule {
    pub fn new(said: &Signature) -> Result<Self, Unusable> {
        let template = |text: &str| {
            Template::parse(text).map_err(|why| Unusable::Wrong(format!("`{text}`: {why}")))
        };
        let time = |said: &SignedTime| {
            let tolerance = Duration::from_millis(said.tolerance_ms.into());
            Ok((template(&said.time)?, tolerance))
        };
        Ok(Rule {
            header: said.header.clone(),
            element: said.element.clone(),
            prefix: said.prefix.clone(),
            encoding: said.encoding,
            scheme: Scheme::of(&said.algorithm)?,
            key: said.key.clone(),
            key_encoding: said.key_encoding,
            signed: template(&said.signed)?,
            time: said.time.as_ref().map(time).transpose()?,
        })
    }

    /// Whether a delivery claims to be signed so.
    pub fn is_claimed(&self, delivery: &Delivery) -> bool {
        !headers(delivery, &self.header).is_empty()
    }

    /// Whether one of the signatures is right. `now`: since 1970-01-01 UTC.
    pub fn check(&self, delivery: &Delivery, key: &[u8], now: Duration) -> Result<(), Fault> {
        let lines = headers(delivery, &self.header);
        if lines.len() > MOST || lines.iter().any(|line| line.len() > LONGEST) {
            return Err(Fault::TooMany);
        }
        let mut fault = Fault::Unreadable;
        for line in lines {
            match self.check_line(delivery, line, key, now) {
                Ok(()) => return Ok(()),
                Err(why) => fault = fault.max(why),
            }
        }
        Err(fault)
    }

    fn check_line(
        &self,
        delivery: &Delivery,
        line: &str,
        key: &[u8],
        now: Duration,
    ) -> Result<(), Fault> {
        let values = match &self.element {
            Some(name) => elements(line, name),
            None => vec![line.trim()],
        };
        let read = |value: &str| decode(value.strip_prefix(&self.prefix)?, self.encoding);
        let found: Vec<Vec<u8>> = values.into_iter().filter_map(read).collect();
        if found.is_empty() {
            return Err(Fault::Unreadable);
        }
        if found.len() > MOST {
            return Err(Fault::TooMany);
        }
        if let Some((time, tolerance)) = &self.time {
            let time = time.fill(delivery, line).and_then(|text| at(&text));
            let off = time.ok_or(Fault::NoTime)?.abs_diff(now);
            if off > *tolerance {
                return Err(Fault::Time(off));
            }
        }
        let signed = self.signed.fill(delivery, line).ok_or(Fault::Incomplete)?;
        match found.iter().any(|found| self.scheme.is_right(key, &signed, found)) {
            true => Ok(()),
            false => Err(Fault::Different),
        }
    }

    /// The bytes of a key. Fails with how it is to be written.
    pub fn read_key(&self, key: &str) -> Result<Vec<u8>, &'static str> {
        let key = decode(key, self.key_encoding).filter(|key| !key.is_empty());
        let key = key.ok_or_else(|| encoding::word(self.key_encoding))?;
        match self.scheme {
            Scheme::Ed25519 if key.len() != PUBLIC_KEY_LENGTH => Err("public key of Ed25519"),
            _ => Ok(key),
        }
    }
}

impl Scheme {
    fn of(said: &Algorithm) -> Result<Self, Unusable> {
        Ok(match said {
            Algorithm::HmacSha256 => Scheme::HmacSha256,
            Algorithm::HmacSha1 => Scheme::HmacSha1,
            Algorithm::HmacSha512 => Scheme::HmacSha512,
            Algorithm::Ed25519 => Scheme::Ed25519,
            Algorithm::Token => Scheme::Token,
            Algorithm::Other(extension) => return Err(Unusable::Algorithm(extension.name.clone())),
        })
    }

    /// How long it takes does not tell how much of a signature is right.
    fn is_right(self, key: &[u8], signed: &[u8], found: &[u8]) -> bool {
        match self {
            Scheme::HmacSha1 => fits::<Hmac<Sha1>>(key, signed, found),
            Scheme::HmacSha256 => fits::<Hmac<Sha256>>(key, signed, found),
            Scheme::HmacSha512 => fits::<Hmac<Sha512>>(key, signed, found),
            Scheme::Ed25519 => {
                let key = key.try_into().ok().and_then(|key| VerifyingKey::from_bytes(key).ok());
                let found = Ed25519::from_slice(found).ok();
                key.zip(found).is_some_and(|(key, found)| key.verify_strict(signed, &found).is_ok())
            }
            // Nor how long the key is.
            Scheme::Token => Sha256::digest(key) == Sha256::digest(found),
        }
    }
}

fn fits<M: Mac + KeyInit>(key: &[u8], signed: &[u8], found: &[u8]) -> bool {
    let mut mac = <M as Mac>::new_from_slice(key).expect("keys of any length");
    mac.update(signed);
    mac.verify_slice(found).is_ok()
}

/// A whole number of seconds or milliseconds.
fn at(text: &[u8]) -> Option<Duration> {
    if !text.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let number: u64 = str::from_utf8(text).ok()?.parse().ok()?;
    Some(match number < MILLISECONDS {
        true => Duration::from_secs(number),
        false => Duration::from_millis(number),
    })
}
