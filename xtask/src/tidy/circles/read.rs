//! The modules of a crate, read from its first file on as the compiler does.

use syn::{Expr, Item, ItemMod, Lit, Meta};

use super::super::tests_only::is_test_only;
use super::super::tree::Tree;
use super::modules::{Crate, Module, Path};
use super::references;

/// Where a module's text is, and where the files of its children are.
struct Place<'a> {
    file: &'a str,
    folder: String,
}

impl Crate {
    /// Files that do not exist, such as generated ones, are left out. Fails for one that is not Rust.
    pub fn read(tree: &Tree, file: &str) -> syn::Result<Self> {
        let mut parsed = Self::default();
        parsed.read_file(tree, Vec::new(), file, parent(file).to_owned())?;
        Ok(parsed)
    }

    fn read_file(
        &mut self,
        tree: &Tree,
        path: Path,
        file: &str,
        folder: String,
    ) -> syn::Result<()> {
        let Some(text) = tree.text(file) else { return Ok(()) };
        let parsed = syn::parse_file(text)
            .map_err(|error| syn::Error::new(error.span(), format!("{file}: {error}")))?;
        self.add(tree, path, &parsed.items, &Place { file, folder })
    }

    fn add(&mut self, tree: &Tree, path: Path, items: &[Item], place: &Place) -> syn::Result<()> {
        let mut module = Module::default();
        let used: Vec<_> = items.iter().filter(|item| !is_test_only(item)).collect();
        for item in &used {
            match item {
                Item::Mod(child) => {
                    module.children.insert(child.ident.to_string());
                    let path = [path.as_slice(), &[child.ident.to_string()]].concat();
                    self.add_child(tree, path, child, place)?;
                }
                _ => module.items.extend(references::defined(item)),
            }
            references::collect(item, place.file, &mut module);
        }
        self.modules.insert(path, module);
        Ok(())
    }

    fn add_child(
        &mut self,
        tree: &Tree,
        path: Path,
        child: &ItemMod,
        place: &Place,
    ) -> syn::Result<()> {
        let name = child.ident.to_string();
        let folder = join(&place.folder, &name);
        if let Some((_, items)) = &child.content {
            return self.add(tree, path, items, &Place { file: place.file, folder });
        }
        let beside = format!("{folder}.rs");
        let inside = format!("{folder}/mod.rs");
        if let Some(given) = given_path(child) {
            let file = normal(&join(parent(place.file), &given));
            return self.read_file(tree, path, &file, parent(&file).to_owned());
        }
        let file = if tree.text(&beside).is_some() { beside } else { inside };
        self.read_file(tree, path, &file, folder)
    }
}

/// What `#[path = "…"]` says.
fn given_path(module: &ItemMod) -> Option<String> {
    module.attrs.iter().find_map(|attribute| match &attribute.meta {
        Meta::NameValue(pair) if pair.path.is_ident("path") => match &pair.value {
            Expr::Lit(literal) => match &literal.lit {
                Lit::Str(text) => Some(text.value()),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    })
}

fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(parent, _)| parent)
}

fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

/// Without `..`.
fn normal(path: &str) -> String {
    let mut parts = Vec::new();
    for part in path.split('/') {
        match part {
            ".." => drop(parts.pop()),
            "." => {}
            part => parts.push(part),
        }
    }
    parts.join("/")
}
