//! The keys that a trigger has met, small enough to be a cursor: 48 bits of a hash each, as eight
//! characters, so that 50 000 of them make 400 kB of text. Among so many, a new key shares a hash
//! with an old one once in five billion times.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::checkpoint::{checksum, opened, sealed};
use crate::contract::{Cursor, Error};

/// Changes whenever an older component could misread what a newer one wrote.
const TAG: &str = "seen-1";

/// Six bits to the character.
const DIGITS: &[u8; 64] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_";
const LENGTH: usize = 8;

/// Sorted.
#[derive(Default)]
pub struct Seen(Vec<u64>);

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
        let hash = checksum(key.as_bytes()) >> (64 - 6 * LENGTH);
        let place = self.0.binary_search(&hash);
        if let Err(place) = place {
            self.0.insert(place, hash);
        }
        place.is_err()
    }
}

impl Serialize for Seen {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut text = String::with_capacity(LENGTH * self.0.len());
        for hash in &self.0 {
            text.extend((0..LENGTH).rev().map(|digit| char::from(DIGITS[(hash >> (6 * digit)) as usize & 63])));
        }
        serializer.serialize_str(&text)
    }
}

impl<'de> Deserialize<'de> for Seen {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <&str>::deserialize(deserializer)?;
        let value = |character: &u8| DIGITS.iter().position(|digit| digit == character);
        let hash = |chunk: &[u8]| chunk.iter().try_fold(0, |hash, c| Some(hash << 6 | value(c)? as u64));
        let hashes: Option<_> = text.as_bytes().chunks(LENGTH).map(hash).collect();
        hashes.map(Seen).ok_or_else(|| de::Error::custom("not a list of hashes"))
    }
}
