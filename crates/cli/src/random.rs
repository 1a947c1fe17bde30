//! Secrets that this program makes.

use crate::error::Error;

/// 128 bits that nobody can guess, in hexadecimal.
pub fn text() -> Result<String, Error> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)
        .map_err(|error| Error::Unexpected(format!("no randomness: {error}")))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
