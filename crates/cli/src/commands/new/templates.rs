//! The files of a new connector, as they stand in `templates/`, where they are a connector called
//! `my-connector`.

use std::path::Path;

use connector_host::contract::WIT;

/// What it is written in.
#[derive(Clone, Copy)]
pub enum Language {
    Rust,
    Python,
    JavaScript,
}

struct File {
    /// From the folder of the connector on.
    path: &'static str,
    text: &'static str,
}

macro_rules! file {
    ($from:literal, $path:literal) => {
        File { path: $path, text: include_str!(concat!("../../../templates/", $from)) }
    };
}

const PYTHON: &[File] = &[
    file!("python/README.template.md", "README.md"),
    file!("python/Makefile.template", "Makefile"),
    file!("python/app.py", "app.py"),
];

const JAVASCRIPT: &[File] = &[
    file!("javascript/README.template.md", "README.md"),
    file!("javascript/package.template.json", "package.json"),
    file!("javascript/connector.js", "connector.js"),
];

const RUST: &[File] = &[
    file!("rust/README.template.md", "README.md"),
    file!("rust/Cargo.template.toml", "Cargo.toml"),
    file!("rust/config.template.toml", ".cargo/config.toml"),
    file!("rust/build.template.rs", "build.rs"),
    file!("rust/src/lib.template.rs", "src/lib.rs"),
    file!("rust/catalog/connection.toml", "catalog/connection.toml"),
    file!("rust/catalog/errors.toml", "catalog/errors.toml"),
    file!("rust/catalog/facts/items.toml", "catalog/facts/items.toml"),
    file!("rust/catalog/words/items.toml", "catalog/words/items.toml"),
    file!("rust/catalog/fields/items.toml", "catalog/fields/items.toml"),
    file!("shared/cases/README.template.md", "cases/README.md"),
    file!("rust/cases/connection.test/works.json", "cases/connection.test/works.json"),
    file!("rust/cases/items.create/made.json", "cases/items.create/made.json"),
    file!("rust/cases/items.list/two-pages.json", "cases/items.list/two-pages.json"),
];

/// Python and JavaScript do the same, so that their cases are the same. What is exported is a world of
/// their own, to which more is added.
const SHARED: &[File] = &[
    file!("shared/component.wit", "wit/component.wit"),
    file!("shared/cases/README.template.md", "cases/README.md"),
    file!("shared/cases/connection.test/works.json", "cases/connection.test/works.json"),
    file!("shared/cases/items.create/made.json", "cases/items.create/made.json"),
    file!("shared/cases/items.create/no-name.json", "cases/items.create/no-name.json"),
    file!(
        "shared/cases/items.created/damaged-cursor.json",
        "cases/items.created/damaged-cursor.json"
    ),
    file!("shared/cases/items.created/first-poll.json", "cases/items.created/first-poll.json"),
    file!("shared/cases/items.created/one-is-new.json", "cases/items.created/one-is-new.json"),
    file!("shared/cases/items.list/too-many-calls.json", "cases/items.list/too-many-calls.json"),
    file!("shared/cases/items.list/two-pages.json", "cases/items.list/two-pages.json"),
];

const IGNORED: &str = "/.venv\n/bindings\n/node_modules\n/target\n*.wasm\n";

impl Language {
    /// The first command to type.
    pub fn build(self) -> &'static str {
        match self {
            Language::Rust => "cargo build --release",
            Language::Python => "make check",
            Language::JavaScript => "npm install && npm run build && npm run check",
        }
    }
}

/// The files of a connector with this name: their paths in its folder, and their texts. In `crates` are the
/// crates that one in Rust is built with; without it they are those of the registry.
pub fn files(language: Language, name: &str, crates: Option<&Path>) -> Vec<(String, String)> {
    let own = match language {
        Language::Rust => RUST,
        Language::Python => PYTHON,
        Language::JavaScript => JAVASCRIPT,
    };
    let is_rust = matches!(language, Language::Rust);
    let shared = if is_rust { &[] } else { SHARED };
    let mut files: Vec<(String, String)> = own
        .iter()
        .chain(shared)
        .map(|file| (file.path.to_owned(), named(file.text, name)))
        .collect();
    if is_rust {
        for (path, text) in &mut files {
            if path == "Cargo.toml" {
                let at = |name: &str| dependency(crates.map(|it| it.join(name)).as_deref());
                *text = text.replace("{ SDK", &format!("{{ {}", at("sdk")));
                *text = text.replace("{ CATALOG }", &format!("{{ {} }}", at("catalog")));
            }
        }
    }
    files.push((".gitignore".into(), IGNORED.into()));
    files.extend(WIT.iter().map(|(file, text)| (format!("wit/{file}"), (*text).to_owned())));
    files
}

/// The name in its three forms: of a thing, for people, of a file that cargo makes.
fn named(text: &str, name: &str) -> String {
    let title = name.replace('-', " ");
    let title = match title.split_at_checked(1) {
        Some((first, rest)) => first.to_uppercase() + rest,
        None => title,
    };
    text.replace("my-connector", name)
        .replace("My connector", &title)
        .replace("my_connector", &name.replace('-', "_"))
}

fn dependency(path: Option<&Path>) -> String {
    match path {
        // As TOML writes a text without escapes, which a path of Windows would need.
        Some(path) => format!("path = '{}'", path.display()),
        None => format!("version = \"{}\"", env!("CARGO_PKG_VERSION")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_the_template_is_left_in_a_new_connector() {
        for language in [Language::Rust, Language::Python, Language::JavaScript] {
            for (path, text) in files(language, "two-words", None) {
                let left = ["my-connector", "My connector", "my_connector", "SDK }", "{ CATALOG"];
                let left = left.iter().find(|it| text.contains(**it) && !path.starts_with("wit/"));
                assert_eq!(left, None, "in {path}");
            }
        }
        let (_, manifest) = &files(Language::Rust, "two-words", Some(Path::new("/crates")))[1];
        assert!(manifest.contains("connector-sdk = { path = '/crates/sdk', default-features"));
        let (_, python) = &files(Language::Python, "two-words", None)[2];
        assert!(python.contains("id=\"two-words\", title=\"Two words\""));
    }
}
