//! The references that a call has used.

use super::BlobStore;
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

    /// All references in a body.
    pub fn add_body(&mut self, body: &Body) {
        match body {
            Body::Empty | Body::Bytes(_) => {}
            Body::Multipart(parts) => parts.iter().for_each(|part| match &part.content {
                PartContent::Text(_) => {}
                PartContent::Blob(reference) => self.add(reference),
            }),
            Body::Pieces(pieces) => pieces.iter().for_each(|piece| match piece {
                Piece::Text(_) => {}
                Piece::Blob(reference) | Piece::BlobBase64(reference) => self.add(reference),
            }),
        }
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        if !self.keep {
            self.references.iter().for_each(|reference| self.store.forget(reference));
        }
    }
}
