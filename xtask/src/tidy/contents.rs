//! Every page of the book has a place in its table of contents, and one only; every crate has one in the drawing of
//! the architecture.

use std::collections::BTreeMap;

use pulldown_cmark::{Event, Options, Parser, Tag};

use super::documents::{beside, line_at};
use super::fault::Fault;
use super::tree::Tree;

const CONTENTS: &str = "docs/SUMMARY.md";
const DRAWING: &str = "docs/pictures/architecture.svg";

pub fn check(tree: &Tree) -> Vec<Fault> {
    let mut faults = pages(tree);
    faults.extend(drawn(tree));
    faults
}

/// A page stands in the contents itself, or the first page of its folder does and leads to it.
fn pages(tree: &Tree) -> Vec<Fault> {
    let Some(contents) = tree.text(CONTENTS) else { return Vec::new() };
    let mut faults = Vec::new();
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    for (page, line) in links(CONTENTS, contents) {
        if let Some(before) = places.insert(page.clone(), line) {
            let what = format!("`{page}` stands in line {before} already: give it one place");
            faults.push(Fault::new(CONTENTS, line, what));
        }
    }
    for (path, _) in
        tree.texts().filter(|(path, _)| path.starts_with("docs/") && path.ends_with(".md"))
    {
        let first = beside(path, "README.md");
        let led_to = || {
            let text = tree.text(&first).filter(|_| places.contains_key(&first));
            text.is_some_and(|text| links(&first, text).iter().any(|(page, _)| page == path))
        };
        if path != CONTENTS && !places.contains_key(path) && !led_to() {
            let what =
                format!("is a page of the book without a place in {CONTENTS}: add a line there");
            faults.push(Fault::new(path, 1, what));
        }
    }
    faults
}

/// What a document leads to in this repository, with the line.
fn links(document: &str, text: &str) -> Vec<(String, usize)> {
    let events = Parser::new_ext(text, Options::ENABLE_TABLES).into_offset_iter();
    let links = events.filter_map(|(event, range)| match event {
        Event::Start(Tag::Link { dest_url, .. }) if !dest_url.contains(':') => {
            let file = dest_url.split('#').next().unwrap_or_default();
            (!file.is_empty()).then(|| (beside(document, file), line_at(text, range.start)))
        }
        _ => None,
    });
    links.collect()
}

/// The folder of each crate is a text of the drawing.
fn drawn(tree: &Tree) -> Vec<Fault> {
    let Some(drawing) = tree.text(DRAWING) else { return Vec::new() };
    let folders = tree.texts().filter_map(|(path, _)| {
        let folder = path.strip_prefix("crates/")?.strip_suffix("/Cargo.toml")?;
        (!folder.contains('/')).then_some(folder)
    });
    let missing = folders.filter(|folder| !drawing.contains(&format!(">{folder}<")));
    missing
        .map(|folder| {
            let what =
                format!("does not show the crate `crates/{folder}`: draw it where it belongs");
            Fault::new(DRAWING, 1, what)
        })
        .collect()
}
