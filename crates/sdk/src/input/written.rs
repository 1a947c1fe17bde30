//! How the numbers of a JSON text are written: `7.10` and `7.1` are one number, but two texts.

use serde_json::{Map, Number, Value};

/// The numbers that have more than one way to be written, by the way in which they would be written
/// back, with the way in which they are. Null stands for several.
pub struct Written(Map<String, Value>);

impl Written {
    /// `json` is well formed.
    pub fn of(json: &str) -> Written {
        let mut found = Map::new();
        for token in numbers(json) {
            let Ok(number @ Value::Number(_)) = serde_json::from_str(token) else { continue };
            let canonical = number.to_string();
            let is_new = found.get(&canonical).is_none_or(|known| known == token);
            found.insert(canonical, if is_new { token.into() } else { Value::Null });
        }
        Written(found)
    }

    /// The number as it was written; nothing where that is not known.
    pub fn text(&self, number: &Number) -> Option<String> {
        let canonical = number.to_string();
        match self.0.get(&canonical) {
            Some(written) => written.as_str().map(str::to_owned),
            None => Some(canonical),
        }
    }
}

/// The numbers that have more than one way to be written: with a point, an exponent, or too long.
fn numbers(json: &str) -> impl Iterator<Item = &str> {
    let mut is_text = false;
    // Every second piece between quotes is a text, once escaped quotes are passed over.
    let outside = split_at_quotes(json).filter(move |_| {
        is_text = !is_text;
        is_text
    });
    let is_part = |c: char| matches!(c, '0'..='9' | '.' | 'e' | 'E' | '+' | '-');
    outside
        .flat_map(move |piece| piece.split(move |c| !is_part(c)))
        .filter(|token| token.len() > 18 || token.contains(['.', 'e', 'E']) || *token == "-0")
}

/// The pieces between quotes that no backslash stands before.
fn split_at_quotes(json: &str) -> impl Iterator<Item = &str> {
    let mut escaped = false;
    json.split(move |c| {
        let ends = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        ends
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(json: &str, number: &str) -> Option<String> {
        Written::of(json).text(&serde_json::from_str(number).unwrap())
    }

    #[test]
    fn a_number_becomes_the_text_that_it_was_written_as() {
        let json =
            r#"{"a\\": 7.10, "\"1.50": "2.50\\\"", "b": [1e3, -0, 12, 0.30000000000000001]}"#;
        for (number, written) in [
            ("7.1", "7.10"),
            ("1.5", "1.5"),
            ("2.5", "2.5"),
            ("1000.0", "1e3"),
            ("-0.0", "-0"),
            ("12", "12"),
            ("0.3", "0.30000000000000001"),
        ] {
            assert_eq!(text(json, number).as_deref(), Some(written), "{number}");
        }
        assert_eq!(text("[12345678901234567890123]", "12345678901234567890123").unwrap().len(), 23);
    }

    #[test]
    fn what_is_written_in_two_ways_is_not_known() {
        assert_eq!(text("[7.10, 7.1]", "7.1"), None);
        assert_eq!(text("[7.10, 7.10]", "7.1").as_deref(), Some("7.10"));
    }
}
