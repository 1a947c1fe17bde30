//! Values as TypeScript, in the layout that n8n's own sources have.

use std::fmt::Write;

use serde_json::Value;

/// A value as an expression, of which all but the first line begin with so many tabs.
pub fn expression(value: &Value, tabs: usize) -> String {
    let mut text = String::new();
    write(&mut text, value, tabs);
    text
}

/// A text as a literal.
pub fn string(text: &str) -> String {
    let mut literal = String::from("'");
    for letter in text.chars() {
        match letter {
            '\\' => literal.push_str("\\\\"),
            '\'' => literal.push_str("\\'"),
            '\n' => literal.push_str("\\n"),
            '\r' => literal.push_str("\\r"),
            '\u{2028}' => literal.push_str("\\u2028"),
            '\u{2029}' => literal.push_str("\\u2029"),
            other => literal.push(other),
        }
    }
    literal + "'"
}

/// The key of an object that stands for a list whose order has a meaning.
pub const ORDERED: &str = "ordered()";

fn write(text: &mut String, value: &Value, tabs: usize) {
    let inner = "\t".repeat(tabs + 1);
    let end = "\t".repeat(tabs);
    match value {
        Value::String(value) => text.push_str(&string(value)),
        Value::Array(items) if items.is_empty() => text.push_str("[]"),
        Value::Array(items) if items.iter().all(|item| !item.is_object() && !item.is_array()) => {
            text.push('[');
            for (at, item) in items.iter().enumerate() {
                text.push_str(if at > 0 { ", " } else { "" });
                write(text, item, tabs);
            }
            text.push(']');
        }
        Value::Array(items) => {
            text.push_str("[\n");
            for item in items {
                text.push_str(&inner);
                write(text, item, tabs + 1);
                text.push_str(",\n");
            }
            let _ = write!(text, "{end}]");
        }
        Value::Object(members) if members.is_empty() => text.push_str("{}"),
        Value::Object(members) if members.contains_key(ORDERED) => {
            text.push_str("ordered(");
            write(text, &members[ORDERED], tabs);
            text.push(')');
        }
        Value::Object(members) => {
            text.push_str("{\n");
            for (name, member) in members {
                let _ = write!(text, "{inner}{}: ", key(name));
                write(text, member, tabs + 1);
                text.push_str(",\n");
            }
            let _ = write!(text, "{end}}}");
        }
        other => {
            let _ = write!(text, "{other}");
        }
    }
}

/// A name as the key of an object.
fn key(name: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '_' || letter == '$';
    match name.starts_with(|first: char| !first.is_ascii_digit()) && name.chars().all(plain) {
        true => name.to_owned(),
        false => string(name),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::expression;

    #[test]
    fn values_are_laid_out_like_source() {
        let value = json!({"name": "it's", "is-odd": [1, "a"], "all": [{"none": []}], "more": {}});
        let expected = "{\n\t\tname: 'it\\'s',\n\t\t'is-odd': [1, 'a'],\n\t\tall: [\n\t\t\t{\n\t\t\t\tnone: [],\n\t\t\t},\n\t\t],\n\t\tmore: {},\n\t}";
        assert_eq!(expression(&value, 1), expected);
    }
}
