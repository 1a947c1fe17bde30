//! The commands of the programs here, read from the declarations that clap makes them of.

use std::collections::{BTreeMap, BTreeSet};

use syn::{Attribute, Field, Fields, Item, LitStr, Meta, Path, Type};

use super::super::tree::Tree;

/// A command with the commands below it.
#[derive(Default, Debug)]
pub struct Node {
    pub commands: BTreeMap<String, Node>,
}

#[derive(Default)]
pub struct Programs {
    pub programs: BTreeMap<String, Node>,
    /// Without the dashes.
    pub flags: BTreeSet<String>,
}

/// A type: its module's name and its own.
type Key = (String, String);

/// The types of one folder `src`, by their keys.
#[derive(Default)]
struct Types {
    /// Subcommands, each with the type that it holds.
    enums: BTreeMap<Key, Vec<(String, Option<Key>)>>,
    /// The type of the field that is a subcommand.
    structs: BTreeMap<Key, Key>,
    /// Programs, by name.
    programs: Vec<(String, Key)>,
}

impl Programs {
    pub fn read(tree: &Tree) -> Self {
        let mut crates: BTreeMap<&str, Types> = BTreeMap::new();
        let mut flags = BTreeSet::new();
        for (path, text) in
            tree.texts().filter(|(path, text)| path.ends_with(".rs") && text.contains("clap"))
        {
            let Some((root, _)) = path.split_once("/src/") else { continue };
            if let Ok(file) = syn::parse_file(text) {
                let module =
                    path.trim_end_matches(".rs").trim_end_matches("/mod").rsplit('/').next();
                let types = crates.entry(root).or_default();
                for item in &file.items {
                    types.add(module.unwrap_or_default(), item, &mut flags);
                }
            }
        }
        let mut programs = BTreeMap::new();
        for types in crates.values() {
            for (name, key) in &types.programs {
                programs.insert(name.clone(), types.node(key));
            }
        }
        Self { programs, flags }
    }
}

impl Types {
    fn add(&mut self, module: &str, item: &Item, flags: &mut BTreeSet<String>) {
        match item {
            Item::Enum(item) => {
                let variants = item.variants.iter().map(|variant| {
                    let named = text_of(&variant.attrs, "command", "name");
                    let holds =
                        variant.fields.iter().next().and_then(|field| key_of(module, &field.ty));
                    (named.unwrap_or_else(|| kebab(&variant.ident.to_string())), holds)
                });
                self.enums.insert((module.to_owned(), item.ident.to_string()), variants.collect());
                item.variants.iter().for_each(|variant| add_flags(&variant.fields, flags));
            }
            Item::Struct(item) => {
                let key = (module.to_owned(), item.ident.to_string());
                add_flags(&item.fields, flags);
                let below =
                    item.fields.iter().find(|field| says(&field.attrs, "command", "subcommand"));
                if let Some(below) = below.and_then(|field| key_of(module, &field.ty)) {
                    self.structs.insert(key.clone(), below);
                }
                if let Some(name) = text_of(&item.attrs, "command", "name") {
                    self.programs.push((name, key));
                }
            }
            _ => {}
        }
    }

    fn node(&self, key: &Key) -> Node {
        let key = self.structs.get(key).unwrap_or(key);
        let below =
            |holds: &Option<Key>| holds.as_ref().map(|key| self.node(key)).unwrap_or_default();
        let commands = self.enums.get(key).into_iter().flatten();
        Node { commands: commands.map(|(name, holds)| (name.clone(), below(holds))).collect() }
    }
}

fn add_flags(fields: &Fields, flags: &mut BTreeSet<String>) {
    for Field { attrs, ident, .. } in fields {
        if says(attrs, "arg", "long") {
            let given = text_of(attrs, "arg", "long");
            flags.extend(
                given.or_else(|| ident.as_ref().map(|ident| ident.to_string().replace('_', "-"))),
            );
        }
    }
}

/// Module and name of a type, also of one in `Option` or `Box`.
fn key_of(module: &str, of: &Type) -> Option<Key> {
    let Type::Path(path) = of else { return None };
    let Path { segments, .. } = &path.path;
    let last = segments.last()?;
    if let syn::PathArguments::AngleBracketed(inner) = &last.arguments {
        return inner.args.iter().find_map(|argument| match argument {
            syn::GenericArgument::Type(of) => key_of(module, of),
            _ => None,
        });
    }
    let module =
        segments.iter().rev().nth(1).map_or(module.to_owned(), |segment| segment.ident.to_string());
    Some((module, last.ident.to_string()))
}

/// Whether an attribute such as `#[arg(…)]` has a key.
fn says(attributes: &[Attribute], name: &str, key: &str) -> bool {
    value_of(attributes, name, key).is_some()
}

fn text_of(attributes: &[Attribute], name: &str, key: &str) -> Option<String> {
    value_of(attributes, name, key).flatten()
}

fn value_of(attributes: &[Attribute], name: &str, key: &str) -> Option<Option<String>> {
    let mut found = None;
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident(name)) {
        if let Meta::List(_) = attribute.meta {
            // What follows a value that is no text is not read any more.
            let _ = attribute.parse_nested_meta(|meta| {
                let is_key = meta.path.is_ident(key);
                let mut text = None;
                if meta.input.peek(syn::Token![=]) {
                    let value = meta.value()?;
                    if value.peek(LitStr) {
                        text = Some(value.parse::<LitStr>()?.value());
                    } else {
                        value.parse::<syn::Expr>()?;
                    }
                }
                if is_key {
                    found = Some(text);
                }
                Ok(())
            });
        }
    }
    found
}

fn kebab(name: &str) -> String {
    let mut words = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !words.is_empty() {
            words.push('-');
        }
        words.extend(letter.to_lowercase());
    }
    words
}
