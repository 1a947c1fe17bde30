//! The columns of a resource, and of what an action gives.

use std::collections::BTreeSet;
use std::sync::Arc;

use connector_host::Connector;
use connector_records::{self as records, Resource, schema};
use datafusion::arrow::datatypes::{Field, Schema, SchemaRef};
use serde_json::{Map, Value};

use crate::column::{Column, Source};
use crate::files;
use crate::kind::Kind;
use crate::names;

/// Objects within objects become columns down to here; deeper ones are in the JSON of those above.
const DEPTH: usize = 5;
/// As many columns as a table of PostgreSQL may have.
const MOST: usize = 1_600;

/// The columns of a resource: its fields, the scalars within them, then what reading takes beside them.
/// `input` and `inputs`: the schema of what reading takes, and its properties. `output`: the schema of a row.
pub(crate) fn of_resource(
    connector: &Connector,
    resource: &Resource,
    input: &Value,
    inputs: &Map<String, Value>,
    output: &Value,
) -> Result<Vec<Column>, records::Error> {
    let outputs = schema::properties(output);
    let mut taken = BTreeSet::new();
    let mut columns = Vec::new();
    let (mut objects, mut members) = (Vec::new(), Vec::new());
    for field in records::fields(connector, resource)? {
        let found = outputs.get(&field.name);
        let file = field.schema.as_ref().filter(|_| !field.readable).and_then(Kind::of_file);
        let kind = file.unwrap_or_else(|| Kind::of(&field.kind, found));
        let taken_as = inputs.get(&field.name);
        // The values of a parent are walked where the connector lists them.
        let is_walked = field.parent && taken_as.is_some_and(|it| !it["x-choices"].is_null());
        let is_taken = field.parent
            || field.key
            || taken_as.is_some_and(|it| Kind::of(schema::kind(it), None) == kind);
        let required = is_taken && !is_walked && schema::requires(input, &field.name);
        columns.push(Column {
            name: names::column(&[&field.name], &mut taken),
            kind,
            source: Source::Field(vec![field.name.clone()]),
            comment: joined(field.title.as_deref(), field.description.as_deref()),
            key: field.key,
            parent: field.parent,
            readable: field.readable,
            required,
            creatable: field.creatable,
            needed: field.required,
            updatable: field.updatable,
        });
        files::members(&field, &mut taken, &mut members);
        objects.extend(found.map(|found| (field.name, found)));
    }
    for (name, found) in objects {
        within(vec![name], found, &mut taken, &mut columns);
    }
    columns.extend(members);
    for key in resource.key.iter().filter(|key| key.contains('.')) {
        let path: Vec<String> = key.split('.').map(str::to_owned).collect();
        if let Some(column) = columns.iter_mut().find(|it| it.source == Source::Field(path.clone()))
        {
            column.key = true;
        }
    }
    for (name, found) in inputs {
        let is_field = |column: &Column| {
            column.field() == Some(name)
                && (column.parent || Kind::of(schema::kind(found), None) == column.kind)
        };
        if !columns.iter().any(is_field) {
            columns.push(of_input(name, found, schema::requires(input, name), &mut taken));
        }
    }
    columns.extend(of_options(inputs, &mut taken));
    columns.truncate(MOST);
    Ok(columns)
}

/// The columns of what an action gives, by the schema of its output.
pub(crate) fn of_output(output: &Value) -> Vec<Column> {
    let mut taken = BTreeSet::new();
    let mut columns = Vec::new();
    let outputs = schema::properties(output);
    for (name, found) in &outputs {
        columns.push(read(vec![name.clone()], found, &mut taken));
    }
    for (name, found) in &outputs {
        within(vec![name.clone()], found, &mut taken, &mut columns);
    }
    columns.truncate(MOST);
    columns
}

/// As DataFusion knows them.
pub(crate) fn schema(columns: &[Column]) -> SchemaRef {
    let field = |column: &Column| {
        let field = Field::new(&column.name, column.kind.data_type(), true);
        match &column.comment {
            Some(comment) => field.with_metadata([("comment".to_owned(), comment.clone())].into()),
            None => field,
        }
    };
    Arc::new(Schema::new(columns.iter().map(field).collect::<Vec<_>>()))
}

/// The scalars within an object.
fn within(
    path: Vec<String>,
    object: &Value,
    taken: &mut BTreeSet<String>,
    columns: &mut Vec<Column>,
) {
    if path.len() >= DEPTH {
        return;
    }
    for (name, found) in schema::properties(object) {
        let path: Vec<String> = path.iter().cloned().chain([name]).collect();
        match schema::kind(&found) {
            "object" => within(path, &found, taken, columns),
            _ => columns.push(read(path, &found, taken)),
        }
    }
}

fn read(path: Vec<String>, found: &Value, taken: &mut BTreeSet<String>) -> Column {
    let names: Vec<&str> = path.iter().map(String::as_str).collect();
    let name = names::column(&names, taken);
    let kind = Kind::of(schema::kind(found), Some(found));
    Column::plain(name, kind, Source::Field(path), words(found))
}

fn of_input(name: &str, found: &Value, required: bool, taken: &mut BTreeSet<String>) -> Column {
    let list = schema::kind(found) == "list";
    let kind = match list {
        true => Kind::of(schema::kind(&found["items"]), None),
        false => Kind::of(schema::kind(found), None),
    };
    let source = Source::Input { name: name.to_owned(), list };
    let required = required && found["default"].is_null();
    Column { required, ..Column::plain(names::column(&[name], taken), kind, source, words(found)) }
}

/// The figures that a report may have: a column for each that an input names, and the rows do not tell.
fn of_options(inputs: &Map<String, Value>, taken: &mut BTreeSet<String>) -> Vec<Column> {
    let named = inputs.get(OPTIONS).and_then(|input| input["items"]["enum"].as_array());
    let names = named.into_iter().flatten().filter_map(Value::as_str);
    let mut columns = Vec::new();
    for name in names {
        if !taken.contains(&name.to_ascii_lowercase()) {
            let source = Source::Field(vec![name.to_owned()]);
            columns.push(Column::plain(names::column(&[name], taken), figure(name), source, None));
        }
    }
    columns
}

/// The input by which a report is told which figures it has.
pub(crate) const OPTIONS: &str = "columns";

/// Figures are numbers; what names something is not.
fn figure(name: &str) -> Kind {
    let last = name.rsplit('_').next().unwrap_or_default();
    match ["ID", "NAME", "LABEL", "STATUS", "TYPE"].contains(&last) {
        true => Kind::Text,
        false => Kind::Number,
    }
}

fn words(schema: &Value) -> Option<String> {
    joined(schema["title"].as_str(), schema["description"].as_str())
}

/// What a column is for; none when nothing says it.
fn joined(title: Option<&str>, description: Option<&str>) -> Option<String> {
    let words = [title, description].into_iter().flatten().collect::<Vec<_>>().join(": ");
    Some(words).filter(|words| !words.is_empty())
}

impl Column {
    /// One that is read and never written.
    pub(crate) fn plain(name: String, kind: Kind, source: Source, comment: Option<String>) -> Self {
        let no = false;
        Column {
            name,
            kind,
            source,
            comment,
            key: no,
            parent: no,
            readable: true,
            required: no,
            creatable: no,
            needed: no,
            updatable: no,
        }
    }
}
