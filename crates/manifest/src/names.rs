//! What schemas in `$defs` are called.

use std::collections::HashSet;

use crate::inline::DEFS;
use crate::node::Node;

/// As many characters a name has that is made of what is in a schema.
const LONG: usize = 30;

/// What the places are called at which a schema is used.
#[derive(Default)]
pub(crate) struct Labels(Vec<(String, usize)>);

impl Labels {
    /// Adds a place, and says how many there are.
    pub fn add(&mut self, label: &str) -> usize {
        match self.0.iter_mut().find(|(known, _)| known == label) {
            Some((_, uses)) => *uses += 1,
            None => self.0.push((label.to_owned(), 1)),
        }
        self.uses()
    }

    /// How many places there are.
    pub fn uses(&self) -> usize {
        self.0.iter().map(|(_, uses)| uses).sum()
    }

    /// A name for the schema: the label of at least half of its places, the first of several, or else
    /// one of what is in it.
    pub fn name(&self, schema: &Node) -> String {
        let most = self.0.iter().map(|(_, uses)| *uses).max().unwrap_or_default();
        let label = self.0.iter().find(|(_, uses)| *uses == most && most * 2 >= self.uses());
        let first = self.0.first().map(|(label, _)| label.clone());
        let name = label.map(|(label, _)| label.clone()).or_else(|| content(schema)).or(first);
        match cleaned(&name.unwrap_or_default()) {
            name if name.is_empty() => "schema".to_owned(),
            name => name,
        }
    }
}

/// A title, a constant, options, or the names of fields.
fn content(schema: &Node) -> Option<String> {
    if let Some(text) = ["title", "const"].iter().find_map(|keyword| schema.get(keyword)?.text()) {
        return Some(text.to_lowercase());
    }
    let listed = schema.get("enum").or_else(|| schema.get("items")?.get("enum"));
    let options = listed.map_or(&[][..], Node::items).iter().filter_map(Node::text);
    let fields = schema.get("properties").map_or(&[][..], Node::members);
    let words: Vec<_> = options.chain(fields.iter().map(|(name, _)| name.clone())).collect();
    let mut name = String::new();
    for word in words {
        if !name.is_empty() && name.len() + word.len() > LONG {
            break;
        }
        name.push_str(if name.is_empty() { "" } else { "-" });
        name.push_str(&word);
    }
    (!name.is_empty()).then_some(name)
}

/// Letters, digits, underscores and dots as they are, and one hyphen for all between them.
fn cleaned(name: &str) -> String {
    let plain = |one: char| one.is_ascii_alphanumeric() || one == '_' || one == '.';
    let parts = name.split(|one| !plain(one)).filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join("-")
}

/// The names that are taken.
#[derive(Default)]
pub(crate) struct Names(HashSet<String>);

impl Names {
    /// Takes a name, with the first number that makes it another one than all before.
    pub fn unique(&mut self, name: &str) -> String {
        let numbered = (2..).map(|number| format!("{name}-{number}"));
        let mut names = std::iter::once(name.to_owned()).chain(numbered);
        let free = names.find(|name| !self.0.contains(name)).expect("numbers do not end");
        self.0.insert(free.clone());
        free
    }

    /// Takes the names that a schema uses in references of its own.
    pub fn avoid(&mut self, schema: &Node) {
        let text = schema.text();
        let name = text.as_deref().and_then(|text| text.strip_prefix(DEFS));
        self.0.extend(name.map(str::to_owned));
        schema.items().iter().for_each(|item| self.avoid(item));
        schema.members().iter().for_each(|(_, member)| self.avoid(member));
    }
}
