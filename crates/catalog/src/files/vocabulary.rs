//! `vocabulary.toml`: what people call things, for those who look for an action by words.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

/// What people say.
#[derive(Debug, Default, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Vocabulary {
    /// Words of actions, and words or phrases that stand for them.
    #[cfg_attr(
        feature = "schema",
        schemars(with = "std::collections::BTreeMap<String, Vec<String>>")
    )]
    #[serde(default)]
    pub synonyms: IndexMap<String, Vec<String>>,
    /// What the service does not offer.
    #[serde(default)]
    pub absent: Vec<Absent>,
    /// The ids of the actions of daily work, the most needed first.
    #[serde(default)]
    pub daily: Vec<String>,
    /// Common jobs.
    #[serde(default)]
    pub jobs: Vec<Job>,
    /// Where things have their pictures: an extension of its own.
    #[serde(skip_serializing)]
    pub pictures: Option<Pictures>,
    /// What packs have in them: an extension of its own.
    #[serde(skip_serializing)]
    pub packs: Option<Packs>,
}

/// What a pack for a platform has in it unless somebody chooses.
#[derive(Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Packs {
    /// The groups of daily work.
    pub groups: Vec<String>,
}

/// Where the things of the service have their pictures.
#[derive(Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Pictures {
    /// The https origins that pictures come from.
    pub origins: Vec<String>,
    /// The names of members that hold one, those that are looked at first in front.
    pub members: Vec<String>,
}

/// A common job, as somebody would ask a model to do it.
#[derive(Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Job {
    /// In lower case, with hyphens; it never changes.
    pub name: String,
    /// For people.
    pub title: String,
    /// What to do; names in braces stand for what is to be given.
    pub text: String,
}

/// Something that the service does not offer.
#[derive(Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Absent {
    /// Phrases that ask for it: all words of one of them are said.
    pub say: Vec<String>,
    /// A sentence or two that say so.
    pub answer: String,
    /// The ids of the actions that come closest.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub instead: Vec<String>,
}
