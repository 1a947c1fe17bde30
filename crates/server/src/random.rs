//! Texts that nobody can guess.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use crate::problem::Problem;

/// 256 bits in 43 characters that need no escape anywhere.
pub fn text() -> Result<String, Problem> {
    let mut bytes = [0; 32];
    fill(&mut bytes)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// A short name that is no secret.
pub fn id() -> Result<String, Problem> {
    let mut bytes = [0; 8];
    fill(&mut bytes)?;
    Ok(hex(&bytes))
}

/// What is kept of such a text.
pub fn hash(text: &str) -> String {
    hex(&Sha256::digest(text))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn fill(bytes: &mut [u8]) -> Result<(), Problem> {
    getrandom::fill(bytes).map_err(|error| Problem::internal(format!("no randomness: {error}")))
}
