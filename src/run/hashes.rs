//! Lists of 48-bit hashes, as eight characters each.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::checkpoint::checksum;

/// Six bits to the character, in the order of their values, so that sorted hashes are sorted texts.
const DIGITS: &[u8; 64] = b"-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz";
const LENGTH: usize = 8;

/// A list of hashes.
#[derive(Clone, Default)]
pub struct Hashes(Vec<u64>);

/// Of a key.
pub fn hash(key: &str) -> u64 {
    mixed(checksum(key.as_bytes())) >> (64 - 6 * LENGTH)
}

impl Hashes {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a sorted list has it.
    pub fn has(&self, hash: u64) -> bool {
        self.0.binary_search(&hash).is_ok()
    }

    /// Whether a short list in any order has it.
    pub fn has_unsorted(&self, hash: u64) -> bool {
        self.0.contains(&hash)
    }

    pub fn push(&mut self, hash: u64) {
        self.0.push(hash);
    }

    pub fn sort(&mut self) {
        self.0.sort_unstable();
    }

    /// Adds others to a sorted list, which stays sorted and holds each once.
    pub fn merge(&mut self, others: Hashes) {
        self.0.extend(others.0);
        self.0.sort_unstable();
        self.0.dedup();
    }

    pub fn retain(&mut self, keep: impl Fn(u64) -> bool) {
        self.0.retain(|hash| keep(*hash));
    }

    pub fn extend(&mut self, others: Hashes) {
        self.0.extend(others.0);
    }

    pub fn keep_last(&mut self, most: usize) {
        self.0.drain(..self.0.len().saturating_sub(most));
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

impl Serialize for Hashes {
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

impl<'de> Deserialize<'de> for Hashes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <&str>::deserialize(deserializer)?;
        let values = text.bytes().map(|byte| VALUES[usize::from(byte)]);
        if text.len() % LENGTH != 0 || values.clone().any(|value| value == 64) {
            return Err(de::Error::custom("not a list of hashes"));
        }
        let values: Vec<u8> = values.collect();
        let hash =
            |digits: &[u8]| digits.iter().fold(0, |hash, digit| hash << 6 | u64::from(*digit));
        Ok(Hashes(values.chunks(LENGTH).map(hash).collect()))
    }
}
