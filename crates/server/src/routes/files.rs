//! Files that are sent ahead.

use axum::Json;
use axum::body::Body;
use axum::extract::{FromRequest, Multipart, Request, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use futures_util::StreamExt;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::caller::Caller;
use crate::extract::{Path, Query};
use crate::problem::Problem;
use crate::rights::Right;
use crate::server::Server;

#[derive(Debug, Deserialize)]
pub struct Named {
    name: Option<String>,
}

/// `POST …/files`: the body as it is, or the first file of a form.
pub async fn keep(
    State(server): State<Server>,
    caller: Caller,
    Path(c): Path<String>,
    Query(named): Query<Named>,
    request: Request,
) -> Result<(StatusCode, Json<Value>), Problem> {
    caller.may(Right::Write)?;
    server.ready(&caller.tenant, &c).await?;
    let uploads = &caller.tenant.uploads;
    let kind = request.headers().get(CONTENT_TYPE).and_then(|it| it.to_str().ok());
    let (file, size) = match kind.is_some_and(|kind| kind.starts_with("multipart/form-data")) {
        false => {
            uploads.keep(named.name.as_deref(), request.into_body().into_data_stream()).await?
        }
        true => {
            let bad = |error: &dyn std::fmt::Display| Problem::bad(format!("the form: {error}"));
            let mut form =
                Multipart::from_request(request, &()).await.map_err(|error| bad(&error))?;
            let mut kept = None;
            while let Some(field) = form.next_field().await.map_err(|error| bad(&error))? {
                if let Some(name) = field.file_name().map(str::to_owned) {
                    // A part of a form lives no longer than the form.
                    let (send, receive) = tokio::sync::mpsc::channel(4);
                    let pieces = futures_util::stream::unfold(receive, |mut receive| async {
                        let piece = receive.recv().await?;
                        Some((piece, receive))
                    });
                    let body = Body::from_stream(pieces).into_data_stream();
                    let mut field = Box::pin(field);
                    let feed = async move {
                        while let Some(piece) = field.next().await {
                            if send.send(piece).await.is_err() {
                                break;
                            }
                        }
                    };
                    let (stored, ()) = tokio::join!(uploads.keep(Some(&name), body), feed);
                    kept = Some(stored?);
                    break;
                }
            }
            kept.ok_or_else(|| Problem::bad("the form has no file"))?
        }
    };
    caller.note("keep a file", Some(&c), None, &Ok(()));
    Ok((StatusCode::CREATED, Json(json!({"file": file, "size": size}))))
}
