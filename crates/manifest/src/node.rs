//! JSON whose numbers and texts stay as they are written, with the order of keys.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Node {
    /// A text, a number, a boolean or null, as it is written.
    Leaf(String),
    List(Vec<Node>),
    Object(Vec<(String, Node)>),
}

impl Node {
    /// Fails when the text is no JSON.
    pub fn parse(text: &str) -> serde_json::Result<Node> {
        Ok(match text.trim_start().as_bytes().first() {
            Some(b'{') => {
                let Entries(entries) = serde_json::from_str(text)?;
                let entry = |(name, raw): (String, &RawValue)| Ok((name, Node::parse(raw.get())?));
                Node::Object(entries.into_iter().map(entry).collect::<serde_json::Result<_>>()?)
            }
            Some(b'[') => {
                let items: Vec<&RawValue> = serde_json::from_str(text)?;
                let items = items.into_iter().map(|raw| Node::parse(raw.get()));
                Node::List(items.collect::<serde_json::Result<_>>()?)
            }
            _ => Node::Leaf(serde_json::from_str::<&RawValue>(text)?.get().to_owned()),
        })
    }

    /// The text of it, without spaces.
    pub fn compact(&self) -> String {
        let mut text = String::new();
        self.write(&mut text, ",", ":");
        text
    }

    /// Appends the text of it, on one line.
    pub fn write(&self, text: &mut String, comma: &str, colon: &str) {
        match self {
            Node::Leaf(leaf) => text.push_str(leaf),
            Node::List(items) => {
                text.push('[');
                for (place, item) in items.iter().enumerate() {
                    text.push_str(if place == 0 { "" } else { comma });
                    item.write(text, comma, colon);
                }
                text.push(']');
            }
            Node::Object(members) => {
                text.push('{');
                for (place, (name, member)) in members.iter().enumerate() {
                    text.push_str(if place == 0 { "" } else { comma });
                    text.push_str(&quoted(name));
                    text.push_str(colon);
                    member.write(text, comma, colon);
                }
                text.push('}');
            }
        }
    }

    /// The members of an object; of all else none.
    pub fn members(&self) -> &[(String, Node)] {
        match self {
            Node::Object(members) => members,
            _ => &[],
        }
    }

    /// The items of a list; of all else none.
    pub fn items(&self) -> &[Node] {
        match self {
            Node::List(items) => items,
            _ => &[],
        }
    }

    /// A member of an object.
    pub fn get(&self, name: &str) -> Option<&Node> {
        self.members().iter().find(|(known, _)| known == name).map(|(_, member)| member)
    }

    /// What a text says.
    pub fn text(&self) -> Option<String> {
        match self {
            Node::Leaf(leaf) => serde_json::from_str(leaf).ok(),
            _ => None,
        }
    }
}

/// A text as JSON.
pub(crate) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// As many levels JSON within a manifest may have.
const LEVELS: usize = 100;

/// JSON without the spaces and line ends between its parts. None when it has more than 100 levels.
pub(crate) fn without_spaces(json: &str) -> Option<String> {
    let (mut within, mut escaped) = (false, false);
    let (mut level, mut deepest) = (0_usize, 0);
    let keep = |one: &char| {
        if within {
            within = escaped || *one != '"';
            escaped = !escaped && *one == '\\';
            return true;
        }
        match one {
            '"' => within = true,
            '[' | '{' => level += 1,
            ']' | '}' => level = level.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(level);
        !one.is_ascii_whitespace()
    };
    let text = json.chars().filter(keep).collect();
    (deepest <= LEVELS).then_some(text)
}

/// The members of an object, in their order.
struct Entries<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Entries<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct All;
        impl<'de> Visitor<'de> for All {
            type Value = Entries<'de>;

            fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Entries(entries))
            }
        }
        deserializer.deserialize_map(All)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_texts_and_the_order_of_keys_stay() {
        let text = r#"{"b":[1.0,1e2,123456789012345678901],"a":"\u00e9\n","b":null,"":{}}"#;
        assert_eq!(Node::parse(text).unwrap().compact(), text);
    }

    #[test]
    fn only_spaces_between_parts_are_left_out() {
        let text = "{ \"a b\" :\n [ 1 , \"\\\" : \\\\\" ,\t\"\" ] }";
        assert_eq!(without_spaces(text).unwrap(), r#"{"a b":[1,"\" : \\",""]}"#);
        assert_eq!(Node::parse(text).unwrap().compact(), without_spaces(text).unwrap());
    }

    #[test]
    fn what_is_too_deep_is_refused() {
        let deep = |levels| "[".repeat(levels) + "\"[[\"" + &"]".repeat(levels);
        assert_eq!(without_spaces(&deep(LEVELS)), Some(deep(LEVELS)));
        assert_eq!(without_spaces(&deep(LEVELS + 1)), None);
    }

    #[test]
    fn what_is_no_json_is_refused() {
        for text in ["", "{", "[1,]", "{\"a\"}", "nul", "1 2"] {
            assert!(Node::parse(text).is_err(), "{text}");
        }
    }
}
