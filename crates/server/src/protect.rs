//! What holds for every request: figures, and the headers that keep browsers from helping others.

use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
    X_FRAME_OPTIONS,
};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;

use crate::caller::Told;
use crate::server::Server;
use crate::{metrics, quotas};

/// A page of this server loads nothing from elsewhere but pictures, is in no frame, and its scripts and
/// forms go nowhere else; forms may end at the service, by a redirect.
const POLICY: &str = "default-src 'self'; img-src 'self' https: data: blob: http://127.0.0.1:* \
    http://localhost:*; style-src 'self' 'unsafe-inline'; object-src 'none'; base-uri 'none'; \
    frame-ancestors 'none'";

const HEADERS: [(HeaderName, &str); 4] = [
    (CONTENT_SECURITY_POLICY, POLICY),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (X_FRAME_OPTIONS, "DENY"),
    // With `no-referrer` browsers do not say where a form comes from, which the page of a link asks.
    (REFERRER_POLICY, "same-origin"),
];

/// What a tenant's quotas are, and how much is left of them.
const POLICY_OF_QUOTAS: HeaderName = HeaderName::from_static("ratelimit-policy");
const LEFT: HeaderName = HeaderName::from_static("ratelimit");

/// Those that the routes take.
const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/// Counts a request, and sets the headers that every answer has.
pub async fn every(State(server): State<Server>, mut request: Request, next: Next) -> Response {
    let begun = Instant::now();
    // Nobody else's words become labels.
    let known = METHODS.iter().find(|known| **known == request.method().as_str());
    let method = known.map_or("OTHER", |known| known).to_owned();
    let route = request.extensions().get::<MatchedPath>();
    let route = route.map_or("other", MatchedPath::as_str).to_owned();
    let told = Told::default();
    request.extensions_mut().insert(told.clone());
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    if let Some(standing) = told.0.get().filter(|standing| !standing.is_empty()) {
        let (policy, left) = quotas::headers(standing);
        for (name, value) in [(POLICY_OF_QUOTAS, policy), (LEFT, left)] {
            headers.extend(HeaderValue::from_str(&value).ok().map(|value| (name, value)));
        }
    }
    for (name, value) in HEADERS {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    // Answers are somebody's own; what may be kept says so itself.
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    let status = response.status().as_u16();
    tracing::info!(method, route, status, ms = begun.elapsed().as_millis() as u64, "answered");
    let metrics = &server.0.metrics;
    metrics.seconds.observe(begun.elapsed().as_secs_f64());
    metrics.requests.get_or_create(&metrics::Request { method, route, status }).inc();
    response
}
