//! Asks the component what it would send, so that the documents for the HTTP connector say the
//! same as the module does. The manifest does not know paths; the component does.

use anyhow::{Context, Result, bail};
use connector_host::contract::{
    self, Body, Header, Method, PendingRequest, Reply, Request, Response, Step,
};
use connector_host::{Call, Connector, Instance};
use serde_json::{Map, Value, json};

/// The clock of a probe: what a pack holds must not depend on the day.
const NOW: &str = "2026-01-31T12:00:00Z";

/// Names under which services answer with the items of a page, besides the words of their paths.
const ITEMS: &[&str] =
    &["items", "data", "results", "records", "values", "entries", "rows", "elements", "list"];

/// Names under which services say where the next page begins.
const NEXT: &[&str] = &[
    "bookmark",
    "cursor",
    "next_cursor",
    "nextCursor",
    "next_page_token",
    "nextPageToken",
    "page_token",
    "continuation",
    "next_token",
    "nextToken",
    "after",
    "next",
];

/// A component to be asked.
pub struct Probe(Instance);

/// What a request is, without its origin.
pub struct Sent {
    /// As HTTP writes it.
    pub method: String,
    /// Scheme and host.
    pub origin: String,
    /// Path and query.
    pub uri: String,
    /// What is sent as JSON.
    pub body: Option<Value>,
}

/// How a list goes on.
#[derive(Default)]
pub struct Paging {
    /// Under which name a page has its items; none: the page is the list.
    pub items: Option<String>,
    pub next: Next,
}

/// Where the next page is.
#[derive(Default)]
pub enum Next {
    #[default]
    Nowhere,
    /// In the header `link`.
    Link,
    /// The page's member of the first name becomes the query parameter of the second.
    Token(String, String),
    /// The query parameter of this name counts from 1.
    Number(String),
}

impl Probe {
    /// An instance of it.
    pub fn new(connector: &Connector) -> Result<Self> {
        Ok(Probe(connector.instantiate()?))
    }

    /// The first request of an action; none when the component refuses the input, or when it is
    /// not JSON that is sent.
    pub fn action(
        &mut self,
        id: &str,
        input: &Map<String, Value>,
    ) -> Option<(Sent, PendingRequest)> {
        let input = Value::Object(input.clone()).to_string();
        self.sent(&Call::Action { id: id.to_owned(), input })
    }

    /// The request of the connection test.
    pub fn test(&mut self) -> Option<Sent> {
        Some(self.sent(&Call::Test { granted: None })?.0)
    }

    fn sent(&mut self, call: &Call) -> Option<(Sent, PendingRequest)> {
        match self.0.start(call, &"{}".to_owned(), &contract::Context::new("probe", NOW)).ok()? {
            Step::Send(pending) => Some((sent(&pending.request)?, pending)),
            _ => None,
        }
    }

    /// How a list goes on after its first request: the component gets a page that says it in all
    /// the ways that services do, and shows which of them it reads.
    pub fn paging(&mut self, id: &str, first: &PendingRequest) -> Result<Paging> {
        let url = &first.request.url;
        let link = format!("{url}{}probe=link", if url.contains('?') { "&" } else { "?" });
        let words = url.split(['/', '?', '&', '=']).chain(id.split('.'));
        let names = ITEMS.iter().copied().chain(words).filter(|name| !name.is_empty());
        let mut page: Map<String, Value> =
            names.map(|name| (name.to_owned(), json!([{ "probe": name }]))).collect();
        page.extend(NEXT.iter().map(|name| (name.to_string(), json!(format!("probe-{name}")))));
        let bare = json!([{}]);
        for body in [Value::Object(page), bare] {
            let reply = Reply::Response(Response {
                status: 200,
                headers: vec![Header {
                    name: "link".into(),
                    value: format!("<{link}>; rel=\"next\""),
                }],
                body: body.to_string().into_bytes(),
            });
            let Ok(Step::Emit(emitted)) = self.0.resume(&first.checkpoint, &reply) else {
                continue;
            };
            let items: Value = serde_json::from_str(&emitted.items)?;
            let items = items[0]["probe"].as_str().map(str::to_owned);
            let next = match self.0.resume(&emitted.checkpoint, &Reply::Proceed)? {
                Step::Done(_) => Next::Nowhere,
                Step::Send(second) => next(url, &second.request.url, &link)
                    .with_context(|| format!("{id} pages in a way that has no document"))?,
                _ => bail!("{id} does something else than to page"),
            };
            return Ok(Paging { items, next });
        }
        bail!("{id} reads none of the pages that services answer with")
    }
}

fn sent(request: &Request) -> Option<Sent> {
    let body = match &request.body {
        Body::Empty => None,
        Body::Bytes(bytes) => Some(serde_json::from_slice(bytes).ok()?),
        _ => return None,
    };
    let scheme = request.url.find("://")? + 3;
    let path = scheme + request.url[scheme..].find('/')?;
    let (origin, uri) = request.url.split_at(path);
    let method = match &request.method {
        Method::Other(_) => return None,
        known => known.word().to_owned(),
    };
    Some(Sent { method, origin: origin.to_owned(), uri: uri.to_owned(), body })
}

/// What makes the second request out of the first.
fn next(first: &str, second: &str, link: &str) -> Option<Next> {
    if second == link {
        return Some(Next::Link);
    }
    let query = |url: &str| -> Vec<(String, String)> {
        let pairs = url.split_once('?').map_or("", |(_, query)| query).split('&');
        pairs.filter_map(|pair| pair.split_once('=')).map(|(k, v)| (k.into(), v.into())).collect()
    };
    let before = query(first);
    let mut added = query(second).into_iter().filter(|pair| !before.contains(pair));
    match (added.next()?, added.next()) {
        ((name, value), None) => match value.strip_prefix("probe-") {
            Some(member) => Some(Next::Token(member.to_owned(), name)),
            None => (value == "2").then_some(Next::Number(name)),
        },
        _ => None,
    }
}
