//! Makes answers as the description tells of them, and compares them with what came out.

use pinterest_connector::contract::{ErrorKind, Header, Response};
use serde_json::{Value, json};

use crate::description::{Description, Operation};
use crate::flat::flat;
use crate::generate::Maker;

/// What the answers say in `x-pinterest-rid`.
pub const REQUEST_ID: &str = "1234567890123456";

/// The answers to one call.
pub struct Answers {
    pub responses: Vec<Response>,
    /// What a list must give, in order; nothing for other actions.
    pub items: Vec<Value>,
    /// The body of the only answer of other actions; null when it is empty.
    pub whole: Value,
}

/// Answers of a success.
pub fn success(
    description: &Description,
    operation: &Operation,
    is_list: bool,
    maker: &mut Maker,
) -> Answers {
    let (status, schema) = operation.success();
    let Some(schema) = schema else {
        let responses = vec![response(status, &Value::Null)];
        return Answers { responses, items: Vec::new(), whole: Value::Null };
    };
    if !is_list {
        let whole = maker.value(schema);
        let responses = vec![response(status, &whole)];
        return Answers { responses, items: Vec::new(), whole };
    }
    let shape = flat(description, schema);
    let properties = &shape["properties"];
    let pages = if properties.get("bookmark").is_some() { 2 } else { 1 };
    let key = properties.as_object().and_then(|properties| match properties.get("items") {
        Some(_) => Some("items".to_owned()),
        None => properties.keys().next().cloned(),
    });
    let mut answers = Answers { responses: Vec::new(), items: Vec::new(), whole: Value::Null };
    for page in 1..=pages {
        let mut body = maker.value(schema);
        if let Some(key) = &key
            && !body[key].is_array()
        {
            body[key] = json!([]);
        }
        if pages > 1 {
            body["bookmark"] = if page < pages { json!("b%2F+&=") } else { Value::Null };
        }
        let items = key.as_ref().map_or(&body, |key| &body[key]);
        answers.items.extend(items.as_array().expect("a list has items").iter().cloned());
        answers.responses.push(response(status, &body));
    }
    answers
}

/// Whether an answer says of itself that all of it failed.
pub fn tells_of_failure(whole: &Value) -> bool {
    whole["errorMessage"].as_str().is_some_and(|message| !message.is_empty())
        || whole["errorCode"].as_i64().is_some_and(|code| code != 0)
        || whole["success"] == false
}

/// The answer of a refusal.
pub fn refusal(status: u16) -> Response {
    response(status, &json!({ "code": 987_654, "message": "Refused for a reason of its own." }))
}

/// The kind of error that a status means.
pub fn kind(status: u16) -> ErrorKind {
    match status {
        401 => ErrorKind::Unauthenticated,
        403 => ErrorKind::Forbidden,
        404 => ErrorKind::NotFound,
        409 => ErrorKind::Conflict,
        429 => ErrorKind::RateLimited,
        500.. => ErrorKind::Unavailable,
        _ => ErrorKind::Rejected,
    }
}

/// Null is an empty body.
fn response(status: u16, body: &Value) -> Response {
    let header = |(name, value): (&str, &str)| Header { name: name.into(), value: value.into() };
    let headers = [
        ("content-type", "application/json"),
        ("x-pinterest-rid", REQUEST_ID),
        ("x-ratelimit-reset", "47"),
    ];
    let body = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
    Response { status, headers: headers.map(header).into(), body }
}

/// Where `out` is not `answered`, but for the zones of times. Nothing may get lost or turn up.
pub fn difference(answered: &Value, out: &Value) -> Option<String> {
    match (answered, out) {
        (Value::Object(answered), Value::Object(out)) => {
            let lost = answered.iter().find_map(|(name, value)| match out.get(name) {
                Some(out) => difference(value, out).map(|below| format!("/{name}{below}")),
                None => Some(format!("/{name} is lost")),
            });
            let extra = out.keys().find(|name| !answered.contains_key(*name));
            lost.or(extra.map(|name| format!("/{name} from nowhere")))
        }
        (Value::Array(answered), Value::Array(out)) if answered.len() == out.len() => {
            let mut pairs = answered.iter().zip(out);
            pairs
                .find_map(|(answered, out)| difference(answered, out))
                .map(|below| format!("/*{below}"))
        }
        (Value::String(answered), Value::String(out)) if format!("{answered}Z") == *out => None,
        _ => (answered != out).then(|| " changed".to_owned()),
    }
}
