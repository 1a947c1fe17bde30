//! Where files go that do not pass through the API: what stands for Pinterest's storage. Answers
//! name it by an origin of its own, as Pinterest's do.
//!
//! No credential belongs here. A video comes as a multipart form with every parameter that
//! `media/create` gave, and `file` as the last part; a part of a customer list comes as it is.
//! Faults strike here too, but those that spoil JSON do nothing.

use std::convert::Infallible;

use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, Multipart, Path, Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use futures_util::{StreamExt, stream};

use crate::fault::FaultKind;
use crate::generic::rows;
use crate::serve;
use crate::state::Shared;
use crate::things::key::Key;

/// A refusal in words.
type Refused = (StatusCode, String);

/// `/`, `/parts/{handle}` and `/files/{name}` of the storage.
pub fn router(shared: &Shared) -> Router {
    Router::new()
        .route("/emulator/storage/", post(upload).layer(DefaultBodyLimit::disable()))
        .route("/emulator/storage/parts/{handle}", any(part))
        .route("/emulator/storage/files/{name}", get(file))
        .layer(from_fn(without_credential))
        .layer(from_fn_with_state(shared.clone(), apply_fault))
        .with_state(shared.clone())
}

async fn without_credential(request: Request, next: Next) -> Response {
    match request.headers().contains_key(header::AUTHORIZATION) {
        true => refuse("the address is signed: no Authorization belongs here").into_response(),
        false => next.run(request).await,
    }
}

/// Applies a fault.
pub async fn apply_fault(State(shared): State<Shared>, request: Request, next: Next) -> Response {
    let (method, uri) = (request.method().as_str(), request.uri());
    let query = uri.query().unwrap_or("");
    let fault = shared.lock().faults.take(method, None, uri.path(), query);
    match fault.as_ref().and_then(FaultKind::instead) {
        Some(reply) => serve::respond(reply, fault).await,
        None => serve::send(next.run(request).await, fault).await,
    }
}

/// A file that is being received; it counts until it has come or its sender is gone.
struct Receiving(Shared);

impl Receiving {
    fn begin(shared: &Shared) -> Receiving {
        shared.lock().receiving += 1;
        Receiving(shared.clone())
    }
}

impl Drop for Receiving {
    fn drop(&mut self) {
        self.0.lock().receiving -= 1;
    }
}

/// 204, once the whole file has come. It is read and thrown away.
async fn upload(State(shared): State<Shared>, mut form: Multipart) -> Result<StatusCode, Refused> {
    let _receiving = Receiving::begin(&shared);
    let mut parameters = Vec::new();
    while let Some(mut field) =
        form.next_field().await.map_err(|error| refuse(&error.body_text()))?
    {
        let name = field.name().unwrap_or_default().to_owned();
        if name != "file" {
            let text = field.text().await.map_err(|error| refuse(&error.body_text()))?;
            parameters.push((name, text));
            continue;
        }
        let mut bytes = 0;
        while let Some(chunk) = field.chunk().await.map_err(|error| refuse(&error.body_text()))? {
            bytes += chunk.len();
        }
        drop(field);
        return match form.next_field().await {
            _ if bytes == 0 => Err(refuse("file: it is empty")),
            Ok(None) => arrive(&shared, &parameters),
            _ => Err(refuse("file: it must be the last part")),
        };
    }
    Err(refuse("file: there is none"))
}

fn arrive(shared: &Shared, parameters: &[(String, String)]) -> Result<StatusCode, Refused> {
    let mut held = shared.lock();
    if let Some(trouble) = &held.trouble {
        return Err(not_kept(trouble));
    }
    let state = &mut *held;
    let now = state.clock.now();
    let given =
        |name: &str| parameters.iter().find(|(found, _)| found == name).map(|(_, text)| text);
    let key = given("key").ok_or_else(|| refuse("key: it is missing"))?;
    let mut uploads = state.world.uploads.values_mut();
    let upload = uploads.find(|upload| upload.parameters["key"] == *key);
    let upload = upload.ok_or_else(|| refuse("key: nothing is registered under it"))?;
    for (name, text) in &upload.parameters {
        if given(name) != Some(text) {
            return Err(refuse(&format!("{name}: it is not as it was given")));
        }
    }
    upload.arrive(now);
    held.keep().map_or(Ok(StatusCode::NO_CONTENT), |trouble| Err(not_kept(trouble)))
}

/// A part of a customer list. With which verb it comes, the description does not say.
async fn part(State(shared): State<Shared>, Path(handle): Path<String>, body: Body) -> Response {
    if !shared.lock().world.store.jobs.contains_key(&Key::new(&handle)) {
        return StatusCode::NOT_FOUND.into_response();
    }
    let mut chunks = body.into_data_stream();
    while let Some(chunk) = chunks.next().await {
        if chunk.is_err() {
            return StatusCode::BAD_REQUEST.into_response();
        }
    }
    (StatusCode::OK, [(header::ETAG, format!("\"{handle}\""))]).into_response()
}

/// The result of a job, made up while it is sent.
async fn file(State(shared): State<Shared>, Path(name): Path<String>) -> Response {
    let state = &mut *shared.lock();
    let Some(rows) = rows(&mut state.world, &name, state.clock.now()) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let content_type = if rows.is_json { "application/json" } else { "text/csv; charset=utf-8" };
    let parts = stream::iter(rows.parts().map(Ok::<_, Infallible>));
    ([(header::CONTENT_TYPE, content_type)], Body::from_stream(parts)).into_response()
}

fn not_kept(trouble: &str) -> Refused {
    (StatusCode::INTERNAL_SERVER_ERROR, trouble.to_owned())
}

fn refuse(words: &str) -> Refused {
    (StatusCode::BAD_REQUEST, words.to_owned())
}
