//! Which operation of the service a request is: told by its method and its path.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;
use url::Url;

use crate::contract::operations::{Base, Operation};
use crate::contract::{Effect, Method};
use crate::origin::Origin;

/// What a connector says about the operations of its service.
#[derive(Debug)]
pub(crate) struct Operations {
    bases: Vec<Place>,
    all: Vec<Row>,
}

#[derive(Debug)]
struct Place {
    url: Url,
    segments: Vec<Segment>,
    environment: Option<String>,
}

#[derive(Debug)]
struct Row {
    operation: Operation,
    segments: Vec<Segment>,
}

#[derive(Debug)]
enum Segment {
    Text(Text),
    /// Any one that is not empty.
    Name,
}

#[derive(Debug)]
struct Text {
    exact: String,
    /// As the most lenient server compares it.
    folded: String,
}

/// What a request does. Where more than one operation fits, all of them together.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Meaning {
    /// The service's own name.
    pub id: String,
    pub scopes: Vec<String>,
    pub effect: Effect,
    pub destructive: bool,
}

/// Why a request is no operation of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unlisted {
    #[error("it is no operation that the connector lists")]
    Unknown,
    #[error("its path has an empty or dotted segment, or one with an encoded slash")]
    NotPlain,
    #[error("a service that compares paths otherwise could take it for another operation")]
    Ambiguous,
}

impl Operations {
    /// Fails naming what is wrong.
    pub fn new(bases: Vec<Base>, all: Vec<Operation>, origins: &[Origin]) -> Result<Self, String> {
        let bases: Vec<Place> =
            bases.into_iter().map(|base| place(base, origins)).collect::<Result<_, _>>()?;
        if bases.is_empty() {
            return Err("operations: they have no base".into());
        }
        let all = all.into_iter().map(row).collect::<Result<_, _>>()?;
        Ok(Operations { bases, all })
    }

    /// What a request of this method to this URL does in an environment. A path that a service may
    /// read otherwise than this host does is no operation.
    pub fn find(&self, environment: &str, method: &Method, url: &Url) -> Result<Meaning, Unlisted> {
        let mut path: Vec<&str> = url.path_segments().into_iter().flatten().collect();
        if path == [""] {
            path.clear();
        }
        if !path.iter().copied().all(is_plain) {
            return Err(Unlisted::NotPlain);
        }
        let method = if *method == Method::Head { &Method::Get } else { method };
        let bases: Vec<&Place> = self
            .bases
            .iter()
            .filter(|base| base.url.origin() == url.origin() && base.is_of(environment))
            .collect();
        let exact = self.fitting(&bases, method, path.len(), &|at, it| it.exact == path[at]);
        let folded: Vec<String> = path.iter().map(|segment| folded(segment)).collect();
        let loose = self.fitting(&bases, method, path.len(), &|at, it| it.folded == folded[at]);
        let same = exact.len() == loose.len()
            && exact.iter().zip(&loose).all(|(one, other)| std::ptr::eq(*one, *other));
        match exact.as_slice() {
            _ if !same => Err(Unlisted::Ambiguous),
            [] => Err(Unlisted::Unknown),
            [first, others @ ..] => {
                let start = Meaning {
                    id: first.operation.id.clone(),
                    scopes: first.operation.scopes.clone(),
                    effect: at_least(method, first.operation.effect),
                    destructive: first.operation.destructive,
                };
                Ok(others.iter().fold(start, |meaning, row| meaning.and(&row.operation)))
            }
        }
    }

    /// The operations of a method whose paths fit, but for those that others fit more closely.
    fn fitting(
        &self,
        bases: &[&Place],
        method: &Method,
        length: usize,
        same: &dyn Fn(usize, &Text) -> bool,
    ) -> Vec<&Row> {
        let mut fitting: Vec<(&Row, Vec<bool>)> = Vec::new();
        for base in bases {
            for row in self.all.iter().filter(|row| row.operation.method == *method) {
                let segments = || base.segments.iter().chain(&row.segments);
                let fits = |(at, segment): (usize, &Segment)| match segment {
                    Segment::Text(text) => same(at, text),
                    Segment::Name => true,
                };
                let count = base.segments.len() + row.segments.len();
                if count == length && segments().enumerate().all(fits) {
                    let is_text = |segment: &Segment| matches!(segment, Segment::Text(_));
                    fitting.push((row, segments().map(is_text).collect()));
                }
            }
        }
        most_special(&fitting)
    }
}

impl Place {
    fn is_of(&self, environment: &str) -> bool {
        self.environment.as_deref().is_none_or(|only| only == environment)
    }
}

impl Meaning {
    fn and(mut self, other: &Operation) -> Self {
        self.id = format!("{}, {}", self.id, other.id);
        let more = other.scopes.iter().filter(|scope| !self.scopes.contains(scope));
        self.scopes.extend(more.cloned().collect::<Vec<_>>());
        self.effect = stricter(self.effect, other.effect);
        self.destructive |= other.destructive;
        self
    }
}

/// A path as the most lenient server compares it: decoded, and with the ways out of it taken.
pub(crate) fn folded_path(url: &Url) -> Vec<String> {
    let mut path = Vec::new();
    let decoded = decoded(url.path());
    for segment in decoded.split(['/', '\\']) {
        match segment.split(';').next().unwrap_or_default().trim() {
            "" | "." => {}
            ".." => drop(path.pop()),
            plain => path.push(folded(plain)),
        }
    }
    path
}

/// Of two effects, the one that allows less.
pub(crate) fn stricter(one: Effect, other: Effect) -> Effect {
    match (one, other) {
        (Effect::Write, _) | (_, Effect::Write) => Effect::Write,
        (Effect::Idempotent, _) | (_, Effect::Idempotent) => Effect::Idempotent,
        _ => Effect::Read,
    }
}

/// What replaces, changes or takes away is no read, whatever is said about it.
pub(crate) fn at_least(method: &Method, said: Effect) -> Effect {
    match method {
        Method::Get | Method::Head | Method::Post => said,
        Method::Put | Method::Patch | Method::Delete | Method::Other(_) => {
            stricter(said, Effect::Idempotent)
        }
    }
}

/// Those of which no other has a text wherever they have one, and more.
fn most_special<'a>(fitting: &[(&'a Row, Vec<bool>)]) -> Vec<&'a Row> {
    let below = |one: &[bool], other: &[bool]| {
        one != other && one.iter().zip(other).all(|(one, other)| other | !one)
    };
    let all = fitting.iter();
    let best = all.filter(|(_, texts)| !fitting.iter().any(|(_, other)| below(texts, other)));
    best.map(|(row, _)| *row).collect()
}

fn place(base: Base, origins: &[Origin]) -> Result<Place, String> {
    let wrong = |why: &str| format!("operations: the base `{}` {why}", base.url);
    let url = Url::parse(&base.url).map_err(|error| wrong(&format!("is no URL: {error}")))?;
    if !origins.iter().any(|origin| origin.holds(&url)) {
        return Err(wrong("is not on one of the origins"));
    }
    if base.url.contains(['?', '#', '{', '}']) || base.url.ends_with('/') {
        return Err(wrong("has a query, a name in braces or a slash at its end"));
    }
    let segments = segments(url.path()).ok_or_else(|| wrong("has a path that is not plain"))?;
    Ok(Place { url, segments, environment: base.environment })
}

fn row(operation: Operation) -> Result<Row, String> {
    let Operation { id, path, .. } = &operation;
    let wrong = || format!("operations: the path `{path}` of `{id}` is not plain");
    let segments = segments(path).ok_or_else(wrong)?;
    Ok(Row { operation, segments })
}

/// None when it is not a path of texts and names.
fn segments(path: &str) -> Option<Vec<Segment>> {
    if matches!(path, "" | "/") {
        return Some(Vec::new());
    }
    let segment = |text: &str| match text.strip_prefix('{').and_then(|it| it.strip_suffix('}')) {
        Some(name) if !name.is_empty() && !name.contains(['{', '}']) => Some(Segment::Name),
        _ if text.contains(['{', '}', '?', '#']) || !is_plain(text) => None,
        _ => Some(Segment::Text(Text { exact: text.to_owned(), folded: folded(text) })),
    };
    path.strip_prefix('/')?.split('/').map(segment).collect()
}

/// Whether every server reads it as one segment, and as no way to another path: also one that
/// decodes more than once, and one that takes what follows a semicolon for a parameter.
fn is_plain(segment: &str) -> bool {
    let decoded = decoded(segment);
    let before = decoded.split(';').next().unwrap_or_default().trim();
    !decoded
        .contains(|c: char| c.is_control() || matches!(c, '/' | '\\' | char::REPLACEMENT_CHARACTER))
        && !before.trim_matches('.').is_empty()
}

/// As the most lenient server compares segments.
fn folded(segment: &str) -> String {
    let decoded = decoded(segment);
    let before = decoded.split(';').next().unwrap_or_default();
    before.trim().trim_end_matches('.').to_lowercase()
}

/// How often something may be percent-encoded. Nobody means more, and each round looks at all of it.
const ROUNDS: u32 = 8;

/// Without percent-encodings, however often they were applied. What has more than it may is marked by
/// a character that no plain segment has.
fn decoded(segment: &str) -> String {
    let mut text = segment.to_owned();
    for _ in 0..ROUNDS {
        let next = match percent_decode_str(&text).decode_utf8_lossy() {
            Cow::Borrowed(same) if same == text => return text,
            next => next.into_owned(),
        };
        if next == text {
            return text;
        }
        text = next;
    }
    text.push(char::REPLACEMENT_CHARACTER);
    text
}

#[cfg(test)]
mod tests;
