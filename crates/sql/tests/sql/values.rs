//! The values of each column fit its type: over the rows that the conformance cases hold, over what the schemas of
//! rows allow, and over the emulator's.

use std::io::{self, Write};
use std::path::Path;

use connector_host::Connector;
use connector_records::{Record, Resource, resources, schemas};
use connector_sql::ParquetFile;
use serde_json::{Map, Value, json};

use crate::support::{self, Stack, rows, try_rows};

/// Writes the rows in the columns of their table, which fails when one does not fit.
fn fits(connector: &Connector, resource: &Resource, rows: &[Record]) -> Result<(), String> {
    let to: Box<dyn Write + Send> = Box::new(io::sink());
    let mut file = ParquetFile::new(connector, resource.clone(), None, to).unwrap();
    file.write(rows).map_err(|error| error.to_string())?;
    file.close().map_err(|error| error.to_string())
}

#[test]
fn rows_of_the_cases_fit_their_columns() {
    let connector = support::connector();
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases");
    let (mut count, mut with_rows, mut wrong) = (0, 0, Vec::new());
    for resource in resources(&connector).unwrap() {
        let actions = [&resource.list_action, &resource.get_action];
        let mut all = Vec::new();
        for action in actions.into_iter().flatten() {
            let Ok(files) = std::fs::read_dir(cases.join(action)) else { continue };
            for file in files {
                let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
                let case: Value = serde_json::from_str(&text).unwrap();
                let items = case["items"].as_array().into_iter().flatten();
                let found = items.chain([&case["output"]]);
                all.extend(found.filter_map(|it| it.as_object().cloned()).map(without_names));
            }
        }
        count += all.len();
        with_rows += usize::from(!all.is_empty());
        if let Err(error) = fits(&connector, &resource, &all) {
            wrong.push(error);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(with_rows > 80 && count > 150, "{count} rows of {with_rows} resources");
}

/// Drafted cases have the name of a field in words for a text of which nothing is known.
fn without_names(mut row: Record) -> Record {
    row.retain(|name, value| value.as_str() != Some(name.replace('_', " ").as_str()));
    row
}

#[test]
fn what_the_schema_of_a_row_allows_fits_its_columns() {
    const ROWS: u64 = 40;
    let connector = support::connector();
    let mut tried = 0;
    for resource in resources(&connector).unwrap() {
        let Ok((_, output)) = schemas(&connector, &resource) else { continue };
        for seed in 0..ROWS {
            let mut dice = Dice(seed * 7_919 + tried);
            let Value::Object(row) = dice.value(&output, 0) else { continue };
            if let Err(error) = fits(&connector, &resource, std::slice::from_ref(&row)) {
                panic!("{}, seed {seed}: {error}: {}", resource.id, Value::Object(row));
            }
            tried += 1;
        }
    }
    assert!(tried > 90 * ROWS, "{tried} rows");
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_of_the_emulator_fit_their_columns() {
    let stack = Stack::start().await;
    let session = stack.session();
    let sql = "SELECT table_name, string_agg(column_name, ',') AS columns FROM connector.columns \
               WHERE use <> 'input' GROUP BY table_name";
    let (mut read, mut count, mut wrong) = (0, 0, Vec::new());
    for table in rows(&session, sql).await {
        let name = table["table_name"].as_str().unwrap();
        let columns = table["columns"].as_str().unwrap().replace(',', "\", \"");
        match try_rows(&session, &format!("SELECT \"{columns}\" FROM {name} LIMIT 50")).await {
            Ok(found) => {
                read += 1;
                count += found.len();
            }
            Err(error) if error.to_string().contains(", which is no ") => {
                wrong.push(error.to_string())
            }
            Err(_) => {}
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(read > 65 && count > 300, "{count} rows of {read} tables");
}

/// Makes values at random, and the same ones for the same seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: u64) -> u64 {
        // The generator of Knuth's MMIX; its upper bits are the good ones.
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }

    fn value(&mut self, schema: &Value, depth: usize) -> Value {
        if depth > 6 {
            return Value::Null;
        }
        if let Some(options) = schema["anyOf"].as_array().or(schema["oneOf"].as_array()) {
            let at = self.below(options.len() as u64) as usize;
            return self.value(&options[at], depth + 1);
        }
        let kinds: Vec<&str> = match &schema["type"] {
            Value::String(kind) => vec![kind],
            Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
            _ => vec!["null", "string", "integer", "boolean", "array", "object"],
        };
        match kinds[self.below(kinds.len() as u64) as usize] {
            "string" => self.text(schema),
            "integer" => json!(self.number(schema)),
            "number" => match self.below(3) {
                0 => json!(self.number(schema)),
                1 => json!(self.number(schema) as f64 / 7.0),
                _ => json!(1.5e300),
            },
            "boolean" => json!(self.below(2) == 0),
            "array" => {
                let count = self.below(3);
                (0..count).map(|_| self.value(&schema["items"], depth + 1)).collect()
            }
            "object" => {
                let mut object = Map::new();
                for (name, property) in schema["properties"].as_object().into_iter().flatten() {
                    if self.below(4) > 0 {
                        object.insert(name.clone(), self.value(property, depth + 1));
                    }
                }
                Value::Object(object)
            }
            _ => Value::Null,
        }
    }

    fn number(&mut self, schema: &Value) -> i64 {
        let least = schema["minimum"].as_i64().unwrap_or(i64::MIN);
        if !schema["x-time"].is_null() {
            return [0, 1, 1_767_614_400][self.below(3) as usize];
        }
        let any = [0, 1, -1, 1_767_614_400, i64::from(u32::MAX), i64::MAX, i64::MIN];
        any[self.below(any.len() as u64) as usize].max(least)
    }

    fn text(&mut self, schema: &Value) -> Value {
        if let Some(options) = schema["enum"].as_array().filter(|all| !all.is_empty()) {
            return options[self.below(options.len() as u64) as usize].clone();
        }
        let texts: &[&str] = match schema["format"].as_str() {
            Some("date") => &["2026-02-28", "1999-12-31"],
            Some("date-time") => &[
                "2026-02-28T23:59:59Z",
                "2026-02-28T23:59:59.123456+02:00",
                "1969-07-20T20:17:40Z",
            ],
            _ => &["", "x", "549755885175", "ä 🌿", "{\"a\": 1}", "2026-02-28"],
        };
        texts[self.below(texts.len() as u64) as usize].into()
    }
}
