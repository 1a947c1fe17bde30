//! The files of a case, and the contract's values in their JSON form.

mod blobs;

use std::fs;
use std::path::{Path, PathBuf};

use pinterest_connector::contract::{
    Body, Error, Header, Outcome, Part, PartContent, Piece, Range, Reply, Request, Response,
};
use serde_json::{Map, Value, json};

use self::blobs::Blobs;

pub struct Case {
    /// `boards.list/two-pages`
    pub name: String,
    pub call: Value,
    pub responses: Vec<Value>,
    folder: PathBuf,
}

impl Case {
    /// All that are below this folder, in the order of their names.
    pub fn below(root: &Path) -> Vec<Case> {
        let mut folders: Vec<_> =
            children(root).iter().flat_map(|subject| children(subject)).collect();
        folders.sort();
        assert!(!folders.is_empty(), "there are no cases in {}", root.display());
        folders.into_iter().map(|folder| Case::read(root, folder)).collect()
    }

    fn read(root: &Path, folder: PathBuf) -> Case {
        let call = read(&folder, "call.json")
            .unwrap_or_else(|| panic!("{} has no call.json", folder.display()));
        let responses = read(&folder, "responses.json").unwrap_or(json!([]));
        let name = folder.strip_prefix(root).expect("it is below").display().to_string();
        Case {
            name,
            call,
            responses: responses.as_array().expect("responses are a list").clone(),
            folder,
        }
    }

    /// Compares what was played with the files, or writes it there.
    pub fn settle(&self, played: Played) -> Result<(), String> {
        let requests = Value::Array(played.requests);
        let (result, stale, end) = match played.end.expect("it ended") {
            Ok(output) => ("output.json", "error.json", output),
            Err(error) => ("error.json", "output.json", error),
        };
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            fs::remove_file(self.folder.join(stale)).ok();
            for (file, value) in [("requests.json", &requests), (result, &end)] {
                let text = serde_json::to_string_pretty(value).expect("it is JSON") + "\n";
                fs::write(self.folder.join(file), text).expect("the case can be written");
            }
            return Ok(());
        }
        for (file, value) in [("requests.json", requests), (result, end)] {
            let expected = read(&self.folder, file);
            if expected.as_ref() != Some(&value) {
                let expected = expected.unwrap_or_default();
                return Err(format!(
                    "{}: {file}\n  expected {expected}\n  got      {value}",
                    self.name
                ));
            }
        }
        let all_played = requests_len(&self.folder) == self.responses.len();
        if all_played {
            Ok(())
        } else {
            Err(format!("{}: a response was never asked for", self.name))
        }
    }
}

fn requests_len(folder: &Path) -> usize {
    read(folder, "requests.json")
        .and_then(|requests| requests.as_array().map(Vec::len))
        .unwrap_or_default()
}

/// What a case did.
pub struct Played<'a> {
    blobs: Blobs,
    responses: std::slice::Iter<'a, Value>,
    requests: Vec<Value>,
    items: Option<Vec<Value>>,
    end: Option<Result<Value, Value>>,
}

impl<'a> Played<'a> {
    pub fn of(case: &'a Case) -> Played<'a> {
        let (blobs, responses) = (Blobs::of(&case.call), case.responses.iter());
        Played { blobs, responses, requests: Vec::new(), items: None, end: None }
    }

    /// The reply to `send`: the case's next response.
    pub fn sent(&mut self, request: &Request) -> Reply {
        let body = match &request.body {
            Body::Empty => None,
            Body::Bytes(bytes) => Some(
                serde_json::from_slice(bytes)
                    .unwrap_or_else(|_| json!({ "text": String::from_utf8_lossy(bytes) })),
            ),
            Body::Multipart(parts) => {
                Some(json!({ "parts": parts.iter().map(part).collect::<Vec<_>>() }))
            }
            Body::Pieces(pieces) => {
                Some(json!({ "pieces": pieces.iter().map(piece).collect::<Vec<_>>() }))
            }
        };
        let headers: Map<_, _> =
            request.headers.iter().map(|h| (h.name.clone(), h.value.clone().into())).collect();
        self.requests.push(object([
            (
                "method",
                Some(
                    format!("{:?}", request.method)
                        .split("::")
                        .last()
                        .unwrap_or_default()
                        .to_uppercase()
                        .into(),
                ),
            ),
            ("url", Some(request.url.clone().into())),
            ("headers", Some(Value::Object(headers))),
            ("body", body),
            ("credential", request.credential.clone().map(Value::from)),
            ("effect", Some(word(&request.effect))),
            ("quota", request.quota.clone().map(Value::from)),
            ("save", request.save.then_some(Value::from(true))),
        ]));
        let response = self.responses.next();
        let response = response.unwrap_or_else(|| panic!("a response is missing: {}", request.url));
        match reply(response) {
            Reply::Response(response) if request.save && (200..300).contains(&response.status) => {
                self.blobs.save(response)
            }
            reply => reply,
        }
    }

    /// The reply to `read`.
    pub fn looked(&self, range: &Range) -> Reply {
        self.blobs.read(range)
    }

    pub fn emitted(&mut self, items: &str, count: u32) {
        let items: Vec<Value> = serde_json::from_str(items).expect("a page holds a JSON array");
        assert_eq!(items.len(), count as usize, "a page says how many items it holds");
        self.items.get_or_insert_default().extend(items);
    }

    pub fn done(mut self, outcome: Outcome) -> Self {
        let output: Value = serde_json::from_str(&outcome.output).expect("an output is JSON");
        let items = self.items.take().map(Value::Array);
        let cursor = outcome.cursor.map(Value::from);
        self.end =
            Some(Ok(object([("items", items), ("output", Some(output)), ("cursor", cursor)])));
        self
    }

    pub fn failed(mut self, error: Error) -> Self {
        let fields: Vec<_> =
            error.fields.iter().map(|f| json!({ "path": f.path, "message": f.message })).collect();
        let details =
            error.details.map(|details| serde_json::from_str(&details).expect("details are JSON"));
        self.end = Some(Err(object([
            ("items", self.items.take().map(Value::Array)),
            ("kind", Some(word(&error.kind))),
            ("code", Some(error.code.into())),
            ("message", Some(error.message.into())),
            ("advice", error.advice.map(Value::from)),
            ("fields", Some(Value::Array(fields))),
            ("status", error.status.map(Value::from)),
            ("request_id", error.request_id.map(Value::from)),
            ("retry_after_ms", error.retry_after_ms.map(Value::from)),
            ("details", details),
        ])));
        self
    }
}

fn part(part: &Part) -> Value {
    let content = match &part.content {
        PartContent::Text(text) => ("text", Some(text.clone().into())),
        PartContent::Blob(blob) => ("blob", Some(blob.clone().into())),
    };
    object([
        ("name", Some(part.name.clone().into())),
        ("filename", part.filename.clone().map(Value::from)),
        ("content_type", part.content_type.clone().map(Value::from)),
        content,
    ])
}

fn piece(piece: &Piece) -> Value {
    match piece {
        Piece::Text(text) => json!({ "text": text }),
        Piece::Blob(blob) => json!({ "blob": blob }),
        Piece::BlobBase64(blob) => json!({ "blob_base64": blob }),
    }
}

/// The reply that an entry of `responses.json` stands for.
fn reply(response: &Value) -> Reply {
    if let Some(cause) = response["undelivered"].as_str() {
        return Reply::Undelivered(cause.to_owned());
    }
    let (headers, body) = message(response);
    let status = response["status"].as_u64().expect("a status") as u16;
    Reply::Response(Response { status, headers, body })
}

/// Headers and body of what the service says, in an answer or by itself:
/// `{"headers": {…}, "body" (JSON), "text" or "base64": …}`
pub fn message(written: &Value) -> (Vec<Header>, Vec<u8>) {
    let header = |(name, value): (&String, &Value)| Header {
        name: name.clone(),
        value: value.as_str().expect("a header is a text").to_owned(),
    };
    let body = written
        .get("body")
        .map_or_else(|| blobs::content(written), |body| body.to_string().into_bytes());
    (written["headers"].as_object().into_iter().flatten().map(header).collect(), body)
}

/// The contract's word for an enum's case: `rate-limited`.
fn word(case: &impl std::fmt::Debug) -> Value {
    let name = format!("{case:?}");
    let name = name.rsplit("::").next().unwrap_or_default();
    let hyphen = |(index, c): (usize, char)| {
        let gap = if index > 0 && c.is_uppercase() { "-" } else { "" };
        format!("{gap}{}", c.to_lowercase())
    };
    name.char_indices().map(hyphen).collect::<String>().into()
}

fn object<const N: usize>(members: [(&str, Option<Value>); N]) -> Value {
    members
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)))
        .collect::<Map<_, _>>()
        .into()
}

fn read(folder: &Path, file: &str) -> Option<Value> {
    let text = fs::read_to_string(folder.join(file)).ok()?;
    Some(
        serde_json::from_str(&text)
            .unwrap_or_else(|cause| panic!("{}/{file}: {cause}", folder.display())),
    )
}

fn children(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).filter(|path| path.is_dir()).collect()
}
