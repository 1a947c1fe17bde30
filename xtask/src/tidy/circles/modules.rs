//! What a crate's modules have, and refer to.

use std::collections::{BTreeMap, BTreeSet};

/// From the crate's root on; empty for that itself.
pub type Path = Vec<String>;

#[derive(Default)]
pub struct Crate {
    pub modules: BTreeMap<Path, Module>,
}

#[derive(Default)]
pub struct Module {
    pub children: BTreeSet<String>,
    /// What it defines but for its children.
    pub items: BTreeSet<String>,
    /// The names that it imports, with what for.
    pub imports: BTreeMap<String, Path>,
    /// What it imports all names of.
    pub globs: Vec<Path>,
    pub references: Vec<Reference>,
}

/// A path in the code.
#[derive(Clone)]
pub struct Reference {
    /// As it is written.
    pub path: Path,
    pub file: String,
    pub line: usize,
}
