//! What a caller gets: one JSON document, or lines of JSON as they come.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use wasi::http::types::{Fields, OutgoingBody, OutgoingResponse, ResponseOutparam};
use wasi::io::streams::OutputStream;

use crate::failure::Failure;

/// Bytes that a stream takes at once.
const PIECE: usize = 4096;

/// A failure, and what had come before it.
#[derive(Serialize)]
struct Told<'a> {
    #[serde(flatten)]
    problem: Value,
    #[serde(flatten)]
    before: &'a BTreeMap<&'a str, Box<RawValue>>,
}

/// The answer to a request; it begins with the first thing that is written.
pub struct Answer {
    out: Option<ResponseOutparam>,
    open: Option<(OutputStream, OutgoingBody)>,
}

impl Answer {
    /// Nothing is sent yet.
    pub fn new(out: ResponseOutparam) -> Self {
        Answer { out: Some(out), open: None }
    }

    /// One JSON document.
    pub fn json(&mut self, status: u16, body: &impl Serialize) {
        self.begin(status, "application/json", &[]);
        self.write(&text(body));
    }

    /// Begins lines of JSON, with status 200.
    pub fn lines(&mut self) {
        self.begin(200, "application/x-ndjson", &[]);
    }

    /// A line of them. Whether the caller still takes any.
    pub fn line(&mut self, body: &impl Serialize) -> bool {
        let mut line = text(body);
        line.push(b'\n');
        self.write(&line)
    }

    /// A failure; among lines it is the last one, as the member `error`.
    pub fn fail(&mut self, failure: &Failure) {
        match self.open {
            Some(_) => {
                self.line(&json!({ "error": failure.body() }));
            }
            None => self.problem(failure, &failure.body()),
        }
    }

    /// A failure after something had come: items, or what to answer a delivery.
    pub fn fail_after(&mut self, failure: &Failure, before: &BTreeMap<&str, Box<RawValue>>) {
        match self.open {
            Some(_) => self.fail(failure),
            None => self.problem(failure, &Told { problem: failure.body(), before }),
        }
    }

    fn problem(&mut self, failure: &Failure, body: &impl Serialize) {
        let wait = failure.retry_after.map(|seconds| ("retry-after", seconds.to_string()));
        self.begin(failure.status, "application/problem+json", wait.as_slice());
        self.write(&text(body));
    }

    /// Ends it.
    pub fn finish(self) {
        if let Some((stream, body)) = self.open {
            drop(stream);
            // The caller has gone, which changes nothing any more.
            let _ = OutgoingBody::finish(body, None);
        }
    }

    fn begin(&mut self, status: u16, kind: &str, more: &[(&str, String)]) {
        let Some(out) = self.out.take() else { return };
        let headers = Fields::new();
        let own = [
            ("content-type", kind.to_owned()),
            ("cache-control", "no-store".to_owned()),
            ("x-content-type-options", "nosniff".to_owned()),
        ];
        for (name, value) in own.iter().chain(more) {
            headers.append(name, value.as_bytes()).expect("a header of ours is well formed");
        }
        let response = OutgoingResponse::new(headers);
        response.set_status_code(status).expect("a status of ours is valid");
        let body = response.body().expect("it is taken once");
        ResponseOutparam::set(out, Ok(response));
        self.open = body.write().ok().map(|stream| (stream, body));
    }

    fn write(&mut self, bytes: &[u8]) -> bool {
        let Some((stream, _)) = &self.open else { return false };
        bytes.chunks(PIECE).all(|piece| stream.blocking_write_and_flush(piece).is_ok())
    }
}

fn text(body: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(body).expect("JSON has a text")
}
