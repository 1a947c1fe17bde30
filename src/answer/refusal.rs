//! Turns a refusal into a typed error. What a status or a code means is in the catalogue's rules.

use serde::Deserialize;

use super::{header, in_answer};
use crate::catalog::{self, ErrorRule};
use crate::contract::{Error, ErrorKind, Response};
use crate::error::error;

/// Pinterest's error envelope. Its `code` is not the HTTP status.
#[derive(Deserialize)]
struct Envelope {
    code: i64,
    message: String,
    message_detail: Option<String>,
}

/// The error of an answer that is not a success. `scopes` are those of the action.
pub fn classify(response: &Response, scopes: &[&str]) -> Error {
    match serde_json::from_slice::<Envelope>(&response.body) {
        Ok(envelope) => explain(response, Some(envelope), scopes),
        Err(_) => explain(response, None, scopes),
    }
}

/// An error that came with a success status, if that is what this answer is.
pub fn in_disguise(response: &Response, scopes: &[&str]) -> Option<Error> {
    let envelope = serde_json::from_slice::<Envelope>(&response.body).ok()?;
    Some(explain(response, Some(envelope), scopes))
}

fn explain(response: &Response, envelope: Option<Envelope>, scopes: &[&str]) -> Error {
    let said = envelope.as_ref().map(|envelope| {
        format!(
            "{} {}",
            envelope.message,
            envelope.message_detail.as_deref().unwrap_or_default()
        )
        .to_ascii_lowercase()
    });
    let fits = |rule: &&ErrorRule| {
        rule.status.is_none_or(|status| status == response.status)
            && rule.code.is_none_or(|code| {
                envelope
                    .as_ref()
                    .is_some_and(|envelope| envelope.code == code)
            })
            && rule.says.is_none_or(|words| {
                said.as_ref()
                    .is_some_and(|said| said.contains(&words.to_ascii_lowercase()))
            })
    };
    let rule = catalog::ERRORS.iter().find(fits);
    let (kind, code, advice) = match rule {
        Some(rule) => (rule.kind, rule.word, rule.advice),
        None if response.status >= 500 => (ErrorKind::Unavailable, "server-error", None),
        None if response.status < 400 && response.status >= 300 => {
            (ErrorKind::Unexpected, "redirected", None)
        }
        None => (ErrorKind::Rejected, "rejected", None),
    };
    let message = match &envelope {
        Some(envelope) => envelope.message.clone(),
        None => format!("Pinterest answered {} without saying why", response.status),
    };
    let advice = advice.map(|advice| advice.replace("{scopes}", &scopes.join(", ")));
    let retry_after_ms = if kind == ErrorKind::RateLimited {
        wait(response, said.as_deref())
    } else {
        None
    };
    let details = envelope
        .is_some()
        .then(|| String::from_utf8_lossy(&response.body).into_owned());
    in_answer(
        response,
        Error {
            advice,
            retry_after_ms,
            details,
            ..error(kind, code, message)
        },
    )
}

/// Milliseconds to wait. The headers are in seconds from now; some limits speak only in the message.
fn wait(response: &Response, said: Option<&str>) -> Option<u32> {
    let seconds = |text: &str| text.trim().parse::<u32>().ok();
    let in_header = ["retry-after", "x-ratelimit-reset"]
        .iter()
        .find_map(|name| header(response, name).and_then(seconds));
    let in_message = || {
        let (_, rest) = said?.split_once("retry after ")?;
        seconds(rest.split(' ').next()?)
    };
    in_header
        .or_else(in_message)
        .map(|seconds| seconds.saturating_mul(1000))
}
