//! Schemas that repeat are written once, in `$defs`.

use std::collections::{BTreeMap, HashMap};

use crate::inline::{DEFS, InlineError};
use crate::names::{Labels, Names};
use crate::node::{Node, quoted};
use crate::places::{self, Place};
use crate::{Json, Manifest};

/// Shorter schemas, in bytes, say as much as a reference would.
const SHORT: usize = 60;

/// As many bytes a schema in `$defs` has to save.
const SAVED: usize = 100;

impl Manifest {
    /// The same manifest with what repeats in its schemas in `$defs`, written once and referred to by
    /// `$ref`. [`Manifest::inlined`] makes of it what it was, to the byte.
    ///
    /// A schema in `$defs` is all of a schema, or all but the annotations around it (title, description
    /// and hints, say), which then stand beside `$ref`. Its name is that of a field that it is for, or
    /// else says what is in it. Schemas with references of their own stay as they are. The `$schema` that
    /// ends all of them is said once. Fails as [`Manifest::inlined`] does, where something is in `$defs`
    /// already.
    pub fn shared(&self) -> Result<Manifest, InlineError> {
        let mut manifest = self.inlined()?;
        manifest.take_dialect();
        let mut schemas = manifest.schemas_mut();
        let mut sharer = Sharer::default();
        let mut roots = Vec::new();
        for schema in &mut schemas {
            let root = schema.json.node();
            if refers(&root) {
                sharer.names.avoid(&root);
            } else if let Node::Object(_) = root {
                roots.push((&mut *schema.json, root, &*schema.label));
            }
        }
        for (_, root, label) in &roots {
            sharer.count(root, label);
        }
        for (json, root, _) in roots {
            *json = Json::new(&sharer.shorten(&root));
        }
        manifest.defs = sharer.defs;
        Ok(manifest)
    }
}

/// Whether something in it refers to something, or can be referred to.
fn refers(node: &Node) -> bool {
    let own = |name: &str| name.starts_with('$') && !["$schema", "$comment"].contains(&name);
    let member = |(name, member): &(String, Node)| own(name) || refers(member);
    node.members().iter().any(member) || node.items().iter().any(refers)
}

/// Keywords that say something about a schema and do not change what is valid.
fn is_annotation(keyword: &str) -> bool {
    let known =
        ["title", "description", "default", "examples", "deprecated", "$comment", "$schema"];
    keyword.starts_with("x-") || known.contains(&keyword)
}

/// The members before a schema's core, the core, and those behind it. None when it is all core, or
/// has none.
fn split(members: &[(String, Node)]) -> Option<[&[(String, Node)]; 3]> {
    let validates = |(keyword, _): &(String, Node)| !is_annotation(keyword);
    let first = members.iter().position(validates)?;
    let end = members.iter().rposition(validates)? + 1;
    (end - first < members.len()).then(|| {
        let (head, rest) = members.split_at(first);
        let (core, tail) = rest.split_at(end - first);
        [head, core, tail]
    })
}

#[derive(Default)]
struct Sharer {
    /// How schemas are used, by their texts.
    uses: HashMap<String, Labels>,
    /// What stands for schemas, by their texts.
    short: HashMap<String, Node>,
    names: Names,
    defs: BTreeMap<String, Json>,
}

impl Sharer {
    /// Counts a schema, and all within it when it is new.
    fn count(&mut self, schema: &Node, label: &str) {
        // What says which JSON Schema it is stays where it is.
        if schema.get("$schema").is_none() {
            let uses = self.uses.entry(schema.compact()).or_default();
            if uses.add(label) > 1 {
                return;
            }
        }
        if let Some([_, core, _]) = split(schema.members()) {
            return self.count(&Node::Object(core.to_vec()), label);
        }
        for place in places::within(schema) {
            self.count(place.schema, &label_of(&place, label));
        }
    }

    /// What stands where a schema was: a reference, or the schema with references in it.
    fn shorten(&mut self, schema: &Node) -> Node {
        let text = schema.compact();
        if let Some(short) = self.short.get(&text) {
            return short.clone();
        }
        let inside = Node::Object(match split(schema.members()) {
            Some([head, core, tail]) => {
                let core = self.shorten(&Node::Object(core.to_vec()));
                [head, core.members(), tail].concat()
            }
            None => {
                let member = |(keyword, value): &(String, Node)| {
                    let mut change =
                        |it: &Node| Ok::<_, std::convert::Infallible>(self.shorten(it));
                    let Ok(value) = places::change(value, keyword, &mut change);
                    (keyword.clone(), value)
                };
                schema.members().iter().map(member).collect()
            }
        });
        let short = self.define(schema, &text, &inside).unwrap_or(inside);
        self.short.insert(text, short.clone());
        short
    }

    /// A reference to a schema, now in `$defs`. None when that would not save enough.
    fn define(&mut self, schema: &Node, text: &str, inside: &Node) -> Option<Node> {
        let labels = self.uses.get(text)?;
        let name = labels.name(schema);
        let reference = |name: &str| {
            let target = quoted(&format!("{DEFS}{name}"));
            Node::Object(vec![("$ref".to_owned(), Node::Leaf(target))])
        };
        let (long, uses) = (inside.compact().len(), labels.uses());
        let with = uses * reference(&name).compact().len() + name.len() + long;
        if long < SHORT || with + SAVED > uses * long {
            return None;
        }
        let name = self.names.unique(&name);
        self.defs.insert(name.clone(), Json::new(inside));
        Some(reference(&name))
    }
}

/// A schema within one with a label is called like its field, or says where in the other it is.
fn label_of(place: &Place, around: &str) -> String {
    match (place.keyword, place.name) {
        ("properties", Some(name)) => name.to_owned(),
        ("oneOf" | "anyOf" | "allOf", _) => {
            // Alternatives are told apart by a constant, or by their only field.
            let fields = place.schema.get("properties").map_or(&[][..], Node::members);
            let tag = fields.iter().find_map(|(_, field)| field.get("const")?.text());
            let only = fields.first().filter(|_| fields.len() == 1).map(|(name, _)| name.clone());
            tag.or(only).unwrap_or_else(|| format!("{around}-option"))
        }
        ("items" | "prefixItems" | "contains", _) => format!("{around}-item"),
        ("additionalProperties" | "patternProperties", _) => format!("{around}-value"),
        (keyword, _) => format!("{around}-{keyword}"),
    }
}

#[cfg(test)]
mod tests;
