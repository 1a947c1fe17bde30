//! What the documents name in backticks exists: files and folders, targets of make, commands and
//! their flags, items of the code. Links lead somewhere. Text in fences is not looked at: the
//! snippets are run by `make test-readme`.

mod commands;
mod defined;
mod links;
mod names;
mod paths;
mod program;

use pulldown_cmark::{Event, Options, Parser};

pub use paths::beside;

use super::fault::Fault;
use super::generated::is_marked;
use super::settings::{Documents, is_any};
use super::tree::{Tree, matches};
use commands::Commands;
use defined::Defined;

/// What spans of code in the documents may name.
struct Known<'a> {
    tree: &'a Tree,
    commands: Commands,
    defined: Defined,
}

pub fn check(tree: &Tree, settings: &Documents) -> Vec<Fault> {
    let known = Known { tree, commands: Commands::read(tree), defined: Defined::read(tree) };
    let mut faults = Vec::new();
    for (path, text) in tree.texts().filter(|(path, _)| path.ends_with(".md")) {
        faults.extend(links::check(tree, path, text));
        if !is_any(&settings.files, path) || is_marked(tree, path) {
            continue;
        }
        for (span, line) in spans(text) {
            let foreign =
                settings.foreign.iter().filter(|foreign| matches(&foreign.document, path));
            let is_foreign =
                foreign.flat_map(|foreign| &foreign.names).any(|name| matches(name, &span));
            if !is_foreign && let Some(what) = known.lacks(path, &span) {
                faults.push(Fault::new(path, line, what));
            }
        }
    }
    faults
}

impl Known<'_> {
    /// What is wrong with a span of code in a document. Spans of no known kind are not looked at.
    fn lacks(&self, document: &str, span: &str) -> Option<String> {
        let mut words = span.split_whitespace();
        let first = words.next()?;
        if first == "make" {
            return self.commands.lacks_target(words);
        }
        if self.commands.is_program(span) {
            return self.commands.lacks_command(span);
        }
        if first.starts_with("--") {
            return self.commands.lacks_flag(first);
        }
        if words.next().is_some() {
            return None;
        }
        if let Some((file, item)) = span.rsplit_once("::").filter(|(file, _)| file.ends_with(".rs"))
        {
            return self.lacks_in_file(document, file, item);
        }
        if paths::is_path(span) {
            return paths::lacks(self.tree, document, span);
        }
        if self.tree.has_name(span) { None } else { names::lacks(&self.defined, span) }
    }
}

impl Known<'_> {
    /// `path/to/file.rs::item`: the file is there, and the item is in it.
    fn lacks_in_file(&self, document: &str, file: &str, item: &str) -> Option<String> {
        let Some(text) = self.tree.text(file) else {
            return paths::lacks(self.tree, document, file);
        };
        let missing = !Defined::in_file(text, item);
        missing.then(|| {
            format!(
                "names `{item}` of `{file}`, which does not have it: name what there is instead"
            )
        })
    }
}

/// The spans of code in a document, with their lines.
fn spans(text: &str) -> Vec<(String, usize)> {
    let events = Parser::new_ext(text, Options::ENABLE_TABLES).into_offset_iter();
    events
        .filter_map(|(event, range)| match event {
            Event::Code(code) => Some((code.to_string(), line_at(text, range.start))),
            _ => None,
        })
        .collect()
}

pub fn line_at(text: &str, offset: usize) -> usize {
    text[..offset].matches('\n').count() + 1
}
