//! Raw calls: any request of the API, at the base address of the API only.

use serde_json::value::RawValue;
use serde_json::{Map, Value};
use url::form_urlencoded::Serializer;

use crate::answer::{accepted, garbled};
use crate::catalog::{Action, Catalog, Style};
use crate::contract::connection::CredentialSource;
use crate::contract::{Effect, Error, Method, Request, Response};
use crate::error::invalid_field;
use crate::settings::Settings;

/// The request that an input asks for. `input` is checked.
pub fn request(
    catalog: &Catalog,
    action: &Action,
    input: &Map<String, Value>,
    settings: &Settings,
) -> Result<Request, Error> {
    let (method, effect) = match input["method"].as_str() {
        Some("GET") => (Method::Get, Effect::Read),
        Some("PATCH") => (Method::Patch, Effect::Idempotent),
        Some("DELETE") => (Method::Delete, Effect::Idempotent),
        _ => (Method::Post, Effect::Write),
    };
    let (base, path) = (&*settings.base(catalog)?, input["path"].as_str().unwrap_or_default());
    let url = address(base, path).map_err(|message| invalid_field("path", message))?;
    if let Some(tokens) = of_tokens(catalog, base, path) {
        let message = format!("must not be below /{tokens}: tokens are the connection's business");
        return Err(invalid_field("path", message));
    }
    let mut query = Serializer::new(String::new());
    for (name, value) in input.get("query").and_then(Value::as_object).into_iter().flatten() {
        crate::request::append(&mut query, name.clone(), value, Style::Repeat);
    }
    let query = query.finish();
    let url = if query.is_empty() { url } else { format!("{url}?{query}") };
    let credential = settings.credential(action);
    let request = crate::request::request(catalog, action, credential, url, input.get("body"));
    Ok(Request { method, effect, ..request })
}

/// Only plain segments are allowed, so that no URL parser of a host reads an address outside the API.
fn address(base: &str, path: &str) -> Result<String, &'static str> {
    let Some(below) = path.strip_prefix('/') else {
        return Err("must begin with a slash, like /boards");
    };
    if path.contains(['?', '#', '%', '\\'])
        || path.contains(|c: char| c.is_control() || c.is_whitespace())
    {
        return Err(
            "must be a plain path, without ?, #, %, backslash or blank; query fields go into query",
        );
    }
    if below.split('/').any(|segment| matches!(segment, "" | "." | "..")) {
        return Err(
            "must not have blank or dotted segments: it stays below the API's base address",
        );
    }
    Ok(format!("{base}{path}"))
}

/// The first segment of the path, if a token endpoint has the same.
fn of_tokens(catalog: &Catalog, base: &str, path: &str) -> Option<String> {
    let first = |path: &str| path.trim_start_matches('/').split('/').next().map(str::to_owned);
    let own = first(path)?;
    let credentials = (catalog.descriptor)(String::new(), String::new()).credentials;
    let mut endpoints = credentials.into_iter().flat_map(|credential| match credential.source {
        CredentialSource::Oauth2(oauth) => oauth.endpoints,
        _ => Vec::new(),
    });
    endpoints.find_map(|endpoints| {
        let first = first(endpoints.token_url.strip_prefix(base)?)?;
        first.eq_ignore_ascii_case(&own).then_some(first)
    })
}

/// The answer's body as it is.
pub fn output(catalog: &Catalog, response: &Response) -> Result<String, Error> {
    let text = accepted(&catalog.service, response, &[])?;
    if text.is_empty() {
        return Ok("null".to_owned());
    }
    match serde_json::from_str::<&RawValue>(text) {
        Ok(raw) => Ok(raw.get().to_owned()),
        Err(cause) => Err(garbled(&catalog.service, response, cause)),
    }
}
