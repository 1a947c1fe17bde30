//! Patterns of the facts, compiled when they are first needed: a command asks for few of them, and
//! all of them would take longer than the rest of it.

use std::fmt;
use std::sync::OnceLock;

use fancy_regex::Regex;
use serde::Deserialize;

/// A pattern, of which part of a text must match.
#[derive(Deserialize)]
#[serde(from = "String")]
pub struct Pattern {
    text: String,
    compiled: OnceLock<Option<Regex>>,
}

impl Pattern {
    /// Whether part of a text matches. Nothing matches a pattern that does not compile, of which
    /// there is none.
    pub fn matches(&self, text: &str) -> bool {
        let compiled = self.compiled.get_or_init(|| Regex::new(&self.text).ok());
        compiled.as_ref().is_some_and(|pattern| pattern.is_match(text).unwrap_or(false))
    }

    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl From<String> for Pattern {
    fn from(text: String) -> Pattern {
        Pattern { text, compiled: OnceLock::new() }
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use fancy_regex::Regex;
    use serde_json::Value;

    fn patterns(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Object(object) => {
                for (key, value) in object {
                    match value.as_str() {
                        Some(text) if key == "pattern" => found.push(text.to_owned()),
                        _ => patterns(value, found),
                    }
                }
            }
            Value::Array(items) => items.iter().for_each(|item| patterns(item, found)),
            _ => {}
        }
    }

    #[test]
    fn every_pattern_of_the_facts_compiles() {
        let text = include_str!(concat!(env!("OUT_DIR"), "/facts.json"));
        let mut found = Vec::new();
        patterns(&serde_json::from_str(text).unwrap(), &mut found);
        assert!(found.len() > 100, "{}", found.len());
        for pattern in found {
            Regex::new(&pattern).unwrap_or_else(|error| panic!("{pattern}: {error}"));
        }
    }
}
