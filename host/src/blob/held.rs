//! The references that a call has used.

use serde_json::Value;

use super::{BlobError, BlobStore, scheme, shown};
use crate::contract::{Body, PartContent, Piece};

/// Forgets them when it goes, also when the call is cancelled; unless the call goes on elsewhere.
pub(crate) struct Held<'a> {
    store: &'a dyn BlobStore,
    references: Vec<String>,
    /// Whether they are to stay.
    pub keep: bool,
}

impl<'a> Held<'a> {
    pub fn new(store: &'a dyn BlobStore, keep: bool) -> Self {
        Held { store, references: Vec::new(), keep }
    }

    pub fn add(&mut self, reference: &str) {
        if !self.references.iter().any(|held| held == reference) {
            self.references.push(reference.to_owned());
        }
    }

    /// Adds a reference that the connector gave. A URL has to stand in the call's input, a JSON
    /// text: a connector that made one up could send what it knows to anybody.
    pub fn claim(&mut self, reference: &str, input: &str) -> Result<(), BlobError> {
        let made_up = || !serde_json::from_str(input).is_ok_and(|input| holds(&input, reference));
        if scheme(reference) == Some("https") && made_up() {
            let message = format!("`{}` is not in the call's input", shown(reference));
            return Err(BlobError::Refused(message));
        }
        self.add(reference);
        Ok(())
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        if !self.keep {
            self.references.iter().for_each(|reference| self.store.forget(reference));
        }
    }
}

/// All references in a body.
pub(crate) fn references(body: &Body) -> Vec<&str> {
    let in_part = |content| match content {
        &PartContent::Text(_) => None,
        PartContent::Blob(reference) => Some(reference.as_str()),
    };
    let in_piece = |piece| match piece {
        &Piece::Text(_) => None,
        Piece::Blob(reference) | Piece::BlobBase64(reference) => Some(reference.as_str()),
    };
    match body {
        Body::Empty | Body::Bytes(_) => Vec::new(),
        Body::Multipart(parts) => parts.iter().filter_map(|part| in_part(&part.content)).collect(),
        Body::Pieces(pieces) => pieces.iter().filter_map(in_piece).collect(),
    }
}

fn holds(value: &Value, reference: &str) -> bool {
    match value {
        Value::String(text) => text.contains(reference),
        Value::Array(items) => items.iter().any(|item| holds(item, reference)),
        Value::Object(members) => members.values().any(|member| holds(member, reference)),
        _ => false,
    }
}
