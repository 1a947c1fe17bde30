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
        let hash = mixed(checksum(key.as_bytes())) >> (64 - 6 * LENGTH);
        let place = self.0.binary_search(&hash);
        if let Err(place) = place {
            self.0.insert(place, hash);
        }
        place.is_err()
    }
}

/// Spreads the difference of two sums over all their bits: ids often differ in their last digit only.
fn mixed(sum: u64) -> u64 {
    let sum = (sum ^ (sum >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    let sum = (sum ^ (sum >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    sum ^ (sum >> 33)
}

/// The digit's value, for each byte; 64 where it is none.
const VALUES: [u8; 256] = {
    let mut values = [64; 256];
    let mut value = 0;
    while value < DIGITS.len() {
        values[DIGITS[value] as usize] = value as u8;
        value += 1;
    }
    values
};

impl Serialize for Seen {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut text = String::with_capacity(LENGTH * self.0.len());
        for hash in &self.0 {
            text.extend(
                (0..LENGTH)
                    .rev()
                    .map(|digit| char::from(DIGITS[(hash >> (6 * digit)) as usize & 63])),
            );
        }
        serializer.serialize_str(&text)
    }
}

impl<'de> Deserialize<'de> for Seen {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <&str>::deserialize(deserializer)?;
        let values = text.bytes().map(|byte| VALUES[usize::from(byte)]);
        if text.len() % LENGTH != 0 || values.clone().any(|value| value == 64) {
            return Err(de::Error::custom("not a list of hashes"));
        }
        let values: Vec<u8> = values.collect();
        let hash =
            |digits: &[u8]| digits.iter().fold(0, |hash, digit| hash << 6 | u64::from(*digit));
        Ok(Seen(values.chunks(LENGTH).map(hash).collect()))
    }
}
