//! What requests carry.

use axum::body::Bytes;
use axum::http::header::{ACCEPT, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::problem::Problem;

/// The body as an object; an empty one is an empty object.
pub fn object(headers: &HeaderMap, body: &Bytes) -> Result<Value, Problem> {
    if body.is_empty() {
        return Ok(Value::Object(serde_json::Map::new()));
    }
    let kind = headers.get(CONTENT_TYPE).and_then(|it| it.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    if !(kind == "application/json" || kind.ends_with("+json")) {
        let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
        let detail = "the body is JSON, with `content-type: application/json`";
        return Err(Problem::new(status, "unsupported-media-type", detail));
    }
    match serde_json::from_slice(body) {
        Ok(object @ Value::Object(_)) => Ok(object),
        Ok(_) => Err(Problem::bad("the body is JSON, but no object")),
        Err(error) => Err(Problem::bad(format!("the body is not JSON: {error}"))),
    }
}

/// The body as a value of a type.
pub fn read<T: DeserializeOwned>(headers: &HeaderMap, body: &Bytes) -> Result<T, Problem> {
    let object = object(headers, body)?;
    let wrong = |error| {
        Problem::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "invalid-input",
            format!("the body: {error}"),
        )
    };
    serde_json::from_value(object).map_err(wrong)
}

/// How a list is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A page at a time.
    Json,
    /// All of it, an item on each line.
    Lines,
    /// All of it, as a table.
    Csv(Cells),
}

/// What becomes of texts in a table that a spreadsheet would take for formulas.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cells {
    /// An apostrophe stands before them, so that they are texts there too.
    Guarded,
    /// They stand as they are, for programs: `accept: text/csv; cells=raw`.
    Raw,
}

impl Form {
    pub fn of(headers: &HeaderMap) -> Self {
        let accept = headers.get(ACCEPT).and_then(|it| it.to_str().ok()).unwrap_or_default();
        let wanted = |kind: &str| accept.split(',').find(|it| it.trim().starts_with(kind));
        if wanted("application/x-ndjson").or_else(|| wanted("application/jsonl")).is_some() {
            return Form::Lines;
        }
        match wanted("text/csv") {
            Some(csv) if csv.split(';').any(|it| it.trim() == "cells=raw") => Form::Csv(Cells::Raw),
            Some(_) => Form::Csv(Cells::Guarded),
            None => Form::Json,
        }
    }
}

impl Form {
    /// The type of such an answer.
    pub fn kind(self) -> &'static str {
        match self {
            Form::Json => "application/json",
            Form::Lines => "application/x-ndjson",
            Form::Csv(_) => "text/csv; charset=utf-8",
        }
    }
}

/// Whether the body is a form with files.
pub fn is_form(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|it| it.to_str().ok()).unwrap_or_default();
    kind.starts_with("multipart/form-data")
}

/// Whether the caller does not want to wait.
pub fn is_async(headers: &HeaderMap) -> bool {
    let preferred = headers.get_all("prefer").iter().filter_map(|it| it.to_str().ok());
    preferred.flat_map(|it| it.split(',')).any(|it| it.trim() == "respond-async")
}
