//! Builds the request of an action from a checked input.

use serde_json::{Map, Value};
use url::form_urlencoded::Serializer;

use crate::catalog::{Action, Place, Style};
use crate::contract::{Body, Effect, Error, Header, Method, Request};
use crate::error::invalid_field;
use crate::settings::Settings;

/// The credential of all requests but those that a conversion token may send.
pub const ACCESS_TOKEN: &str = "access-token";

/// The request of `action`, and its body. `input` has passed the check, or comes from Pinterest's own
/// answers; what would change which path it is, is refused.
pub fn build(
    action: &Action,
    input: &Map<String, Value>,
    settings: &Settings,
) -> Result<(Request, Option<Value>), Error> {
    let mut path = action.path.to_owned();
    let mut query = Serializer::new(String::new());
    let mut members = Map::new();
    let mut whole = None;
    for field in action.input {
        let Some(value) = input.get(field.name) else {
            continue;
        };
        match field.about.place {
            Place::Path => {
                let text = text(value);
                // An encoded dot is a dot to parsers of URLs.
                if matches!(text.as_str(), "" | "." | "..") {
                    return Err(invalid_field(field.name, "must not be blank"));
                }
                path = path.replace(&format!("{{{}}}", field.name), &segment(&text))
            }
            Place::Query(style) => append(&mut query, field.name.to_owned(), value, style),
            Place::Body => {
                members.insert(field.name.to_owned(), value.clone());
            }
            Place::WholeBody => whole = Some(value.clone()),
        }
    }
    let has_body = action.input.iter().any(|field| field.about.place == Place::Body);
    let body = whole.or_else(|| has_body.then_some(Value::Object(members)));
    let url = address(settings.base(), &path, &query.finish());
    let request = request(action.method, url, body.as_ref(), action.effect, action.quota);
    let credential = Some(settings.credential(action).to_owned());
    Ok((Request { credential, ..request }, body))
}

/// A request with the access token and, if there is one, a JSON body.
pub fn request(
    method: Method,
    url: String,
    body: Option<&Value>,
    effect: Effect,
    quota: Option<&str>,
) -> Request {
    let header =
        |name: &str, value: &str| Header { name: name.to_owned(), value: value.to_owned() };
    let mut headers = vec![header("accept", "application/json")];
    if body.is_some() {
        headers.push(header("content-type", "application/json"));
    }
    Request {
        method,
        url,
        headers,
        body: body.map_or(Body::Empty, |body| Body::Bytes(body.to_string().into_bytes())),
        credential: Some(ACCESS_TOKEN.to_owned()),
        effect,
        quota: quota.map(str::to_owned),
        save: false,
    }
}

/// `url` with the query field `name` set to `value`, in place of any value that it had.
pub fn with_query(url: &str, name: &str, value: &str) -> String {
    let (path, query) = url.split_once('?').unwrap_or((url, ""));
    let mut changed = Serializer::new(String::new());
    changed
        .extend_pairs(url::form_urlencoded::parse(query.as_bytes()).filter(|(key, _)| key != name));
    changed.append_pair(name, value);
    address("", path, &changed.finish())
}

/// Appends a query field. A deep one goes down to its scalars.
pub fn append(query: &mut Serializer<String>, name: String, value: &Value, style: Style) {
    match (value, style) {
        (Value::Array(items), Style::Comma) => {
            query.append_pair(&name, &items.iter().map(text).collect::<Vec<_>>().join(","));
        }
        (Value::Array(items), _) => {
            items.iter().for_each(|item| append(query, name.clone(), item, style))
        }
        (Value::Object(members), _) => {
            for (key, value) in members {
                append(query, format!("{name}[{key}]"), value, style);
            }
        }
        (Value::Null, _) => {}
        (scalar, _) => {
            query.append_pair(&name, &text(scalar));
        }
    }
}

fn address(base: &str, path: &str, query: &str) -> String {
    if query.is_empty() { format!("{base}{path}") } else { format!("{base}{path}?{query}") }
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Percent-encodes all but the unreserved characters, so that no value can add a path segment.
fn segment(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                encoded.push(byte as char)
            }
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}
