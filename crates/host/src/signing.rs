//! Placements that the contract has no case for: what signs a whole request, by the name of the
//! extension.

#[cfg(feature = "sigv4")]
mod sigv4;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use http::Method;
use http::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;
use url::Url;

use crate::contract::{Body, Extension, Piece};
use crate::secret::Secret;

#[cfg(feature = "sigv4")]
pub(crate) use sigv4::SigV4;

/// The names of the placements that every connection of this build knows.
pub const NAMES: &[&str] = &[
    #[cfg(feature = "sigv4")]
    "aws-sigv4",
];

/// Signs requests in one way. It is registered by the name of an extension, which a connector gives as
/// the placement of a credential: see
/// [`ConnectionBuilder::signer`](crate::ConnectionBuilder::signer).
#[async_trait]
pub trait Signer: Send + Sync {
    /// The ids of other credentials of the connector whose values go into the signature as well.
    /// They must be bound to the request's origin too; one that the connection does not have is left
    /// out.
    fn others(&self, _value: &Value) -> Vec<String> {
        Vec::new()
    }

    /// Adds what proves the request, each time that it is sent.
    async fn sign(&self, request: &mut Signing<'_>) -> Result<(), SignError>;
}

/// Why a request cannot be signed: a sentence without secrets.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct SignError(pub String);

/// A request as it will be sent, and what to sign it with.
pub struct Signing<'a> {
    pub(crate) value: &'a Value,
    pub(crate) secret: &'a Secret,
    pub(crate) others: BTreeMap<String, Secret>,
    pub(crate) now: u64,
    pub(crate) method: &'a Method,
    pub(crate) url: &'a mut Url,
    pub(crate) headers: &'a mut HeaderMap,
    pub(crate) payload: Payload<'a>,
    pub(crate) hidden: Vec<Secret>,
}

/// What a request carries, for who signs it.
#[derive(Clone)]
pub enum Payload<'a> {
    /// All of it.
    Bytes(Cow<'a, [u8]>),
    /// It is read while it is sent, so that nobody knows it before.
    Streamed,
}

impl Signing<'_> {
    /// The value of the extension, with the settings of the connection filled in.
    pub fn value(&self) -> &Value {
        self.value
    }

    /// The value of the credential; a pair has [`Secret::user`].
    pub fn secret(&self) -> &Secret {
        self.secret
    }

    /// The value of another credential: see [`Signer::others`].
    pub fn other(&self, id: &str) -> Option<&Secret> {
        self.others.get(id)
    }

    /// What time it is.
    pub fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(self.now)
    }

    /// The method.
    pub fn method(&self) -> &Method {
        self.method
    }

    /// Where the request goes, also where a route leads it elsewhere.
    pub fn url(&self) -> &Url {
        self.url
    }

    /// The host and the port, as a `host` header has them.
    pub fn host(&self) -> String {
        let host = self.url.host_str().unwrap_or_default();
        match self.url.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        }
    }

    /// Writes the path in another way, with the same meaning.
    pub fn set_path(&mut self, path: &str) {
        self.url.set_path(path);
    }

    /// Writes the query in another way, with the same meaning, or adds to it.
    pub fn set_query(&mut self, query: Option<&str>) {
        self.url.set_query(query);
    }

    /// The headers of the connector, and those added so far. The transport adds its own, such as
    /// `accept-encoding`.
    pub fn headers(&self) -> &HeaderMap {
        self.headers
    }

    /// What the request carries.
    pub fn payload(&self) -> &Payload<'_> {
        &self.payload
    }

    /// Adds a header. Fails when the connector has set it.
    pub fn add_header(&mut self, name: &str, value: &str) -> Result<(), SignError> {
        let wrong = |why: &str| SignError(format!("the header `{name}` {why}"));
        let field = HeaderName::from_bytes(name.as_bytes()).map_err(|_| wrong("is no header"))?;
        if self.headers.contains_key(&field) {
            return Err(wrong("is set by the connector, and only the host sets it"));
        }
        let mut value = HeaderValue::from_str(value).map_err(|_| wrong("has no such value"))?;
        value.set_sensitive(true);
        self.headers.insert(field, value);
        Ok(())
    }

    /// Keeps a text, such as the signature, out of whatever comes back for this request.
    pub fn hide(&mut self, text: impl Into<String>) {
        self.hidden.push(Secret::new(text));
    }
}

/// Fails saying what is wrong with the value of a placement that this build knows.
pub(crate) fn check(extension: &Extension) -> Result<(), String> {
    #[cfg(feature = "sigv4")]
    if extension.name == "aws-sigv4" {
        let wrong = |why: String| format!("the value of the extension `aws-sigv4`: {why}");
        let value = serde_json::from_str(&extension.value);
        let value = value.map_err(|error| wrong(error.to_string()))?;
        return sigv4::check(&value).map_err(|error| wrong(error.to_string()));
    }
    let _ = extension;
    Ok(())
}

impl<'a> Payload<'a> {
    pub(crate) fn of(body: &'a Body) -> Self {
        match body {
            Body::Empty => Payload::Bytes(Cow::Borrowed(&[])),
            Body::Bytes(bytes) => Payload::Bytes(Cow::Borrowed(bytes)),
            // The transport chooses what stands between the parts.
            Body::Multipart(_) => Payload::Streamed,
            Body::Pieces(pieces) => {
                let text = |piece: &'a Piece| match piece {
                    Piece::Text(text) => Some(text.as_str()),
                    _ => None,
                };
                match pieces.iter().map(text).collect::<Option<String>>() {
                    Some(all) => Payload::Bytes(Cow::Owned(all.into_bytes())),
                    None => Payload::Streamed,
                }
            }
        }
    }
}

/// The signers of a connection, by their names.
#[derive(Clone)]
pub(crate) struct Signers(BTreeMap<String, Arc<dyn Signer>>);

impl Signers {
    pub fn add(&mut self, name: String, signer: Arc<dyn Signer>) {
        self.0.insert(name, signer);
    }

    pub fn get(&self, name: &str) -> Option<&Arc<dyn Signer>> {
        self.0.get(name)
    }
}

impl Default for Signers {
    fn default() -> Self {
        #[cfg_attr(not(feature = "sigv4"), expect(unused_mut, reason = "there is none to add"))]
        let mut signers = Signers(BTreeMap::new());
        #[cfg(feature = "sigv4")]
        signers.add("aws-sigv4".into(), Arc::new(SigV4));
        signers
    }
}

impl fmt::Debug for Signing<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signing").field("method", &self.method).finish_non_exhaustive()
    }
}

impl fmt::Debug for Payload<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Payload::Bytes(_) => "Bytes",
            Payload::Streamed => "Streamed",
        })
    }
}
