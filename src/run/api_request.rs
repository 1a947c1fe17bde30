//! `api.request`: any call of the API that has no action of its own, and no other place.

use serde_json::value::RawValue;
use serde_json::{Map, Value};
use url::form_urlencoded::Serializer;

use super::{Job, done, send};
use crate::answer::accepted;
use crate::catalog::Style;
use crate::contract::{Effect, Error, Method, Response, Step};
use crate::error::invalid_field;
use crate::input::request;
use crate::settings::Settings;

/// `input` has passed the check.
pub fn start(input: &Map<String, Value>, settings: &Settings) -> Result<Step, Error> {
    let (method, effect) = match input["method"].as_str() {
        Some("GET") => (Method::Get, Effect::Read),
        Some("PATCH") => (Method::Patch, Effect::Idempotent),
        Some("DELETE") => (Method::Delete, Effect::Idempotent),
        _ => (Method::Post, Effect::Write),
    };
    let url = address(settings.base(), input["path"].as_str().unwrap_or_default())
        .map_err(|message| invalid_field("path", message))?;
    let mut query = Serializer::new(String::new());
    for (name, value) in input.get("query").and_then(Value::as_object).into_iter().flatten() {
        request::append(&mut query, name.clone(), value, Style::Repeat);
    }
    let query = query.finish();
    let url = if query.is_empty() { url } else { format!("{url}?{query}") };
    Ok(send(request::request(method, url, input.get("body"), effect, None), &Job::ApiRequest))
}

/// Only plain segments, so that no host's URL parser can see a way out of the API.
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
    if below.split('/').next().is_some_and(|first| first.eq_ignore_ascii_case("oauth")) {
        return Err("must not be below /oauth: tokens are the connection's business");
    }
    Ok(format!("{base}{path}"))
}

/// The answer's body as it is.
pub fn finish(response: Response) -> Result<Step, Error> {
    let text = accepted(&response, &[])?;
    if text.is_empty() {
        return Ok(done("null".to_owned()));
    }
    match serde_json::from_str::<&RawValue>(text) {
        Ok(raw) => Ok(done(raw.get().to_owned())),
        Err(cause) => Err(crate::answer::garbled(&response, cause)),
    }
}
