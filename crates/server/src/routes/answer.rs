//! Lists as answers: pages of JSON, lines, a table. A list as a whole is read as fast as it is taken.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use connector_host::{Call, Connection};
use futures_util::stream;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};
use tokio::sync::OwnedSemaphorePermit;

use super::body::{Cells, Form};
use crate::problem::Problem;
use crate::run::paging::{self, Part};

/// A part of a list, and what goes on after it.
pub fn page(connection: &Connection, action: &str, part: &Part) -> Response {
    let next = part.next.as_ref().and_then(|next| paging::token(connection, action, next));
    let mut page = Map::new();
    page.insert("items".into(), json!(part.items));
    page.insert("next".into(), json!(next));
    // Not an item, so not among them.
    if let Some(output) = part.output.as_ref().filter(|output| output.get() != "null") {
        page.insert("output".into(), json!(output));
    }
    axum::Json(Value::Object(page)).into_response()
}

/// A list from its beginning to its end, or to so many items.
pub async fn whole(
    connection: Connection,
    call: Call,
    limit: Option<u64>,
    form: Form,
    columns: Vec<String>,
    place: Arc<OwnedSemaphorePermit>,
) -> Result<Response, Problem> {
    // The first page is read before the answer begins: what is wrong is then told as usual.
    let first = paging::page(&connection, call, limit).await?;
    let mut writer = Writer::new(form, columns, limit.unwrap_or(u64::MAX));
    let head = writer.head();
    let reading = Reading { connection, part: Some(first), writer, limit, _place: place };
    let pages = stream::try_unfold(reading, Reading::next);
    let head = stream::iter((!head.is_empty()).then(|| Ok::<_, std::io::Error>(Bytes::from(head))));
    let body = Body::from_stream(futures_util::StreamExt::chain(head, pages));
    Ok(([(CONTENT_TYPE, form.kind())], body).into_response())
}

/// A list that is there as a whole, such as what a run has brought.
pub fn there(
    items: Vec<Box<RawValue>>,
    form: Form,
    columns: Vec<String>,
) -> Result<Response, Problem> {
    let mut writer = Writer::new(form, columns, u64::MAX);
    let text = writer.head() + &writer.write(&items).map_err(Problem::internal)?;
    Ok(([(CONTENT_TYPE, form.kind())], text).into_response())
}

struct Reading {
    connection: Connection,
    part: Option<Part>,
    writer: Writer,
    limit: Option<u64>,
    _place: Arc<OwnedSemaphorePermit>,
}

impl Reading {
    /// A page as it is written. What fails on the way ends the answer before its end, so that nobody
    /// takes it for whole; lines say why.
    async fn next(mut self) -> std::io::Result<Option<(Bytes, Self)>> {
        let Some(part) = self.part.take() else { return Ok(None) };
        let text = self.writer.write(&part.items).map_err(std::io::Error::other)?;
        if let Some(next) = part.next
            && self.writer.left > 0
        {
            let wanted = self.limit.map(|_| self.writer.left);
            match paging::page(&self.connection, next, wanted).await {
                Ok(part) => self.part = Some(part),
                Err(problem) if self.writer.form == Form::Lines => {
                    let line = json!({"problem": problem.json()});
                    return Ok(Some((Bytes::from(format!("{text}{line}\n")), self)));
                }
                Err(problem) => return Err(std::io::Error::other(problem.detail)),
            }
        }
        Ok(Some((Bytes::from(text), self)))
    }
}

/// Writes items as lines, or as a table of these columns.
pub struct Writer {
    pub form: Form,
    columns: Vec<String>,
    /// How many items are still wanted.
    pub left: u64,
}

impl Writer {
    pub fn new(form: Form, columns: Vec<String>, left: u64) -> Self {
        Writer { form, columns, left }
    }

    /// What stands before the first item.
    pub fn head(&mut self) -> String {
        match self.form {
            Form::Csv(_) => row(self.columns.iter().map(String::as_str)),
            _ => String::new(),
        }
    }

    /// As many of the items as are still wanted.
    pub fn write(&mut self, items: &[Box<RawValue>]) -> Result<String, serde_json::Error> {
        let mut text = String::new();
        for item in items {
            if self.left == 0 {
                break;
            }
            self.left -= 1;
            match self.form {
                Form::Csv(cells) => {
                    let item: Value = serde_json::from_str(item.get())?;
                    let row_of: Vec<String> =
                        self.columns.iter().map(|column| cell(&item[column], cells)).collect();
                    text += &row(row_of.iter().map(String::as_str));
                }
                // Whatever the service writes, an item is one line.
                _ if item.get().contains(['\n', '\r']) => {
                    text += &serde_json::from_str::<Value>(item.get())?.to_string();
                    text.push('\n');
                }
                _ => {
                    text += item.get();
                    text.push('\n');
                }
            }
        }
        Ok(text)
    }
}

fn cell(value: &Value, cells: Cells) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) if cells == Cells::Guarded && is_formula(text) => format!("'{text}"),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Whether a spreadsheet would compute a text, by what it begins with. A number is none.
fn is_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'])
        && !text.parse::<f64>().is_ok_and(f64::is_finite)
}

fn row<'a>(cells: impl Iterator<Item = &'a str>) -> String {
    let mut writer =
        csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    // Writing to memory cannot fail.
    let written = writer.write_record(cells).and_then(|()| Ok(writer.flush()?));
    let bytes = written.ok().and_then(|()| writer.into_inner().ok()).unwrap_or_default();
    String::from_utf8(bytes).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        for text in ["=1+1", "+49 30 1", "-x", "@SUM(A1)", "\t=1", "\r=1", "＝1", "-", "+1e999"] {
            assert_eq!(cell(&json!(text), Cells::Guarded), format!("'{text}"));
            assert_eq!(cell(&json!(text), Cells::Raw), text);
        }
        for text in ["a=1", "", "'=1", "-5.25", "+1e3", "2026-01-01"] {
            assert_eq!(cell(&json!(text), Cells::Guarded), text);
        }
        assert_eq!(cell(&json!(-5), Cells::Guarded), "-5");
        assert_eq!(cell(&json!(null), Cells::Guarded), "");
        assert_eq!(cell(&json!(["=1"]), Cells::Guarded), "[\"=1\"]");
    }
}
