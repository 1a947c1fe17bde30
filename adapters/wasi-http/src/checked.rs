//! What a connector may send: to the origins that its descriptor names, with headers that are not the host's.

use serde_json::Value;
use url::Url;
use wasi::http::types::Method;

use crate::bindings::automation::connector::connection::{Credential, Descriptor, Placement};
use crate::bindings::automation::connector::types::{self, Body, Effect, Request};
use crate::failure::Failure;

/// Only the host sets them; also everything that begins with `proxy-`.
const HOST_HEADERS: [&str; 12] = [
    "authorization",
    "cookie",
    "host",
    "accept-encoding",
    "connection",
    "content-length",
    "expect",
    "keep-alive",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// By them some servers take a request for one of another method or path.
const REROUTING: [&str; 6] = [
    "x-http-method",
    "x-http-method-override",
    "x-method-override",
    "x-original-url",
    "x-override-url",
    "x-rewrite-url",
];

/// Headers that a connector may set, at most.
const HEADERS: usize = 100;

/// Fails unless the URL is https and on one of the descriptor's origins.
pub fn url(descriptor: &Descriptor, settings: &Value, text: &str) -> Result<Url, Failure> {
    let url = Url::parse(text)
        .map_err(|error| Failure::refused("url", format!("the request's URL: {error}")))?;
    if url.scheme() != "https"
        || !url.username().is_empty()
        || url.password().is_some()
        || url.fragment().is_some()
    {
        let detail = "a request's URL is https, without a user name and a fragment";
        return Err(Failure::refused("url", detail));
    }
    if !descriptor.origins.iter().any(|origin| holds(origin, settings, &url)) {
        let origin = url.origin().ascii_serialization();
        let detail = format!("a request to `{origin}`, which the connector does not declare");
        return Err(Failure::refused("declared-origin", detail));
    }
    Ok(url)
}

/// Whether a URL is on a declared origin, whose host may begin with `*.` and hold settings.
pub fn holds(declared: &str, settings: &Value, url: &Url) -> bool {
    let Some(origin) = filled(declared, settings) else { return false };
    let (wild, plain) = match origin.split_once("://*.") {
        Some((scheme, host)) => (true, format!("{scheme}://{host}")),
        None => (false, origin),
    };
    let Ok(base) = Url::parse(&plain) else { return false };
    let (Some(base_host), Some(host)) = (base.host_str(), url.host_str()) else { return false };
    let below = || host.strip_suffix(base_host).and_then(|rest| rest.strip_suffix('.'));
    let host_fits = if wild { below().is_some_and(|it| !it.is_empty()) } else { host == base_host };
    host_fits
        && base.scheme() == url.scheme()
        && base.port_or_known_default() == url.port_or_known_default()
}

/// With the settings in it; none when one of them is not set, or is not what a host's name has.
fn filled(text: &str, settings: &Value) -> Option<String> {
    let mut filled = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}')?;
        let value = settings[name].as_str()?;
        let is_host = before.ends_with("://") && (after.is_empty() || after.starts_with(':'));
        let fits = |c: char| c.is_ascii_alphanumeric() || c == '-' || (is_host && c == '.');
        if value.is_empty() || !value.chars().all(fits) {
            return None;
        }
        filled.extend([before, value]);
        rest = after;
    }
    filled.push_str(rest);
    Some(filled)
}

/// The credentials of this id or group that may go to a URL.
pub fn credentials<'a>(
    descriptor: &'a Descriptor,
    settings: &Value,
    id: &str,
    url: &Url,
) -> Result<Vec<&'a Credential>, Failure> {
    let environment = environment(descriptor, settings);
    let all = descriptor.credentials.iter();
    let named: Vec<_> = match all.clone().find(|one| one.id == id) {
        Some(one) => vec![one],
        None => all.filter(|one| one.group.as_deref() == Some(id)).collect(),
    };
    let bound = named.into_iter().filter(|credential| {
        credential.origins.iter().any(|bound| {
            holds(&bound.origin, settings, url)
                && bound.environment.as_deref().is_none_or(|only| only == environment)
        })
    });
    let bound: Vec<_> = bound.collect();
    if bound.is_empty() {
        let origin = url.origin().ascii_serialization();
        let detail = format!("the credential `{id}` is not declared for `{origin}`");
        return Err(Failure::refused("credential-origin", detail));
    }
    Ok(bound)
}

/// The environment of the connection; empty where there is none.
pub fn environment<'a>(descriptor: &'a Descriptor, settings: &'a Value) -> &'a str {
    let first = descriptor.environments.first().map_or("", |one| &*one.id);
    settings["environment"].as_str().unwrap_or(first)
}

/// The headers of a request, without those that the adapter adds.
pub fn headers(
    request: &Request,
    credentials: &[&Credential],
) -> Result<Vec<(String, String)>, Failure> {
    let multipart = matches!(request.body, Body::Multipart(_));
    let mut headers = Vec::new();
    if request.headers.len() > HEADERS {
        let detail = format!("{} headers; the limit is {HEADERS}", request.headers.len());
        return Err(Failure::refused("request-header", detail));
    }
    for types::Header { name, value } in &request.headers {
        let is_host = is_hosts(name, credentials)
            || (multipart && name.eq_ignore_ascii_case("content-type"))
            || (!credentials.is_empty() && REROUTING.contains(&&*name.to_ascii_lowercase()));
        if is_host || !value.chars().all(|c| matches!(c, ' '..='~' | '\t')) {
            let detail =
                format!("header `{name}`: only the host sets it, or it is not well formed");
            return Err(Failure::refused("request-header", detail));
        }
        headers.push((name.to_ascii_lowercase(), value.clone()));
    }
    Ok(headers)
}

/// Whether no connector may set a header of this name.
fn is_hosts(name: &str, credentials: &[&Credential]) -> bool {
    let is_char = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    let lower = name.to_ascii_lowercase();
    let is_credential = credentials.iter().any(|credential| {
        matches!(&credential.placement, Placement::Header(place) if place.name.eq_ignore_ascii_case(name))
    });
    let is_word = !name.is_empty() && name.bytes().all(is_char);
    !is_word || is_credential || HOST_HEADERS.contains(&&*lower) || lower.starts_with("proxy-")
}

/// The name of the header that tells repeats, in lower case. Fails where a connector may not set it, or has.
pub fn idempotency_header(
    name: &str,
    credentials: &[&Credential],
    headers: &[(String, String)],
) -> Result<String, Failure> {
    let lower = name.to_ascii_lowercase();
    if is_hosts(name, credentials) || headers.iter().any(|(there, _)| *there == lower) {
        let detail =
            format!("idempotency header `{name}`: only the host sets it, or it has another value");
        return Err(Failure::refused("request-header", detail));
    }
    Ok(lower)
}

/// Fails for names within a form that would be read as something else.
pub fn parts(body: &Body) -> Result<(), Failure> {
    let Body::Multipart(parts) = body else { return Ok(()) };
    let breaks = |text: &str| text.contains(|c: char| c.is_control());
    for part in parts {
        let (filename, kind) = (part.filename.as_deref(), part.content_type.as_deref());
        let others = [filename, kind].into_iter().flatten();
        if breaks(&part.name) || part.name.contains('"') || others.into_iter().any(breaks) {
            let detail = format!("the name, the filename or the type of the part {:?}", part.name);
            return Err(Failure::refused("multipart", detail));
        }
    }
    Ok(())
}

/// The effect that a request has at least, whatever the connector says: all but GET, HEAD and POST change something.
pub fn effect(request: &Request) -> Effect {
    match request.method {
        types::Method::Get | types::Method::Head | types::Method::Post => request.effect,
        _ if request.effect == Effect::Read => Effect::Idempotent,
        _ => request.effect,
    }
}

/// Fails for what is no method, or opens a tunnel.
pub fn method(method: &types::Method) -> Result<Method, Failure> {
    Ok(match method {
        types::Method::Get => Method::Get,
        types::Method::Head => Method::Head,
        types::Method::Post => Method::Post,
        types::Method::Put => Method::Put,
        types::Method::Patch => Method::Patch,
        types::Method::Delete => Method::Delete,
        types::Method::Other(word) => {
            let is_word = word.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'-');
            let own = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "CONNECT", "TRACE"];
            if word.is_empty() || !is_word || own.contains(&&**word) {
                let detail = format!("the method `{word}` of a request");
                return Err(Failure::refused("method", detail));
            }
            Method::Other(word.clone())
        }
    })
}
