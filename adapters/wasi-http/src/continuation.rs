//! A call that has not ended, as a text that the caller keeps and nobody makes up.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use crate::begun::Form;
use crate::budget::{millis_now, seconds_now, wait};
use crate::failure::Failure;
use crate::values;

/// Bytes of the mark: half of an HMAC-SHA-256.
const MARK: usize = 16;
/// Milliseconds that are waited for within a request.
const SOON: u64 = 2000;
/// Seconds after which a call goes on no more.
const KEPT: u64 = 7 * 24 * 3600;

/// What a call needs to go on. It holds no secret; the caller could read it.
pub struct Continuation {
    /// All but the checkpoint.
    pub about: About,
    /// Of a pause or a page: it goes on with `proceed`.
    pub checkpoint: Vec<u8>,
}

/// What is kept of a call beside its checkpoint.
#[derive(Serialize, Deserialize)]
pub struct About {
    /// The name of the call.
    pub call: String,
    /// When it began.
    pub now: String,
    /// How its end is told.
    pub form: Form,
    /// How many more items are wanted; absent: all.
    pub wanted: Option<u64>,
    /// The webhook of a delivery, and the mark of the keys in its subscription, which no continuation holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub webhook: Option<(String, String)>,
    /// Whether it has changed something before.
    pub changed: bool,
    /// It goes on from then on: milliseconds since 1970.
    pub after: u64,
    /// It goes on until then: seconds since 1970.
    pub until: u64,
}

impl About {
    /// Until when a call goes on that waits so many milliseconds.
    pub fn until(ms: u64) -> u64 {
        seconds_now() + ms / 1000 + KEPT
    }
}

impl About {
    /// Waits for the time from which it goes on, or fails when that is too long.
    pub fn awaited(&self) -> Result<(), Failure> {
        let ms = self.after.saturating_sub(millis_now());
        if ms == 0 || values::optional("early")?.as_deref() == Some("yes") {
            return Ok(());
        }
        if ms > SOON {
            let detail = format!("the call goes on in {ms} ms, as its `after_ms` said");
            let mut failure = Failure::new(425, "too-early", detail).with("after_ms", ms.into());
            failure.retry_after = u32::try_from(ms.div_ceil(1000)).ok();
            return Err(failure);
        }
        wait(ms);
        Ok(())
    }
}

impl Continuation {
    /// As the caller gets it; `bound` is what it is bound to.
    pub fn sealed(&self, bound: &[&str]) -> Result<String, Failure> {
        let mut bytes = serde_json::to_vec(&self.about).expect("texts and numbers only");
        bytes.push(b'\n');
        bytes.extend(&self.checkpoint);
        let mark = mac(bound, &bytes)?.finalize().into_bytes();
        Ok(URL_SAFE_NO_PAD.encode([&mark[..MARK], &bytes].concat()))
    }

    /// Fails for what has not been given out here, or for something else, and for what is too old.
    pub fn opened(text: &str, bound: &[&str]) -> Result<Self, Failure> {
        let wrong = || {
            let detail = "it is none of this connector, or the value `key` or `settings` was another one then";
            Failure::new(422, "continuation", detail)
        };
        let all = URL_SAFE_NO_PAD.decode(text).map_err(|_| wrong())?;
        let (mark, bytes) = all.split_at_checked(MARK).ok_or_else(wrong)?;
        mac(bound, bytes)?.verify_truncated_left(mark).map_err(|_| wrong())?;
        let end = bytes.iter().position(|byte| *byte == b'\n').ok_or_else(wrong)?;
        let about: About = serde_json::from_slice(&bytes[..end]).map_err(|_| wrong())?;
        if about.until < seconds_now() {
            let detail = "the call waited for more than a week, and goes on no more";
            return Err(Failure::new(422, "continuation", detail));
        }
        Ok(Continuation { about, checkpoint: bytes[end + 1..].to_vec() })
    }
}

/// A mark of texts that are not told.
pub fn mark(texts: &[String]) -> Result<String, Failure> {
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let mark = mac(&texts, b"keys of a subscription")?.finalize().into_bytes();
    Ok(URL_SAFE_NO_PAD.encode(&mark[..MARK]))
}

/// The key follows from the value `key`, and from what the continuation is bound to.
fn mac(bound: &[&str], bytes: &[u8]) -> Result<Hmac<Sha256>, Failure> {
    let key = values::required("key", "continuations are sealed with it")?;
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("keys of any length");
    mac.update(b"continuation of a call");
    for part in bound {
        mac.update(&(part.len() as u64).to_le_bytes());
        mac.update(part.as_bytes());
    }
    mac.update(bytes);
    Ok(mac)
}
