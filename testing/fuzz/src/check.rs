//! What a step may be: a credential goes to a declared origin, and there to an operation that the
//! catalogue knows. Where else requests go, the host decides.

use std::collections::HashMap;
use std::sync::LazyLock;

use pinterest_connector::Connector;
use pinterest_connector::catalog;
use pinterest_connector::contract::{Error, Method, Request, Step, connection};
use url::Url;

/// Origins as declared; a star stands for a part of the host's name.
static ORIGINS: LazyLock<Vec<String>> =
    LazyLock::new(|| <Connector as connection::Guest>::describe().origins);

/// The method of an operation, and the segments of its path.
type Path = (Method, Vec<&'static str>);

/// The methods and paths of operations, by the number of segments.
static PATHS: LazyLock<HashMap<usize, Vec<Path>>> = LazyLock::new(|| {
    let mut paths: HashMap<_, Vec<_>> = HashMap::new();
    for action in catalog::ACTIONS.iter().filter(|action| action.operation_id.is_some()) {
        let segments: Vec<_> = action.path.trim_matches('/').split('/').collect();
        paths.entry(segments.len()).or_default().push((action.method.clone(), segments));
    }
    paths
});

/// What is wrong with an outcome.
pub fn outcome(outcome: &Result<Step, Error>) -> Result<(), String> {
    match outcome {
        Ok(Step::Send(pending)) => request(&pending.request, &pending.checkpoint),
        Ok(Step::Emit(page)) => json(&page.items),
        Ok(Step::Done(done)) => json(&done.output),
        _ => Ok(()),
    }
}

fn json(text: &str) -> Result<(), String> {
    let parsed = serde_json::from_str::<serde::de::IgnoredAny>(text);
    parsed.map(drop).map_err(|error| format!("an output is no JSON: {error}"))
}

fn request(request: &Request, checkpoint: &[u8]) -> Result<(), String> {
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
    let url = Url::parse(&request.url)
        .map_err(|error| format!("`{}` is no URL: {error}", shown(&request.url)))?;
    let origin = url.origin().ascii_serialization();
    if !ORIGINS.iter().any(|declared| covers(declared, &origin)) {
        let shown = shown(&request.url);
        return Err(format!("a credential goes to `{shown}`, whose origin is not declared"));
    }
    if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
        let shown = shown(&request.url);
        return Err(format!("a request to `{shown}`, with more than a place in it"));
    }
    let path = url.path().trim_matches('/').strip_prefix("v5/").unwrap_or(url.path());
    let segments: Vec<_> = path.split('/').collect();
    let fits = |(method, known): &Path| {
        *method == request.method
            && known.iter().zip(&segments).all(|(known, segment)| match known.starts_with('{') {
                true => !segment.is_empty(),
                false => known == segment,
            })
    };
    match PATHS.get(&segments.len()).is_some_and(|known| known.iter().any(fits)) {
        true => Ok(()),
        false if reaches_any_path(checkpoint) => Ok(()),
        false => {
            Err(format!("{:?} {}, which is no operation", request.method, shown(&request.url)))
        }
    }
}

/// Whether it may ask for any path of the API: that is what this action is for.
fn reaches_any_path(checkpoint: &[u8]) -> bool {
    let any = [&b"Raw"[..], b"api.request"];
    any.iter().any(|word| checkpoint.windows(word.len()).any(|part| part == *word))
}

fn shown(url: &str) -> String {
    url.chars().take(200).collect()
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
