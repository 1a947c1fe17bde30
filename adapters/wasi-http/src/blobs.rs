//! The files of a call: data URIs in its input, and answers that are kept until it has ended.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::bindings::automation::connector::types::{Chunk, Range};

/// Files by the references that stand for them.
#[derive(Default)]
pub struct Blobs {
    saved: Vec<Vec<u8>>,
}

impl Blobs {
    /// Keeps the body of an answer, and gives its reference.
    pub fn save(&mut self, body: Vec<u8>) -> String {
        self.saved.push(body);
        format!("saved-{}", self.saved.len() - 1)
    }

    /// Whether answers are kept, which no continuation can hold.
    pub fn any(&self) -> bool {
        !self.saved.is_empty()
    }

    /// The bytes of a file. Fails with a sentence for people.
    pub fn bytes(&self, reference: &str) -> Result<Vec<u8>, String> {
        let saved = reference.strip_prefix("saved-").and_then(|place| place.parse().ok());
        if let Some(saved) = saved.and_then(|place: usize| self.saved.get(place)) {
            return Ok(saved.clone());
        }
        let head = reference.get(..5).filter(|head| head.eq_ignore_ascii_case("data:"));
        let (kind, content) = head
            .and_then(|_| reference[5..].split_once(','))
            .ok_or("a file is given as a data URI: data:image/png;base64,…")?;
        let content = content.split('#').next().unwrap_or_default();
        let is_base64 = kind.trim_end().to_ascii_lowercase().ends_with("base64");
        let plain = unescaped(content);
        match is_base64 {
            false => Ok(plain),
            true => STANDARD
                .decode(plain.trim_ascii())
                .map_err(|_| "what follows `base64,` in the data URI is no base64".to_owned()),
        }
    }

    /// What a step wants to look at.
    pub fn chunk(&self, range: &Range) -> Result<Chunk, String> {
        let bytes = self.bytes(&range.blob)?;
        let size = bytes.len() as u64;
        let begin = range.offset.min(size) as usize;
        let end = range.offset.saturating_add(range.length.into()).min(size) as usize;
        Ok(Chunk { data: bytes[begin..end].to_vec(), size, name: None })
    }
}

/// Without percent-encodings.
fn unescaped(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let hex = after.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        match hex.filter(|_| *first == b'%').and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    bytes
}
