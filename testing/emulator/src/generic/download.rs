//! Results of jobs as files.

use crate::things::key::{key_text, object};
use serde_json::{Map, Value, json};

/// What the result of a job holds.
#[derive(Clone)]
pub struct Rows {
    /// JSON, or else CSV.
    pub is_json: bool,
    /// Objects with the same keys, where something is kept.
    pub kept: Option<Vec<Value>>,
    /// How many rows are made up otherwise.
    pub made_up: usize,
}

impl Rows {
    /// Whether there is nothing to tell.
    pub fn are_none(&self) -> bool {
        self.kept.as_ref().is_some_and(Vec::is_empty)
    }

    /// The file in parts of a few kilobytes; together they are as long as `size` says.
    pub fn parts(self) -> impl Iterator<Item = String> + Send {
        let is_json = self.is_json;
        let count = self.kept.as_ref().map_or(self.made_up, Vec::len);
        let head = if is_json { String::new() } else { line(&keys(&self.row(0))) };
        let tail = match (is_json, count) {
            (true, 0) => "[]",
            (true, _) => "]",
            (false, _) => "",
        };
        let text = move |index: usize| match self.row(index) {
            row if is_json => {
                format!("{}{}", if index == 0 { "[" } else { "," }, Value::Object(row))
            }
            row => line(&row.into_values().collect::<Vec<_>>()),
        };
        let lines = (0..count).step_by(PART).map(move |first| {
            let last = count.min(first + PART);
            (first..last).map(&text).collect()
        });
        [head].into_iter().chain(lines).chain([tail.to_owned()])
    }

    /// Bytes of the file.
    pub fn size(&self) -> usize {
        self.clone().parts().map(|part| part.len()).sum()
    }

    fn row(&self, index: usize) -> Map<String, Value> {
        match &self.kept {
            Some(rows) => rows.get(index).map(object).unwrap_or_default(),
            None => made_up(index),
        }
    }
}

/// Rows in a part.
const PART: usize = 256;

/// A day of February, and two numbers that differ from row to row.
fn made_up(index: usize) -> Map<String, Value> {
    let date = format!("2026-02-{:02}", index % 28 + 1);
    object(&json!({
        "DATE": date, "IMPRESSION": 1204 + index * 107 % 9000, "CLICKTHROUGH": 37 + index * 4 % 300,
    }))
}

fn keys(row: &Map<String, Value>) -> Vec<Value> {
    row.keys().map(|key| key.as_str().into()).collect()
}

/// A line of CSV.
fn line(cells: &[Value]) -> String {
    let cell = |value: &Value| match key_text(value).unwrap_or_default() {
        text if text.contains([',', '"', '\n', '\r']) => {
            format!("\"{}\"", text.replace('"', "\"\""))
        }
        text => text,
    };
    let cells: Vec<_> = cells.iter().map(cell).collect();
    format!("{}\n", cells.join(","))
}
