//! Which texts and numbers mean more than their type says.
//!
//! The description says so in names and in prose; the prose is looked at here and then dropped.
//! Meanings:
//! - `link`: the address of a page or a file on the web, which begins with `http://` or `https://`;
//! - `micro-currency`: millionths of a unit of the account's currency;
//! - `decimal`: an amount of money, as a number in a text;
//! - `price`: the same, perhaps with the code of its currency behind it;
//! - `currency`: the code of a currency, three letters;
//! - `ip-address`: version 4 or 6.

use super::keys::ordered;
use serde_json::{Map, Value};

/// Notes in `own`, the type that was made of `schema`, what it means, or what the elements and
/// alternatives within it mean. `name` is that of the property, parameter or component.
pub fn mark(name: &str, schema: &Map<String, Value>, own: &mut Map<String, Value>) {
    let text = |key| schema.get(key).and_then(Value::as_str).unwrap_or_default();
    if let Some(meaning) = meaning(name, &text("description").to_lowercase(), text("example")) {
        let mut type_ = Value::Object(std::mem::take(own));
        // An object of the name is another thing, unless it is a collection.
        let deep = words(name).last().is_some_and(|word| word == "urls");
        note(&mut type_, meaning, deep);
        if let Value::Object(marked) = type_ {
            *own = marked;
        }
    }
}

fn meaning(name: &str, prose: &str, example: &str) -> Option<&'static str> {
    let says = |phrases: &[&str]| phrases.iter().any(|phrase| prose.contains(phrase));
    if says(&["micro currency", "microcurrency", "micro-currency"])
        || words(name).iter().any(|word| word == "micro")
        || name.ends_with("spend_cap")
    {
        return Some("micro-currency");
    }
    if says(&["parsed into a double"]) {
        return Some("decimal");
    }
    if (name == "price" || name.ends_with("_price")) && name != "installment_price" {
        return Some("price");
    }
    if name == "currency" || says(&["iso-4217"]) {
        return Some("currency");
    }
    if name.ends_with("ip_address") {
        return Some("ip-address");
    }
    // Rules of audiences have addresses to compare with, which may be parts of some.
    (is_link(name, example) && !says(&["operator"])).then_some("link")
}

fn is_link(name: &str, example: &str) -> bool {
    let words = words(name);
    let has = |word: &str| words.iter().any(|found| found == word);
    match words.last().map(String::as_str) {
        // Apps have schemes of their own.
        _ if has("deep") || has("is") => false,
        Some("link" | "links" | "url" | "urls") => true,
        Some("template") => has("url"),
        Some("website") => example.starts_with("http"),
        _ => false,
    }
}

/// `image_link` and `ImageLink` alike, in lower case. Capitals in a row are one word.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_lower = false;
    for c in name.chars() {
        if c == '_' || (c.is_uppercase() && was_lower) {
            words.push(String::new());
        }
        was_lower = c.is_lowercase();
        if c != '_' {
            words.last_mut().expect("there is one").extend(c.to_lowercase());
        }
    }
    words
}

/// Marks the scalars that can have the meaning and whose form nothing else says.
fn note(type_: &mut Value, meaning: &str, deep: bool) {
    let fits = match type_["type"].as_str() {
        Some("string") => {
            let is_free = type_["pattern"].is_null() || meaning == "micro-currency";
            type_["enum"].is_null() && is_free
        }
        Some("integer" | "number") => meaning == "micro-currency",
        _ => false,
    };
    let Some(members) = type_.as_object_mut() else { return };
    if let Some(items) = members.get_mut("items") {
        note(items, meaning, deep);
    }
    for alternative in members.get_mut("oneOf").and_then(Value::as_array_mut).into_iter().flatten()
    {
        note(alternative, meaning, deep);
    }
    if let Some(properties) = members.get_mut("properties").and_then(Value::as_object_mut)
        && deep
    {
        properties.values_mut().for_each(|property| note(property, meaning, deep));
    }
    if fits {
        members.insert("meaning".to_owned(), meaning.into());
        *type_ = ordered(std::mem::take(members));
    }
}
