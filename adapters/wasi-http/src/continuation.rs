//! A call that has not ended, as a text that the caller keeps and nobody makes up.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use crate::call::Form;
use crate::failure::Failure;
use crate::values;

/// Bytes of the mark: half of an HMAC-SHA-256.
const MARK: usize = 16;

/// What a call needs to go on. It holds no secret; the caller could read it.
#[derive(Serialize, Deserialize)]
pub struct Continuation {
    /// The name of the call.
    pub call: String,
    /// When it began.
    pub now: String,
    /// Of a pause or a page: it goes on with `proceed`.
    #[serde(with = "text")]
    pub checkpoint: Vec<u8>,
    /// How its end is told.
    pub form: Form,
    /// The input that the call began with, where the files are.
    pub input: String,
}

impl Continuation {
    /// As the caller gets it.
    pub fn sealed(&self) -> Result<String, Failure> {
        let bytes = serde_json::to_vec(self).expect("texts only");
        let mark = mac(&bytes)?.finalize().into_bytes();
        Ok(format!("{}.{}", URL_SAFE_NO_PAD.encode(&mark[..MARK]), URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// Fails for what this component has not given out, or not with the same key.
    pub fn opened(text: &str) -> Result<Self, Failure> {
        let wrong = || {
            let detail = "it is none of this component, or the value `key` was another one then";
            Failure::new(422, "continuation", detail)
        };
        let (mark, bytes) = text.split_once('.').ok_or_else(wrong)?;
        let mark = URL_SAFE_NO_PAD.decode(mark).map_err(|_| wrong())?;
        let bytes = URL_SAFE_NO_PAD.decode(bytes).map_err(|_| wrong())?;
        if mark.len() != MARK || mac(&bytes)?.verify_truncated_left(&mark).is_err() {
            return Err(wrong());
        }
        serde_json::from_slice(&bytes).map_err(|_| wrong())
    }
}

/// The key follows from the value `key` and the connector.
fn mac(bytes: &[u8]) -> Result<Hmac<Sha256>, Failure> {
    let key = values::required("key", "continuations are sealed with it")?;
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("keys of any length");
    mac.update(b"continuation of a call\0");
    mac.update(bytes);
    Ok(mac)
}

/// Bytes as base64.
mod text {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&URL_SAFE_NO_PAD.encode(bytes))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(reader: D) -> Result<Vec<u8>, D::Error> {
        URL_SAFE_NO_PAD.decode(String::deserialize(reader)?).map_err(D::Error::custom)
    }
}
