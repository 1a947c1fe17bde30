//! Builds the request of an action from a checked input.

use serde_json::{Map, Value};
use url::form_urlencoded::Serializer;

use crate::answer::partial::Inputs;
use crate::catalog::{Action, Catalog, Location, Style};
use crate::contract::{Body, Cost, Error, Header, Request};
use crate::error::invalid_field;
use crate::settings::Settings;

const FORM: &str = "application/x-www-form-urlencoded";

/// The request of `action`, and its body. `input` is checked, or comes from the service's own
/// answers. A value that would change the path to another one is refused.
pub fn build(
    catalog: &Catalog,
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
        match field.metadata.location {
            Location::Path => {
                let text = text(value);
                let (one, several) =
                    (format!("{{{}}}", field.name), format!("{{+{}}}", field.name));
                // An encoded dot is a dot to parsers of URLs.
                let is_blank = |segment: &str| matches!(segment, "" | "." | "..");
                if path.contains(&several) {
                    if text.split('/').any(is_blank) {
                        return Err(invalid_field(field.name, "must not have blank segments"));
                    }
                    let segments: Vec<_> = text.split('/').map(segment).collect();
                    path = path.replace(&several, &segments.join("/"));
                } else if is_blank(&text) {
                    return Err(invalid_field(field.name, "must not be blank"));
                } else {
                    path = path.replace(&one, &segment(&text));
                }
            }
            Location::Query(style) => append(&mut query, field.name.to_owned(), value, style),
            Location::Body => {
                members.insert(field.name.to_owned(), value.clone());
            }
            Location::WholeBody => whole = Some(value.clone()),
        }
    }
    let has_body = action.input.iter().any(|field| field.metadata.location == Location::Body);
    let body = whole.or_else(|| has_body.then_some(Value::Object(members)));
    let url = address(&settings.base(catalog)?, &path, &query.finish());
    let request = request(catalog, action, settings.credential(action), url, body.as_ref());
    Ok((request, body))
}

/// As `build`, for an action with a single output; also gives what is needed to read the answer to a
/// batch.
pub fn single(
    catalog: &Catalog,
    action: &Action,
    input: &Map<String, Value>,
    settings: &Settings,
) -> Result<(Request, Inputs), Error> {
    let (request, body) = build(catalog, action, input, settings)?;
    let is_true = |field: &str| input.get(field) == Some(&Value::Bool(true));
    let inputs = match action.partial {
        _ if action.asks.is_some_and(is_true) => Inputs::question(),
        Some(partial) => Inputs::of(partial, body.as_ref()),
        None => Inputs::default(),
    };
    Ok((request, inputs))
}

/// The request of an action to this URL, with this credential and, if there is one, a JSON body.
pub fn request(
    catalog: &Catalog,
    action: &Action,
    credential: Option<&str>,
    url: String,
    body: Option<&Value>,
) -> Request {
    let header =
        |name: &str, value: &str| Header { name: name.to_owned(), value: value.to_owned() };
    let mut headers: Vec<_> =
        catalog.headers.iter().map(|(name, value)| header(name, value)).collect();
    if body.is_some() {
        let kind = if action.form.is_some() { FORM } else { "application/json" };
        headers.push(header("content-type", kind));
    }
    Request {
        method: action.method.clone(),
        url,
        headers,
        body: body.map_or(Body::Empty, |body| Body::Bytes(written(action, body).into_bytes())),
        credential: credential.map(str::to_owned),
        effect: action.effect,
        costs: action.quota.map(call).into_iter().collect(),
        idempotency_header: action.idempotency.map(str::to_owned),
        save: false,
        extensions: Vec::new(),
    }
}

/// A body as text.
fn written(action: &Action, body: &Value) -> String {
    let (Some(style), Value::Object(members)) = (action.form, body) else {
        return body.to_string();
    };
    let mut form = Serializer::new(String::new());
    for (name, value) in members {
        append(&mut form, name.clone(), value, style);
    }
    form.finish()
}

/// A call of this rate limit.
fn call(quota: &str) -> Cost {
    Cost { quota: quota.to_owned(), amount: 1 }
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

/// Appends a field of a query or a form. Of an object, each scalar within it becomes a field.
pub fn append(query: &mut Serializer<String>, name: String, value: &Value, style: Style) {
    match (value, style) {
        (Value::Array(items), Style::Comma) => {
            query.append_pair(&name, &items.iter().map(text).collect::<Vec<_>>().join(","));
        }
        (Value::Array(items), Style::Indexed) => {
            for (index, item) in items.iter().enumerate() {
                append(query, format!("{name}[{index}]"), item, style);
            }
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn form(style: Style) -> String {
        let mut form = Serializer::new(String::new());
        let body = json!({ "of": ["a", "b"], "with": { "x": 1, "y": [true] } });
        for (name, value) in body.as_object().into_iter().flatten() {
            append(&mut form, name.clone(), value, style);
        }
        form.finish().replace("%5B", "[").replace("%5D", "]")
    }

    #[test]
    fn a_form_holds_lists_as_the_service_reads_them() {
        assert_eq!(form(Style::Deep), "of=a&of=b&with[x]=1&with[y]=true");
        assert_eq!(form(Style::Indexed), "of[0]=a&of[1]=b&with[x]=1&with[y][0]=true");
    }
}
