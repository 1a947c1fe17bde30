//! The side door over HTTP, for programs that only know the address. It needs no
//! credential: whoever reaches loopback may use it.

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{delete, get, post, put};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};
use std::time::Duration;

use crate::control::{Control, OutsidePin};
use crate::fault::Fault;
use crate::log::Recorded;
use crate::options::Consent;
use crate::seed::SeedBoard;
use crate::token::TokenSpec;

#[derive(Deserialize)]
#[serde(untagged)]
enum NewPins {
    /// So many made-up pins.
    Many {
        board_id: String,
        count: usize,
    },
    One(OutsidePin),
}

#[derive(Deserialize)]
struct Advance {
    seconds: u64,
}

/// Every path under `/emulator`.
pub fn router(control: Control) -> Router {
    Router::new()
        .route("/emulator/faults", get(faults).post(add_fault).delete(clear_faults))
        .route("/emulator/requests", get(requests).delete(forget_requests))
        .route("/emulator/counts", get(counts))
        .route("/emulator/arrivals", get(arrivals))
        .route("/emulator/pins", post(add_pins))
        .route("/emulator/boards", post(add_board))
        .route("/emulator/tokens", post(issue_token))
        .route("/emulator/grants", delete(revoke_grants))
        .route("/emulator/redirect_uris", post(register))
        .route("/emulator/consent", put(set_consent))
        .route("/emulator/clock", post(advance))
        .with_state(control)
}

async fn faults(State(control): State<Control>) -> Json<Vec<Fault>> {
    Json(control.waiting_faults())
}

async fn add_fault(State(control): State<Control>, Json(fault): Json<Fault>) -> StatusCode {
    control.fault(fault);
    StatusCode::NO_CONTENT
}

async fn clear_faults(State(control): State<Control>) -> StatusCode {
    control.clear_faults();
    StatusCode::NO_CONTENT
}

async fn requests(State(control): State<Control>) -> Json<Vec<Recorded>> {
    Json(control.requests())
}

async fn forget_requests(State(control): State<Control>) -> StatusCode {
    control.forget_requests();
    StatusCode::NO_CONTENT
}

async fn counts(State(control): State<Control>) -> Json<Value> {
    let rows = control.counts().into_iter();
    Json(
        rows.map(
            |((method, path), count)| json!({ "method": method, "path": path, "count": count }),
        )
        .collect(),
    )
}

async fn arrivals(State(control): State<Control>) -> Json<Value> {
    let rows = control.arrivals().into_iter();
    Json(rows.map(|(media_id, count)| json!({ "media_id": media_id, "count": count })).collect())
}

async fn add_pins(
    State(control): State<Control>,
    Json(new): Json<NewPins>,
) -> (StatusCode, Json<Value>) {
    match new {
        NewPins::Many { board_id, count } => {
            control.seed_pins(&board_id, count);
            (StatusCode::CREATED, Json(json!({ "count": count })))
        }
        NewPins::One(pin) => match control.add_pin(pin) {
            Some(id) => (StatusCode::CREATED, Json(json!({ "id": id }))),
            None => (StatusCode::NOT_FOUND, Json(json!({ "message": "no such board or section" }))),
        },
    }
}

async fn add_board(
    State(control): State<Control>,
    Json(board): Json<SeedBoard>,
) -> (StatusCode, Json<Value>) {
    (StatusCode::CREATED, Json(json!({ "id": control.add_board(&board) })))
}

async fn issue_token(
    State(control): State<Control>,
    Json(spec): Json<TokenSpec>,
) -> (StatusCode, Json<Value>) {
    (StatusCode::CREATED, Json(json!({ "access_token": control.issue_token(spec) })))
}

async fn revoke_grants(State(control): State<Control>) -> StatusCode {
    control.revoke_grants();
    StatusCode::NO_CONTENT
}

async fn register(State(control): State<Control>, Json(uri): Json<String>) -> StatusCode {
    control.register_redirect_uri(&uri);
    StatusCode::NO_CONTENT
}

async fn set_consent(State(control): State<Control>, Json(consent): Json<Consent>) -> StatusCode {
    control.set_consent(consent);
    StatusCode::NO_CONTENT
}

async fn advance(State(control): State<Control>, Json(by): Json<Advance>) -> StatusCode {
    control.advance(Duration::from_secs(by.seconds));
    StatusCode::NO_CONTENT
}
