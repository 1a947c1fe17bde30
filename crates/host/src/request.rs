//! Checks a connector's request against the descriptor before anything is sent.

use http::Method;
use http::header::{HeaderMap, HeaderName, HeaderValue};
use url::Url;

use crate::connector::Connector;
use crate::contract::{self, Body, Credential, Placement, Request};
use crate::error::Error;
use crate::origin::Origin;
use crate::rule;

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
    /// May go to that origin.
    pub credential: Option<&'a Credential>,
}

impl<'a> Checked<'a> {
    /// Fails with the first rule that the request breaks.
    pub fn new(
        connector: &'a Connector,
        environment: &str,
        request: &Request,
    ) -> Result<Self, Error> {
        let url = check_url(connector, &request.url)?;
        let credential = match &request.credential {
            Some(id) => Some(check_credential(connector, environment, id, &url)?),
            None => None,
        };
        check_parts(&request.body)?;
        Ok(Checked {
            method: method(request.method),
            url,
            headers: headers(request, credential)?,
            credential,
        })
    }
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
) -> Result<&'a Credential, Error> {
    let declared = &connector.descriptor().credentials;
    let Some(credential) = declared.iter().find(|credential| credential.id == id) else {
        let message = format!("a request names the credential `{id}`, which is not declared");
        return Err(Error::refused(rule::DECLARED_CREDENTIAL, message));
    };
    let bound = credential.origins.iter().any(|bound| {
        bound.origin.parse::<Origin>().is_ok_and(|origin| origin.holds(url))
            && bound.environment.as_deref().is_none_or(|only| only == environment)
    });
    if !bound {
        let message = format!(
            "the credential `{id}` is not for `{}` in the environment `{environment}`",
            url.origin().ascii_serialization()
        );
        return Err(Error::refused(rule::CREDENTIAL_ORIGIN, message));
    }
    Ok(credential)
}

fn headers(request: &Request, credential: Option<&Credential>) -> Result<HeaderMap, Error> {
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
        let is_credential = credential.is_some_and(|credential| match &credential.placement {
            Placement::Bearer => false,
            Placement::Header(place) => field.as_str() == place.to_ascii_lowercase(),
        });
        let is_host = HOST_HEADERS.contains(&field.as_str())
            || field.as_str().starts_with("proxy-")
            || (multipart && field.as_str() == "content-type");
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

fn method(method: contract::Method) -> Method {
    match method {
        contract::Method::Get => Method::GET,
        contract::Method::Head => Method::HEAD,
        contract::Method::Post => Method::POST,
        contract::Method::Put => Method::PUT,
        contract::Method::Patch => Method::PATCH,
        contract::Method::Delete => Method::DELETE,
    }
}
