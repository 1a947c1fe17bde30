//! The files of a case: those that its `call` names under `blobs`, and the answers to requests with
//! `save`, as `saved-0`, `saved-1` and so on.

use std::collections::HashMap;

use base64::prelude::{BASE64_STANDARD, Engine};
use connector_host::contract::{Chunk, Range, Reply, Response, Saved};
use serde_json::Value;

/// A file: what comes after `bytes`, up to `size`, is zeros.
struct File {
    name: Option<String>,
    bytes: Vec<u8>,
    size: u64,
}

/// What blob references stand for.
#[derive(Default)]
pub(super) struct Blobs {
    files: HashMap<String, File>,
    saved: usize,
}

impl Blobs {
    /// `{"film.mp4": {"name": …, "size": …, "text" or "base64": …}}`
    pub fn of(call: &Value) -> Blobs {
        let file = |(reference, file): (&String, &Value)| {
            let bytes = content(file);
            let size = file["size"].as_u64().unwrap_or(bytes.len() as u64);
            let name = file["name"].as_str().map(str::to_owned);
            (reference.clone(), File { name, bytes, size })
        };
        let files = call["blobs"].as_object().into_iter().flatten().map(file).collect();
        Blobs { files, saved: 0 }
    }

    /// The reply to `read`.
    pub fn read(&self, range: &Range) -> Reply {
        let Some(file) = self.files.get(&range.blob) else {
            return Reply::Undelivered("there is no such file".to_owned());
        };
        let start = range.offset.min(file.size);
        let end = start.saturating_add(range.length.min(1 << 20).into()).min(file.size);
        let byte = |at: u64| {
            usize::try_from(at).ok().and_then(|at| file.bytes.get(at)).copied().unwrap_or_default()
        };
        let data = (start..end).map(byte).collect();
        Reply::Chunk(Chunk { data, size: file.size, name: file.name.clone() })
    }

    /// The reply to a request with `save` that was answered with a 2xx: the body becomes a file.
    pub fn save(&mut self, response: Response) -> Reply {
        let Response { status, headers, body: bytes } = response;
        let blob = format!("saved-{}", self.saved);
        self.saved += 1;
        let size = bytes.len() as u64;
        self.files.insert(blob.clone(), File { name: None, bytes, size });
        Reply::Saved(Saved { status, headers, blob })
    }
}

/// The bytes that are written as `text` or `base64`.
pub(super) fn content(value: &Value) -> Vec<u8> {
    match (value["text"].as_str(), value["base64"].as_str()) {
        (Some(text), _) => text.as_bytes().to_vec(),
        (_, Some(bytes)) => BASE64_STANDARD.decode(bytes).unwrap_or_default(),
        _ => Vec::new(),
    }
}
