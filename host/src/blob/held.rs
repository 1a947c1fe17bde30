//! The references that a call has used.

use super::BlobStore;
use crate::contract::{Body, PartContent, Piece};

/// Forgets them when it goes, also when the call is cancelled.
pub(crate) struct Held<'a> {
    store: &'a dyn BlobStore,
    references: Vec<String>,
}

impl<'a> Held<'a> {
    pub fn new(store: &'a dyn BlobStore) -> Self {
        Held { store, references: Vec::new() }
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

    /// Leaves the blobs to somebody else.
    pub fn release(mut self) {
        self.references.clear();
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        for reference in &self.references {
            self.store.forget(reference);
        }
    }
}
