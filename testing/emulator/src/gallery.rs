//! Serves pictures.

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tokio::task::spawn_blocking;

use crate::pictures::{self, PATH};
use crate::state::Shared;
use crate::uploads::apply_fault;

/// Every path of a picture, as the API has them.
pub fn router(shared: &Shared) -> Router {
    Router::new()
        .route(&format!("{PATH}{{size}}/{{a}}/{{b}}/{{c}}/{{name}}"), get(picture))
        .layer(from_fn_with_state(shared.clone(), apply_fault))
        .with_state(shared.clone())
}

async fn picture(
    State(shared): State<Shared>,
    Path((size, _, _, _, name)): Path<(String, String, String, String, String)>,
) -> Response {
    let number = name.get(..16).and_then(|digits| u64::from_str_radix(digits, 16).ok());
    let (Some(number), Some(size)) = (number, measure(&size)) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    // Where addresses do not lead here, others lead to here what they name.
    let uploaded = shared.lock().pictures.as_ref().and_then(|pictures| pictures.find(number));
    let drawn = move || pictures::drawn(number, size);
    let Ok(content) = spawn_blocking(move || uploaded.unwrap_or_else(drawn)).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let kind = if content.starts_with(b"\x89PNG") { "image/png" } else { "image/jpeg" };
    let headers = [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "max-age=3600")];
    (headers, content).into_response()
}

/// The size that a part of an address stands for; Some(None) has the picture's own proportions,
/// and None is no size.
fn measure(size: &str) -> Option<Option<(u64, u64)>> {
    match size {
        "150x150" => Some(Some((150, 150))),
        "400x300" => Some(Some((400, 300))),
        "600x600_R" => Some(Some((300, 300))),
        "600x" | "1200x" => Some(None),
        _ => None,
    }
}
