//! One HTTP exchange: the [`Transport`] trait, and the real one on reqwest.

use std::error::Error;
use std::time::Duration;

use async_trait::async_trait;
use reqwest::header::HeaderMap;
use reqwest::{Client, Method, redirect};
use url::Url;

use crate::blob::Blob;
use crate::contract::{Header, Response};
use crate::policy::Policy;
use crate::{multipart, routes};

/// What carries requests out. It follows no redirect, repeats nothing and knows no rule.
#[async_trait]
pub trait Transport: Send + Sync {
    /// Sends one request and reads the whole response.
    async fn exchange(&self, request: Outgoing) -> Result<Response, TransportError>;
}

/// A request on its way out, with the credential attached.
pub struct Outgoing {
    /// The method.
    pub method: Method,
    /// Where it goes, after routes.
    pub url: Url,
    /// A credential among them is marked as sensitive.
    pub headers: HeaderMap,
    /// What it carries.
    pub body: Content,
    /// From beginning to connect until the whole response is there.
    pub timeout: Duration,
    /// Bytes of the response's body, at most.
    pub response_bytes: u64,
}

/// The body of a request.
pub enum Content {
    /// No body.
    Empty,
    /// As they are; a header says their type.
    Bytes(Vec<u8>),
    /// `multipart/form-data`, in this order.
    Multipart(Vec<Part>),
}

/// One part of a multipart form.
pub struct Part {
    /// The name of the form field, without quotes or control characters.
    pub name: String,
    /// The name of the file, without control characters.
    pub filename: Option<String>,
    /// A media type.
    pub content_type: Option<String>,
    /// The value of the field.
    pub content: PartContent,
}

/// The content of a part.
pub enum PartContent {
    /// The content itself.
    Text(String),
    /// Streamed, so a file of any size takes little memory.
    Blob(Blob),
}

/// Why there is no response. The texts hold no URL and no header.
#[derive(Debug, thiserror::Error)]
pub enum TransportError {
    /// The request never left: the service cannot have seen it.
    #[error("not sent: {0}")]
    NotSent(String),
    /// Something left, and no complete answer came: the service may have acted.
    #[error("no complete answer: {0}")]
    Lost(String),
    /// The response is larger than allowed.
    #[error("the response is larger than {0} bytes")]
    TooLarge(u64),
}

/// The transport on reqwest: HTTP/1.1 and TLS by rustls, gzip and brotli undone.
pub struct Http {
    client: Client,
    /// Loopback never goes through a proxy, which would see the credential.
    direct: Client,
}

impl Http {
    /// Fails when the TLS set-up of this machine is unusable.
    pub fn new(policy: &Policy) -> Result<Self, TransportError> {
        let client = || {
            Client::builder()
                .redirect(redirect::Policy::none())
                .referer(false)
                // Repeats are the driver's business: it knows what a repeat does.
                .retry(reqwest::retry::never())
                .connect_timeout(policy.connect_timeout)
                .user_agent(concat!("connector-host/", env!("CARGO_PKG_VERSION")))
        };
        let build = |builder: reqwest::ClientBuilder| {
            builder.build().map_err(|error| TransportError::NotSent(causes(&error)))
        };
        Ok(Http { client: build(client())?, direct: build(client().no_proxy())? })
    }
}

#[async_trait]
impl Transport for Http {
    async fn exchange(&self, request: Outgoing) -> Result<Response, TransportError> {
        let client = match routes::is_loopback(&request.url) {
            true => &self.direct,
            false => &self.client,
        };
        let limit = request.response_bytes;
        let sending = client
            .request(request.method, request.url)
            .headers(request.headers)
            .timeout(request.timeout);
        let sending = match request.body {
            Content::Empty => sending,
            Content::Bytes(bytes) => sending.body(bytes),
            Content::Multipart(parts) => sending.multipart(multipart::form(parts)?),
        };
        let mut response = sending.send().await.map_err(sort)?;
        if response.content_length().is_some_and(|length| length > limit) {
            return Err(TransportError::TooLarge(limit));
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(sort)? {
            if (body.len() + chunk.len()) as u64 > limit {
                return Err(TransportError::TooLarge(limit));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Response {
            status: response.status().as_u16(),
            headers: response.headers().iter().filter_map(header).collect(),
            body,
        })
    }
}

/// The host keeps no cookies, and a cookie is a secret of the service: it stops here.
fn header(
    (name, value): (&reqwest::header::HeaderName, &reqwest::header::HeaderValue),
) -> Option<Header> {
    (name != reqwest::header::SET_COOKIE).then(|| Header {
        name: name.as_str().to_owned(),
        value: String::from_utf8_lossy(value.as_bytes()).into_owned(),
    })
}

fn sort(error: reqwest::Error) -> TransportError {
    let error = error.without_url();
    match error.is_connect() || error.is_builder() {
        true => TransportError::NotSent(causes(&error)),
        false => TransportError::Lost(causes(&error)),
    }
}

/// reqwest's own sentence says little; the causes below it say what happened.
pub(crate) fn causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text += &format!(": {cause}");
        next = cause.source();
    }
    text
}
