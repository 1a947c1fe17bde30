//! Records, as lines.

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use connector_host::NoopObserver;
use connector_records::{Reading, Record, Request};
use futures_util::stream;
use serde_json::json;

use super::order::On;
use super::query;
use crate::caller::Caller;
use crate::catalog::parsed;
use crate::extract::{Path, Query};
use crate::problem::Problem;
use crate::server::Server;

/// Records that are read before they are sent.
const AT_ONCE: usize = 250;

/// `GET …/records/{resource}`: `since` (RFC 3339 or a date), `limit`, and whatever else the query holds is
/// input of the action that reads.
pub async fn read(
    State(server): State<Server>,
    caller: Caller,
    Path((c, resource)): Path<(String, String)>,
    Query(query): Query<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let On { connection, place, .. } = On::of(&server, &caller, &c).await?;
    let connector = connection.connector();
    let found = connector_records::resources(connector)?.into_iter().find(|it| it.id == resource);
    let resource = found.ok_or_else(|| Problem::not_found(format!("resource `{resource}`")))?;
    let action = connector.action(resource.reader()?)?;
    let schema = parsed(&action.input);
    let (input, [since, limit]) = query::input(&schema, query, ["since", "limit"]);
    let since = since.map(|text| {
        let time = connector_records::instant(&text);
        time.ok_or_else(|| Problem::field("since", "RFC 3339 or a date"))
    });
    let since = since.transpose()?;
    let limit = query::number("limit", limit)?.unwrap_or(u64::MAX);
    let now = jiff::Timestamp::now().as_microsecond();
    let request = Request { input, since, incremental: false };
    let (sender, receiver) = tokio::sync::mpsc::channel::<std::io::Result<Bytes>>(1);
    let mut reading = Reading::new(&connection, resource, request, None, now)?;
    // The first ones are read before the answer begins: what is wrong is then told as usual.
    let most = usize::try_from(limit).unwrap_or(AT_ONCE).min(AT_ONCE);
    let first = reading.next(most, &mut NoopObserver).await?;
    tokio::spawn(async move {
        let _place = place;
        let mut left = limit;
        let Some(records) = first else { return };
        left -= records.len() as u64;
        if sender.send(Ok(lines(&records))).await.is_err() {
            return;
        }
        while left > 0 {
            let most = usize::try_from(left).unwrap_or(AT_ONCE).min(AT_ONCE);
            let sent = match reading.next(most, &mut NoopObserver).await {
                Ok(Some(records)) => {
                    left -= records.len() as u64;
                    sender.send(Ok(lines(&records))).await
                }
                Ok(None) => break,
                Err(error) => {
                    let line = json!({"problem": Problem::from(error).json()});
                    let _ = sender.send(Ok(Bytes::from(format!("{line}\n")))).await;
                    break;
                }
            };
            if sent.is_err() {
                return;
            }
        }
        for refusal in reading.refusals() {
            let problem = Problem::from(refusal.failure).with("parents", json!(refusal.parents));
            let line = json!({"problem": problem.json()});
            let _ = sender.send(Ok(Bytes::from(format!("{line}\n")))).await;
        }
    });
    let body = stream::unfold(receiver, |mut receiver| async {
        let piece = receiver.recv().await?;
        Some((piece, receiver))
    });
    let kind = [(CONTENT_TYPE, "application/x-ndjson")];
    Ok((kind, Body::from_stream(body)).into_response())
}

fn lines(records: &[Record]) -> Bytes {
    let lines = records.iter().map(|record| format!("{}\n", json!(record)));
    Bytes::from(lines.collect::<String>())
}
