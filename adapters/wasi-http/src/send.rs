//! Sends what a connector asks for, as often as that helps and does no harm.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use sha2::{Digest, Sha256};
use url::Url;
use wasi::http::types::Method;

use crate::bindings::automation::connector::steps;
use crate::bindings::automation::connector::types::{
    Effect, ErrorKind, Header, PendingRequest, Reply, Request, Response, Saved, Step,
};
use crate::blobs::Blobs;
use crate::body;
use crate::budget::wait;
use crate::checked;
use crate::credentials;
use crate::exchange::{Answered, Outgoing, Unanswered, exchange};
use crate::failure::Failure;
use crate::run::Run;

/// How often a request is sent, at most.
const TRIES: u32 = 4;
/// Redirects that are followed, at most.
const REDIRECTS: usize = 10;
/// Headers of an answer that are none of the connector's business.
const HIDDEN: [&str; 8] = [
    "set-cookie",
    "set-cookie2",
    "connection",
    "keep-alive",
    "te",
    "transfer-encoding",
    "trailer",
    "upgrade",
];

/// A request that may be sent as it is.
struct Ready {
    method: Method,
    url: Url,
    headers: Vec<(String, String)>,
    body: Option<Vec<u8>>,
    /// Whether redirects may be followed.
    is_open: bool,
}

/// The step after a request.
pub fn answer(run: &mut Run<'_>, pending: &PendingRequest) -> Result<Step, Failure> {
    let effect = checked::effect(&pending.request);
    let repeatable = effect != Effect::Write;
    let mut sent = 0;
    loop {
        sent += 1;
        let ready = match ready(run, pending) {
            Ok(ready) => ready,
            Err(Unready::Refused(failure)) => return Err(failure),
            Err(Unready::NoFile(why)) => {
                return Ok(steps::resume(&pending.checkpoint, &Reply::Undelivered(why))?);
            }
        };
        let came = follow(run, &ready);
        let harmless = match &came {
            Ok(_) | Err(Unanswered::Unusable(_)) => false,
            Err(Unanswered::NotSent(_)) => true,
            Err(Unanswered::Lost(_)) => repeatable,
            Err(Unanswered::Refused(why)) => return Err(Failure::refused("request", why)),
        };
        if harmless && sent < TRIES && run.budget.holds(backoff(sent)) {
            wait(backoff(sent));
            continue;
        }
        // The next answer would be no other.
        let is_final = matches!(came, Err(Unanswered::Unusable(_)));
        let reply = reply(came, &pending.request, &run.secrets, &mut run.blobs);
        let error = match steps::resume(&pending.checkpoint, &reply) {
            Ok(step) => {
                // From here on going back to the last page or pause would do it again.
                run.changed |= effect != Effect::Read;
                run.wrote |= effect != Effect::Read;
                return Ok(step);
            }
            Err(error) => error,
        };
        let mends = error.kind == ErrorKind::RateLimited
            || (error.kind == ErrorKind::Unavailable && repeatable && !is_final);
        let ms = error.retry_after_ms.map_or_else(|| backoff(sent), u64::from);
        if !mends || sent >= TRIES || !run.budget.holds(ms) {
            return Err(error.into());
        }
        wait(ms);
    }
}

/// Half a second, then twice as long each time.
fn backoff(sent: u32) -> u64 {
    500 << (sent - 1)
}

enum Unready {
    Refused(Failure),
    /// The connector is told.
    NoFile(String),
}

impl From<Failure> for Unready {
    fn from(failure: Failure) -> Self {
        Unready::Refused(failure)
    }
}

fn ready(run: &Run<'_>, pending: &PendingRequest) -> Result<Ready, Unready> {
    let request = &pending.request;
    let mut url = checked::url(run.descriptor, run.settings, &request.url)?;
    let allowed = match &request.credential {
        Some(id) => checked::credentials(run.descriptor, run.settings, id, &url)?,
        None => Vec::new(),
    };
    let method = checked::method(&request.method)?;
    let mut headers = checked::headers(request, &allowed)?;
    checked::parts(&request.body)?;
    let body = body::bytes(&request.body, &run.blobs).map_err(Unready::NoFile)?;
    headers.extend(body.kind.map(|kind| ("content-type".to_owned(), kind)));
    if let Some(name) = &request.idempotency_header {
        let name = checked::idempotency_header(name, &allowed, &headers)?;
        headers.push((name, idempotency(run, pending)));
    }
    // Some services want a length from whoever could send something.
    if body.content.is_some() || !matches!(method, Method::Get | Method::Head) {
        let length = body.content.as_ref().map_or(0, Vec::len);
        headers.push(("content-length".into(), length.to_string()));
    }
    if !headers.iter().any(|(name, _)| name == "user-agent") {
        headers.push(("user-agent".into(), format!("{}-connector", run.descriptor.id)));
    }
    if !allowed.is_empty() {
        let (credential, value) = credentials::find(&allowed)?;
        credentials::place(credential, &value, &mut headers, &mut url)?;
    }
    let is_open = allowed.is_empty() && matches!(method, Method::Get | Method::Head);
    Ok(Ready { method, url, headers, body: body.content, is_open })
}

/// The same for each try of this request, and for no other.
fn idempotency(run: &Run<'_>, pending: &PendingRequest) -> String {
    let mut digest = Sha256::new();
    let method = format!("{:?}", pending.request.method);
    for part in [run.begun.context.call.as_bytes(), &pending.checkpoint, method.as_bytes()] {
        digest.update((part.len() as u64).to_le_bytes());
        digest.update(part);
    }
    digest.update(pending.request.url.as_bytes());
    URL_SAFE_NO_PAD.encode(digest.finalize())[..32].to_owned()
}

/// Sends it, and goes where it is sent on to, if that is allowed.
fn follow(run: &Run<'_>, ready: &Ready) -> Result<Answered, Unanswered> {
    let mut url = ready.url.clone();
    for followed in 0.. {
        let routed = routed(&run.routes, run.settings, &url).map_err(Unanswered::Refused)?;
        let (headers, body) = (&*ready.headers, ready.body.as_deref());
        let answered =
            exchange(&Outgoing { method: ready.method.clone(), url: &routed, headers, body })?;
        let is_redirect = matches!(answered.status, 301 | 302 | 303 | 307 | 308);
        let may_follow = ready.is_open && is_redirect && followed < REDIRECTS;
        let location = answered.headers.iter().find(|(name, _)| may_follow && name == "location");
        let next = location
            .and_then(|(_, value)| url.join(std::str::from_utf8(value).ok()?).ok())
            .filter(|next| checked::url(run.descriptor, run.settings, next.as_str()).is_ok());
        match next {
            Some(next) => url = next,
            None => return Ok(answered),
        }
    }
    unreachable!("the last one is followed no further")
}

/// Where a URL leads. With routes, nothing leads to where none of them goes.
fn routed(routes: &[(String, Url)], settings: &Value, url: &Url) -> Result<Url, String> {
    if routes.is_empty() {
        return Ok(url.clone());
    }
    let route = routes.iter().find(|(origin, _)| checked::holds(origin, settings, url));
    let (_, base) = route.ok_or_else(|| {
        format!("the value `routes` has none for `{}`", url.origin().ascii_serialization())
    })?;
    let mut target = base.clone();
    target.set_path(&format!("{}{}", base.path().trim_end_matches('/'), url.path()));
    target.set_query(url.query());
    Ok(target)
}

fn reply(
    came: Result<Answered, Unanswered>,
    request: &Request,
    secrets: &[String],
    blobs: &mut Blobs,
) -> Reply {
    let Answered { status, headers, body } = match came {
        Ok(answered) => answered,
        Err(
            Unanswered::NotSent(why)
            | Unanswered::Lost(why)
            | Unanswered::Unusable(why)
            | Unanswered::Refused(why),
        ) => return Reply::Undelivered(why),
    };
    let shown = headers.into_iter().filter(|(name, _)| !HIDDEN.contains(&&**name));
    let headers = shown.map(|(name, value)| {
        let value = credentials::redacted(value, secrets);
        Header { name, value: String::from_utf8_lossy(&value).into_owned() }
    });
    let headers = headers.collect();
    let body = credentials::redacted(body, secrets);
    match request.save && (200..300).contains(&status) {
        true => Reply::Saved(Saved { status, headers, blob: blobs.save(body) }),
        false => Reply::Response(Response { status, headers, body }),
    }
}
