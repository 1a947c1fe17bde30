//! The fields of a schema as the rows of a table, nested ones by their path:
//! `media_source.items[].url`.

use std::iter;

use serde_json::Value;

use super::markdown::{Table, code, codes, escaped, prose};
use super::types::{alternatives, folded, label, words};

/// When a field is folded: what is inside is then named in its type.
struct Limits {
    /// What is nested deeper gets no rows of its own.
    depth: usize,
    /// A nested field with more rows below it is folded. Fields at the top are not.
    rows: usize,
}

const TABLE: Limits = Limits { depth: 5, rows: 40 };
const LIST: Limits = Limits { depth: 2, rows: 10 };

/// A table of all fields of an object schema. What only one kind of an object has is folded away below it.
pub fn table(schema: &Value) -> String {
    let entries = TABLE.inside(schema, "", 0);
    let mut text = own(&entries);
    for kind in kinds(&entries) {
        let title = kind.title(|name| format!("<code>{}</code>", escaped(name)));
        let fields = own(&kind.entries);
        text += &format!("<details>\n<summary>{title}</summary>\n\n{fields}</details>\n\n");
    }
    text
}

/// The fields of any schema and their types, a line each and no more than `most` of them.
pub fn list(schema: &Value, most: usize) -> String {
    let rows = flat(LIST.inside(schema, "", 0));
    let lines = rows.iter().take(most).map(|[name, kind, _]| match kind.as_str() {
        "" => format!("- {name}:\n"),
        kind => format!("- {name}: {kind}\n"),
    });
    let more = (rows.len() > most).then(|| format!("- {} more\n", rows.len() - most));
    lines.chain(more).collect()
}

/// Name, type and meaning.
type Row = [String; 3];

enum Entry {
    Row(Row),
    Kind(Kind),
}

/// One of the kinds of object that a field may hold.
struct Kind {
    /// The path of the field; empty for a schema as a whole.
    field: String,
    label: Option<String>,
    number: usize,
    entries: Vec<Entry>,
}

impl Kind {
    fn title(&self, code: impl Fn(&str) -> String) -> String {
        let name = self.label.as_deref().map_or_else(|| format!("kind {}", self.number), &code);
        if self.field.is_empty() {
            format!("with {name}")
        } else {
            format!("{} with {name}", code(&self.field))
        }
    }
}

/// The rows themselves, without those of kinds.
fn own(entries: &[Entry]) -> String {
    let mut rows = entries.iter().filter_map(|entry| match entry {
        Entry::Row(row) => Some(row),
        Entry::Kind(_) => None,
    });
    let Some(first) = rows.next() else { return String::new() };
    let mut table = Table::new(["Field", "Type", "Meaning"]);
    iter::once(first).chain(rows).for_each(|row| table.row(row.each_ref()));
    table.finish()
}

/// The kinds, each before those that are in its fields.
fn kinds(entries: &[Entry]) -> Vec<&Kind> {
    let kinds = entries.iter().filter_map(|entry| match entry {
        Entry::Row(_) => None,
        Entry::Kind(kind) => Some(iter::once(kind).chain(kinds(&kind.entries))),
    });
    kinds.flatten().collect()
}

/// All rows, in place. That which begins a kind has a name only.
fn flat(entries: Vec<Entry>) -> Vec<Row> {
    let rows = entries.into_iter().flat_map(|entry| match entry {
        Entry::Row(row) => vec![row],
        Entry::Kind(kind) => {
            let head = [kind.title(|name| code(name)), String::new(), String::new()];
            iter::once(head).chain(flat(kind.entries)).collect()
        }
    });
    rows.collect()
}

fn count(entries: &[Entry]) -> usize {
    let counts = entries.iter().map(|entry| match entry {
        Entry::Row(_) => 1,
        Entry::Kind(kind) => 1 + count(&kind.entries),
    });
    counts.sum()
}

impl Limits {
    /// What is in a field: the fields of its object, of the objects in its list, of each alternative. The
    /// path is empty for a schema as a whole.
    fn inside(&self, field: &Value, path: &str, depth: usize) -> Vec<Entry> {
        let several = alternatives(field);
        if let [only] = several.as_slice() {
            self.inside(only, path, depth)
        } else if several.iter().any(|one| one["properties"].is_object()) {
            let kinds = (1..).zip(several).map(|(number, one)| {
                let entries = self.inside(one, path, depth);
                Entry::Kind(Kind { field: path.to_owned(), label: label(one), number, entries })
            });
            kinds.collect()
        } else if field["items"].is_object() {
            self.inside(&field["items"], &format!("{path}[]"), depth)
        } else if field["additionalProperties"].is_object() {
            self.inside(&field["additionalProperties"], &format!("{path}.*"), depth)
        } else {
            let required = field["required"].as_array();
            let needed =
                |name: &String| required.is_some_and(|all| all.iter().any(|it| it == name));
            let dot = if path.is_empty() { "" } else { "." };
            let members = field["properties"].as_object().into_iter().flatten();
            let rows = members.flat_map(|(name, member)| {
                self.member(&format!("{path}{dot}{name}"), member, needed(name), depth)
            });
            rows.collect()
        }
    }

    /// One field of an object, and what is in it.
    fn member(&self, path: &str, field: &Value, needed: bool, depth: usize) -> Vec<Entry> {
        let deep = depth >= self.depth;
        let within = if deep { Vec::new() } else { self.inside(field, path, depth + 1) };
        let fold = deep || depth > 0 && count(&within) > self.rows;
        let kind = if fold { folded(field) } else { words(field) };
        let mark = if needed { " **\\***" } else { "" };
        let row = [code(path) + mark, kind, meaning(field)];
        iter::once(Entry::Row(row)).chain(within.into_iter().filter(|_| !fold)).collect()
    }
}

/// Title, help and hints.
fn meaning(field: &Value) -> String {
    let text = |key: &str| field[key].as_str().map(prose);
    let title = text("title").map(|title| format!("**{title}.**"));
    let choices = field["x-choices"].as_array().map(|needs| match needs.as_slice() {
        [] => "Choices.".to_owned(),
        needs => {
            format!("Choices, once {} is there.", codes(needs.iter().filter_map(Value::as_str)))
        }
    });
    let hint = |key: &str, word: &str| (field[key] == true).then(|| word.to_owned());
    let hints = [hint("x-advanced", "Seldom needed."), hint("x-secret", "Secret.")];
    let setting =
        field.get("x-setting").map(|_| "Left open, the connection's is taken.".to_owned());
    let parts = [title, text("description"), choices, setting].into_iter().chain(hints).flatten();
    parts.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_one_kind_has_is_folded_away_below_the_table() {
        let of = |tag: &str, field: &str| json!({"properties": {"kind": {"const": tag}, field: {"type": "string"}}});
        let schema = json!({"properties": {
            "media": {"oneOf": [of("url", "url"), of("upload", "data")]},
            "title": {"type": "string"},
        }});
        let text = table(&schema);
        let (own, kinds) = text.split_once("<details>").expect("the kinds are folded away");
        assert!(own.contains("`media`") && own.contains("`title`"), "{own}");
        assert!(!own.contains("`media.url`") && !own.contains("`media.data`"), "{own}");
        let first = "<summary><code>media</code> with <code>kind: url</code></summary>";
        let (_, first) = kinds.split_once(first).expect("the first kind has a title");
        let (first, second) = first.split_once("</details>").expect("it ends");
        assert!(first.contains("| `media.url` |") && !first.contains("`media.data`"), "{first}");
        assert!(second.contains("| `media.data` |"), "{second}");
    }
}
