//! The references that a call uses.

use std::collections::HashSet;

use serde_json::Value;

use super::{BlobError, BlobStore, shown};
use crate::contract::{Body, PartContent, Piece};

/// What a connector may use in one call: what the call's input names, and what the host has made
/// for it. Forgets all that was used when it goes, also when the call is cancelled; unless the call
/// goes on elsewhere.
pub(crate) struct BlobClaims<'a> {
    store: &'a dyn BlobStore,
    /// A JSON text.
    input: &'a str,
    /// The texts in the input, once somebody asks.
    named: Option<HashSet<String>>,
    used: HashSet<String>,
    most: usize,
    /// Whether they are to stay.
    pub keep: bool,
}

impl<'a> BlobClaims<'a> {
    /// For a call with this input, with `most` different references.
    pub fn new(store: &'a dyn BlobStore, input: &'a str, most: usize, keep: bool) -> Self {
        BlobClaims { store, input, named: None, used: HashSet::new(), most, keep }
    }

    /// Adds a reference that the host has made in this call.
    pub fn add(&mut self, reference: &str) {
        if !self.used.contains(reference) {
            self.used.insert(reference.to_owned());
        }
    }

    /// Adds a reference that the connector gave. It has to *be* a text of the call's input: a
    /// connector that made one up could read any file that the host can reach, and could send what
    /// it knows to anybody in the query of a URL.
    pub fn claim(&mut self, reference: &str) -> Result<(), BlobError> {
        if self.used.contains(reference) {
            return Ok(());
        }
        let input = self.input;
        let named = self.named.get_or_insert_with(|| texts(input));
        if !named.contains(reference) && !self.store.made(reference) {
            let message = format!("`{}` is not in the call's input", shown(reference));
            return Err(BlobError::Refused(message));
        }
        if self.used.len() >= self.most {
            let message = format!("more than {} different files in one call", self.most);
            return Err(BlobError::Refused(message));
        }
        self.used.insert(reference.to_owned());
        Ok(())
    }
}

impl Drop for BlobClaims<'_> {
    fn drop(&mut self) {
        if !self.keep {
            self.used.iter().for_each(|reference| self.store.forget(reference));
        }
    }
}

/// All references in a body, as often as they stand there.
pub(crate) fn references(body: &Body) -> Vec<&str> {
    let in_part = |content| match content {
        &PartContent::Text(_) => None,
        PartContent::Blob(reference) => Some(reference.as_str()),
    };
    let in_piece = |piece| match piece {
        &Piece::Text(_) => None,
        Piece::Blob(reference) | Piece::BlobBase64(reference) => Some(reference.as_str()),
        Piece::Slice(slice) => Some(slice.blob.as_str()),
    };
    match body {
        Body::Empty | Body::Bytes(_) => Vec::new(),
        Body::Multipart(parts) => parts.iter().filter_map(|part| in_part(&part.content)).collect(),
        Body::Pieces(pieces) => pieces.iter().filter_map(in_piece).collect(),
    }
}

/// The texts that are values in a JSON text, at any depth; keys are none.
pub(crate) fn texts(json: &str) -> HashSet<String> {
    let mut texts = HashSet::new();
    let mut open = vec![serde_json::from_str::<Value>(json).unwrap_or_default()];
    while let Some(value) = open.pop() {
        match value {
            Value::String(text) => drop(texts.insert(text)),
            Value::Array(items) => open.extend(items),
            Value::Object(members) => open.extend(members.into_iter().map(|(_, member)| member)),
            _ => {}
        }
    }
    texts
}
