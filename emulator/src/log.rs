//! What was asked of the emulator, without the credentials.

use std::collections::{BTreeMap, VecDeque};

use axum::http::{HeaderMap, header};
use serde::Serialize;

/// Bodies are remembered up to this length, in bytes.
const BODY_LIMIT: usize = 1 << 20;
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

/// The last requests, and counts of all.
pub struct Log {
    /// Oldest first.
    pub requests: VecDeque<Recorded>,
    /// By method and path template; paths without an operation are under `*`.
    pub counts: BTreeMap<(String, &'static str), u64>,
    capacity: usize,
}

impl Log {
    /// Remembers so many requests.
    pub fn new(capacity: usize) -> Log {
        Log { requests: VecDeque::new(), counts: BTreeMap::new(), capacity }
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.requests.clear();
        self.counts.clear();
    }

    /// Takes a request down.
    pub fn add(&mut self, request: Recorded) {
        *self
            .counts
            .entry((request.method.clone(), request.template.unwrap_or("*")))
            .or_default() += 1;
        if self.requests.len() >= self.capacity {
            self.requests.pop_front();
        }
        self.requests.push_back(request);
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
