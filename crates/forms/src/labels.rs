//! What people read for names and options.

use serde_json::Value;

/// What people read for a member: its title, or else its name as words.
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

/// What people read for each value of an `enum`, in its order. Names of things become words; codes, such as
/// those of countries, languages, currencies and zones, and whatever has other letters stay as they are.
pub fn options(values: &[Value]) -> Vec<String> {
    let codes = values.iter().filter_map(Value::as_str).all(|text| text.len() <= CODE);
    values
        .iter()
        .map(|value| value.as_str().map_or_else(|| value.to_string(), |it| label(it, codes)))
        .collect()
}

/// Letters of a code.
const CODE: usize = 3;

fn label(text: &str, codes: bool) -> String {
    let of =
        |is: fn(&char) -> bool| text.chars().all(|it| it == '_' || it.is_ascii_digit() || is(&it));
    let named = of(char::is_ascii_uppercase) || (of(char::is_ascii_lowercase) && text.len() > CODE);
    match named && !codes && text.len() > 2 && text.chars().any(|it| it.is_ascii_alphabetic()) {
        true => words(text),
        false => text.to_owned(),
    }
}
