//! The rows of a file at the service's storage, page by page: the host keeps the file, and the flow
//! reads it in pieces.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::files::expired;
use super::{Command, Flow, FlowResult, written};
use crate::answer::storage;
use crate::contract::{Body, Chunk, Effect, Error, ErrorKind, Method, Reply, Request};
use crate::error::{error, unexpected};
use crate::table::{Rows, Table};

/// Bytes to read at once, and the largest number, when a row is longer.
const PIECE: u32 = 256 << 10;
const LARGEST: u32 = 1 << 20;

/// How far a file has been read.
#[derive(Serialize, Deserialize, Default)]
struct Progress {
    /// The host's reference to the file; empty before it has it.
    blob: String,
    offset: u64,
    length: u32,
    table: Option<Table>,
    rows: u64,
    /// The page that has just been emitted was the last.
    ended: bool,
}

impl Flow {
    /// Emits the rows of the CSV or JSON file at `url`, a signed address, and gives their number. The
    /// inner error says that the address has expired: a new one may work.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, or a row is longer than 1 MiB.
    pub fn rows(&mut self, url: &str) -> FlowResult<Result<u64, Error>> {
        let rows = self.part("rows", &mut |flow, state, reply| {
            let Some(reply) = reply else {
                return Err(flow.ask(&Progress::default(), Command::Send(download(url))));
            };
            let mut progress: Progress = written(state)?;
            match reply {
                Reply::Saved(saved) => {
                    progress.blob = saved.blob;
                    progress.length = PIECE;
                }
                Reply::Chunk(chunk) => {
                    let rows = progress.take(flow.service().name, &chunk)?;
                    if let Some(page) = flow.page(rows.items)? {
                        return Err(flow.ask(&progress, page));
                    }
                }
                Reply::Proceed => {}
                Reply::Response(response) => {
                    return expired(storage::refused(
                        &flow.catalog.service,
                        "the file",
                        "download-refused",
                        &response,
                    ));
                }
                Reply::Undelivered(why) => {
                    let message = format!("the file cannot be read: {why}");
                    return Err(error(ErrorKind::Unavailable, "undelivered", message).into());
                }
            }
            if progress.ended {
                return Ok(progress.rows.into());
            }
            let (blob, offset, length) = (progress.blob.clone(), progress.offset, progress.length);
            Err(flow.ask(&progress, Command::Read { blob, offset, length }))
        })?;
        Ok(match rows {
            Value::String(error) => Err(written(&error)?),
            rows => Ok(rows.as_u64().unwrap_or_default()),
        })
    }
}

impl Progress {
    /// Takes the rows out of a piece.
    fn take(&mut self, service: &str, chunk: &Chunk) -> Result<Rows, Error> {
        let garbled =
            |why: String| unexpected("invalid-answer", format!("the file from {service} {why}"));
        let last = self.offset + chunk.data.len() as u64 >= chunk.size;
        let table = self.table.get_or_insert_with(|| Table::of(&chunk.data));
        let rows = table.read(&chunk.data, last).map_err(garbled)?;
        self.offset += rows.used as u64;
        self.rows += u64::from(rows.items.len());
        self.ended = last;
        if last && !chunk.data[rows.used..].trim_ascii().is_empty() {
            return Err(garbled("ends in the middle of a row".to_owned()));
        }
        match rows.used {
            0 if !last && self.length >= LARGEST => {
                return Err(garbled(format!("has a row of more than {LARGEST} bytes")));
            }
            0 => self.length = LARGEST,
            _ => self.length = PIECE,
        }
        Ok(rows)
    }
}

fn download(url: &str) -> Request {
    Request {
        method: Method::Get,
        url: url.to_owned(),
        headers: Vec::new(),
        body: Body::Empty,
        credential: None,
        effect: Effect::Read,
        costs: Vec::new(),
        idempotency_header: None,
        extensions: Vec::new(),
        save: true,
    }
}
