//! What the connector says of the words of its service: the extensions `vocabulary`, `chargeable`
//! and `pictures` of its descriptor, as `docs/contract.md` has them.

use std::collections::HashMap;

use connector_host::Error;
use connector_host::contract::Descriptor;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// What people call things.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Vocabulary {
    /// Words of actions, and what stands for them.
    pub synonyms: HashMap<String, Vec<String>>,
    /// By the ids of actions: what else people say who want them.
    pub search: HashMap<String, String>,
    /// What the service does not offer.
    pub absent: Vec<Absent>,
    /// The ids of the actions of daily work, the most needed first.
    pub daily: Vec<String>,
    /// Common jobs.
    pub jobs: Vec<Job>,
}

/// A common job, as somebody would ask a model to do it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Job {
    /// In lower case, with hyphens.
    pub name: String,
    /// For people.
    pub title: String,
    /// What to do; names in braces stand for what is to be given.
    pub text: String,
}

/// Something that the service does not offer.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Absent {
    /// Phrases that ask for it.
    pub say: Vec<String>,
    /// What is said then.
    pub answer: String,
    /// The ids of the actions that come closest.
    #[serde(default)]
    pub instead: Vec<String>,
}

/// When some actions cost money.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Chargeable {
    /// Their ids.
    pub actions: Vec<String>,
    /// Fields that cost nothing by themselves, and the values for which that is so; without any, all.
    pub free: Map<String, Value>,
    /// What is filled in where it is left out, so that nothing is spent yet.
    pub start: Map<String, Value>,
}

/// Where things have pictures.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pictures {
    /// The https origins that they come from.
    pub origins: Vec<String>,
    /// The names of members that hold one, those that are looked at first in front.
    pub members: Vec<String>,
}

/// The actions that cost money, by their ids.
pub type Costs = HashMap<String, Chargeable>;

/// The value of `chargeable`.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rules {
    rules: Vec<Chargeable>,
}

/// Both extensions. A connector that has none says nothing of it.
pub fn read(descriptor: &Descriptor) -> Result<(Vocabulary, Costs), Error> {
    let Rules { rules } = extension(descriptor, "chargeable")?;
    let of_each = |rule: Chargeable| {
        let ids = rule.actions.clone();
        ids.into_iter().map(move |id| (id, rule.clone()))
    };
    Ok((extension(descriptor, "vocabulary")?, rules.into_iter().flat_map(of_each).collect()))
}

/// What it says of pictures, if anything.
pub fn pictures(descriptor: &Descriptor) -> Result<Option<Pictures>, Error> {
    extension(descriptor, "pictures")
}

fn extension<T: DeserializeOwned + Default>(
    descriptor: &Descriptor,
    name: &str,
) -> Result<T, Error> {
    let found = descriptor.extensions.iter().find(|extension| extension.name == name);
    let read = found.map_or(Ok(T::default()), |found| serde_json::from_str(&found.value));
    read.map_err(|error| Error::trap(format!("the extension {name}: {error}")))
}
