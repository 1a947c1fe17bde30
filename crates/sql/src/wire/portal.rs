//! Rows of a portal or a cursor, sent as they come. What the protocol's library does by itself collects all that are asked
//! for first, and has room for as many as the client names.

use std::fmt::Debug;
use std::sync::Arc;

use datafusion::sql::sqlparser::ast::{FetchDirection, Ident, Value};
use datafusion_postgres::hooks::HookClient;
use datafusion_postgres::pgwire::api::portal::{Portal, PortalExecutionState};
use datafusion_postgres::pgwire::api::results::{QueryResponse, Response, Tag};
use datafusion_postgres::pgwire::api::store::{Entry, PortalStore};
use datafusion_postgres::pgwire::error::{PgWireError, PgWireResult};
use datafusion_postgres::pgwire::messages::PgWireBackendMessage;
use datafusion_postgres::pgwire::messages::data::DataRow;
use datafusion_postgres::pgwire::messages::extendedquery::PortalSuspended;
use futures_util::{Sink, SinkExt, Stream, StreamExt, stream};
use tokio::sync::Mutex;

use super::login::refused;

/// The next rows, `most` of them unless that is 0. After the last one there are none.
fn next(
    state: Arc<Mutex<PortalExecutionState>>,
    most: usize,
) -> impl Stream<Item = PgWireResult<DataRow>> + Send {
    stream::unfold((state, 0), move |(state, count)| async move {
        if most > 0 && count == most {
            return None;
        }
        let row = match &mut *state.lock().await {
            PortalExecutionState::Suspended(query) => {
                let row = query.data_rows().next().await;
                if !matches!(row, Some(Ok(_))) {
                    *query.data_rows() = stream::empty().boxed();
                }
                row?
            }
            _ => return None,
        };
        Some((row, (state, count + 1)))
    })
}

/// Sends the next rows of a portal that is under way, and says whether there may be more.
pub(super) async fn send<C, S: Clone>(
    client: &mut C,
    portal: &Portal<S>,
    most: usize,
) -> PgWireResult<()>
where
    C: Sink<PgWireBackendMessage> + Unpin + Send,
    C::Error: Debug,
    PgWireError: From<<C as Sink<PgWireBackendMessage>>::Error>,
{
    let tag = match &*portal.state().lock().await {
        PortalExecutionState::Suspended(query) => query.command_tag().to_owned(),
        _ => return Err(PgWireError::PortalNotStarted),
    };
    let (mut rows, mut count) = (Box::pin(next(portal.state(), most)), 0);
    while let Some(row) = rows.next().await {
        client.feed(PgWireBackendMessage::DataRow(row?)).await?;
        count += 1;
    }
    let end = match most > 0 && count == most {
        true => PgWireBackendMessage::PortalSuspended(PortalSuspended::new()),
        false => PgWireBackendMessage::CommandComplete(Tag::new(&tag).with_rows(count).into()),
    };
    client.feed(end).await?;
    Ok(())
}

/// `FETCH`: the next rows of a cursor.
pub(super) async fn fetch(
    client: &dyn HookClient,
    name: &Ident,
    direction: &FetchDirection,
) -> PgWireResult<Response> {
    let most = match direction {
        FetchDirection::Next | FetchDirection::Forward { limit: None } => 1,
        FetchDirection::ForwardAll | FetchDirection::All => 0,
        FetchDirection::Forward { limit: Some(limit) } | FetchDirection::Count { limit } => {
            match &limit.value {
                Value::Number(number, _) => number.parse().unwrap_or(0),
                _ => 0,
            }
        }
        _ => return Err(refused("42000", "a cursor goes forward only".into())),
    };
    let name = &name.value;
    let Some(Entry::Value(portal)) = client.portal_store().get_portal(name) else {
        return Err(refused("34000", format!("there is no cursor `{name}`")));
    };
    let schema = match &*portal.state().lock().await {
        PortalExecutionState::Suspended(query) => query.row_schema(),
        _ => Arc::new(Vec::new()),
    };
    Ok(Response::Query(QueryResponse::new(schema, next(portal.state(), most).boxed())))
}
