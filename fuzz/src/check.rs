//! What a step may be: a credential goes to a declared origin, and there to an operation that the
//! catalogue knows. Where else requests go, the host decides.

use std::collections::HashMap;
use std::sync::LazyLock;

use pinterest_connector::Connector;
use pinterest_connector::catalog;
use pinterest_connector::contract::{Error, Request, Step, connection};
use url::Url;

/// Origins as declared; a star stands for a part of the host's name.
static ORIGINS: LazyLock<Vec<String>> =
    LazyLock::new(|| <Connector as connection::Guest>::describe().origins);

/// The paths of operations by method and number of segments.
static PATHS: LazyLock<HashMap<(String, usize), Vec<Vec<&'static str>>>> = LazyLock::new(|| {
    let mut paths: HashMap<_, Vec<_>> = HashMap::new();
    for action in catalog::ACTIONS.iter().filter(|action| action.operation_id.is_some()) {
        let segments: Vec<_> = action.path.trim_matches('/').split('/').collect();
        let method = format!("{:?}", action.method);
        paths.entry((word(&method), segments.len())).or_default().push(segments);
    }
    paths
});

/// What is wrong with an outcome.
pub fn outcome(outcome: &Result<Step, Error>, reaches_any_path: bool) -> Result<(), String> {
    match outcome {
        Ok(Step::Send(pending)) => request(&pending.request, reaches_any_path),
        Ok(Step::Emit(page)) => json(&page.items),
        Ok(Step::Done(done)) => json(&done.output),
        _ => Ok(()),
    }
}

fn json(text: &str) -> Result<(), String> {
    let parsed = serde_json::from_str::<serde::de::IgnoredAny>(text);
    parsed.map(drop).map_err(|error| format!("an output is no JSON: {error}"))
}

fn request(request: &Request, reaches_any_path: bool) -> Result<(), String> {
    for header in &request.headers {
        let odd = |c: char| c.is_control();
        if header.name.chars().any(odd) || header.value.chars().any(odd) {
            return Err(format!("a header `{}` that breaks its line", header.name.escape_debug()));
        }
    }
    // Without a credential it goes to a place that the service has named, and the host decides.
    if request.credential.is_none() {
        return Ok(());
    }
    let shown: String = request.url.chars().take(200).collect();
    let url = Url::parse(&request.url).map_err(|error| format!("`{shown}` is no URL: {error}"))?;
    let origin = url.origin().ascii_serialization();
    if !ORIGINS.iter().any(|declared| covers(declared, &origin)) {
        return Err(format!("a credential goes to `{shown}`, whose origin is not declared"));
    }
    if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
        return Err(format!("a request to `{shown}`, with more than a place in it"));
    }
    if reaches_any_path {
        return Ok(());
    }
    let path = url.path().trim_matches('/').strip_prefix("v5/").unwrap_or(url.path());
    let segments: Vec<_> = path.split('/').collect();
    let key = (word(&format!("{:?}", request.method)), segments.len());
    let fits = |known: &Vec<&str>| {
        known.iter().zip(&segments).all(|(known, segment)| match known.starts_with('{') {
            true => !segment.is_empty(),
            false => known == segment,
        })
    };
    match PATHS.get(&key).is_some_and(|known| known.iter().any(fits)) {
        true => Ok(()),
        false => Err(format!("{} {shown}, which is no operation", key.0)),
    }
}

fn covers(declared: &str, origin: &str) -> bool {
    match declared.split_once('*') {
        None => declared == origin,
        Some((before, after)) => {
            origin.len() >= before.len() + after.len()
                && origin.starts_with(before)
                && origin.ends_with(after)
        }
    }
}

/// `Method::Get` and `Get` alike.
fn word(debug: &str) -> String {
    debug.rsplit("::").next().unwrap_or_default().to_uppercase()
}
