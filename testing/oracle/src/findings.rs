//! What was found wrong, each thing once, with the smallest example of it.

use std::collections::BTreeMap;

/// Things that are wrong, by where and what.
#[derive(Default)]
pub struct Findings(BTreeMap<(String, String), (u32, String)>);

impl Findings {
    /// `what` says the same each time the same thing is wrong; `example` shows it.
    pub fn add(&mut self, action: &str, what: impl Into<String>, example: impl ToString) {
        let example = example.to_string();
        let entry = self.0.entry((action.to_owned(), what.into()));
        let (times, smallest) = entry.or_insert_with(|| (0, example.clone()));
        *times += 1;
        if example.len() < smallest.len() {
            *smallest = example;
        }
    }

    /// Fails unless nothing is wrong.
    pub fn settle(self) {
        let shown = |((action, what), (times, example)): &((String, String), (u32, String))| {
            let short: String = example.chars().take(LONGEST).collect();
            format!("{action}: {what} ({times} times)\n    {short}")
        };
        let found: Vec<_> = self.0.into_iter().collect();
        let lines: Vec<_> = found.iter().map(shown).collect();
        assert!(lines.is_empty(), "{} findings\n{}", lines.len(), lines.join("\n"));
    }
}

/// Characters of an example that are shown.
const LONGEST: usize = 600;

/// A JSON pointer in which all indices read `*`, so that it names a kind of place.
pub fn place(pointer: &str) -> String {
    let segment = |text: &str| match text.parse::<usize>() {
        Ok(_) => "*".to_owned(),
        Err(_) => text.to_owned(),
    };
    pointer.split('/').map(segment).collect::<Vec<_>>().join("/")
}
