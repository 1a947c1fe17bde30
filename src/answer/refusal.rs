//! Turns a refusal into a typed error. What a status or a code means is in the catalogue's rules.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{header, in_answer};
use crate::catalog::{self, ErrorRule};
use crate::contract::{Error, ErrorKind, Response};
use crate::error::{error, word};

/// Pinterest's error envelope. Its `code` is not the HTTP status.
#[derive(Deserialize)]
struct Envelope {
    code: i64,
    message: String,
    message_detail: Option<String>,
}

/// The error of an answer that is not a success. `scopes` are those of the action.
pub fn classify(response: &Response, scopes: &[&str]) -> Error {
    explain(response, serde_json::from_slice(&response.body).ok(), scopes)
}

/// An error that came with a success status, if that is what this answer is.
pub fn in_disguise(response: &Response, scopes: &[&str]) -> Option<Error> {
    let envelope = serde_json::from_slice(&response.body).ok()?;
    Some(explain(response, Some(envelope), scopes))
}

/// The error of an answer that says within itself why all of it failed.
pub fn whole(response: &Response, problem: &Value) -> Error {
    let message = problem["message"].as_str().unwrap_or_default();
    let details = Some(String::from_utf8_lossy(&response.body).into_owned());
    in_answer(response, Error { details, ..error(ErrorKind::Rejected, "rejected", message) })
}

/// The typed error, as JSON, of one item of a batch: `kind`, `code`, `message`, `advice` if there is
/// any, and what Pinterest said as `details`. It says it as a text, an object or a list of them; an
/// empty one is no error.
pub fn problem(said: Option<&Value>) -> Option<Value> {
    let said = said.filter(|said| match said {
        Value::Null | Value::Bool(_) => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(members) => !members.is_empty(),
        Value::Number(_) => true,
    })?;
    let parts = said.as_array().map_or(std::slice::from_ref(said), Vec::as_slice);
    let messages: Vec<_> =
        parts.iter().flat_map(messages).filter(|text| !text.is_empty()).collect();
    let message = match messages.as_slice() {
        [] => "Pinterest does not say why".to_owned(),
        messages => messages.join("; "),
    };
    let code = parts.iter().find_map(|part| part["code"].as_i64());
    let (kind, code, advice) = meaning(0, code, Some(&message.to_ascii_lowercase()));
    let mut problem = json!({ "kind": word(kind), "code": code, "message": message });
    if let Some(advice) = advice.filter(|advice| !advice.contains("{scopes}")) {
        problem["advice"] = advice.into();
    }
    problem["details"] = said.clone();
    Some(problem)
}

fn messages(part: &Value) -> Vec<&str> {
    let named = ["message", "messages", "error_messages", "error_message", "error_type"];
    match part {
        Value::String(text) => vec![text],
        Value::Array(items) => items.iter().filter_map(Value::as_str).collect(),
        Value::Object(members) => {
            named.iter().find_map(|name| members.get(*name)).map_or_else(Vec::new, messages)
        }
        _ => Vec::new(),
    }
}

fn explain(response: &Response, envelope: Option<Envelope>, scopes: &[&str]) -> Error {
    let said = envelope.as_ref().map(|envelope| {
        let detail = envelope.message_detail.as_deref().unwrap_or_default();
        format!("{} {detail}", envelope.message).to_ascii_lowercase()
    });
    let code = envelope.as_ref().map(|envelope| envelope.code);
    let (kind, word, advice) = meaning(response.status, code, said.as_deref());
    let message = match &envelope {
        Some(envelope) => envelope.message.clone(),
        None => format!("Pinterest answered {} without saying why", response.status),
    };
    let advice = advice.map(|advice| advice.replace("{scopes}", &scopes.join(", ")));
    let retry_after_ms =
        if kind == ErrorKind::RateLimited { wait(response, said.as_deref()) } else { None };
    let details = envelope.is_some().then(|| String::from_utf8_lossy(&response.body).into_owned());
    in_answer(response, Error { advice, retry_after_ms, details, ..error(kind, word, message) })
}

/// Kind, code and advice. `said` is in lower case.
fn meaning(
    status: u16,
    code: Option<i64>,
    said: Option<&str>,
) -> (ErrorKind, &'static str, Option<&'static str>) {
    let fits = |rule: &&ErrorRule| {
        rule.status.is_none_or(|wanted| wanted == status)
            && (rule.code.is_none() || rule.code == code)
            && rule.says.is_none_or(|words| said.is_some_and(|said| said.contains(words)))
    };
    match catalog::ERRORS.iter().find(fits) {
        Some(rule) => (rule.kind, rule.word, rule.advice),
        None if status >= 500 => (ErrorKind::Unavailable, "server-error", None),
        None if (300..400).contains(&status) => (ErrorKind::Unexpected, "redirected", None),
        None => (ErrorKind::Rejected, "rejected", None),
    }
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
    in_header.or_else(in_message).map(|seconds| seconds.saturating_mul(1000))
}
