//! Lists of fingerprints: for each item that a trigger knows, 48 bits of its key's hash and, where changes
//! count, 32 bits of its state's and how often that has changed.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::checkpoint::checksum;

/// Six bits to the character, in the order of their values, so that sorted hashes are sorted texts.
const DIGITS: &[u8; 64] = b"-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz";
const LENGTH: usize = 8;

/// Bits that count the changes of a state, behind those of its hash.
const COUNT: usize = 16;

/// What is known of an item.
#[derive(Clone, Copy)]
pub struct Fingerprint {
    /// The hash of its key.
    pub key: u64,
    /// The hash of its state; 0 where only keys count.
    pub state: u32,
    /// How often the state has changed since the item became known; from 65 535 it goes on at 0.
    pub changes: u16,
}

/// The fingerprint of an item that is met for the first time.
pub fn fingerprint(key: &str, state: Option<&str>) -> Fingerprint {
    let state = state.map_or(0, |state| (hash(state) >> COUNT) as u32);
    Fingerprint { key: hash(key), state, changes: 0 }
}

/// 48 bits of a text.
fn hash(text: &str) -> u64 {
    mixed(checksum(text.as_bytes())) >> (64 - 6 * LENGTH)
}

/// Fingerprints, written as the hashes of the keys and, where there are states, those after a dot.
#[derive(Clone, Default)]
pub struct Fingerprints(pub Vec<Fingerprint>);

impl Fingerprints {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The fingerprint with this key, in a sorted list.
    pub fn find(&self, key: u64) -> Option<Fingerprint> {
        let found = self.0.binary_search_by_key(&key, |one| one.key).ok()?;
        Some(self.0[found])
    }

    /// As `find`, in a list in any order.
    pub fn find_unsorted(&self, key: u64) -> Option<Fingerprint> {
        self.0.iter().find(|one| one.key == key).copied()
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

impl Serialize for Fingerprints {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut text = String::with_capacity(2 * LENGTH * self.0.len() + 1);
        self.0.iter().for_each(|one| write(one.key, &mut text));
        if self.0.iter().any(|one| one.state != 0) {
            let state = |one: &Fingerprint| u64::from(one.state) << COUNT | u64::from(one.changes);
            text.push('.');
            self.0.iter().for_each(|mark| write(state(mark), &mut text));
        }
        serializer.serialize_str(&text)
    }
}

impl<'de> Deserialize<'de> for Fingerprints {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <&str>::deserialize(deserializer)?;
        let (keys, states) = text.split_once('.').unwrap_or((text, ""));
        let (keys, mut states) = (read(keys), read(states));
        if let (Some(keys), Some(states)) = (&keys, &mut states)
            && states.is_empty()
        {
            states.resize(keys.len(), 0);
        }
        match (keys, states) {
            (Some(keys), Some(states)) if keys.len() == states.len() => {
                let one = |(key, state): (u64, u64)| Fingerprint {
                    key,
                    state: (state >> COUNT) as u32,
                    changes: state as u16,
                };
                Ok(Fingerprints(keys.into_iter().zip(states).map(one).collect()))
            }
            _ => Err(de::Error::custom("not a list of fingerprints")),
        }
    }
}

fn write(hash: u64, out: &mut String) {
    let digit = |place: usize| char::from(DIGITS[(hash >> (6 * place)) as usize & 63]);
    out.extend((0..LENGTH).rev().map(digit));
}

/// The hashes of a text; none when it holds anything else.
fn read(text: &str) -> Option<Vec<u64>> {
    let digits = text.as_bytes().chunks(LENGTH);
    let hash = |digits: &[u8]| {
        let add = |hash, digit: &u8| match VALUES[usize::from(*digit)] {
            64 => None,
            value => Some(hash << 6 | u64::from(value)),
        };
        digits.iter().try_fold(0, add).filter(|_| digits.len() == LENGTH)
    };
    digits.map(hash).collect()
}
