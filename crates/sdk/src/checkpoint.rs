//! The text form of checkpoints and cursors: a tag, a checksum and JSON.

use serde::{Deserialize, Serialize};

use crate::contract::{Error, ErrorKind};
use crate::error::error;

/// `value` as text behind `tag` and a checksum.
pub(crate) fn sealed(tag: &str, value: &impl Serialize) -> String {
    let json = serde_json::to_string(value).expect("jobs and cursors have text keys");
    format!("{tag}:{:016x}:{json}", checksum(json.as_bytes()))
}

/// What `sealed` wrote; `name` is what to call it in the error.
pub(crate) fn opened<T: for<'de> Deserialize<'de>>(
    tag: &str,
    name: &str,
    text: &str,
) -> Result<T, Error> {
    let wrong = |code: &str, message: String| wrong(name, code, message);
    let mut parts = text.splitn(3, ':');
    let (Some(found), Some(sum), Some(json)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(damaged(name));
    };
    if found != tag {
        let message = format!("the {name} was made by another connector or version");
        return Err(wrong("other-version", message));
    }
    if sum != format!("{:016x}", checksum(json.as_bytes())) {
        return Err(damaged(name));
    }
    serde_json::from_str(json).map_err(|_| other_version(name, ""))
}

/// A checkpoint that this version of the connector cannot go on with; `why` ends the sentence.
pub(crate) fn other_version(name: &str, why: &str) -> Error {
    wrong(name, "other-version", format!("the {name} was made by another version{why}"))
}

/// The error about a checkpoint, or what `name` says, that this connector did not write.
pub fn damaged(name: &str) -> Error {
    wrong(name, "damaged", format!("the {name} is damaged"))
}

fn wrong(name: &str, code: &str, message: String) -> Error {
    Error {
        advice: Some(format!("Begin again without the {name}.")),
        ..error(ErrorKind::InvalidInput, code, message)
    }
}

/// FNV-1a. It finds damage and does not prevent forgery: a forged checkpoint must cause no more than an
/// error.
pub(crate) fn checksum(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
