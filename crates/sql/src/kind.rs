//! The types of columns, and the values of records in them.

use std::sync::Arc;

use connector_records::schema;
use datafusion::arrow::array::{
    ArrayRef, BooleanBuilder, Date32Builder, Float64Builder, Int64Builder, ListBuilder,
    StringBuilder, TimestampMicrosecondBuilder, new_null_array,
};
use datafusion::arrow::datatypes::{DataType, Field, TimeUnit};
use serde_json::Value;

/// What the values of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Integer,
    Number,
    Boolean,
    /// In UTC, to the microsecond.
    Time,
    Date,
    Texts,
    Integers,
    Numbers,
    /// An object, or a list of anything but scalars, as text.
    Json,
    /// The bytes of a file, which the connector takes in base64.
    Base64,
    /// The bytes of a file, which the connector takes by a reference.
    Blob,
}

impl Kind {
    /// Of a text that stands for a file, by its schema.
    pub fn of_file(schema: &Value) -> Option<Self> {
        match schema["x-file"].as_str()? {
            "base64" => Some(Kind::Base64),
            _ => Some(Kind::Blob).filter(|_| schema["type"] == "string"),
        }
    }

    /// Of a field that the connector calls this, with this schema if one is known.
    pub fn of(word: &str, schema: Option<&Value>) -> Self {
        match word {
            "integer" => Kind::Integer,
            "number" => Kind::Number,
            "boolean" => Kind::Boolean,
            "time" => Kind::Time,
            "date" => Kind::Date,
            "object" => Kind::Json,
            "list" => match schema.map(|list| schema::kind(&list["items"])) {
                Some("text") if schema.is_some_and(|list| list["items"]["type"] == "string") => {
                    Kind::Texts
                }
                Some("integer") => Kind::Integers,
                Some("number") => Kind::Numbers,
                _ => Kind::Json,
            },
            _ => Kind::Text,
        }
    }

    /// How Arrow keeps them.
    pub fn data_type(self) -> DataType {
        let list = |item| DataType::List(Arc::new(Field::new("item", item, true)));
        match self {
            Kind::Text | Kind::Json => DataType::Utf8,
            Kind::Integer => DataType::Int64,
            Kind::Number => DataType::Float64,
            Kind::Boolean => DataType::Boolean,
            Kind::Time => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
            Kind::Date => DataType::Date32,
            Kind::Texts => list(DataType::Utf8),
            Kind::Integers => list(DataType::Int64),
            Kind::Numbers => list(DataType::Float64),
            Kind::Base64 | Kind::Blob => DataType::Binary,
        }
    }

    /// What PostgreSQL calls it.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Text => "text",
            Kind::Integer => "bigint",
            Kind::Number => "double precision",
            Kind::Boolean => "boolean",
            Kind::Time => "timestamp with time zone",
            Kind::Date => "date",
            Kind::Texts => "text[]",
            Kind::Integers => "bigint[]",
            Kind::Numbers => "double precision[]",
            Kind::Json => "json as text",
            Kind::Base64 | Kind::Blob => "bytea",
        }
    }

    /// The values as a column. The error is the first one that does not fit.
    pub fn array<'a>(
        self,
        values: impl Iterator<Item = Option<&'a Value>>,
    ) -> Result<ArrayRef, &'a Value> {
        let values = values.map(|value| value.filter(|value| !value.is_null()));
        macro_rules! build {
            ($builder:expr, $read:expr) => {{
                let mut builder = $builder;
                for value in values {
                    match value {
                        None => builder.append_null(),
                        Some(value) => builder.append_value($read(value).ok_or(value)?),
                    }
                }
                Ok(Arc::new(builder.finish()))
            }};
        }
        macro_rules! lists {
            ($builder:expr, $read:expr) => {{
                let mut builder = ListBuilder::new($builder);
                for value in values {
                    let Some(value) = value else {
                        builder.append_null();
                        continue;
                    };
                    for item in value.as_array().ok_or(value)? {
                        match item {
                            Value::Null => builder.values().append_null(),
                            item => builder.values().append_value($read(item).ok_or(item)?),
                        }
                    }
                    builder.append(true);
                }
                Ok(Arc::new(builder.finish()))
            }};
        }
        match self {
            Kind::Text | Kind::Json => build!(StringBuilder::new(), text),
            Kind::Integer => build!(Int64Builder::new(), integer),
            Kind::Number => build!(Float64Builder::new(), number),
            Kind::Boolean => build!(BooleanBuilder::new(), Value::as_bool),
            Kind::Time => {
                build!(
                    TimestampMicrosecondBuilder::new().with_timezone("UTC"),
                    connector_records::micros
                )
            }
            Kind::Date => build!(Date32Builder::new(), date),
            Kind::Texts => lists!(StringBuilder::new(), text),
            Kind::Integers => lists!(Int64Builder::new(), integer),
            Kind::Numbers => lists!(Float64Builder::new(), number),
            // Files are written and not read.
            Kind::Base64 | Kind::Blob => Ok(new_null_array(&DataType::Binary, values.count())),
        }
    }
}

/// Any value: what is no text is JSON.
fn text(value: &Value) -> Option<String> {
    Some(value.as_str().map_or_else(|| value.to_string(), str::to_owned))
}

/// Services write numbers as texts too.
fn integer(value: &Value) -> Option<i64> {
    match value {
        Value::String(text) => text.parse().ok(),
        // `12.0` is whole.
        value => value.as_i64().or_else(|| {
            let number = value.as_f64().filter(|it| it.fract() == 0.0 && it.abs() < 9e15)?;
            Some(number as i64)
        }),
    }
}

fn number(value: &Value) -> Option<f64> {
    match value {
        Value::String(text) => text.parse().ok(),
        value => value.as_f64(),
    }
}

/// Days since 1970.
fn date(value: &Value) -> Option<i32> {
    const DAY: i64 = 86_400_000_000;
    i32::try_from(connector_records::micros(value)?.div_euclid(DAY)).ok()
}
