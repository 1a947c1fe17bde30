//! What is general does not know the service that this repository is about.

use std::ops::RangeInclusive;

use syn::spanned::Spanned;
use syn::visit::{self, Visit};

use super::fault::Fault;
use super::settings::{General, is_any, is_exempt};
use super::tests_only::is_test_only;
use super::tree::Tree;

pub fn check(tree: &Tree, settings: &General) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (path, text) in tree.texts() {
        let general = is_any(&settings.paths, path) && !is_any(&settings.tests, path);
        if !general || is_exempt(&settings.exempt, path) {
            continue;
        }
        let tests = if path.ends_with(".rs") { test_lines(text) } else { Vec::new() };
        for (number, line) in (1..).zip(text.lines()) {
            let line = line.to_lowercase();
            let named = settings.words.iter().find(|word| line.contains(word.as_str()));
            if let Some(word) = named
                && !tests.iter().any(|lines| lines.contains(&number))
            {
                let what = format!(
                    "is general and names `{word}`: say it without, or move it to where the service is known"
                );
                faults.push(Fault::new(path, number, what));
            }
        }
    }
    faults
}

/// The lines of items that only tests have.
fn test_lines(text: &str) -> Vec<RangeInclusive<usize>> {
    struct Lines(Vec<RangeInclusive<usize>>);

    impl<'ast> Visit<'ast> for Lines {
        fn visit_item(&mut self, item: &'ast syn::Item) {
            if is_test_only(item) {
                let span = item.span();
                self.0.push(span.start().line..=span.end().line);
            } else {
                visit::visit_item(self, item);
            }
        }
    }

    let mut lines = Lines(Vec::new());
    if let Ok(file) = syn::parse_file(text) {
        lines.visit_file(&file);
    }
    lines.0
}
