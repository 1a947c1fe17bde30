//! SHA256SUMS, in the form that `sha256sum --check` reads.

use std::fs;
use std::path::Path;

use anyhow::Result;
use sha2::{Digest, Sha256};

use super::archive::files;
use super::project::write;

const NAME: &str = "SHA256SUMS";

/// Writes the sums of all files in the folder, by their paths there, and says how many they are.
pub fn write_sums(out: &Path) -> Result<usize> {
    let mut lines = String::new();
    let mut count = 0;
    for path in files(out)? {
        let inner = path.strip_prefix(out)?;
        if inner == Path::new(NAME) {
            continue;
        }
        let parts: Vec<_> = inner.iter().map(|part| part.to_string_lossy()).collect();
        lines += &format!("{}  {}\n", sha256(&fs::read(&path)?), parts.join("/"));
        count += 1;
    }
    write(&out.join(NAME), lines)?;
    Ok(count)
}

/// In hexadecimal digits.
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
