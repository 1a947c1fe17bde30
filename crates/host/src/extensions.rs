//! What this host has beyond the contract. The names are told in `docs/contract.md`.

use crate::{signing, sources};

/// Those of the names that neither this host nor its embedder knows.
pub(crate) fn lacking(required: &[String], embedders: &[String]) -> Vec<String> {
    let is_known = |name: &str| signing::NAMES.contains(&name) || sources::NAMES.contains(&name);
    let unknown = |name: &&String| !is_known(name) && !embedders.contains(name);
    required.iter().filter(unknown).map(|name| format!("`{name}`")).collect()
}
