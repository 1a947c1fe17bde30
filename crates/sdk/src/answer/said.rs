//! What a refusal says, in whatever shape: the words for people, and what the rules look at.

use serde_json::Value;

use super::markup;

/// Characters of the words, at most.
const WORDS: usize = 500;
/// Bytes of a JSON body that is kept as it is, at most.
const WHOLE: usize = 16 << 10;
/// Where bodies have their words, the more telling first.
const MEMBERS: [&str; 13] = [
    "message",
    "messages",
    "error_message",
    "error_messages",
    "errormessage",
    "error_description",
    "detail",
    "error",
    "errors",
    "exceptions",
    "description",
    "reason",
    "title",
];

/// What a body says.
pub struct Said {
    /// The service's own code.
    pub code: Option<i64>,
    /// In one line without control characters, bounded; empty when it says nothing.
    pub words: String,
    /// All of what the rules look at, in lower case.
    pub folded: String,
    /// The body as JSON: as it is, or where it is none or too long, its words as a text.
    pub details: Option<String>,
}

impl Said {
    /// Reads a body of any kind: JSON of any shape, XML, HTML, text.
    pub fn of(body: &[u8]) -> Said {
        let text = String::from_utf8_lossy(body);
        let text = text.trim();
        let Ok(value) = serde_json::from_str::<Value>(text) else {
            let words = bounded(&markup::plain(text));
            let details = (!words.is_empty()).then(|| Value::from(words.as_str()).to_string());
            return Said { code: None, folded: words.to_ascii_lowercase(), words, details };
        };
        let all = gathered(&value, 0);
        let mut words = bounded(&all);
        let mut folded = all.to_ascii_lowercase();
        if let Some(detail) = value.get("message_detail").and_then(Value::as_str) {
            folded = format!("{folded} {}", detail.to_ascii_lowercase());
            if words.is_empty() {
                words = bounded(detail);
            }
        }
        let details = match text.len() {
            _ if value.is_null() => None,
            0..=WHOLE => Some(text.to_owned()),
            _ => Some(Value::from(words.as_str()).to_string()),
        };
        Said { code: code(&value, 0), words, folded, details }
    }
}

/// The words of a value: a text, the member that is known to hold them, or all that it has.
pub fn words(value: &Value) -> String {
    bounded(&gathered(value, 0))
}

fn gathered(value: &Value, depth: usize) -> String {
    let joined = |parts: Vec<String>| {
        let parts: Vec<_> = parts.into_iter().filter(|part| !part.trim().is_empty()).collect();
        parts.join("; ")
    };
    match value {
        _ if depth > 4 => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) => {
            joined(items.iter().take(20).map(|item| gathered(item, depth + 1)).collect())
        }
        Value::Object(members) => {
            let named = |name: &&str| {
                let (_, value) = members.iter().find(|(key, _)| key.eq_ignore_ascii_case(name))?;
                Some(gathered(value, depth + 1)).filter(|words| !words.trim().is_empty())
            };
            if let Some(words) = MEMBERS.iter().find_map(named) {
                return words;
            }
            let named = |(name, value): (&String, &Value)| match value {
                Value::Number(number) => format!("{name}: {number}"),
                value => match gathered(value, depth + 1) {
                    words if words.is_empty() => words,
                    words => format!("{name}: {words}"),
                },
            };
            joined(members.iter().take(20).map(named).collect())
        }
        _ => String::new(),
    }
}

fn code(value: &Value, depth: usize) -> Option<i64> {
    let number = |value: &Value| match value {
        Value::String(text) => text.parse().ok(),
        other => other.as_i64(),
    };
    let own = ["code", "error_code", "errorCode"];
    match value {
        Value::Array(items) => code(items.first()?, depth + 1),
        Value::Object(members) => {
            let inner =
                ["error", "errors", "exceptions"].iter().filter_map(|name| members.get(*name));
            own.iter()
                .find_map(|name| members.get(*name).and_then(number))
                .or_else(|| inner.filter(|_| depth < 3).find_map(|inner| code(inner, depth + 1)))
        }
        _ => None,
    }
}

/// One line, without control characters, cut where it is too long.
pub fn bounded(text: &str) -> String {
    let mut line = String::new();
    let pieces = text.split(|c: char| c.is_whitespace() || c.is_control());
    for (index, piece) in pieces.filter(|piece| !piece.is_empty()).enumerate() {
        if index > 0 {
            line.push(' ');
        }
        line.push_str(piece);
        if line.len() > 4 * WORDS {
            break;
        }
    }
    match line.char_indices().nth(WORDS) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_in_any_shape() {
        let all = [
            (r#"{"code":3,"message":"No\nway\u001b[31m!"}"#, Some(3), "No way [31m!"),
            (r#"{"message":"internal error"}"#, None, "internal error"),
            (r#"{"code":"29","error":{"Message":"Closed"}}"#, Some(29), "Closed"),
            (
                r#"{"error":"invalid_token","error_description":"It has ended"}"#,
                None,
                "It has ended",
            ),
            (r#"{"errors":[{"code":7,"detail":"One"},{"detail":"Two"}]}"#, Some(7), "One; Two"),
            (r#"{"message":"","reason":"Because"}"#, None, "Because"),
            (r#"{"attribute":"price","line":3}"#, None, "attribute: price; line: 3"),
            (r#"["One","Two"]"#, None, "One; Two"),
            (r#""Closed""#, None, "Closed"),
            (
                "Access Denied. Reference #18.84ed19b8",
                None,
                "Access Denied. Reference #18.84ed19b8",
            ),
            (r#"{"message":"cut o"#, None, r#"{"message":"cut o"#),
            ("{}", None, ""),
            ("null", None, ""),
            ("3", None, ""),
            ("", None, ""),
        ];
        for (body, code, words) in all {
            let said = Said::of(body.as_bytes());
            assert_eq!((said.code, said.words.as_str()), (code, words), "{body}");
            let is_json = |text: &String| serde_json::from_str::<Value>(text).is_ok();
            assert!(said.details.iter().all(is_json), "{body}");
        }
    }

    #[test]
    fn words_are_bounded() {
        let long = "é".repeat(100_000);
        for body in [long.clone(), Value::from(long.as_str()).to_string(), format!("<p>{long}</p>")]
        {
            let said = Said::of(body.as_bytes());
            assert_eq!(said.words.chars().count(), WORDS + 1);
            assert!(said.details.unwrap().len() < 4 * WORDS);
        }
    }
}
