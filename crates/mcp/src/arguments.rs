//! Arguments of this server's own.

use std::ops::RangeInclusive;

use rmcp::model::JsonObject;
use serde_json::Value;

/// An argument of this server's own that does not fit.
#[derive(Debug, PartialEq, Eq)]
pub struct Invalid {
    /// The argument's name.
    pub path: &'static str,
    pub message: String,
}

impl Invalid {
    pub fn new(path: &'static str, message: impl Into<String>) -> Self {
        Invalid { path, message: message.into() }
    }
}

/// A whole number out of the arguments; the default when it is absent or null.
pub fn number(
    arguments: &JsonObject,
    path: &'static str,
    default: u64,
    range: RangeInclusive<u64>,
) -> Result<usize, Invalid> {
    let found = match arguments.get(path) {
        None | Some(Value::Null) => Some(default),
        Some(given) => given.as_u64().filter(|given| range.contains(given)),
    };
    let (least, most) = (range.start(), range.end());
    let wrong = || Invalid::new(path, format!("must be a whole number from {least} to {most}"));
    found.map(|number| number as usize).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_have_a_range() {
        let number = |given| {
            let arguments = JsonObject::from_iter([("count".to_owned(), given)]);
            number(&arguments, "count", 5, 1..=9).map_err(|invalid| invalid.message)
        };
        assert_eq!((number(json!(9)), number(Value::Null)), (Ok(9), Ok(5)));
        for wrong in [json!(0), json!(10), json!(-1), json!(1.5), json!("3")] {
            assert_eq!(number(wrong), Err("must be a whole number from 1 to 9".into()));
        }
    }
}
