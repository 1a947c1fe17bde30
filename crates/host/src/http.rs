//! One HTTP exchange: the [`Transport`] trait, and the real one on reqwest.

mod clients;
mod encode;
mod multipart;
mod pieces;
mod receive;

use std::error::Error;
use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use http::Method;
use http::header::{CONTENT_LENGTH, HeaderMap};
use url::Url;

use crate::blob::{BlobWriter, Upload};
use crate::body_budget::BodyMemory;
use crate::contract::{Header, Response};
use crate::policy::Policy;
use crate::progress::Progress;

use clients::Clients;
pub(crate) use receive::Receive;

pub(crate) const USER_AGENT: &str = concat!("connector-host/", env!("CARGO_PKG_VERSION"));

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
    /// From beginning to connect until the response begins. What the response's body may take more,
    /// [`Streams::rate`] says.
    pub timeout: Duration,
    /// Bytes of the response's body in memory, at most.
    pub response_bytes: u64,
    /// What streams in and out.
    pub streams: Streams,
}

/// What the bodies of a request and its answer have to do with files.
pub struct Streams {
    /// Bytes a second that a response's body arrives with, at least.
    pub rate: u64,
    /// Where the body of a 2xx answer goes instead of into the response, which then has none.
    pub save: Option<Save>,
    /// Counts what is received for `save`. What is sent counts itself.
    pub progress: Progress,
    /// Where memory for a body that is not saved comes from.
    pub memory: BodyMemory,
}

impl Default for Streams {
    fn default() -> Self {
        Streams {
            rate: 64 << 10,
            save: None,
            progress: Progress::default(),
            memory: BodyMemory::default(),
        }
    }
}

/// Takes the body of an answer.
pub struct Save {
    /// Is flushed at the end.
    pub writer: BlobWriter,
    /// Bytes, at most.
    pub limit: u64,
}

/// The body of a request.
pub enum Content {
    /// No body.
    Empty,
    /// As they are; a header says their type.
    Bytes(Vec<u8>),
    /// `multipart/form-data`, in this order.
    Multipart(Vec<Part>),
    /// One after the other; a header says the type of the whole.
    Pieces(Vec<Piece>),
}

/// A piece of a body.
pub enum Piece {
    /// The piece itself.
    Text(String),
    /// Its bytes.
    Blob(Upload),
    /// Its bytes in base64 (RFC 4648, with padding).
    Base64(Upload),
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
    Blob(Upload),
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
    /// A file on the host's side cannot be read or written. Sending again does not help.
    #[error("{0}")]
    Blob(String),
}

/// The transport on reqwest: HTTP/1.1 and TLS by rustls, gzip and brotli undone.
pub struct Http(Clients);

impl Http {
    /// With the policy's limit on connecting. It connects to nothing yet, and sets up TLS with the first
    /// request: that fails as not sent where this machine cannot.
    pub fn new(policy: &Policy) -> Self {
        Http(Clients::new(policy.connect_timeout))
    }
}

#[async_trait]
impl Transport for Http {
    async fn exchange(&self, request: Outgoing) -> Result<Response, TransportError> {
        let client = self.0.for_url(&request.url)?;
        let streams = request.streams;
        let mut receive = Receive::new(request.timeout, streams.rate);
        let sending = client.request(request.method, request.url).headers(request.headers);
        let sending = match request.body {
            Content::Empty => sending,
            Content::Bytes(bytes) => sending.body(bytes),
            Content::Multipart(parts) => sending.multipart(multipart::form(parts)?),
            Content::Pieces(parts) => {
                let (body, length) = pieces::body(parts);
                sending.header(CONTENT_LENGTH, length).body(body)
            }
        };
        let mut response = receive.head(sending).await?;
        let body = match streams.save {
            Some(mut save) if response.status().is_success() => {
                let progress = &streams.progress;
                receive.save(&mut response, &mut save.writer, save.limit, progress).await?;
                Vec::new()
            }
            _ => receive.body(&mut response, request.response_bytes, &streams.memory).await?,
        };
        Ok(Response {
            status: response.status().as_u16(),
            headers: response.headers().iter().filter_map(header).collect(),
            body,
        })
    }
}

/// The host keeps no cookies, and a cookie is a secret of the service: it stops here.
fn header(
    (name, value): (&http::header::HeaderName, &http::header::HeaderValue),
) -> Option<Header> {
    (name != http::header::SET_COOKIE).then(|| Header {
        name: name.as_str().to_owned(),
        value: String::from_utf8_lossy(value.as_bytes()).into_owned(),
    })
}

/// An error with all its causes: of some libraries the first sentence says little.
pub fn causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text += &format!(": {cause}");
        next = cause.source();
    }
    text
}

impl fmt::Debug for Outgoing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outgoing")
            .field("method", &self.method)
            .field("origin", &self.url.origin().ascii_serialization())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Streams {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Streams")
            .field("rate", &self.rate)
            .field("progress", &self.progress)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Save {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Save").field("limit", &self.limit).finish_non_exhaustive()
    }
}

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Content").finish_non_exhaustive()
    }
}

impl fmt::Debug for Piece {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Piece").finish_non_exhaustive()
    }
}

impl fmt::Debug for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Part")
            .field("name", &self.name)
            .field("filename", &self.filename)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for PartContent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PartContent").finish_non_exhaustive()
    }
}

impl fmt::Debug for Http {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Http").finish_non_exhaustive()
    }
}
