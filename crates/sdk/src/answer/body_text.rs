//! The text of an answer's body, whatever its format: a message for people, and all that the error
//! rules look at.

use serde_json::Value;

use super::markup;

/// The largest number of characters of a message.
const WORDS: usize = 500;
/// The largest number of bytes of a JSON body that is kept as it is.
const WHOLE: usize = 16 << 10;
/// The members that hold messages, the most specific first.
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

/// The text of a body.
pub struct BodyText {
    /// The service's own code.
    pub code: Option<i64>,
    /// The message: one line of at most 500 characters, without control characters; empty where there is
    /// none.
    pub words: String,
    /// All the text that the error rules look at, in lower case.
    pub folded: String,
    /// The body, if it is JSON of at most 16 KiB; otherwise its message as a JSON text.
    pub details: Option<String>,
}

impl BodyText {
    /// Reads a body of any kind: JSON of any shape, XML, HTML, text.
    pub fn of(body: &[u8]) -> BodyText {
        let text = String::from_utf8_lossy(body);
        let text = text.trim();
        let Ok(value) = serde_json::from_str::<Value>(text) else {
            let words = bounded(&markup::error(text).unwrap_or_else(|| markup::plain(text)));
            let details = (!words.is_empty()).then(|| Value::from(words.as_str()).to_string());
            return BodyText { code: None, folded: words.to_ascii_lowercase(), words, details };
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
        BodyText { code: code(&value, 0), words, folded, details }
    }
}

/// The message in a value: a text, a member that is known to hold messages, or all its texts.
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

/// The text as one line without control characters, cut after 500 characters.
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
            (
                "<Error><Code>NoSuchKey</Code><Message>Not there</Message><Key>a/b</Key></Error>",
                None,
                "NoSuchKey: Not there",
            ),
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
            let said = BodyText::of(body.as_bytes());
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
            let said = BodyText::of(body.as_bytes());
            assert_eq!(said.words.chars().count(), WORDS + 1);
            assert!(said.details.unwrap().len() < 4 * WORDS);
        }
    }
}
