//! What a module refers to: its imports, and the paths in its code.

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Attribute, Item, ItemMod, ItemUse, Macro, Meta, UseTree};

use super::super::tests_only::is_test_only;
use super::modules::{Module, Path, Reference};

/// Adds what an item imports and refers to, without what its child modules do.
pub fn collect(item: &Item, file: &str, module: &mut Module) {
    if let Item::Use(import) = item {
        let mut prefix = start(import);
        flatten(&import.tree, &mut prefix, &mut |path, name| match name {
            Some(name) => drop(module.imports.insert(name, path.clone())),
            None => module.globs.push(path.clone()),
        });
    }
    Collector { file, references: &mut module.references }.visit_item(item);
}

/// The names that an item defines in its module.
pub fn defined(item: &Item) -> Option<String> {
    Some(match item {
        Item::Const(item) => item.ident.to_string(),
        Item::Enum(item) => item.ident.to_string(),
        Item::Fn(item) => item.sig.ident.to_string(),
        Item::Macro(item) => item.ident.as_ref()?.to_string(),
        Item::Static(item) => item.ident.to_string(),
        Item::Struct(item) => item.ident.to_string(),
        Item::Trait(item) => item.ident.to_string(),
        Item::Type(item) => item.ident.to_string(),
        Item::Union(item) => item.ident.to_string(),
        _ => return None,
    })
}

/// The names that an import gives to its module.
pub fn imported(import: &ItemUse) -> Vec<String> {
    let mut names = Vec::new();
    flatten(&import.tree, &mut Path::new(), &mut |_, name| names.extend(name));
    names
}

struct Collector<'a> {
    file: &'a str,
    references: &'a mut Vec<Reference>,
}

impl Collector<'_> {
    fn add(&mut self, path: Path, line: usize) {
        self.references.push(Reference { path, file: self.file.to_owned(), line });
    }

    /// Code that only a macro understands: `a::b` is a path in it too.
    fn tokens(&mut self, tokens: &TokenStream) {
        let tokens: Vec<_> = tokens.clone().into_iter().collect();
        let mut index = 0;
        while index < tokens.len() {
            match &tokens[index] {
                TokenTree::Group(group) => self.tokens(&group.stream()),
                TokenTree::Ident(first) => {
                    let mut path = vec![first.to_string()];
                    while let [TokenTree::Punct(one), TokenTree::Punct(two), TokenTree::Ident(next)] =
                        &tokens[index + 1..tokens.len().min(index + 4)]
                        && one.as_char() == ':'
                        && two.as_char() == ':'
                    {
                        path.push(next.to_string());
                        index += 3;
                    }
                    if path.len() > 1 {
                        self.add(path, first.span().start().line);
                    }
                }
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
            index += 1;
        }
    }
}

impl<'ast> Visit<'ast> for Collector<'_> {
    fn visit_item(&mut self, item: &'ast Item) {
        if !is_test_only(item) {
            visit::visit_item(self, item);
        }
    }

    fn visit_item_mod(&mut self, _: &'ast ItemMod) {}

    fn visit_item_use(&mut self, import: &'ast ItemUse) {
        let line = import.use_token.span.start().line;
        let mut prefix = start(import);
        flatten(&import.tree, &mut prefix, &mut |path, _| self.add(path, line));
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        if path.leading_colon.is_none()
            && let Some(first) = path.segments.first()
        {
            let names = path.segments.iter().map(|segment| segment.ident.to_string());
            self.add(names.collect(), first.ident.span().start().line);
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, called: &'ast Macro) {
        self.visit_path(&called.path);
        self.tokens(&called.tokens);
    }

    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        if let Meta::List(list) = &attribute.meta {
            self.tokens(&list.tokens);
        }
    }
}

/// A path that begins with `::` is of another crate.
fn start(import: &ItemUse) -> Path {
    import.leading_colon.iter().map(|_| String::new()).collect()
}

/// Each import of a tree: its path and its name here, or none for all names.
fn flatten(tree: &UseTree, prefix: &mut Path, found: &mut impl FnMut(Path, Option<String>)) {
    match tree {
        UseTree::Path(path) => {
            prefix.push(path.ident.to_string());
            flatten(&path.tree, prefix, found);
            prefix.pop();
        }
        UseTree::Name(name) if name.ident == "self" => {
            found(prefix.clone(), prefix.last().cloned())
        }
        UseTree::Name(name) => {
            let name = name.ident.to_string();
            found([prefix.as_slice(), std::slice::from_ref(&name)].concat(), Some(name));
        }
        UseTree::Rename(rename) => {
            let mut path = prefix.clone();
            if rename.ident != "self" {
                path.push(rename.ident.to_string());
            }
            found(path, Some(rename.rename.to_string()));
        }
        UseTree::Glob(_) => found(prefix.clone(), None),
        UseTree::Group(group) => group.items.iter().for_each(|tree| flatten(tree, prefix, found)),
    }
}
