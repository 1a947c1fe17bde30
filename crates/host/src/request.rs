//! Checks a connector's request against the descriptor before anything is sent.

use http::Method;
use http::header::{HeaderMap, HeaderName, HeaderValue};
use url::Url;

use crate::connection::Connection;
use crate::connector::Connector;
use crate::contract::{self, Body, Credential, Placement, Request};
use crate::error::Error;
use crate::rule;
use crate::secret::Secret;

/// Headers that belong to the host: they carry credentials, or they steer the HTTP connection.
/// So does everything that starts with `proxy-`.
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

/// Headers that a connector may set. Servers refuse more, and a list of them has an end.
const HEADERS: usize = 100;

/// A request that may be sent.
pub(crate) struct Checked<'a> {
    pub method: Method,
    /// On a declared origin.
    pub url: Url,
    pub headers: HeaderMap,
    /// Those that may go to that origin, of which one is to be attached; empty when the request has
    /// none.
    pub credentials: Vec<&'a Credential>,
    /// What a signature has added that nobody else may see.
    pub hidden: Vec<Secret>,
}

impl<'a> Checked<'a> {
    /// Fails with the first rule that the request breaks.
    pub fn new(
        connector: &'a Connector,
        environment: &str,
        request: &Request,
    ) -> Result<Self, Error> {
        let url = check_url(connector, &request.url)?;
        let credentials = match &request.credential {
            Some(id) => check_credential(connector, environment, id, &url)?,
            None => Vec::new(),
        };
        check_parts(&request.body)?;
        Ok(Checked {
            method: method(&request.method)?,
            url,
            headers: headers(request, &credentials)?,
            credentials,
            hidden: Vec::new(),
        })
    }
}

impl Checked<'_> {
    /// Adds the header by which the service knows a request that it had before.
    pub fn name_request(&mut self, name: &str, key: &str) -> Result<(), Error> {
        let refuse = |why| {
            Error::refused(rule::REQUEST_HEADER, format!("idempotency header `{name}`: {why}"))
        };
        let field = HeaderName::from_bytes(name.as_bytes()).map_err(|_| refuse("not a name"))?;
        let is_credential = self.credentials.iter().any(|credential| match &credential.placement {
            Placement::Header(place) => place.name.eq_ignore_ascii_case(field.as_str()),
            _ => false,
        });
        if is_hosts(&field) || is_credential || self.headers.contains_key(&field) {
            return Err(refuse("it has another value"));
        }
        self.headers.insert(field, HeaderValue::from_str(key).map_err(|_| refuse("no value"))?);
        Ok(())
    }
}

impl Connection {
    /// Why a host would not send this request for anybody: the first rule that it breaks. Whether the
    /// caller may have it sent is another question.
    pub fn refusal(&self, request: &Request) -> Option<Error> {
        let mut checked = match Checked::new(&self.connector, &self.environment, request) {
            Ok(checked) => checked,
            Err(refusal) => return Some(refusal),
        };
        let name = request.idempotency_header.as_ref()?;
        checked.name_request(name, "key").err()
    }
}

fn is_hosts(field: &HeaderName) -> bool {
    HOST_HEADERS.contains(&field.as_str()) || field.as_str().starts_with("proxy-")
}

/// Also the check on the target of a redirect.
pub(crate) fn check_url(connector: &Connector, text: &str) -> Result<Url, Error> {
    let url = Url::parse(text)
        .map_err(|error| Error::refused(rule::URL, format!("the request's URL: {error}")))?;
    let named = !url.username().is_empty() || url.password().is_some();
    if named || url.host_str().is_none() || url.fragment().is_some() {
        let message = "a request's URL has a host, no user name and no fragment";
        return Err(Error::refused(rule::URL, message));
    }
    let origin = url.origin().ascii_serialization();
    if url.scheme() != "https" {
        return Err(Error::refused(rule::HTTPS, format!("a request to `{origin}`")));
    }
    if !connector.origins().iter().any(|declared| declared.holds(&url)) {
        let message = format!("a request to `{origin}`, which the connector does not declare");
        return Err(Error::refused(rule::DECLARED_ORIGIN, message));
    }
    Ok(url)
}

pub(crate) fn check_credential<'a>(
    connector: &'a Connector,
    environment: &str,
    id: &str,
    url: &Url,
) -> Result<Vec<&'a Credential>, Error> {
    let declared = connector.descriptor().credentials.iter();
    let named = named(declared, id);
    if named.is_empty() {
        let message = format!("a request names the credential `{id}`, which is not declared");
        return Err(Error::refused(rule::DECLARED_CREDENTIAL, message));
    }
    let is_bound = |credential: &&Credential| {
        credential.origins.iter().any(|bound| {
            connector.bound(&bound.origin).is_some_and(|origin| origin.holds(url))
                && bound.environment.as_deref().is_none_or(|only| only == environment)
        })
    };
    let bound: Vec<_> = named.into_iter().filter(is_bound).collect();
    if bound.is_empty() {
        let message = format!(
            "the credential `{id}` is not for `{}` in the environment `{environment}`",
            url.origin().ascii_serialization()
        );
        return Err(Error::refused(rule::CREDENTIAL_ORIGIN, message));
    }
    Ok(bound)
}

/// The credential of this id, or those of the group of this name.
pub(crate) fn named<'a>(
    all: impl Iterator<Item = &'a Credential> + Clone,
    name: &str,
) -> Vec<&'a Credential> {
    match all.clone().find(|credential| credential.id == name) {
        Some(one) => vec![one],
        None => all.filter(|credential| credential.group.as_deref() == Some(name)).collect(),
    }
}

fn headers(request: &Request, credentials: &[&Credential]) -> Result<HeaderMap, Error> {
    let refuse = |name: &str, why: &str| {
        Error::refused(rule::REQUEST_HEADER, format!("header `{name}`: {why}"))
    };
    if request.headers.len() > HEADERS {
        let message = format!("{} headers; the limit is {HEADERS}", request.headers.len());
        return Err(Error::refused(rule::REQUEST_HEADER, message));
    }
    let multipart = matches!(request.body, Body::Multipart(_));
    let mut headers = HeaderMap::new();
    for contract::Header { name, value } in &request.headers {
        let field = HeaderName::from_bytes(name.as_bytes())
            .map_err(|_| refuse(name, "not a header name"))?;
        let is_credential = credentials.iter().any(|credential| match &credential.placement {
            Placement::Header(place) => field.as_str() == place.name.to_ascii_lowercase(),
            _ => false,
        });
        let is_host = is_hosts(&field) || (multipart && field.as_str() == "content-type");
        if is_host || is_credential {
            return Err(refuse(name, "only the host sets it"));
        }
        let value = HeaderValue::from_str(value).map_err(|_| refuse(name, "not a header value"))?;
        headers.append(field, value);
    }
    Ok(headers)
}

fn check_parts(body: &Body) -> Result<(), Error> {
    let Body::Multipart(parts) = body else {
        return Ok(());
    };
    for part in parts {
        let filename = part.filename.as_deref().unwrap_or_default();
        let breaks = |text: &str| text.contains(|c: char| c.is_control());
        if breaks(&part.name) || part.name.contains('"') || breaks(filename) {
            let message = format!("the name or the filename of the part {:?}", part.name);
            return Err(Error::refused(rule::MULTIPART, message));
        }
    }
    Ok(())
}

/// One in capitals, and none that opens a tunnel.
fn method(method: &contract::Method) -> Result<Method, Error> {
    let word = method.word();
    let is_word = word.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'-');
    // Limits go by the contract's own cases: under another one they would not know it.
    let own = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];
    let hides = matches!(method, contract::Method::Other(_)) && own.contains(&word);
    let known = Method::from_bytes(word.as_bytes()).ok();
    known
        .filter(|method| is_word && !hides && *method != Method::CONNECT)
        .ok_or_else(|| Error::refused(rule::METHOD, format!("the method `{word}` of a request")))
}
