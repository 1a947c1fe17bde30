//! What the code defines, in all its languages.

use std::collections::BTreeSet;

use syn::visit::{self, Visit};
use syn::{Fields, ImplItem, Item, TraitItem, Type};

use super::super::circles::defined as name_of;
use super::super::tree::Tree;

#[derive(Default)]
pub struct Defined {
    /// Types and traits, and names that a declaration in another language gives.
    types: BTreeSet<String>,
    /// What is in what: functions of types, variants of enums, items of modules.
    members: BTreeSet<(String, String)>,
    /// Every word of a file that is no document.
    words: BTreeSet<String>,
}

impl Defined {
    pub fn read(tree: &Tree) -> Self {
        let mut defined = Self::default();
        for (path, text) in
            tree.texts().filter(|(path, _)| !path.ends_with(".md") && !path.ends_with(".lock"))
        {
            let words = words(text);
            if path.ends_with(".rs") {
                if let Ok(file) = syn::parse_file(text) {
                    let module = module_of(tree, path);
                    Collector { defined: &mut defined, at: module }.visit_file(&file);
                }
            } else {
                // Their names of types are seldom words of comments.
                let types = words.iter().filter(|word| word.starts_with(char::is_uppercase));
                defined.types.extend(types.map(|word| (*word).to_owned()));
            }
            defined.words.extend(words.into_iter().map(str::to_owned));
        }
        defined
    }

    /// Whether a file of Rust defines something of this name, at whatever depth.
    pub fn in_file(text: &str, name: &str) -> bool {
        let mut defined = Self::default();
        if let Ok(file) = syn::parse_file(text) {
            Collector { defined: &mut defined, at: String::new() }.visit_file(&file);
        }
        defined.members.iter().any(|(_, member)| member == name)
    }

    pub fn has_type(&self, name: &str) -> bool {
        self.types.contains(name)
    }

    pub fn has_word(&self, word: &str) -> bool {
        self.words.contains(word) || word.split('-').all(|part| self.words.contains(part))
    }

    /// Whether a type or module has something of this name; of modules the crate's own names count
    /// too, so that `connector_host::Connection` is found where it is re-exported.
    pub fn has_member(&self, of: &str, name: &str) -> bool {
        self.members.contains(&(of.to_owned(), name.to_owned()))
    }
}

/// The last name of the module that a file is: for the first file of a crate, the crate's.
fn module_of(tree: &Tree, path: &str) -> String {
    let stem = path.trim_end_matches(".rs").trim_end_matches("/mod");
    let name = match stem.strip_suffix("/src/lib").or(stem.strip_suffix("/src/main")) {
        Some(folder) => package(tree, folder).unwrap_or(folder),
        None => stem,
    };
    name.rsplit('/').next().unwrap_or_default().replace('-', "_")
}

/// The name in the manifest of a folder.
fn package<'a>(tree: &'a Tree, folder: &str) -> Option<&'a str> {
    let manifest = tree.text(&format!("{folder}/Cargo.toml"))?;
    manifest.lines().find_map(|line| line.strip_prefix("name = \"")?.strip_suffix('"'))
}

fn words(text: &str) -> BTreeSet<&str> {
    let other = |letter: char| !(letter.is_ascii_alphanumeric() || letter == '_' || letter == '-');
    text.split(other).map(|word| word.trim_matches('-')).filter(|word| !word.is_empty()).collect()
}

struct Collector<'a> {
    defined: &'a mut Defined,
    at: String,
}

impl Collector<'_> {
    fn member(&mut self, of: &str, name: &impl ToString) {
        self.defined.members.insert((of.to_owned(), name.to_string()));
    }

    fn fields(&mut self, of: &str, fields: &Fields) {
        for field in fields.iter().filter_map(|field| field.ident.as_ref()) {
            self.member(of, field);
        }
    }
}

impl<'ast> Visit<'ast> for Collector<'_> {
    fn visit_item(&mut self, item: &'ast Item) {
        let at = self.at.clone();
        if let Some(name) = name_of(item) {
            self.member(&at, &name);
            if !matches!(item, Item::Fn(_) | Item::Macro(_)) {
                self.defined.types.insert(name);
            }
        }
        match item {
            Item::Mod(module) => {
                self.member(&at, &module.ident);
                self.at = module.ident.to_string();
                visit::visit_item(self, item);
                self.at = at;
            }
            Item::Enum(item) => {
                let of = item.ident.to_string();
                for variant in &item.variants {
                    self.member(&of, &variant.ident);
                    self.defined.types.insert(variant.ident.to_string());
                }
            }
            Item::Struct(item) => self.fields(&item.ident.to_string(), &item.fields),
            Item::Impl(item) => {
                let Type::Path(of) = &*item.self_ty else { return };
                let of =
                    of.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
                for member in &item.items {
                    match member {
                        ImplItem::Fn(function) => self.member(&of, &function.sig.ident),
                        ImplItem::Const(constant) => self.member(&of, &constant.ident),
                        _ => {}
                    }
                }
            }
            Item::Trait(item) => {
                for member in &item.items {
                    if let TraitItem::Fn(function) = member {
                        self.member(&item.ident.to_string(), &function.sig.ident);
                    }
                }
            }
            // What a module gives on under its own name.
            Item::Use(import) => {
                for name in super::super::circles::imported(import) {
                    self.member(&at, &name);
                }
            }
            _ => {}
        }
    }
}
