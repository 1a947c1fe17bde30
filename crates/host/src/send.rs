//! Carries out one request of a connector: check, credential, route, redirects, log.

mod sign;

use std::fmt;
use std::time::{Duration, Instant};

use http::header::{AUTHORIZATION, HeaderName, HeaderValue};
use http::{Method, StatusCode};
use url::Url;

use crate::authority::Authority;
use crate::blob::{BlobClaims, BlobError};
use crate::body_budget::BodyMemory;
use crate::connection::Connection;
use crate::content;
use crate::contract::connection::CredentialHeader;
use crate::contract::{
    Body, Context, Credential, Error as ConnectorError, ErrorKind, PendingRequest, Placement,
    Reply, Request, Response, Saved,
};
use crate::credential::CredentialError;
use crate::error::Error;
use crate::gate::Pass;
use crate::http::{Outgoing, Save, Streams, TransportError};
use crate::idempotency;
use crate::limits::{Asking, Full, RateLimitHeaders, Slot};
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
    /// What the answer's body takes of the memory for bodies, until this is gone.
    pub memory: BodyMemory,
}

/// Leave to send one request.
pub(crate) struct Turn {
    slot: Slot,
    /// Among those of the app: it counts as used when this goes.
    app: Option<Slot>,
    /// Among all requests to its origin.
    place: Pass,
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
    /// Sends the request of a call in this context once, under all rules. What the service answers, or that it does not, is
    /// in [`Sent`]; a failure means that a rule was broken, that the credential is missing, or that
    /// a rate limit has no room for longer than [`Policy::max_wait`](crate::Policy::max_wait).
    pub async fn send(&self, pending: &PendingRequest, context: &Context) -> Result<Sent, Error> {
        Authority::new(self, None).admit(&pending.request)?;
        let turn = self.admit(&pending.request, &mut NoopObserver).await?;
        self.send_admitted(pending, context, turn, &Progress::default()).await
    }

    /// Waits until the service's rate limits have room for a request, and then for a place among those
    /// under way to its origin: who waits for a limit keeps no place from others.
    pub(crate) async fn admit(
        &self,
        request: &Request,
        observer: &mut dyn Observer,
    ) -> Result<Turn, Error> {
        let origin = self.origin(request)?;
        let asking = self.asking(request, &origin);
        let (party, most) = (&self.party, self.policy.max_wait);
        let refused = |full: Full| Error::RateLimited { limit: full.reason(), wait: full.wait };
        let slot = self.limits.admit(asking, party, most, observer).await.map_err(refused)?;
        let app = match &self.app_limit {
            Some(limit) => match limit.admit(&origin, party, most, observer).await {
                Ok(slot) => Some(slot),
                Err(full) => {
                    slot.unsent();
                    return Err(refused(full));
                }
            },
            None => None,
        };
        if let Some(shared) = &self.shared_limits {
            let quotas = &self.connector.descriptor().quotas;
            if let Err(full) = shared.admit(&origin, &request.costs, quotas).await {
                slot.unsent();
                return Err(Error::RateLimited { limit: full.limit, wait: full.wait });
            }
        }
        let place = self.connector.engine().requests.next(&origin, &self.party).await;
        Ok(Turn { slot, app, place })
    }

    /// Learns what the connector says about a refused request: how long it has to wait. To be told by
    /// whoever runs the loop.
    pub fn asked_to_wait(&self, request: &Request, error: &ConnectorError) -> Result<(), Error> {
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
        Asking { origin, costs: &request.costs, quotas }
    }

    pub(crate) async fn send_admitted(
        &self,
        pending: &PendingRequest,
        context: &Context,
        Turn { slot, app, place }: Turn,
        progress: &Progress,
    ) -> Result<Sent, Error> {
        let request = &pending.request;
        let mut checked = Checked::new(&self.connector, &self.environment, request)?;
        if let Some(name) = &request.idempotency_header {
            checked.name_request(name, &idempotency::key(context, pending))?;
        }
        let credential = match checked.credentials.is_empty() {
            false => Some(self.attach(&mut checked, &request.body).await?),
            true => None,
        };
        let mut redactor = self.redactor(credential.as_ref().map(|(_, secret)| secret)).await;
        if !checked.hidden.is_empty() {
            redactor = self.redaction.with(&checked.hidden);
        }
        let mut redirects = 0;
        let (result, saved, memory) = loop {
            // Of its own for each: one that is only followed is gone before the next is read.
            let mut memory = self.connector.engine().bodies.body(&self.party);
            let exchanged = self.exchange(&checked, request, progress, &redactor, memory.clone());
            let (result, saved) = exchanged.await?;
            if result.is_err() {
                memory.give_back();
            }
            let Some(target) = self.redirect(&checked, &result) else {
                break (result, saved, memory);
            };
            redirects += 1;
            // To where no request may go, or once too often, it is an answer like any other.
            match check_url(&self.connector, target.as_str()) {
                Ok(url) if redirects <= self.policy.redirects => checked.url = url,
                _ => break (result, saved, memory),
            }
        };
        drop((app, place));
        if let Ok(response) = &result {
            slot.answered(response);
            if let Some(shared) = &self.shared_limits {
                let said = RateLimitHeaders::of(response);
                shared.answered(&self.origin(request)?, &request.costs, &said);
            }
        }
        Ok(Sent { result, saved, credential, memory })
    }

    /// The first of these credentials that the connection has.
    async fn given<'a>(
        &self,
        declared: &[&'a Credential],
    ) -> Result<(&'a Credential, Secret), Error> {
        for credential in declared {
            let value = self.credentials.get(self.connector.binding(), &credential.id).await?;
            if let Some(secret) = value {
                return Ok((credential, secret));
            }
        }
        let ids: Vec<&str> = declared.iter().map(|credential| credential.id.as_str()).collect();
        Err(CredentialError::Missing(ids.join("` or `")).into())
    }

    /// The only place where a credential becomes a header.
    async fn attach(
        &self,
        checked: &mut Checked<'_>,
        body: &Body,
    ) -> Result<(String, Secret), Error> {
        let (declared, secret) = self.given(&checked.credentials).await?;
        let id = declared.id.clone();
        let not_sendable = |_| CredentialError::NotSendable(id.clone());
        let (name, value) = match &declared.placement {
            Placement::Bearer => {
                let value = zeroize::Zeroizing::new(format!("Bearer {}", secret.expose()));
                (AUTHORIZATION, HeaderValue::from_str(&value))
            }
            Placement::Header(CredentialHeader { name, prefix }) => {
                let name = HeaderName::from_bytes(name.as_bytes())
                    .map_err(|_| CredentialError::NotSendable(id.clone()))?;
                let value = zeroize::Zeroizing::new(format!("{prefix}{}", secret.expose()));
                (name, HeaderValue::from_str(&value))
            }
            Placement::Basic => (AUTHORIZATION, HeaderValue::from_str(&secret.basic())),
            Placement::Query(name) => {
                checked.url.query_pairs_mut().append_pair(name, secret.expose());
                return Ok((id, secret));
            }
            Placement::Other(extension) => {
                self.sign(extension, &id, &secret, checked, body).await?;
                return Ok((id, secret));
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
        memory: BodyMemory,
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
            streams: Streams { rate, save, progress: progress.clone(), memory },
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
        if !checked.credentials.is_empty() || !fetches || !moved {
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
