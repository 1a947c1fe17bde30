//! What `run` and `choices` are called with.

use datafusion::common::ScalarValue;
use datafusion::logical_expr::Expr;
use serde_json::{Map, Value};

use crate::Error;
use crate::error::plan;

/// An argument that is a text.
pub(crate) fn text(
    function: &str,
    name: &str,
    arguments: &[Expr],
    at: usize,
) -> Result<String, Error> {
    match arguments.get(at) {
        Some(Expr::Literal(
            ScalarValue::Utf8(Some(text)) | ScalarValue::Utf8View(Some(text)),
            _,
        )) => Ok(text.clone()),
        _ => Err(plan(format!("{function}: argument {} is {name}, as a text", at + 1))),
    }
}

/// An argument that is a JSON object; empty when it is left out.
pub(crate) fn object(
    function: &str,
    arguments: &[Expr],
    at: usize,
) -> Result<Map<String, Value>, Error> {
    if arguments.len() <= at {
        return Ok(Map::new());
    }
    let text = text(function, "the input, a JSON object", arguments, at)?;
    serde_json::from_str(&text)
        .map_err(|error| plan(format!("{function}: the input is no JSON object: {error}")))
}
