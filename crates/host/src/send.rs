//! Carries out one request of a connector: check, credential, route, redirects, log.

use std::fmt;
use std::time::{Duration, Instant};

use http::header::{AUTHORIZATION, HeaderName, HeaderValue};
use http::{Method, StatusCode};
use url::Url;

use crate::authority::Authority;
use crate::blob::{BlobClaims, BlobError};
use crate::connection::Connection;
use crate::content;
use crate::contract::{
    Body, Credential, Error as ConnectorError, ErrorKind, Placement, Reply, Request, Response,
    Saved,
};
use crate::credential::CredentialError;
use crate::error::Error;
use crate::http::{Outgoing, Save, Streams, TransportError};
use crate::limits::{Asking, Slot};
use crate::observer::{NoopObserver, Observer};
use crate::progress::Progress;
use crate::redact::{Redacting, Redactor};
use crate::request::{Checked, check_url};
use crate::rule;
use crate::secret::Secret;

/// What came of sending a request once.
pub struct Sent {
    /// The answer, or why there is none.
    pub result: Result<Response, TransportError>,
    /// The reference to the answer's body, when it was kept as a blob.
    pub saved: Option<String>,
    /// The credential that was attached, to be refreshed when the service refuses it.
    pub credential: Option<(String, Secret)>,
}

impl Sent {
    /// What to resume the connector with.
    pub fn into_reply(self) -> Reply {
        match (self.result, self.saved) {
            (Ok(Response { status, headers, .. }), Some(blob)) => {
                Reply::Saved(Saved { status, headers, blob })
            }
            (Ok(response), None) => Reply::Response(response),
            (Err(error), _) => Reply::Undelivered(error.to_string()),
        }
    }
}

impl Connection {
    /// Sends a request once, under all rules. What the service answers, or that it does not, is
    /// in [`Sent`]; a failure means that a rule was broken, that the credential is missing, or that
    /// a rate limit has no room for longer than [`Policy::max_wait`](crate::Policy::max_wait).
    pub async fn send(&self, request: &Request) -> Result<Sent, Error> {
        Authority::new(self, None).admit(request)?;
        let slot = self.admit(request, &mut NoopObserver).await?;
        self.send_admitted(request, slot, &Progress::default()).await
    }

    /// Waits until the service's rate limits have room for a request.
    pub(crate) async fn admit(
        &self,
        request: &Request,
        observer: &mut dyn Observer,
    ) -> Result<Slot, Error> {
        let origin = self.origin(request)?;
        let asking = self.asking(request, &origin);
        let admitted = self.limits.admit(asking, self.policy.max_wait, observer).await;
        admitted.map_err(|full| Error::RateLimited { limit: full.reason(), wait: full.wait })
    }

    /// Learns what the connector says about a refused request: how long it has to wait.
    pub(crate) fn asked_to_wait(
        &self,
        request: &Request,
        error: &ConnectorError,
    ) -> Result<(), Error> {
        if let (ErrorKind::RateLimited, Some(ms)) = (error.kind, error.retry_after_ms) {
            let origin = self.origin(request)?;
            self.limits.asked(self.asking(request, &origin), Duration::from_millis(ms.into()));
        }
        Ok(())
    }

    fn origin(&self, request: &Request) -> Result<String, Error> {
        Ok(check_url(&self.connector, &request.url)?.origin().ascii_serialization())
    }

    fn asking<'a>(&'a self, request: &'a Request, origin: &'a str) -> Asking<'a> {
        let quotas = &self.connector.descriptor().quotas;
        Asking { origin, quota: request.quota.as_deref(), quotas }
    }

    pub(crate) async fn send_admitted(
        &self,
        request: &Request,
        slot: Slot,
        progress: &Progress,
    ) -> Result<Sent, Error> {
        let mut checked = Checked::new(&self.connector, &self.environment, request)?;
        let credential = match checked.credential {
            Some(declared) => Some(self.attach(declared, &mut checked).await?),
            None => None,
        };
        let redactor = self.redactor(credential.as_ref().map(|(_, secret)| secret)).await;
        let mut redirects = 0;
        let (result, saved) = loop {
            let exchanged = self.exchange(&checked, request, progress, &redactor);
            let (result, saved) = exchanged.await?;
            let Some(target) = self.redirect(&checked, &result) else {
                break (result, saved);
            };
            redirects += 1;
            if redirects > self.policy.redirects {
                let message = format!("more than {} redirects", self.policy.redirects);
                return Err(Error::refused(rule::REDIRECTS, message));
            }
            checked.url = check_url(&self.connector, target.as_str())?;
        };
        if let Ok(response) = &result {
            slot.answered(response);
        }
        Ok(Sent { result, saved, credential })
    }

    /// The only place where a credential becomes a header.
    async fn attach(
        &self,
        declared: &Credential,
        checked: &mut Checked<'_>,
    ) -> Result<(String, Secret), Error> {
        let id = declared.id.clone();
        let Some(secret) = self.credentials.get(self.connector.binding(), &id).await? else {
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

    /// The outer failure is a broken rule, the inner error an answer that did not come. With the
    /// answer comes the reference to its body, when it was kept.
    async fn exchange(
        &self,
        checked: &Checked<'_>,
        request: &Request,
        progress: &Progress,
        redactor: &Redactor,
    ) -> Result<(Result<Response, TransportError>, Option<String>), Error> {
        let body = match content::open(&request.body, &self.blobs, progress).await {
            Ok(body) => body,
            Err(BlobError::Unreadable(why)) => return Ok((Err(TransportError::Blob(why)), None)),
            Err(error) => return Err(error.into()),
        };
        let upload = match &request.body {
            Body::Bytes(bytes) => bytes.len() as u64,
            _ => progress.transfer().to_send,
        };
        let mut unused = BlobClaims::new(&*self.blobs, "null", 1, false);
        let (mut saved, mut save) = (None, None);
        if request.save {
            let (reference, writer) = self.blobs.create().await?;
            unused.add(&reference);
            saved = Some(reference);
            let writer = Box::new(Redacting::new(writer, redactor.clone()));
            save = Some(Save { writer, limit: self.policy.save_bytes });
        }
        let rate = self.policy.transfer_rate.max(1);
        let outgoing = Outgoing {
            method: checked.method.clone(),
            url: self.routes.apply(&checked.url),
            headers: checked.headers.clone(),
            body,
            timeout: self.policy.request_timeout.saturating_add(Duration::from_secs(upload / rate)),
            response_bytes: self.policy.response_bytes,
            streams: Streams { rate, save, progress: progress.clone() },
        };
        let begun = Instant::now();
        let result = self.transport.exchange(outgoing).await;
        // Before anybody looks at it: also a redirect's target may hold what was sent.
        let result = match result {
            Ok(response) => Ok(redactor.response(response)),
            Err(error) => Err(redactor.transport(error)),
        };
        let (method, url, took) = (&checked.method, without_query(&checked.url), begun.elapsed());
        match &result {
            Ok(response) => {
                tracing::debug!(%method, %url, status = response.status, ?took, "answered");
            }
            Err(error) => tracing::debug!(%method, %url, %error, ?took, "not answered"),
        }
        if let Err(error @ TransportError::TooLarge(_)) = &result {
            return Err(Error::refused(rule::RESPONSE_SIZE, error.to_string()));
        }
        match &result {
            Ok(response) if (200..300).contains(&response.status) => unused.keep = true,
            _ => saved = None,
        }
        Ok((result, saved))
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

impl fmt::Debug for Sent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sent")
            .field("status", &self.result.as_ref().map(|response| response.status))
            .field("saved", &self.saved)
            .finish_non_exhaustive()
    }
}
