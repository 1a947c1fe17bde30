//! Turns refusals into typed errors, by the rules of the catalogue.

use serde_json::{Value, json};

use super::body_text::{BodyText, words};
use super::{header, in_answer, retry_after, wait};
use crate::catalog::{ErrorRule, Service};
use crate::contract::{Error, ErrorKind, Response};
use crate::error::{error, word};

/// The error of an answer that is not a success. `scopes` are those of the action.
pub fn classify(service: &Service, response: &Response, scopes: &[&str]) -> Error {
    explain(service, response, &BodyText::of(&response.body), scopes)
}

/// An error that came with a success status, if that is what this answer is: it has the
/// members of the service's errors, a whole number and a text.
pub fn in_disguise(service: &Service, response: &Response, scopes: &[&str]) -> Option<Error> {
    let (code, message) = service.envelope?;
    let body: Value = serde_json::from_slice(&response.body).ok()?;
    let is_envelope = body.get(code)?.is_i64() && body.get(message)?.is_string();
    is_envelope.then(|| explain(service, response, &BodyText::of(&response.body), scopes))
}

/// The error of an answer with a status of success that says why the whole request failed.
pub fn whole(service: &Service, response: &Response, problem: &Value) -> Error {
    let message = problem["message"].as_str().unwrap_or_default();
    let code = problem["code"].as_i64();
    let (kind, word, advice) =
        meaning(service, response.status, code, &message.to_ascii_lowercase());
    let advice = advice.filter(|advice| !advice.contains("{scopes}")).map(str::to_owned);
    let details = BodyText::of(&response.body).details;
    in_answer(service, response, Error { advice, details, ..error(kind, word, message) })
}

/// The typed error, as JSON, of one item of a batch: `kind`, `code`, `message`, `advice` if there is
/// any, and what the service said as `details`. It says it as a text, a code, an object or a list of
/// them; an empty one is no error.
pub fn problem(service: &Service, said: Option<&Value>) -> Option<Value> {
    let said = said.filter(|said| match said {
        Value::Null => false,
        Value::Bool(wrong) => *wrong,
        Value::String(text) => !text.trim().is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(members) => !members.is_empty(),
        Value::Number(code) => code.as_f64() != Some(0.0),
    })?;
    let parts = said.as_array().map_or(std::slice::from_ref(said), Vec::as_slice);
    let code = parts.iter().find_map(|part| part["code"].as_i64().or(part.as_i64()));
    let message = match words(said) {
        _ if said.is_number() => format!("error code {said}"),
        words if words.is_empty() => format!("{} does not say why", service.name),
        words => words,
    };
    let (kind, code, advice) = meaning(service, 0, code, &message.to_ascii_lowercase());
    let mut problem = json!({ "kind": word(kind), "code": code, "message": message });
    if let Some(advice) = advice.filter(|advice| !advice.contains("{scopes}")) {
        problem["advice"] = advice.into();
    }
    if kind == ErrorKind::RateLimited
        && let Some(ms) = wait::asked(&message.to_ascii_lowercase())
    {
        problem["retry_after_ms"] = ms.into();
    }
    problem["details"] = said.clone();
    Some(problem)
}

/// A typed error as JSON, without absent members, as the results of a batch hold it.
pub fn error_value(error: &Error) -> Value {
    let fields: Vec<_> = error
        .fields
        .iter()
        .map(|fault| json!({ "path": fault.path, "message": fault.message }))
        .collect();
    let details =
        error.details.as_deref().and_then(|details| serde_json::from_str::<Value>(details).ok());
    let mut told =
        json!({ "kind": word(error.kind), "code": error.code, "message": error.message });
    let members = [
        ("advice", error.advice.clone().map(Value::from)),
        ("fields", (!fields.is_empty()).then(|| fields.into())),
        ("status", error.status.map(Value::from)),
        ("request_id", error.request_id.clone().map(Value::from)),
        ("retry_after_ms", error.retry_after_ms.map(Value::from)),
        ("details", details),
    ];
    for (name, value) in members {
        if let Some(value) = value {
            told[name] = value;
        }
    }
    told
}

fn explain(service: &Service, response: &Response, said: &BodyText, scopes: &[&str]) -> Error {
    let (kind, word, advice) = meaning(service, response.status, said.code, &said.folded);
    let message = match said.words.as_str() {
        "" => format!("{} answered {} without saying why", service.name, response.status),
        words if said.code.is_some() => words.to_owned(),
        words => format!("{} answered {}: {words}", service.name, response.status),
    };
    let advice = advice.map(|advice| advice.replace("{scopes}", &scopes.join(", ")));
    let waits = matches!(kind, ErrorKind::RateLimited | ErrorKind::Unavailable);
    let retry_after_ms = if waits { pause(response, &said.folded, kind) } else { None };
    let details = said.details.clone();
    in_answer(
        service,
        response,
        Error { advice, retry_after_ms, details, ..error(kind, word, message) },
    )
}

/// Kind, code and advice. `said` is in lower case.
fn meaning(
    service: &Service,
    status: u16,
    code: Option<i64>,
    said: &str,
) -> (ErrorKind, &'static str, Option<&'static str>) {
    let fits = |rule: &&ErrorRule| {
        rule.status.is_none_or(|(from, to)| (from..=to).contains(&status))
            && (rule.code.is_none() || rule.code == code)
            && (rule.says.is_empty() || rule.says.iter().any(|words| said.contains(words)))
            && (!rule.waits || wait::asked(said).is_some())
    };
    match service.errors.iter().find(fits) {
        Some(rule) => (rule.kind, rule.word, rule.advice),
        None if (300..400).contains(&status) => (ErrorKind::Unexpected, "redirected", None),
        None => (ErrorKind::Rejected, "rejected", None),
    }
}

/// Milliseconds to wait: what the words say, for they are about this request, else what the headers
/// say. `x-ratelimit-reset` is about the rate limit alone.
fn pause(response: &Response, said: &str, kind: ErrorKind) -> Option<u32> {
    let in_header = |name: &str| {
        header(response, name).and_then(|value| retry_after::asked(value, header(response, "date")))
    };
    wait::asked(said).or_else(|| in_header("retry-after")).or_else(|| {
        (kind == ErrorKind::RateLimited).then(|| in_header("x-ratelimit-reset")).flatten()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::SERVICE;

    #[test]
    fn a_refusal_with_a_status_of_success_counts_by_the_rules_as_well() {
        const SERVICE_WITH_RULE: Service = Service {
            errors: &[ErrorRule {
                status: Some((200, 200)),
                code: None,
                says: &["token_revoked"],
                waits: false,
                kind: ErrorKind::Unauthenticated,
                word: "bad-token",
                advice: Some("Connect again."),
            }],
            ..SERVICE
        };
        let response = Response { status: 200, headers: Vec::new(), body: b"{}".to_vec() };
        let refused = |message: &str| {
            let error = whole(&SERVICE_WITH_RULE, &response, &json!({ "message": message }));
            (error.kind, error.code, error.advice)
        };
        let advice = Some("Connect again.".to_owned());
        let bad_token = (ErrorKind::Unauthenticated, "bad-token".to_owned(), advice);
        assert_eq!(refused("Token_revoked"), bad_token);
        assert_eq!(refused("no"), (ErrorKind::Rejected, "rejected".to_owned(), None));
    }
}
