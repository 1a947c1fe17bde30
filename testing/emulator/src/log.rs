//! What was asked of the emulator, without the credentials.

use std::collections::{BTreeMap, VecDeque};

use axum::http::{HeaderMap, header};
use serde::Serialize;

/// Bodies are remembered up to this length, in bytes.
const BODY_LIMIT: usize = 1 << 20;
/// All that is remembered together, in bytes.
const LIMIT: usize = 16 << 20;
/// Methods by which requests are counted. There is no end to those that can be made up.
const METHODS: [&str; 7] = ["GET", "POST", "PATCH", "DELETE", "PUT", "HEAD", "OPTIONS"];
/// Form values that prove something.
const SECRET_VALUES: [&str; 4] = ["code", "refresh_token", "token", "client_secret"];

/// One request.
#[derive(Clone, Debug, Serialize)]
pub struct Recorded {
    /// `GET`, `POST` and so on.
    pub method: String,
    /// The path and, after `?`, the query, as sent.
    pub target: String,
    /// The path template of the operation, if there is one.
    pub template: Option<&'static str>,
    /// Names in lower case; of a credential only its scheme.
    pub headers: Vec<(String, String)>,
    /// The body; secret values of a form are replaced.
    pub body: String,
    /// The HTTP status of the answer.
    pub status: u16,
}

impl Recorded {
    /// About how much it takes, in bytes.
    fn size(&self) -> usize {
        let header = |(name, value): &(String, String)| name.len() + value.len() + 48;
        let headers: usize = self.headers.iter().map(header).sum();
        self.method.len() + self.target.len() + self.body.len() + headers + 128
    }
}

/// The last requests, and counts of all.
pub struct Log {
    /// Oldest first.
    pub requests: VecDeque<Recorded>,
    /// By method and path template; paths without an operation are under `*`.
    pub counts: BTreeMap<(String, &'static str), u64>,
    capacity: usize,
    bytes: usize,
}

impl Log {
    /// Remembers so many requests.
    pub fn new(capacity: usize) -> Log {
        Log { requests: VecDeque::new(), counts: BTreeMap::new(), capacity, bytes: 0 }
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.requests.clear();
        self.bytes = 0;
        self.counts.clear();
    }

    /// Takes a request down.
    pub fn add(&mut self, request: Recorded) {
        let method = METHODS.iter().find(|method| **method == request.method).unwrap_or(&"*");
        let counted = ((*method).to_owned(), request.template.unwrap_or("*"));
        *self.counts.entry(counted).or_default() += 1;
        self.bytes += request.size();
        self.requests.push_back(request);
        while self.requests.len() > self.capacity.max(1) || self.bytes > LIMIT {
            let Some(oldest) = self.requests.pop_front() else { break };
            self.bytes -= oldest.size();
        }
    }
}

/// Headers as remembered.
pub fn headers(headers: &HeaderMap) -> Vec<(String, String)> {
    let shown = |name: &header::HeaderName, value: &header::HeaderValue| {
        let value = String::from_utf8_lossy(value.as_bytes());
        match *name {
            header::AUTHORIZATION => {
                format!("{} (hidden)", value.split_once(' ').map_or("", |(scheme, _)| scheme))
            }
            _ => value.into_owned(),
        }
    };
    headers.iter().map(|(name, value)| (name.to_string(), shown(name, value))).collect()
}

/// A body as remembered.
pub fn body(bytes: &[u8], is_form: bool) -> String {
    let bytes = &bytes[..bytes.len().min(BODY_LIMIT)];
    if !is_form {
        return String::from_utf8_lossy(bytes).into_owned();
    }
    let shown = url::form_urlencoded::parse(bytes).map(|(key, value)| {
        let secret = SECRET_VALUES.contains(&&*key);
        (key, if secret { "(hidden)".into() } else { value })
    });
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(shown).finish()
}
