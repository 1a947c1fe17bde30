//! Statements of SQL.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header::{ACCEPT, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use futures_util::{Stream, StreamExt, stream};
use serde::Deserialize;
use serde_json::json;
use serde_json::value::RawValue;
use tokio::sync::mpsc;

use super::answer::Writer;
use super::body::{self, Form};
use super::order::On;
use crate::caller::Caller;
use crate::extract::{Path, Whole};
use crate::problem::Problem;
use crate::rights::Right;
use crate::server::Server;
use crate::sql::{Pages, Rows, SqlError, Statement};

/// Rows of a JSON answer, unless the request says otherwise, and at most; and their bytes.
const ROWS: u64 = 1_000;
const MOST: u64 = 10_000;
const BYTES: usize = 8 << 20;

/// A client that has taken nothing for so long gets nothing more, and its calls end.
const PATIENCE: Duration = Duration::from_secs(60);

const ARROW: &str = "application/vnd.apache.arrow.stream";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    sql: String,
    limit: Option<u64>,
}

/// `POST …/sql`
pub async fn run(
    State(server): State<Server>,
    caller: Caller,
    Path(c): Path<String>,
    headers: HeaderMap,
    Whole(body): Whole,
) -> Result<Response, Problem> {
    let On { ready, connection, place } = On::of(&server, &caller, &c).await?;
    let Some(runs) = server.0.options.sql.clone() else {
        let detail = "SQL is not a part of this server's program";
        return Err(Problem::new(StatusCode::NOT_IMPLEMENTED, "no-sql", detail));
    };
    let Asked { sql, limit } = body::read(&headers, &body)?;
    let form = Form::of(&headers);
    let accept = headers.get(ACCEPT).and_then(|it| it.to_str().ok()).unwrap_or_default();
    let is_arrow = accept.split(',').any(|it| it.trim().starts_with(ARROW));
    let is_json = form == Form::Json && !is_arrow;
    if limit == Some(0) || is_json && limit.is_some_and(|limit| limit > MOST) {
        return Err(Problem::field("limit", format!("a whole number from 1 to {MOST}")));
    }
    // What a statement says may be secret or personal; its first word is not.
    let word = sql.split_whitespace().next().unwrap_or_default();
    let word: String = word.chars().filter(char::is_ascii_alphabetic).take(10).collect();
    let noting = caller.noting(format!("sql {word}"), &ready.entry.id, "{}".to_owned());
    let statement = Statement { connection, writes: caller.key.rights.has(Right::Write), sql };
    let answer = async {
        if is_arrow {
            let pieces = runs.arrow(statement, limit.unwrap_or(u64::MAX)).await.map_err(problem)?;
            let pieces = begun(pieces).await?;
            return Ok::<_, Problem>(sent(pieces.map(|it| it.map_err(broken)), ARROW, place));
        }
        let rows = runs.rows(statement).await.map_err(problem)?;
        match form {
            Form::Json => whole(rows, limit.unwrap_or(ROWS)).await,
            form => {
                let limit = limit.filter(|_| !rows.changes).unwrap_or(u64::MAX);
                let pages = begun(rows.pages).await?;
                let writer = Writer::new(form, rows.columns, limit);
                Ok(sent(written(pages, writer), form.kind(), place))
            }
        }
    };
    let answer = answer.await;
    noting.end(&answer);
    answer
}

/// The first page is read before the answer begins: what is wrong is then told as usual.
async fn begun<T: Send + 'static>(
    pages: Pages<T>,
) -> Result<impl Stream<Item = Result<T, SqlError>> + Send + 'static, Problem> {
    let mut pages = pages.fuse();
    let first = pages.next().await.transpose().map_err(problem)?;
    Ok(stream::iter(first.map(Ok)).chain(pages))
}

/// As one answer, with as many rows as there is room for.
async fn whole(mut rows: Rows, limit: u64) -> Result<Response, Problem> {
    let (mut found, mut size, mut more) = (Vec::new(), 0, false);
    'pages: while let Some(page) = rows.pages.next().await {
        for row in page.map_err(problem)? {
            size += row.get().len();
            if found.len() as u64 == limit || size > BYTES {
                more = true;
                if !rows.changes {
                    break 'pages;
                }
            } else {
                found.push(row);
            }
        }
    }
    let mut answer = json!({"columns": rows.columns, "rows": found, "requests": (rows.requests)()});
    if more {
        answer["truncated"] = true.into();
    }
    Ok(Json(answer).into_response())
}

/// Lines or a table. What fails on the way ends the answer before its end, so that nobody takes it for whole; lines
/// say why.
fn written(
    pages: impl Stream<Item = Result<Vec<Box<RawValue>>, SqlError>> + Send + 'static,
    mut writer: Writer,
) -> impl Stream<Item = std::io::Result<Bytes>> + Send + 'static {
    let head = Bytes::from(writer.head());
    let lines = writer.form == Form::Lines;
    let rest = stream::unfold((Box::pin(pages), writer), |(mut pages, mut writer)| async move {
        if writer.left == 0 {
            return None;
        }
        let page = pages.next().await?;
        Some((page.map(|page| writer.write(&page)), (pages, writer)))
    });
    let rest = rest.map(move |page| match page {
        Ok(Ok(text)) => Ok(Bytes::from(text)),
        Ok(Err(error)) => Err(std::io::Error::other(error)),
        Err(error) if lines => {
            Ok(Bytes::from(format!("{}\n", json!({"problem": problem(error).json()}))))
        }
        Err(error) => Err(broken(error)),
    });
    stream::iter((!head.is_empty()).then_some(Ok(head))).chain(rest)
}

/// Sends it as fast as the client takes it. `place` is held until its end.
fn sent<P: Send + 'static>(
    pieces: impl Stream<Item = std::io::Result<Bytes>> + Send + 'static,
    kind: &'static str,
    place: P,
) -> Response {
    let (sender, receiver) = mpsc::channel(1);
    let ended = Arc::new(AtomicBool::new(false));
    let whole = Arc::clone(&ended);
    tokio::spawn(async move {
        let _place = place;
        let mut pieces = Box::pin(pieces);
        loop {
            let piece = tokio::select! {
                piece = pieces.next() => piece,
                () = sender.closed() => return,
            };
            let Some(piece) = piece else { break };
            let Ok(Ok(room)) = tokio::time::timeout(PATIENCE, sender.reserve()).await else {
                return;
            };
            room.send(piece);
        }
        whole.store(true, Ordering::Release);
    });
    let body = stream::unfold(Some((receiver, ended)), |left| async {
        let (mut receiver, ended) = left?;
        match receiver.recv().await {
            Some(piece) => Some((piece, Some((receiver, ended)))),
            None if ended.load(Ordering::Acquire) => None,
            // Nobody takes what there is for all of it.
            None => Some((Err(std::io::Error::other("the client has waited too long")), None)),
        }
    });
    ([(CONTENT_TYPE, kind)], Body::from_stream(body)).into_response()
}

fn broken(error: SqlError) -> std::io::Error {
    std::io::Error::other(problem(error).detail)
}

fn problem(error: SqlError) -> Problem {
    match error {
        SqlError::Statement(why) => Problem::field("sql", why),
        SqlError::ReadsOnly(why) => Problem::forbidden(why),
        SqlError::Partly { why, refused } => {
            let problem = Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "not-complete", why);
            if refused.is_empty() { problem } else { problem.with("refused", refused) }
        }
        SqlError::Call(failure) => failure.into(),
    }
}
