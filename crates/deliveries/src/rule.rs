//! One rule by which a delivery is checked.

use std::time::Duration;

use crate::crypto::is_right;
use crate::delivered::{Delivered, elements};
use crate::encoding::{self, Encoding, decode};
use crate::scheme::Scheme;
use crate::template::Template;
use crate::verdict::Fault;

/// Bytes of a header that holds signatures, at most.
const LONGEST: usize = 16 << 10;
/// Headers with the name, and signatures in one of them, at most: each is tried.
const MOST: usize = 8;
/// From here on a time is in milliseconds.
const MILLISECONDS: u64 = 100_000_000_000;
/// Bytes of a public key.
const ED25519: usize = 32;

/// How a delivery is signed, but for where the key is.
#[derive(Clone, Debug)]
pub struct Signature<'a> {
    /// The header that holds it.
    pub header: &'a str,
    /// The header is a list of `name=value`: the values with this name.
    pub element: Option<&'a str>,
    /// The text before the signature.
    pub prefix: &'a str,
    /// How the signature is written.
    pub encoding: Encoding,
    /// How it is made.
    pub scheme: Scheme,
    /// How the key is written.
    pub key_encoding: Encoding,
    /// What is signed, as a template.
    pub signed: &'a str,
    /// The time that is part of it, as a template, and how far it may be from now.
    pub time: Option<(&'a str, Duration)>,
}

/// A signature that can be checked.
#[derive(Clone, Debug)]
pub struct Rule {
    header: String,
    element: Option<String>,
    prefix: String,
    encoding: Encoding,
    scheme: Scheme,
    key_encoding: Encoding,
    signed: Template,
    time: Option<(Template, Duration)>,
}

impl Rule {
    /// Fails with what is wrong, for people.
    pub fn new(said: &Signature<'_>) -> Result<Self, String> {
        let template = |text: &str| Template::parse(text).map_err(|why| format!("`{text}`: {why}"));
        let time = |(time, tolerance)| template(time).map(|time| (time, tolerance));
        Ok(Rule {
            header: said.header.to_owned(),
            element: said.element.map(str::to_owned),
            prefix: said.prefix.to_owned(),
            encoding: said.encoding,
            scheme: said.scheme,
            key_encoding: said.key_encoding,
            signed: template(said.signed)?,
            time: said.time.map(time).transpose()?,
        })
    }

    /// Whether a delivery claims to be signed so.
    pub(crate) fn is_claimed(&self, delivery: &Delivered<'_>) -> bool {
        !delivery.named(&self.header).is_empty()
    }

    /// Whether one of the signatures is right. `now`: since 1970-01-01 UTC.
    pub(crate) fn check(
        &self,
        delivery: &Delivered<'_>,
        key: &[u8],
        now: Duration,
    ) -> Result<(), Fault> {
        let lines = delivery.named(&self.header);
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
        delivery: &Delivered<'_>,
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
        match found.iter().any(|found| is_right(self.scheme, key, &signed, found)) {
            true => Ok(()),
            false => Err(Fault::Different),
        }
    }

    /// The bytes of a key. Fails with how it is to be written.
    pub(crate) fn read_key(&self, key: &str) -> Result<Vec<u8>, &'static str> {
        let key = decode(key, self.key_encoding).filter(|key| !key.is_empty());
        let key = key.ok_or_else(|| encoding::word(self.key_encoding))?;
        match self.scheme {
            Scheme::Ed25519 if key.len() != ED25519 => Err("public key of Ed25519"),
            _ => Ok(key),
        }
    }
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
