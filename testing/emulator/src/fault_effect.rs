//! What a fault does to a request and its answer.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::Body;
use axum::http::StatusCode;
use futures_util::stream;
use serde_json::{Value, json};

use crate::fault::{FaultKind, bookmark};
use crate::reply::{Refusal, Reply};

impl FaultKind {
    /// The answer that is given instead of carrying the request out, if so.
    pub fn instead(&self) -> Option<Reply> {
        Some(match self {
            FaultKind::RateLimited { reset_s } => {
                let mut reply = Reply::from(Refusal::rate_limited());
                reply.headers.push(("x-ratelimit-remaining", "0".to_owned()));
                reply.headers.push(("x-ratelimit-reset", reset_s.to_string()));
                reply
            }
            FaultKind::Spam => Reply::json(
                StatusCode::TOO_MANY_REQUESTS,
                &json!({
                    "code": 8,
                    "message": "This action was blocked.",
                    "message_detail": "Our spam filter stopped this action."
                }),
            ),
            FaultKind::Status(status) => {
                // What is no final status becomes 500.
                let status = StatusCode::from_u16(*status).ok().filter(|s| s.as_u16() >= 200);
                let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
                match status.is_client_error() {
                    true => Refusal::new(status, 1, "Invalid request."),
                    false => Refusal::new(status, 12, "Something went wrong on our end."),
                }
                .into()
            }
            FaultKind::HtmlPage => Reply::html(
                StatusCode::OK,
                "<!doctype html><title>Maintenance</title><p>Back soon.",
            ),
            FaultKind::ErrorBodyWith200 => {
                Refusal::new(StatusCode::OK, 12, "Something went wrong on our end.").into()
            }
            FaultKind::HugeBody(_) => Reply::empty(StatusCode::OK),
            FaultKind::Redirect(to) => Reply::redirect(to),
            FaultKind::ExpiredToken => Refusal::unauthenticated().into(),
            FaultKind::TrialAccess => Refusal::trial_access().into(),
            FaultKind::Suspended => Refusal::suspended().into(),
            FaultKind::CostLimit { retry_s } => Refusal::new(
                StatusCode::TOO_MANY_REQUESTS,
                2726,
                format!("Reporting query cost limit exceeded. Retry after {retry_s} seconds"),
            )
            .into(),
            FaultKind::Slow(_)
            | FaultKind::Cut
            | FaultKind::BrokenJson
            | FaultKind::InvalidUtf8
            | FaultKind::RepeatBookmark => return None,
        })
    }

    /// Spoils the answer of a request that was carried out.
    pub fn spoil(&self, reply: &mut Reply, query: &str) {
        let middle = reply.body.len() / 2;
        match self {
            FaultKind::BrokenJson => reply.body.truncate(middle),
            FaultKind::InvalidUtf8 => reply.body.insert(middle, 0xff),
            FaultKind::RepeatBookmark => {
                if let Ok(Value::Object(mut page)) = serde_json::from_slice(&reply.body) {
                    page.insert("bookmark".to_owned(), bookmark(query).into());
                    reply.body = Value::Object(page).to_string().into_bytes();
                }
            }
            _ => {}
        }
    }

    /// The body as it goes out, with the length that is announced for it if that
    /// is not its own.
    pub async fn send(&self, body: Vec<u8>) -> (Body, Option<usize>) {
        match self {
            FaultKind::Slow(ms) => {
                tokio::time::sleep(Duration::from_millis(*ms)).await;
                (Body::from(body), None)
            }
            FaultKind::Cut => {
                let announced = body.len().max(64);
                (cut(body[..body.len() / 2].to_vec()), Some(announced))
            }
            FaultKind::HugeBody(bytes) => (huge(*bytes), None),
            _ => (Body::from(body), None),
        }
    }
}

/// Sends these bytes, gives them time to leave, and then breaks the connection.
fn cut(bytes: Vec<u8>) -> Body {
    Body::from_stream(stream::unfold(Some(bytes), async |bytes| match bytes {
        Some(bytes) => Some((Ok(bytes), None)),
        None => {
            tokio::time::sleep(Duration::from_millis(20)).await;
            Some((Err("cut on request"), None))
        }
    }))
}

/// JSON with one long string, made piece by piece so that the emulator stays small.
fn huge(bytes: u64) -> Body {
    const PIECE: &[u8] = &[b'x'; 16 * 1024];
    let begin = &br#"{"items":[],"bookmark":null,"padding":""#[..];
    let pieces = std::iter::once(begin)
        .chain(std::iter::repeat_n(PIECE, bytes.div_ceil(PIECE.len() as u64) as usize))
        .chain([&br#""}"#[..]]);
    Body::from_stream(stream::iter(pieces.map(Ok::<_, Infallible>)))
}
