//! What people read for names.

use serde_json::Value;

/// What people read for a field.
pub fn title(name: &str, schema: &Value) -> String {
    schema["title"].as_str().map_or_else(|| words(name), str::to_owned)
}

/// `CREATED_AT` as `Created at`.
pub fn words(name: &str) -> String {
    capitalized(&name.to_lowercase().replace('_', " "))
}

/// With its first letter in upper case.
pub fn capitalized(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
