//! Carries out one request of a connector: check, credential, route, redirects, log.

use std::time::{Duration, Instant};

use reqwest::header::{AUTHORIZATION, HeaderName, HeaderValue};
use reqwest::{Method, StatusCode};
use url::Url;

use crate::connection::Connection;
use crate::contract::PartContent as Reference;
use crate::contract::{Body, Credential, Placement, Reply, Request, Response};
use crate::credential::CredentialError;
use crate::error::Failure;
use crate::http::{Content, Outgoing, Part, PartContent, TransportError};
use crate::policy::rule;
use crate::request::{Checked, check_url};
use crate::secret::Secret;

/// What came of sending a request once.
pub struct Sent {
    /// The answer, or why there is none.
    pub result: Result<Response, TransportError>,
    /// The credential that was attached, to be refreshed when the service refuses it.
    pub credential: Option<(String, Secret)>,
}

impl Sent {
    /// What to resume the connector with.
    pub fn into_reply(self) -> Reply {
        match self.result {
            Ok(response) => Reply::Response(response),
            Err(error) => Reply::Undelivered(error.to_string()),
        }
    }
}

impl Connection {
    /// Sends a request once, under all rules. What the service answers, or that it does not, is
    /// in [`Sent`]; a failure means that a rule was broken or that the credential is missing.
    pub async fn send(&self, request: &Request) -> Result<Sent, Failure> {
        let mut checked = Checked::new(&self.connector, &self.environment, request)?;
        let credential = match checked.credential {
            Some(declared) => Some(self.attach(declared, &mut checked).await?),
            None => None,
        };
        let mut redirects = 0;
        let result = loop {
            let result = self.exchange(&checked, request).await?;
            let Some(target) = self.redirect(&checked, &result) else {
                break result;
            };
            redirects += 1;
            if redirects > self.policy.redirects {
                let message = format!("more than {} redirects", self.policy.redirects);
                return Err(Failure::refused(rule::REDIRECTS, message));
            }
            checked.url = check_url(&self.connector, target.as_str())?;
        };
        Ok(Sent { result, credential })
    }

    /// The only place where a credential becomes a header.
    async fn attach(
        &self,
        declared: &Credential,
        checked: &mut Checked<'_>,
    ) -> Result<(String, Secret), Failure> {
        let id = declared.id.clone();
        let Some(secret) = self.credentials.get(&id).await? else {
            return Err(CredentialError::Missing(id).into());
        };
        let not_sendable = |_| CredentialError::NotSendable(id.clone());
        let (name, value) = match &declared.placement {
            Placement::Bearer => {
                let value = zeroize::Zeroizing::new(format!("Bearer {}", secret.expose()));
                (AUTHORIZATION, HeaderValue::from_str(&value))
            }
            Placement::Header(name) => {
                let name = HeaderName::from_bytes(name.as_bytes())
                    .map_err(|_| CredentialError::NotSendable(id.clone()))?;
                (name, HeaderValue::from_str(secret.expose()))
            }
        };
        let mut value = value.map_err(not_sendable)?;
        value.set_sensitive(true);
        checked.headers.insert(name, value);
        Ok((id, secret))
    }

    /// The outer failure is a broken rule, the inner error an answer that did not come.
    async fn exchange(
        &self,
        checked: &Checked<'_>,
        request: &Request,
    ) -> Result<Result<Response, TransportError>, Failure> {
        let (body, upload) = self.content(&request.body).await?;
        let upload_seconds = upload / self.policy.upload_rate.max(1);
        let outgoing = Outgoing {
            method: checked.method.clone(),
            url: self.routes.apply(&checked.url),
            headers: checked.headers.clone(),
            body,
            timeout: self.policy.request_timeout + Duration::from_secs(upload_seconds),
            response_bytes: self.policy.response_bytes,
        };
        let begun = Instant::now();
        let result = self.transport.exchange(outgoing).await;
        let (method, url, took) = (&checked.method, without_query(&checked.url), begun.elapsed());
        match &result {
            Ok(response) => {
                tracing::debug!(%method, %url, status = response.status, ?took, "answered");
            }
            Err(error) => tracing::debug!(%method, %url, %error, ?took, "not answered"),
        }
        if let Err(error @ TransportError::TooLarge(_)) = &result {
            return Err(Failure::refused(rule::RESPONSE_SIZE, error.to_string()));
        }
        Ok(result)
    }

    /// The body and the bytes in its blobs.
    async fn content(&self, body: &Body) -> Result<(Content, u64), Failure> {
        let parts = match body {
            Body::Empty => return Ok((Content::Empty, 0)),
            Body::Bytes(bytes) => return Ok((Content::Bytes(bytes.clone()), bytes.len() as u64)),
            Body::Multipart(parts) => parts,
            Body::Pieces(_) => {
                let message = "this host does not put bodies together";
                return Err(Failure::refused(rule::BLOB, message));
            }
        };
        let mut total = 0;
        let mut form = Vec::with_capacity(parts.len());
        for part in parts {
            let content = match &part.content {
                Reference::Text(text) => PartContent::Text(text.clone()),
                Reference::Blob(reference) => {
                    let blob = self.blobs.resolve(reference).await;
                    let blob = blob.map_err(|why| Failure::refused(rule::BLOB, why))?;
                    total += blob.len;
                    PartContent::Blob(blob)
                }
            };
            form.push(Part {
                name: part.name.clone(),
                filename: part.filename.clone(),
                content_type: part.content_type.clone(),
                content,
            });
        }
        Ok((Content::Multipart(form), total))
    }

    /// Where to go on, if this is a redirect that the host follows: without a credential, and
    /// only for what has no body. Any other redirect is an answer like all others.
    fn redirect(
        &self,
        checked: &Checked<'_>,
        result: &Result<Response, TransportError>,
    ) -> Option<Url> {
        let response = result.as_ref().ok()?;
        let status = StatusCode::from_u16(response.status).ok()?;
        let fetches = checked.method == Method::GET || checked.method == Method::HEAD;
        let moved = matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308);
        if checked.credential.is_some() || !fetches || !moved {
            return None;
        }
        let location = response.headers.iter().find(|header| header.name == "location")?;
        checked.url.join(&location.value).ok()
    }
}

/// Queries hold what people search for, so they stay out of logs.
fn without_query(url: &Url) -> &str {
    &url[..url::Position::AfterPath]
}
