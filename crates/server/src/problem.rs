//! Errors as `application/problem+json` (RFC 9457).

use axum::Json;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use connector_auth::{OAuthError, VaultError};
use connector_durable::{JournalError, WatchError};
use connector_host::Error as HostError;
use connector_store::{DatabaseError, StoreError};
use serde_json::{Map, Value, json};

/// Why a request was not done. No text in it holds a secret.
#[derive(Clone, Debug)]
pub struct Problem {
    pub status: StatusCode,
    /// A stable word for programs.
    pub code: String,
    pub detail: String,
    /// What else there is to say: `advice`, `fields`, `request_id`, `run`.
    pub more: Map<String, Value>,
    retry_after_ms: Option<u64>,
    /// What went wrong within the server: not for callers.
    cause: Option<String>,
}

impl Problem {
    pub fn new(status: StatusCode, code: &str, detail: impl Into<String>) -> Self {
        Problem {
            status,
            code: code.to_owned(),
            detail: detail.into(),
            more: Map::new(),
            retry_after_ms: None,
            cause: None,
        }
    }

    /// What was sent is not what the route takes.
    pub fn bad(detail: impl Into<String>) -> Self {
        Problem::new(StatusCode::BAD_REQUEST, "bad-request", detail)
    }

    /// One field of the body is wrong.
    pub fn field(path: &str, message: impl Into<String>) -> Self {
        let message = message.into();
        let detail = format!("{path}: {message}");
        let fields = json!([{"path": path, "message": message}]);
        Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid-input", detail)
            .with("fields", fields)
    }

    pub fn not_found(what: impl std::fmt::Display) -> Self {
        Problem::new(StatusCode::NOT_FOUND, "not-found", format!("there is no {what}"))
    }

    /// A file beyond what the server keeps.
    pub fn too_large() -> Self {
        let detail = "a file has 2 GiB at most, and all files of a tenant 16 GiB";
        Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", detail)
    }

    pub fn forbidden(detail: impl Into<String>) -> Self {
        Problem::new(StatusCode::FORBIDDEN, "forbidden", detail)
    }

    pub fn conflict(detail: impl Into<String>) -> Self {
        Problem::new(StatusCode::CONFLICT, "conflict", detail)
    }

    /// The server itself went wrong. What it was is for the log.
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        tracing::error!(%cause, "a request failed");
        let detail = "the server went wrong; its log says why";
        let problem = Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", detail);
        Problem { cause: Some(cause.to_string()), ..problem }
    }

    /// For who runs the server.
    pub fn whole(self) -> String {
        self.cause.unwrap_or(self.detail)
    }

    /// Too many requests; the same one has a chance after this time.
    pub fn too_many(code: &str, detail: &str, wait: std::time::Duration) -> Self {
        let problem = Problem::new(StatusCode::TOO_MANY_REQUESTS, code, detail);
        let ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
        Problem { retry_after_ms: Some(ms), ..problem }
    }

    /// What [`Problem::json`] gave, once more.
    pub fn again(json: &Value) -> Option<Self> {
        let status = StatusCode::from_u16(u16::try_from(json["status"].as_u64()?).ok()?).ok()?;
        let mut problem = Problem::new(status, json["code"].as_str()?, json["detail"].as_str()?);
        let known = ["type", "title", "status", "code", "detail"];
        let more = json.as_object()?.iter().filter(|(name, _)| !known.contains(&name.as_str()));
        problem.more = more.map(|(name, value)| (name.clone(), value.clone())).collect();
        Some(problem)
    }

    pub fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.more.insert(key.to_owned(), value.into());
        self
    }

    /// As it is answered.
    pub fn json(&self) -> Value {
        let mut json = json!({
            "type": "about:blank",
            "title": self.status.canonical_reason().unwrap_or("Error"),
            "status": self.status.as_u16(),
            "code": self.code,
            "detail": self.detail,
        });
        if let Value::Object(json) = &mut json {
            json.extend(self.more.clone());
        }
        json
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(self.json())).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(ms) = self.retry_after_ms {
            headers.insert(RETRY_AFTER, HeaderValue::from(ms.div_ceil(1000)));
        }
        response
    }
}

impl From<HostError> for Problem {
    fn from(failure: HostError) -> Self {
        if let Some(journal) = JournalError::of(&failure) {
            return Problem::internal(journal);
        }
        let json = failure.json();
        let text = |key: &str| json[key].as_str().unwrap_or_default();
        let kind = text("kind");
        let code = Some(text("code")).filter(|code| !code.is_empty()).unwrap_or(kind);
        let mut problem = Problem::new(connector_listen::status(kind), code, text("message"));
        problem.retry_after_ms = json["retry_after_ms"].as_u64();
        for key in ["advice", "fields", "request_id", "rule", "details", "last_words"] {
            let value = &json[key];
            let is_empty = value.is_null() || value.as_array().is_some_and(Vec::is_empty);
            if !is_empty {
                problem.more.insert(key.to_owned(), value.clone());
            }
        }
        // What the service itself answered, beside this answer's own status.
        if let Some(status) = json["status"].as_u64() {
            problem.more.insert("service_status".into(), status.into());
        }
        problem
    }
}

impl From<VaultError> for Problem {
    fn from(error: VaultError) -> Self {
        match &error {
            VaultError::Unknown(name) => Problem::not_found(format!("connection `{name}`")),
            VaultError::Taken(_) => Problem::conflict(error.to_string()),
            VaultError::Name(_) => Problem::field("name", error.to_string()),
            VaultError::OtherConnector { .. } => Problem::conflict(error.to_string()),
            VaultError::Changed { .. } | VaultError::Unbound(_) | VaultError::Damaged(_) => {
                Problem::new(StatusCode::FAILED_DEPENDENCY, "needs-reconnect", error.to_string())
            }
            _ => Problem::internal(error),
        }
    }
}

impl From<JournalError> for Problem {
    fn from(error: JournalError) -> Self {
        match &error {
            JournalError::Unknown(id) => Problem::not_found(format!("run `{id}`")),
            JournalError::Database(_) | JournalError::File(_) => Problem::internal(error),
            _ => Problem::conflict(error.to_string()),
        }
    }
}

impl From<WatchError> for Problem {
    fn from(error: WatchError) -> Self {
        match error {
            WatchError::Refused { failure, .. } => failure.into(),
            WatchError::Sink(why) => Problem::field("url", why),
            other => Problem::internal(other),
        }
    }
}

impl From<OAuthError> for Problem {
    fn from(error: OAuthError) -> Self {
        if let OAuthError::Key(_) = &error {
            return Problem::field("secret", error.to_string());
        }
        let advice = error.fault().map(|fault| fault.advice.clone());
        let problem = Problem::new(StatusCode::BAD_GATEWAY, "not-connected", error.to_string());
        match advice {
            Some(advice) => problem.with("advice", advice),
            None => problem,
        }
    }
}

impl From<connector_records::Error> for Problem {
    fn from(error: connector_records::Error) -> Self {
        match error {
            connector_records::Error::Call(failure) => failure.into(),
            connector_records::Error::Unexpected(why) => {
                Problem::new(StatusCode::BAD_GATEWAY, "unexpected", why)
            }
            other => Problem::bad(other.to_string()),
        }
    }
}

impl From<connector_webhooks::Error> for Problem {
    fn from(error: connector_webhooks::Error) -> Self {
        let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::BAD_GATEWAY);
        match error {
            connector_webhooks::Error::Host(failure) => failure.into(),
            connector_webhooks::Error::Unknown(id) => Problem::not_found(format!("webhook `{id}`")),
            other => Problem::new(status, "webhook", other.to_string()),
        }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        Problem::internal(error)
    }
}

impl From<DatabaseError> for Problem {
    fn from(error: DatabaseError) -> Self {
        Problem::internal(error)
    }
}
