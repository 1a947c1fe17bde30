//! Parts of requests, whose faults are told as all others are.

use std::time::Duration;

use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, FailedToBufferBody, PathRejection, QueryRejection};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;
use tokio::time::timeout;

use crate::problem::Problem;

/// The parts of the path that a route names.
#[derive(Debug)]
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let found = axum::extract::Path::from_request_parts(parts, state).await;
        let found = found.map_err(|error: PathRejection| Problem::bad(error.body_text()));
        found.map(|axum::extract::Path(found)| Path(found))
    }
}

/// The query.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let found = axum::extract::Query::from_request_parts(parts, state).await;
        let found = found.map_err(|error: QueryRejection| Problem::bad(error.body_text()));
        found.map(|axum::extract::Query(found)| Query(found))
    }
}

/// How long a body may take to come, or a piece of a file.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// That it took longer.
fn late() -> Problem {
    Problem::new(StatusCode::REQUEST_TIMEOUT, "too-slow", "the body took too long to come")
}

/// The whole body.
#[derive(Debug)]
pub struct Whole(pub Bytes);

impl<S: Send + Sync> FromRequest<S> for Whole {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let read = Bytes::from_request(request, state);
        match timeout(PATIENCE, read).await.map_err(|_| late())? {
            Ok(bytes) => Ok(Whole(bytes)),
            Err(BytesRejection::FailedToBufferBody(FailedToBufferBody::LengthLimitError(_))) => {
                let detail = "the body is larger than this route takes";
                Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", detail))
            }
            Err(_) => Err(Problem::bad("the body broke off")),
        }
    }
}
