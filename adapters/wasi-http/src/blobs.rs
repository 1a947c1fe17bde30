//! The files of a call: data URIs in its input, and answers that are kept until it has ended.

use std::cell::RefCell;
use std::rc::Rc;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use crate::bindings::automation::connector::types::{Chunk, Range};

/// With padding or without.
const FORGIVING: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Files by the references that stand for them.
#[derive(Default)]
pub struct Blobs {
    saved: Vec<Rc<[u8]>>,
    /// The last data URI, decoded: it is looked into piece by piece.
    decoded: RefCell<Option<(String, Rc<[u8]>)>>,
}

impl Blobs {
    /// Keeps the body of an answer, and gives its reference.
    pub fn save(&mut self, body: Vec<u8>) -> String {
        self.saved.push(body.into());
        format!("saved-{}", self.saved.len() - 1)
    }

    /// Whether answers are kept, which no continuation can hold.
    pub fn any(&self) -> bool {
        !self.saved.is_empty()
    }

    /// The bytes of a file. Fails with a sentence for people.
    pub fn bytes(&self, reference: &str) -> Result<Rc<[u8]>, String> {
        if let Some((known, bytes)) = &*self.decoded.borrow()
            && known == reference
        {
            return Ok(bytes.clone());
        }
        let bytes: Rc<[u8]> = self.read(reference)?;
        *self.decoded.borrow_mut() = Some((reference.to_owned(), bytes.clone()));
        Ok(bytes)
    }

    fn read(&self, reference: &str) -> Result<Rc<[u8]>, String> {
        let saved = reference.strip_prefix("saved-").and_then(|place| place.parse().ok());
        if let Some(saved) = saved.and_then(|place: usize| self.saved.get(place)) {
            return Ok(saved.clone());
        }
        let head = reference.get(..5).filter(|head| head.eq_ignore_ascii_case("data:"));
        let (kind, content) = head
            .and_then(|_| reference[5..].split_once(','))
            .ok_or("a file is given as a data URI: data:image/png;base64,…")?;
        let content = content.split('#').next().unwrap_or_default();
        let last = kind.rsplit_once(';').map(|(_, last)| last.trim());
        let is_base64 = last.is_some_and(|last| last.eq_ignore_ascii_case("base64"));
        let plain = unescaped(content);
        match is_base64 {
            false => Ok(plain.into()),
            true => FORGIVING
                .decode(plain.trim_ascii())
                .map(Rc::from)
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
pub fn unescaped(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let hex = after.get(..2).filter(|two| two.iter().all(u8::is_ascii_hexdigit));
        let hex = hex.and_then(|two| std::str::from_utf8(two).ok());
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
