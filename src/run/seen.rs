//! The keys that a trigger has met, small enough to be a cursor: six bytes of a hash each, so that
//! 50 000 of them make 400 kB of text. Two keys of one list share a hash once in billions of polls.

use std::collections::BTreeSet;

use base64::prelude::{BASE64_STANDARD_NO_PAD as BASE64, Engine};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::checkpoint::{checksum, opened, sealed};
use crate::contract::{Cursor, Error};

/// Changes whenever an older component could misread what a newer one wrote.
const TAG: &str = "seen-1";
const BYTES: usize = 6;

#[derive(Default)]
pub struct Seen(BTreeSet<u64>);

impl Seen {
    /// Reads a cursor.
    pub fn read(cursor: &str) -> Result<Seen, Error> {
        opened(TAG, "cursor", cursor)
    }

    pub fn cursor(&self) -> Cursor {
        sealed(TAG, self)
    }

    /// True if the key is new.
    pub fn insert(&mut self, key: &str) -> bool {
        self.0.insert(checksum(key.as_bytes()) >> (64 - 8 * BYTES))
    }
}

impl Serialize for Seen {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let bytes: Vec<u8> = self.0.iter().flat_map(|hash| hash.to_be_bytes()[8 - BYTES..].to_vec()).collect();
        serializer.serialize_str(&BASE64.encode(bytes))
    }
}

impl<'de> Deserialize<'de> for Seen {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let bytes = BASE64.decode(String::deserialize(deserializer)?).map_err(de::Error::custom)?;
        let hashes = bytes.chunks_exact(BYTES).map(|chunk| chunk.iter().fold(0, |hash, byte| hash << 8 | u64::from(*byte)));
        Ok(Seen(hashes.collect()))
    }
}
