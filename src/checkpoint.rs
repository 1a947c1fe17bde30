//! What a call needs to go on after a step, as bytes that survive any host.
//!
//! A checkpoint is a tag, a checksum and JSON. It never holds a body that was sent: images can be
//! large, and a checkpoint is stored often.

use serde::{Deserialize, Serialize};

use crate::contract::{Error, ErrorKind};
use crate::error::error;
use crate::run::Job;

/// Changes whenever an older component could misread what a newer one wrote.
const TAG: &str = "pinterest-1";

/// Writes `job` down.
pub fn write(job: &Job) -> Vec<u8> {
    sealed(TAG, job).into_bytes()
}

/// Reads what `write` wrote, in this version of the component or one with the same tag.
pub fn read(bytes: &[u8]) -> Result<Job, Error> {
    opened(TAG, "checkpoint", std::str::from_utf8(bytes).unwrap_or_default())
}

/// `value` as text behind `tag` and a checksum.
pub fn sealed(tag: &str, value: &impl Serialize) -> String {
    let json = serde_json::to_string(value).expect("jobs and cursors have text keys");
    format!("{tag}:{:016x}:{json}", checksum(json.as_bytes()))
}

/// What `sealed` wrote; `name` is what to call it in the error.
pub fn opened<T: for<'de> Deserialize<'de>>(tag: &str, name: &str, text: &str) -> Result<T, Error> {
    let wrong = |code: &str, message: String| wrong(name, code, message);
    let mut parts = text.splitn(3, ':');
    let (Some(found), Some(sum), Some(json)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(damaged(name));
    };
    if found != tag {
        return Err(wrong(
            "other-version",
            format!("the {name} was made by another connector or version"),
        ));
    }
    if sum != format!("{:016x}", checksum(json.as_bytes())) {
        return Err(damaged(name));
    }
    serde_json::from_str(json)
        .map_err(|_| wrong("other-version", format!("the {name} was made by another version")))
}

/// What is wrong with a checkpoint, or what `name` says, that this connector did not write.
pub fn damaged(name: &str) -> Error {
    wrong(name, "damaged", format!("the {name} is damaged"))
}

fn wrong(name: &str, code: &str, message: String) -> Error {
    Error {
        advice: Some(format!("Begin again without the {name}.")),
        ..error(ErrorKind::InvalidInput, code, message)
    }
}

/// FNV-1a. It finds accidents and no forgeries: whatever a checkpoint holds, it must be no more than
/// an error.
pub fn checksum(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
