//! Changes, and the versions that they ask for.

use std::fmt::{self, Display};

use anyhow::{Context, Result};

/// One thing that is not as it was.
#[derive(Debug, PartialEq, Eq)]
pub struct Change {
    pub is_breaking: bool,
    pub what: String,
}

impl Change {
    pub fn breaking(what: impl Into<String>) -> Self {
        Change { is_breaking: true, what: what.into() }
    }

    pub fn added(what: impl Into<String>) -> Self {
        Change { is_breaking: false, what: what.into() }
    }

    /// The lowest version that may follow `before` with these changes: until 1.0 the second number tells what breaks.
    pub fn least(changes: &[Change], before: &str) -> Result<String> {
        let [major, minor, patch] = numbers(before)?;
        let breaks = changes.iter().any(|it| it.is_breaking);
        Ok(match (breaks, changes.is_empty(), major) {
            (_, true, _) => before.to_owned(),
            (true, _, 0) => format!("0.{}.0", minor + 1),
            (true, ..) => format!("{}.0.0", major + 1),
            (false, _, 0) => format!("0.{minor}.{}", patch + 1),
            (false, ..) => format!("{major}.{}.0", minor + 1),
        })
    }
}

impl Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let mark = if self.is_breaking { "BREAKS" } else { "adds" };
        write!(f, "{mark} {}", self.what)
    }
}

/// Whether a version is another or a later one.
pub fn at_least(version: &str, least: &str) -> Result<bool> {
    Ok(numbers(version)? >= numbers(least)?)
}

/// The three numbers of a version.
pub fn numbers(version: &str) -> Result<[u64; 3]> {
    let numbers: Option<Vec<u64>> = version.split('.').map(|it| it.parse().ok()).collect();
    let numbers = numbers.and_then(|it| <[u64; 3]>::try_from(it).ok());
    numbers
        .with_context(|| format!("`{version}` is no version: it is three numbers, such as 1.2.0"))
}
