//! In place of the operating system's keyring, where the crate is built without the feature `keyring`.

use zeroize::Zeroizing;

use super::Key;

const WHY: &str = "this program is built without it";

/// Never puts it there.
pub fn keep(_service: &'static str, _id: &str, _key: &Key) -> Result<(), String> {
    Err(WHY.into())
}

/// Never gives it.
pub fn give(_service: &'static str, _id: &str) -> Result<Zeroizing<Vec<u8>>, String> {
    Err(WHY.into())
}
