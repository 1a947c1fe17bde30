//! The order in which a form asks for the members of an object.

use std::cmp::Reverse;

use serde_json::{Map, Value};

use crate::requires;

/// Words for the ends of a range.
const ENDS: &[(&str, &str)] = &[
    ("start", "end"),
    ("from", "to"),
    ("since", "until"),
    ("after", "before"),
    ("min", "max"),
    ("minimum", "maximum"),
    ("lowest", "highest"),
    ("first", "last"),
];

/// What is required comes first, what is advanced last; of two that are the ends of a range, the beginning
/// stands directly before the end.
pub(crate) fn sort(schema: &mut Value) {
    let Some(Value::Object(members)) = schema.get_mut("properties") else { return };
    let mut all: Vec<_> = std::mem::take(members).into_iter().collect();
    all.sort_by_key(|(name, member)| {
        (Reverse(requires(schema, name)), member["x-advanced"] == true)
    });
    for place in 0..all.len() {
        let beginning = begins(&all[place].0);
        let later = all.iter().skip(place + 1).position(|(name, _)| beginning.contains(name));
        if let Some(later) = later {
            all[place..=place + 1 + later].rotate_right(1);
        }
    }
    schema["properties"] = Value::Object(all.into_iter().collect::<Map<_, _>>());
}

/// The names of the beginnings of the range that a member of this name may be the end of.
fn begins(name: &str) -> Vec<String> {
    let words: Vec<_> = name.split('_').collect();
    let mut names = Vec::new();
    for (place, word) in words.iter().enumerate() {
        for (beginning, end) in ENDS {
            if word.eq_ignore_ascii_case(end) {
                let mut words = words.clone();
                let upper = beginning.to_uppercase();
                words[place] = if word.contains(char::is_uppercase) { &upper } else { beginning };
                names.push(words.join("_"));
            }
        }
    }
    names
}
