//! Patterns of fields, each compiled once.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use fancy_regex::Regex;

/// What was compiled; None for what is no pattern.
#[derive(Default)]
pub struct Patterns(Mutex<HashMap<String, Option<Regex>>>);

impl Patterns {
    /// Whether a text is as a field wants it. What cannot be told is left to the connector.
    pub fn fit(&self, pattern: &str, text: &str) -> bool {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !known.contains_key(pattern) {
            known.insert(pattern.to_owned(), Regex::new(pattern).ok());
        }
        let compiled = known.get(pattern).cloned().flatten();
        drop(known);
        compiled.is_none_or(|compiled| compiled.is_match(text).unwrap_or(true))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_pattern_refuses_nothing() {
        let patterns = Patterns::default();
        for _ in 0..2 {
            assert!(patterns.fit(r"^\d+$", "12") && !patterns.fit(r"^\d+$", "a"));
            assert!(patterns.fit("(", "a"));
        }
        assert_eq!(patterns.0.lock().unwrap().len(), 2);
    }
}
