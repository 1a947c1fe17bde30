//! Things that go wrong, on request.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::Body;
use axum::http::StatusCode;
use futures_util::stream;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::reply::{Refusal, Reply};

/// What goes wrong, where, and how often.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// Which requests it strikes.
    #[serde(default)]
    pub on: Match,
    /// How many requests it strikes before it is gone.
    #[serde(default = "once")]
    pub times: u32,
    /// What goes wrong.
    pub kind: FaultKind,
}

/// Which requests a fault strikes. What is left out matches everything.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Match {
    /// `GET`, `POST` and so on.
    pub method: Option<String>,
    /// A path template (`/v5/boards/{board_id}`), or the beginning of a path.
    pub path: Option<String>,
}

/// What goes wrong. In JSON: `"spam"`, `{"status": 503}`,
/// `{"rate_limited": {"reset_s": 2}}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// 429, and the headers say when the window is new. Not carried out.
    RateLimited {
        /// Seconds from now.
        reset_s: u32,
    },
    /// 429 that is a spam block, which waiting does not lift. Not carried out.
    Spam,
    /// This status with an error envelope. Not carried out.
    Status(u16),
    /// Carried out, and answered after so many milliseconds.
    Slow(u64),
    /// Carried out, but the connection ends in the middle of the answer.
    Cut,
    /// Carried out, but the answer's JSON ends in the middle.
    BrokenJson,
    /// A page in HTML with status 200, as from a proxy. Not carried out.
    HtmlPage,
    /// Carried out, but the answer is not UTF-8.
    InvalidUtf8,
    /// An error envelope with status 200. Not carried out.
    ErrorBodyWith200,
    /// The page carries the bookmark with which it was asked for. Strikes only
    /// requests with a bookmark.
    RepeatBookmark,
    /// An answer of at least so many bytes, without a length. Not carried out.
    HugeBody(u64),
    /// 302 to this address. Not carried out.
    Redirect(String),
    /// 401, as for a token that has expired. Not carried out.
    ExpiredToken,
    /// 403, as for an app with Trial access. Not carried out.
    TrialAccess,
    /// 429 that says in its message alone how long to wait. Not carried out.
    CostLimit {
        /// Seconds to wait.
        retry_s: u32,
    },
}

/// Faults that wait for their request, in the order in which they were added.
#[derive(Default)]
pub struct Faults {
    /// Those left.
    pub waiting: Vec<Fault>,
}

impl Faults {
    /// The first fault for this request, counted down.
    pub fn take(
        &mut self,
        method: &str,
        template: Option<&str>,
        path: &str,
        query: &str,
    ) -> Option<FaultKind> {
        let index = self.waiting.iter().position(|fault| {
            let on = &fault.on;
            let wanted = on.path.as_deref();
            on.method
                .as_deref()
                .is_none_or(|wanted| wanted.eq_ignore_ascii_case(method))
                && wanted.is_none_or(|wanted| template == Some(wanted) || path.starts_with(wanted))
                && (fault.kind != FaultKind::RepeatBookmark || bookmark(query).is_some())
        })?;
        let fault = &mut self.waiting[index];
        let kind = fault.kind.clone();
        fault.times = fault.times.saturating_sub(1);
        if fault.times == 0 {
            self.waiting.remove(index);
        }
        Some(kind)
    }
}

impl FaultKind {
    /// The answer that is given instead of carrying the request out, if so.
    pub fn instead(&self) -> Option<Reply> {
        Some(match self {
            FaultKind::RateLimited { reset_s } => {
                let mut reply = Reply::from(Refusal::rate_limited());
                reply
                    .headers
                    .push(("x-ratelimit-remaining", "0".to_owned()));
                reply
                    .headers
                    .push(("x-ratelimit-reset", reset_s.to_string()));
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
                let status =
                    StatusCode::from_u16(*status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
                Refusal::new(status, 12, "Something went wrong on our end.").into()
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
        .chain(std::iter::repeat_n(
            PIECE,
            bytes.div_ceil(PIECE.len() as u64) as usize,
        ))
        .chain([&br#""}"#[..]]);
    Body::from_stream(stream::iter(pieces.map(Ok::<_, Infallible>)))
}

fn bookmark(query: &str) -> Option<String> {
    url::form_urlencoded::parse(query.as_bytes())
        .find(|(key, _)| key == "bookmark")
        .map(|(_, value)| value.into_owned())
}

fn once() -> u32 {
    1
}
