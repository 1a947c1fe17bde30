//! `conversion_events.send`: events with plain personal data, which is brought into the form that
//! Pinterest compares and hashed here, and sent in as many requests as it takes.

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::many;
use crate::flow::{Flow, Part};

/// The events of one request.
const MOST: usize = 1_000;
const ACTION: &str = "conversion_events.create";

/// How a value is written before it is hashed.
#[derive(Clone, Copy)]
enum Form {
    /// Lower case, no blanks at its ends.
    Lower,
    /// Letters and digits of any script alone, in lower case.
    Letters,
    /// Digits alone, without leading zeros.
    Phone,
    /// Digits alone.
    Digits,
    /// The first letter.
    Initial,
    AsIs,
}

/// The hashed fields of `user_data`.
const HASHED: &[(&str, Form)] = &[
    ("em", Form::Lower),
    ("ph", Form::Phone),
    ("ge", Form::Initial),
    ("db", Form::Digits),
    ("fn", Form::Lower),
    ("ln", Form::Lower),
    ("ct", Form::Letters),
    ("st", Form::Letters),
    ("zp", Form::Letters),
    ("country", Form::Letters),
    ("external_id", Form::AsIs),
    ("hashed_maids", Form::Lower),
];

pub fn run(flow: &mut Flow) -> Part<Value> {
    let events = flow.input.get("data").and_then(Value::as_array).cloned().unwrap_or_default();
    let common = flow.given(&["ad_account_id", "test"]);
    many::in_batches(flow, ACTION, &common, "data", MOST, &events, hashed)
}

fn hashed(event: &Value) -> Value {
    let mut event = event.clone();
    for (name, form) in HASHED {
        let values = event["user_data"].get_mut(name).and_then(Value::as_array_mut);
        for value in values.into_iter().flatten() {
            if let Some(text) = value.as_str() {
                *value = hash(text, *form).into();
            }
        }
    }
    event
}

/// A value that is a hash already stays as it is, but for its case.
fn hash(text: &str, form: Form) -> String {
    let text = text.trim();
    if text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return text.to_ascii_lowercase();
    }
    let digest = Sha256::digest(written(text, form));
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn written(text: &str, form: Form) -> String {
    let digits = || text.chars().filter(char::is_ascii_digit).collect::<String>();
    match form {
        Form::AsIs => text.to_owned(),
        Form::Lower => text.to_lowercase(),
        Form::Letters => {
            text.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase()
        }
        Form::Phone => digits().trim_start_matches('0').to_owned(),
        Form::Digits => digits(),
        Form::Initial => text.chars().take(1).collect::<String>().to_lowercase(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_written_as_pinterest_compares_them() {
        let all = [
            (" Ada@Example.COM ", Form::Lower, "ada@example.com"),
            ("+44 (0)20 7946-0000", Form::Phone, "4402079460000"),
            ("1815-12-10", Form::Digits, "18151210"),
            ("Female", Form::Initial, "f"),
            ("St. Ives", Form::Letters, "stives"),
            ("SW1A 1AA", Form::Letters, "sw1a1aa"),
        ];
        for (text, form, wanted) in all {
            assert_eq!(written(text.trim(), form), wanted);
        }
    }

    #[test]
    fn a_hash_is_not_hashed_again() {
        let once = hash("ada@example.com", Form::Lower);
        assert_eq!(once, hash(" ADA@example.com", Form::Lower));
        assert_eq!(hash(&once, Form::Lower), once);
        assert_eq!(hash(&once.to_uppercase(), Form::AsIs), once);
        assert_eq!(
            hash("", Form::Lower),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
    }
}
