//! What the holder of a key may do.

use std::collections::BTreeSet;

use connector_host::Permission;
use serde::{Deserialize, Serialize};

/// One of the things that a key may allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Right {
    /// What changes nothing at the service.
    Read,
    /// What changes something there.
    Write,
    /// What takes something away or ends it, together with [`Right::Write`].
    Destructive,
    /// Making, testing, renaming and deleting connections.
    Connect,
    /// Making and revoking keys of the tenant, and reading its audit log.
    Admin,
}

/// The rights of a key.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Rights(BTreeSet<Right>);

impl Rights {
    /// All of them.
    pub fn all() -> Self {
        use Right::{Admin, Connect, Destructive, Read, Write};
        [Read, Write, Destructive, Connect, Admin].into_iter().collect()
    }

    /// Whether this one is among them.
    pub fn has(&self, right: Right) -> bool {
        self.0.contains(&right)
    }

    /// Whether all of the others are among them.
    pub fn hold(&self, others: &Rights) -> bool {
        others.0.is_subset(&self.0)
    }

    /// What both allow.
    pub fn and(&self, others: &Rights) -> Rights {
        self.0.intersection(&others.0).copied().collect()
    }

    /// What a connection lets such a caller do. Whether it may do anything is [`Right::Read`].
    pub(crate) fn permission(&self) -> Permission {
        Permission {
            read_only: !self.has(Right::Write),
            no_destructive: !self.has(Right::Destructive),
            ..Permission::default()
        }
    }

    /// As they are stored.
    pub(crate) fn words(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// What [`Rights::words`] gave.
    pub(crate) fn from_words(words: &str) -> Option<Self> {
        serde_json::from_str(words).ok()
    }
}

impl FromIterator<Right> for Rights {
    fn from_iter<I: IntoIterator<Item = Right>>(rights: I) -> Self {
        Rights(rights.into_iter().collect())
    }
}
