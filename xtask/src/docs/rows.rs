//! The fields of a schema as the rows of a table, nested ones by their path:
//! `media_source.items[].url`.

use std::iter;

use serde_json::Value;

use super::markdown::{Table, code, codes, prose};
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

/// A table of all fields of an object schema.
pub fn table(schema: &Value) -> String {
    let rows = TABLE.inside(schema, "", 0);
    let mut table = Table::new(["Field", "Type", "Meaning"]);
    for row in rows {
        table.row(row);
    }
    table.finish()
}

/// The fields of any schema and their types, a line each and no more than `most` of them.
pub fn list(schema: &Value, most: usize) -> String {
    let rows = LIST.inside(schema, "", 0);
    let lines = rows.iter().take(most).map(|[name, kind, _]| match kind.as_str() {
        "" => format!("- {name}:\n"),
        kind => format!("- {name}: {kind}\n"),
    });
    let more = (rows.len() > most).then(|| format!("- {} more\n", rows.len() - most));
    lines.chain(more).collect()
}

/// Name, type and meaning. The row that begins an alternative has a name only.
type Row = [String; 3];

impl Limits {
    /// The rows of what is in a field: the fields of its object, of the objects in its list, of
    /// each alternative. The path is empty for a schema as a whole.
    fn inside(&self, field: &Value, path: &str, depth: usize) -> Vec<Row> {
        let several = alternatives(field);
        if let [only] = several.as_slice() {
            self.inside(only, path, depth)
        } else if several.iter().any(|one| one["properties"].is_object()) {
            let numbered = (1..).zip(several);
            let rows = numbered.flat_map(|(number, one)| {
                let name = label(one).map_or_else(|| format!("kind {number}"), code);
                let whole = if path.is_empty() { String::new() } else { code(path) + " " };
                let head = [format!("{whole}with {name}"), String::new(), String::new()];
                iter::once(head).chain(self.inside(one, path, depth))
            });
            rows.collect()
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

    /// The rows of one field of an object.
    fn member(&self, path: &str, field: &Value, needed: bool, depth: usize) -> Vec<Row> {
        let deep = depth >= self.depth;
        let within = if deep { Vec::new() } else { self.inside(field, path, depth + 1) };
        let fold = deep || depth > 0 && within.len() > self.rows;
        let kind = if fold { folded(field) } else { words(field) };
        let mark = if needed { " **\\***" } else { "" };
        let row = [code(path) + mark, kind, meaning(field)];
        iter::once(row).chain(within.into_iter().filter(|_| !fold)).collect()
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
