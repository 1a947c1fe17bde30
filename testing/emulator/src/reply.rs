//! Answers: the error envelope with Pinterest's codes, and successes.

use axum::http::StatusCode;
use serde::Serialize;
use serde_json::json;

/// An error as Pinterest words it: `{"code": int, "message": string}`.
/// The code is Pinterest's own and not the HTTP status.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// The HTTP status.
    pub status: StatusCode,
    /// Pinterest's code.
    pub code: i64,
    /// For people.
    pub message: String,
}

impl Refusal {
    /// Any error.
    pub fn new(status: StatusCode, code: i64, message: impl Into<String>) -> Refusal {
        Refusal { status, code, message: message.into() }
    }

    /// The request breaks a rule.
    pub fn invalid(message: impl Into<String>) -> Refusal {
        Refusal::new(StatusCode::BAD_REQUEST, 1, message)
    }

    /// No token, an unknown one or an expired one: all the same to the caller.
    pub fn unauthenticated() -> Refusal {
        Refusal::new(StatusCode::UNAUTHORIZED, 2, "Authentication failed.")
    }

    /// The token lacks a scope. Which one, Pinterest does not say.
    pub fn missing_scope() -> Refusal {
        Refusal::new(
            StatusCode::FORBIDDEN,
            3,
            "Your application does not have the scopes that this call needs.",
        )
    }

    /// The token may never do this.
    pub fn not_permitted() -> Refusal {
        Refusal::new(StatusCode::FORBIDDEN, 29, "You are not permitted to access that resource.")
    }

    /// An app with Trial access wrote to production; the words seen on the wire.
    pub fn trial_access() -> Refusal {
        Refusal::new(
            StatusCode::FORBIDDEN,
            29,
            "Apps with Trial access may not create Pins in production; \
             use API Sandbox https://api-sandbox.pinterest.com instead.",
        )
    }

    /// The account may not do anything for now.
    pub fn suspended() -> Refusal {
        Refusal::new(
            StatusCode::FORBIDDEN,
            2625,
            "Your account has been disapproved, so you cannot do this. See the business hub.",
        )
    }

    /// Too many requests.
    pub fn rate_limited() -> Refusal {
        Refusal::new(
            StatusCode::TOO_MANY_REQUESTS,
            8,
            "You have exceeded your rate limit. Try again later.",
        )
    }

    /// The body is larger than we take.
    pub fn too_large() -> Refusal {
        Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, 1, "The request is too large.")
    }

    /// The emulator keeps no more. No such answer is known of Pinterest.
    pub fn full() -> Refusal {
        Refusal::new(
            StatusCode::INSUFFICIENT_STORAGE,
            12,
            "The emulator is full: it keeps 64 MiB. Remove something, or start another one.",
        )
    }

    /// The file in which the emulator keeps everything cannot be read or written.
    pub fn not_kept(why: &str) -> Refusal {
        let message = format!("The emulator cannot keep what it is told: {why}");
        Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, 12, message)
    }

    /// There is no such operation.
    pub fn unknown_method() -> Refusal {
        Refusal::new(StatusCode::NOT_FOUND, 11, "API method not found.")
    }

    /// There is no such thing. Believed: codes are known for few kinds of things.
    pub fn not_found() -> Refusal {
        Refusal::new(StatusCode::NOT_FOUND, 4, "The requested resource was not found.")
    }

    /// There is no such board, or the caller may not see it.
    pub fn board_not_found() -> Refusal {
        Refusal::new(StatusCode::NOT_FOUND, 40, "Board not found.")
    }

    /// There is no such pin, or the caller may not see it.
    pub fn pin_not_found() -> Refusal {
        Refusal::new(StatusCode::NOT_FOUND, 50, "Pin not found.")
    }

    /// The board has no such section.
    pub fn section_not_found() -> Refusal {
        Refusal::new(StatusCode::NOT_FOUND, 2031, "Board section not found.")
    }
}

/// A whole answer, before the headers that every answer carries.
pub struct Reply {
    /// The HTTP status.
    pub status: StatusCode,
    /// The media type of the body; without one there is no body.
    pub content_type: Option<&'static str>,
    /// Headers of this answer alone, in lower case.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Reply {
    /// 200 with JSON.
    pub fn ok(body: &impl Serialize) -> Reply {
        Reply::json(StatusCode::OK, body)
    }

    /// 201 with JSON.
    pub fn created(body: &impl Serialize) -> Reply {
        Reply::json(StatusCode::CREATED, body)
    }

    /// JSON with any status.
    pub fn json(status: StatusCode, body: &impl Serialize) -> Reply {
        let body = serde_json::to_vec(body).expect("what the emulator holds is always JSON");
        Reply { status, content_type: Some("application/json"), headers: Vec::new(), body }
    }

    /// A page for a browser.
    pub fn html(status: StatusCode, page: impl Into<String>) -> Reply {
        let body = page.into().into_bytes();
        Reply { status, content_type: Some("text/html; charset=utf-8"), headers: Vec::new(), body }
    }

    /// No body: 204 for a deletion, 200 for a revocation.
    pub fn empty(status: StatusCode) -> Reply {
        Reply { status, content_type: None, headers: Vec::new(), body: Vec::new() }
    }

    /// 302 to another place.
    pub fn redirect(to: impl Into<String>) -> Reply {
        Reply { headers: vec![("location", to.into())], ..Reply::empty(StatusCode::FOUND) }
    }
}

impl From<Refusal> for Reply {
    fn from(refusal: Refusal) -> Reply {
        Reply::json(refusal.status, &json!({ "code": refusal.code, "message": refusal.message }))
    }
}
