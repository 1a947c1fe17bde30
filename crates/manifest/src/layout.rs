//! JSON with lines that people can read, and not many of them.

use crate::node::{Node, quoted};

/// As many columns a line may have, unless one text is longer.
const COLUMNS: usize = 160;

/// A manifest: a line begins for each of its members, for each item of a member that is a list, and
/// for each schema of `$defs`.
pub(crate) fn manifest(root: &Node) -> String {
    let members = root.members().iter().map(|(name, member)| {
        let name = quoted(name) + ": ";
        match member {
            Node::List(items) if !items.is_empty() => {
                let items: Vec<_> = items.iter().map(|item| broken(item, 0, 1)).collect();
                format!("{name}[\n{}\n]", items.join(",\n"))
            }
            Node::Object(members) if name == "\"$defs\": " => {
                let line =
                    |(name, member): &(String, Node)| entry(&(quoted(name) + ": "), member, 0);
                let members: Vec<_> = members.iter().map(line).collect();
                format!("{name}{{\n{}\n}}", members.join(",\n"))
            }
            member => entry(&name, member, 0),
        }
    });
    format!("{{\n{}\n}}", members.collect::<Vec<_>>().join(",\n"))
}

/// A member or an item at an indent, with a comma to come.
fn entry(name: &str, value: &Node, indent: usize) -> String {
    name.to_owned() + &broken(value, indent, width(name) + 1)
}

/// A value in one line if that has room beside `beside` columns, else with a line for each part that
/// is no short one: those follow each other.
fn broken(value: &Node, indent: usize, beside: usize) -> String {
    let whole = line(value);
    if indent + beside + width(&whole) <= COLUMNS {
        return whole;
    }
    let (open, close, parts) = match value {
        Node::Leaf(_) => return whole,
        Node::List(items) => ('[', ']', items.iter().map(|item| (String::new(), item)).collect()),
        Node::Object(members) => {
            let parts = members.iter().map(|(name, member)| (quoted(name) + ": ", member));
            ('{', '}', parts.collect::<Vec<_>>())
        }
    };
    let room = COLUMNS.saturating_sub(indent + 1);
    let mut lines: Vec<(String, bool)> = Vec::new();
    for (place, (name, part)) in parts.iter().enumerate() {
        let comma = if place + 1 < parts.len() { "," } else { "" };
        let whole = format!("{name}{}{comma}", line(part));
        let short = width(&whole) <= room && is_short(part, name.is_empty());
        match lines.last_mut() {
            Some((last, true)) if short && width(last) + 1 + width(&whole) <= room => {
                last.push(' ');
                last.push_str(&whole);
            }
            _ if short => lines.push((whole, true)),
            _ => lines.push((entry(name, part, indent + 1) + comma, false)),
        }
    }
    let pad = " ".repeat(indent + 1);
    let lines: Vec<_> = lines.into_iter().map(|(line, _)| pad.clone() + &line).collect();
    format!("{open}\n{}\n{}{close}", lines.join("\n"), &pad[1..])
}

/// Whether others may stand on its line: what holds no object; in a list also an object of leaves.
fn is_short(part: &Node, in_list: bool) -> bool {
    let leaf = |node: &Node| matches!(node, Node::Leaf(_));
    match part {
        Node::Leaf(_) => true,
        Node::List(items) => items.iter().all(leaf),
        Node::Object(members) => {
            members.is_empty() || in_list && members.iter().all(|(_, member)| leaf(member))
        }
    }
}

fn line(value: &Node) -> String {
    let mut text = String::new();
    value.write(&mut text, ", ", ": ");
    text
}

fn width(text: &str) -> usize {
    text.chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_room_is_one_line_and_what_has_not_is_broken() {
        let long = "x".repeat(200);
        let text = format!(
            r#"{{"format":2,"a":[{{"id":"1","of":{{"b":{{"c":"{long}"}}}},"n":[1,2]}},{{"id":"2"}}],"$defs":{{"s":{{"type":"string"}}}}}}"#
        );
        let laid = manifest(&Node::parse(&text).unwrap());
        let wanted = format!(
            r#"{{
"format": 2,
"a": [
{{
 "id": "1",
 "of": {{
  "b": {{
   "c": "{long}"
  }}
 }},
 "n": [1, 2]
}},
{{"id": "2"}}
],
"$defs": {{
"s": {{"type": "string"}}
}}
}}"#
        );
        assert_eq!(laid, wanted);
        assert_eq!(Node::parse(&laid).unwrap().compact(), text);
    }

    #[test]
    fn only_a_single_text_is_longer_than_a_line() {
        let words: Vec<_> = (0..400).map(|number| format!("\"word {number}\"")).collect();
        let deep = "{\"k\":".repeat(60) + "[" + &words.join(",") + "]" + &"}".repeat(60);
        let laid = manifest(&Node::parse(&format!("{{\"deep\":{deep}}}")).unwrap());
        assert!(laid.lines().all(|line| width(line) <= COLUMNS), "{laid}");
        assert!(laid.contains("\"word 1\", \"word 2\""), "{laid}");
    }
}
