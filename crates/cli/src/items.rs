//! Items as a table, for a terminal. Which fields are shown is decided by the first page, by their
//! order in the schema and by the room there is; `--json` prints them all.

use connector_records as records;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::error::Error;
use crate::hidden;
use crate::output::{self, Column, Line};
use crate::print::Print;

/// Of items that have these, they come first.
const FIRST: [&str; 5] = ["id", "value", "occurred_at", "name", "title"];

/// Prints pages below one another under one head.
pub struct Items {
    /// Of an item.
    schema: Value,
    fields: Map<String, Value>,
    /// Whether these are all fields, in their order.
    declared: bool,
    /// Whether anything in it may be a secret.
    secret: bool,
    /// Makes of an item what is shown.
    shown: fn(Value) -> Value,
    layout: Option<Layout>,
    /// How many fields an item has.
    all: usize,
    count: u64,
    hidden: bool,
    empty: &'static str,
}

struct Layout {
    names: Vec<String>,
    widths: Vec<usize>,
}

impl Items {
    /// Items of this schema; `empty` is said when there are none.
    pub fn new(schema: &str, empty: &'static str) -> Self {
        let secret = schema.contains("\"x-secret\"");
        let schema = serde_json::from_str(schema).unwrap_or_default();
        Items {
            fields: hidden::properties(&schema),
            schema,
            declared: true,
            secret,
            shown: |item| item,
            layout: None,
            all: 0,
            count: 0,
            hidden: false,
            empty,
        }
    }

    /// Events whose data has this schema: the time of each, and the fields of its data.
    pub fn events(data: &str, empty: &'static str) -> Self {
        let mut items = Items::new(data, empty);
        items.shown = |mut event| match event["data"].take() {
            Value::Object(data) => {
                let at = ("occurred_at".to_owned(), event["occurred_at"].take());
                Value::Object([at].into_iter().chain(data).collect())
            }
            _ => event,
        };
        items
    }

    /// Records, of whose fields these are times.
    pub fn records(times: &[String]) -> Self {
        let mut items = Items::new("{}", "no records");
        items.declared = false;
        let time = serde_json::json!({"x-time": "?"});
        items.fields = times.iter().map(|name| (name.clone(), time.clone())).collect();
        items
    }

    /// Prints values as [`Print::print`] does.
    pub fn add(&mut self, values: Vec<Value>) -> Result<(), Error> {
        let mut values: Vec<Value> = values.into_iter().map(self.shown).collect();
        for value in values.iter_mut().filter(|_| self.secret) {
            self.hidden |= hidden::hide(&self.schema, value);
        }
        self.count += values.len() as u64;
        if values.is_empty() {
            return Ok(());
        }
        let head = self.layout.is_none();
        if head {
            self.layout = Some(self.lay_out(&values));
        }
        let Some(Layout { names, widths }) = &self.layout else { return Ok(()) };
        let row = |value: &Value| -> Vec<String> {
            names.iter().map(|name| self.cell(value, name)).collect()
        };
        let head = head.then(|| output::head("", widths, names));
        let rows = values.iter().map(|value| output::row("", widths, &row(value)));
        output::lines(head.into_iter().chain(rows).collect::<Vec<Line>>())
    }

    /// Says on stderr what the table leaves out.
    pub fn end(&self) {
        let items = match self.count {
            0 => return output::note(self.empty),
            1 => "1 item".to_owned(),
            count => format!("{count} items"),
        };
        let shown = self.layout.as_ref().map_or(0, |layout| layout.widths.len());
        let left_out = match shown < self.all {
            true => format!("; {shown} of {} fields are shown, --json prints all", self.all),
            false => String::new(),
        };
        output::note(format!("{items}{left_out}"));
        if self.hidden {
            output::note(hidden::NOTE);
        }
    }

    fn lay_out(&mut self, values: &[Value]) -> Layout {
        let names = self.names(values);
        self.all = names.len();
        let filled = |name: &&String| values.iter().any(|value| !self.cell(value, name).is_empty());
        let mut names: Vec<String> = names.iter().filter(filled).cloned().collect();
        names.sort_by_cached_key(|name| {
            let first = FIRST.iter().position(|first| first == name);
            first.unwrap_or(FIRST.len() + self.class(values, name))
        });
        let rows: Vec<Vec<String>> = values
            .iter()
            .map(|value| names.iter().map(|name| self.cell(value, name)).collect())
            .collect();
        let column = |name: &String| match is_id(name) {
            true => Column::whole(name),
            false => Column::new(name),
        };
        let columns: Vec<Column> = names.iter().map(column).collect();
        let room = output::width().unwrap_or(usize::MAX);
        let widths = output::fitted(&columns, &rows, room);
        names.truncate(widths.len());
        Layout { names, widths }
    }

    /// All fields, in the schema's order, then those that it does not name. Of what is no object
    /// the name is empty.
    fn names(&self, values: &[Value]) -> Vec<String> {
        let Some(first) = values.iter().find_map(Value::as_object) else {
            return vec![String::new()];
        };
        let unknown = first.keys().filter(|name| !self.fields.contains_key(*name));
        match self.declared {
            true => self.fields.keys().chain(unknown).cloned().collect(),
            false => first.keys().cloned().collect(),
        }
    }

    /// What tells a person most comes first: words, then numbers, other ids, times and addresses.
    fn class(&self, values: &[Value], name: &str) -> usize {
        let mut cells = values.iter().map(|value| (&value[name], self.cell(value, name)));
        let Some((value, cell)) = cells.find(|(_, cell)| !cell.is_empty()) else { return 5 };
        match value {
            _ if is_id(name) || name.ends_with("_ids") => 2,
            _ if records::instant(&cell).is_some() => 3,
            Value::String(_) | Value::Array(_) if cell.contains("://") => 4,
            Value::String(_) => 0,
            _ => 1,
        }
    }

    /// What fits into a cell: no objects.
    fn cell(&self, value: &Value, name: &str) -> String {
        let value = if name.is_empty() { value } else { &value[name] };
        scalar(self.fields.get(name).unwrap_or(&Value::Null), value)
    }
}

impl Print for Items {
    fn print(&mut self, items: &[&RawValue]) -> Result<(), Error> {
        let parse = |item: &&RawValue| serde_json::from_str(item.get());
        let values = items.iter().map(parse).collect::<Result<_, _>>();
        self.add(values.map_err(|error| Error::Unexpected(format!("an item is no JSON: {error}")))?)
    }

    fn end(&mut self) {
        Items::end(self);
    }
}

fn is_id(name: &str) -> bool {
    name == "id" || name == "value" || name.ends_with("_id")
}

fn scalar(field: &Value, value: &Value) -> String {
    let text = match value {
        Value::Null | Value::Object(_) => return String::new(),
        Value::Array(values) => {
            let texts = values.iter().map(|value| scalar(&field["items"], value));
            return texts.filter(|text| !text.is_empty()).collect::<Vec<_>>().join(", ");
        }
        Value::String(text) => text.clone(),
        Value::Number(number) if field["x-time"].is_string() => {
            records::moment(value).unwrap_or_else(|| number.to_string())
        }
        Value::Number(number) => number.to_string(),
        Value::Bool(is) => is.to_string(),
    };
    // Cells are short in any case; a text of a megabyte need not be measured.
    let text: String = text.chars().take(400).collect();
    output::cell(&text)
}
