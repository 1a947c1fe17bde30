//! The page at `/`, as it was built into the program.

use axum::http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;

use crate::problem::Problem;

/// `make studio` makes these files; a program that was built without them says so.
#[derive(RustEmbed)]
#[folder = "studio/dist"]
#[allow_missing = true]
struct Assets;

const MISSING: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Connector server</title>\
    <p>This server was built without its page: build it with <code>make studio</code>, where Node is. \
    Everything else works; <a href=\"/openapi.json\">its routes</a>.</p></html>\n";

/// Whether the page is in this program.
pub fn is_there() -> bool {
    Assets::get("index.html").is_some()
}

/// A file of the page, or that there is no such address.
pub async fn page(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.path().trim_start_matches('/');
    let is_root = path.is_empty() || path == "index.html";
    if !(method == Method::GET || method == Method::HEAD) {
        return Problem::not_found(format!("address `/{path}`")).into_response();
    }
    let Some(file) = Assets::get(if is_root { "index.html" } else { path }) else {
        return match is_root {
            true => (StatusCode::OK, [(CONTENT_TYPE, "text/html; charset=utf-8")], MISSING)
                .into_response(),
            false => Problem::not_found(format!("address `/{path}`")).into_response(),
        };
    };
    // The names of assets hold a hash of what is in them.
    let cache = match path.starts_with("assets/") {
        true => "public, max-age=31536000, immutable",
        false => "no-cache",
    };
    let kind = file.metadata.mimetype().to_owned();
    let head = [(CONTENT_TYPE, kind), (CACHE_CONTROL, cache.to_owned())];
    let accepted = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|it| it.to_str().ok());
    let takes_gzip = accepted.flat_map(|it| it.split(',')).any(|it| it.trim().starts_with("gzip"));
    // Made beside the others when the page was built.
    match Assets::get(&format!("{path}.gz")).filter(|_| takes_gzip) {
        Some(smaller) => (head, [(CONTENT_ENCODING, "gzip")], smaller.data).into_response(),
        None => (head, file.data).into_response(),
    }
}
