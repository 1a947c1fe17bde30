//! Ends what a client no longer wants, also when its rows are under way.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use connector_host::CancellationToken;
use datafusion_postgres::pgwire::api::cancel::{CancelHandler, DefaultCancelHandler};
use datafusion_postgres::pgwire::api::results::{QueryResponse, Response};
use datafusion_postgres::pgwire::api::{ClientInfo, ConnectionManager};
use datafusion_postgres::pgwire::error::{ErrorInfo, PgWireError};
use datafusion_postgres::pgwire::messages::cancel::CancelRequest;
use futures_util::{StreamExt, stream};
use tokio::time::{Instant, sleep_until};

use super::stalled::Waiting;

/// What a client shows to end its own statement, and nobody else's.
type Key = (i32, Vec<u8>);

/// The statements whose rows are under way.
pub(super) struct Cancels {
    planned: DefaultCancelHandler,
    under_way: Mutex<HashMap<Key, CancellationToken>>,
}

impl Cancels {
    pub fn new(manager: Arc<ConnectionManager>) -> Self {
        Cancels { planned: DefaultCancelHandler::new(manager), under_way: Mutex::default() }
    }

    /// The same rows, up to `end` or to when the client ends them. `waiting` is told of each that is handed over; after `most`
    /// rows, if that is not 0, nobody wants another one until the client says so.
    pub fn rows<C: ClientInfo>(
        self: &Arc<Self>,
        client: &C,
        response: Response,
        waiting: &Arc<Waiting>,
        most: usize,
        end: Instant,
    ) -> Response {
        let Response::Query(mut query) = response else { return response };
        let (pid, secret) = client.pid_and_secret_key();
        let (key, token) = ((pid, secret.to_bytes().to_vec()), CancellationToken::new());
        self.under_way
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(key.clone(), token.clone());
        let over = Over { cancels: Arc::clone(self), key };
        let (schema, tag) = (query.row_schema(), query.command_tag().to_owned());
        let rows = std::mem::replace(query.data_rows(), stream::empty().boxed());
        let rows = stream::unfold(
            (Some(rows), token, over),
            move |(rows, token, over)| async move {
                let mut rows = rows?;
                tokio::select! {
                    biased;
                    () = token.cancelled() => Some((Err(PgWireError::QueryCanceled), (None, token, over))),
                    () = sleep_until(end) => Some((Err(late()), (None, token, over))),
                    row = rows.next() => row.map(|row| (row, (Some(rows), token, over))),
                }
            },
        );
        let (asked, handed, mut count) = (Arc::clone(waiting), Arc::clone(waiting), 0_usize);
        let mut rows = rows.boxed();
        let rows = stream::poll_fn(move |context| {
            asked.taken();
            rows.poll_next_unpin(context)
        });
        let rows = rows.inspect(move |_| {
            count += 1;
            if most == 0 || !count.is_multiple_of(most) {
                handed.handed();
            }
        });
        let mut query = QueryResponse::new(schema, rows.boxed());
        query.set_command_tag(&tag);
        Response::Query(query)
    }
}

#[async_trait]
impl CancelHandler for Cancels {
    async fn on_cancel_request(&self, request: CancelRequest) {
        let key = (request.pid, request.secret_key.to_bytes().to_vec());
        let token = self.under_way.lock().unwrap_or_else(PoisonError::into_inner).remove(&key);
        if let Some(token) = token {
            token.cancel();
        }
        self.planned.on_cancel_request(request).await;
    }
}

/// A statement takes longer than it may.
pub(super) fn late() -> PgWireError {
    let message = "the statement takes longer than this server lets one".to_owned();
    PgWireError::UserError(Box::new(ErrorInfo::new("ERROR".into(), "57014".into(), message)))
}

/// Forgets a statement whose rows have been sent.
struct Over {
    cancels: Arc<Cancels>,
    key: Key,
}

impl Drop for Over {
    fn drop(&mut self) {
        let mut under_way = self.cancels.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        under_way.remove(&self.key);
    }
}
