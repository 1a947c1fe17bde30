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
    pub fn find(&self, environment: &str, method: Method, url: &Url) -> Result<Meaning, Unlisted> {
        let mut path: Vec<&str> = url.path_segments().into_iter().flatten().collect();
        if path == [""] {
            path.clear();
        }
        if !path.iter().copied().all(is_plain) {
            return Err(Unlisted::NotPlain);
        }
        let method = if method == Method::Head { Method::Get } else { method };
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
        method: Method,
        length: usize,
        same: &dyn Fn(usize, &Text) -> bool,
    ) -> Vec<&Row> {
        let mut fitting: Vec<(&Row, Vec<bool>)> = Vec::new();
        for base in bases {
            for row in self.all.iter().filter(|row| row.operation.method == method) {
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
pub(crate) fn at_least(method: Method, said: Effect) -> Effect {
    match method {
        Method::Get | Method::Head | Method::Post => said,
        Method::Put | Method::Patch | Method::Delete => stricter(said, Effect::Idempotent),
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

/// Without percent-encodings, however often they were applied.
fn decoded(segment: &str) -> String {
    let mut text = segment.to_owned();
    // Each round takes at least two characters away.
    loop {
        let next = match percent_decode_str(&text).decode_utf8_lossy() {
            Cow::Borrowed(same) if same == text => return text,
            next => next.into_owned(),
        };
        if next == text {
            return text;
        }
        text = next;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn operation(method: Method, path: &str, scope: &str) -> Operation {
        let effect = if method == Method::Get { Effect::Read } else { Effect::Write };
        let id = format!("{} {path}", method.word());
        let scopes = vec![scope.to_owned()];
        Operation { id, method, path: path.into(), scopes, effect, destructive: false }
    }

    fn operations() -> Operations {
        let base = |url: &str, environment: &str| Base {
            url: url.into(),
            environment: Some(environment.into()),
        };
        let bases = vec![base("https://a.com/v1", "live"), base("https://b.com/v1", "test")];
        let all = vec![
            operation(Method::Get, "/things", "read"),
            operation(Method::Get, "/things/{id}", "read"),
            operation(Method::Get, "/things/count", "count"),
            operation(Method::Get, "/things/{id}/parts", "parts"),
            operation(Method::Delete, "/things/{id}", "write"),
            operation(Method::Get, "/{kind}/all", "kinds"),
        ];
        let origins = ["https://a.com", "https://b.com"].map(|it| it.parse().unwrap());
        Operations::new(bases, all, &origins).unwrap()
    }

    fn find(method: Method, url: &str) -> Result<String, Unlisted> {
        operations().find("live", method, &Url::parse(url).unwrap()).map(|meaning| meaning.id)
    }

    fn get(path: &str) -> Result<String, Unlisted> {
        find(Method::Get, &format!("https://a.com{path}"))
    }

    #[test]
    fn the_method_and_the_most_special_path_decide() {
        assert_eq!(get("/v1/things?x=/../count").unwrap(), "GET /things");
        assert_eq!(get("/v1/things/7").unwrap(), "GET /things/{id}");
        assert_eq!(get("/v1/things/count").unwrap(), "GET /things/count");
        assert_eq!(get("/v1/things/a%20b/parts").unwrap(), "GET /things/{id}/parts");
        let url = "https://a.com/v1/things/7";
        assert_eq!(find(Method::Head, url).unwrap(), "GET /things/{id}");
        assert_eq!(find(Method::Delete, url).unwrap(), "DELETE /things/{id}");
        assert_eq!(find(Method::Put, url), Err(Unlisted::Unknown));
    }

    #[test]
    fn where_two_are_equally_special_both_count() {
        let url = Url::parse("https://a.com/v1/things/all").unwrap();
        let meaning = operations().find("live", Method::Get, &url).unwrap();
        assert_eq!(meaning.scopes, ["read", "kinds"]);
    }

    #[test]
    fn a_base_belongs_to_its_environment() {
        assert_eq!(find(Method::Get, "https://b.com/v1/things"), Err(Unlisted::Unknown));
        for path in ["/things", "/v1", "/v2/things", "/V1/things", "/v1x/things"] {
            assert!(get(path).is_err(), "{path}");
        }
    }

    #[test]
    fn no_way_of_writing_a_path_leads_to_another_operation() {
        for path in [
            "/v1/things/7%2fparts",
            "/v1/things/7%2Fparts",
            "/v1/things/7%252fparts",
            "/v1/things/%25252e%25252e",
            "/v1/things/7%5cparts",
            "/v1/things//",
            "/v1//things",
            "//v1/things",
            "/v1/things/",
            "/v1/things/7/",
            "/v1/things/%20",
            "/v1/things/..;/parts",
            "/v1/things/..;x=1/parts",
            "/v1/things/%2e%2e%3b/parts",
            "/v1/things/.../parts",
            "/v1/things/;a/parts",
            "/v1/things/7%00",
            "/v1/things/7%0d%0aparts",
            "/v1/things/%ff",
        ] {
            assert_eq!(get(path), Err(Unlisted::NotPlain), "{path}");
        }
        for path in [
            "/v1/things/Count",
            "/v1/things/c%6funt",
            "/v1/things/c%256funt",
            "/v1/things/count;x=1",
            "/v1/things/count%20",
            "/v1/things/count.",
            "/v1/Things/7",
        ] {
            assert!(matches!(get(path), Err(Unlisted::Ambiguous)), "{path}");
        }
        // The URL's own parser resolves these, so that what is compared is what is sent.
        assert_eq!(get("/v1/things/7/../count").unwrap(), "GET /things/count");
        assert_eq!(get("/v1/things/7/%2e%2e/count").unwrap(), "GET /things/count");
        assert_eq!(get("/v1/things\\7").unwrap(), "GET /things/{id}");
    }

    #[test]
    fn deletes_are_no_reads_whatever_is_listed() {
        assert_eq!(at_least(Method::Delete, Effect::Read), Effect::Idempotent);
        assert_eq!(at_least(Method::Post, Effect::Read), Effect::Read);
        assert_eq!(stricter(Effect::Read, Effect::Write), Effect::Write);
    }

    #[test]
    fn lists_that_do_not_hold_together_are_refused() {
        let origins = ["https://a.com".parse().unwrap()];
        let base = |url: &str| vec![Base { url: url.into(), environment: None }];
        let wrong = |bases, path| {
            Operations::new(bases, vec![operation(Method::Get, path, "s")], &origins).unwrap_err()
        };
        assert_eq!(wrong(Vec::new(), "/a"), "operations: they have no base");
        for url in ["https://c.com", "http://a.com", "https://a.com/", "https://a.com/{x}", "a"] {
            assert!(wrong(base(url), "/a").contains(url), "{url}");
        }
        for path in ["a", "/a{b}", "/{}", "/a//b", "/a/../b", "/a%2fb", "/a?b"] {
            assert!(wrong(base("https://a.com"), path).contains(path), "{path}");
        }
    }
}
