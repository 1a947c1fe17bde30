//! What runs SQL for a server.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use axum::body::Bytes;
use connector_server::{Pages, Rows, Sql, SqlError, Statement};
use connector_sql::datafusion::arrow::array::RecordBatch;
use connector_sql::datafusion::arrow::ipc::writer::StreamWriter;
use connector_sql::{Activity, Database, Rights, Room, Session};
use futures_util::{StreamExt, stream};
use serde_json::value::RawValue;

use crate::error::Error;
use crate::failed::failed;
use crate::queried::{Timed, lines};

/// How long one may take.
const TIME: Duration = Duration::from_secs(600);

/// Runs each statement in a session of its own. All of them share what they sort, group and join in.
#[derive(Debug)]
pub struct Statements(Room);

impl Statements {
    pub fn shared() -> Result<Arc<dyn Sql>, Error> {
        Ok(Arc::new(Statements(Room::new().map_err(failed)?)))
    }

    async fn start(&self, statement: Statement) -> Result<(Session, Timed), SqlError> {
        let Statement { connection, writes, sql } = statement;
        let schema = connection.connector().descriptor().id.clone();
        let rights = Rights { writes, ..Rights::default() };
        // It instantiates the connector and reads its schemas.
        let room = self.0.clone();
        let database = tokio::task::spawn_blocking(move || {
            Ok::<_, connector_sql::Error>(
                Database::new([(schema, connection)], rights)?.within(&room),
            )
        });
        let database = database.await.map_err(|error| unexpected(&error.to_string()))?;
        let session = database.and_then(|database| database.session());
        let session = session.map_err(|error| refused(error, None))?;
        let batches = Timed::start(&session, &sql, TIME).await;
        let batches = batches.map_err(|error| refused(error, Some(session.activity())))?;
        Ok((session, batches))
    }
}

#[async_trait]
impl Sql for Statements {
    async fn rows(&self, statement: Statement) -> Result<Rows, SqlError> {
        let (session, batches) = self.start(statement).await?;
        let (columns, changes) = (batches.columns(), batches.changes);
        let session = Arc::new(session);
        let own = Arc::clone(&session);
        let pages = stream::unfold(Some((batches, session)), |left| async {
            let (mut batches, session) = left?;
            let page = match batches.next().await? {
                Ok(slices) => slices.iter().try_fold(Vec::new(), raw),
                Err(error) => Err(error),
            };
            match page {
                Ok(rows) => Some((Ok(rows), Some((batches, session)))),
                Err(error) => Some((Err(refused(error, Some(session.activity()))), None)),
            }
        });
        let requests = Box::new(move || own.activity().requests());
        Ok(Rows { columns, pages: pages.boxed(), changes, requests })
    }

    async fn arrow(&self, statement: Statement, limit: u64) -> Result<Pages<Bytes>, SqlError> {
        let (session, batches) = self.start(statement).await?;
        let limit = if batches.changes { u64::MAX } else { limit };
        let writer = StreamWriter::try_new(Vec::new(), &batches.schema());
        let writer = writer.map_err(|error| refused(error.into(), None))?;
        let pieces = stream::unfold(Some((batches, session, writer, limit)), |left| async {
            let (mut batches, session, mut writer, mut left) = left?;
            let found = if left == 0 { None } else { batches.next().await };
            let written = match found {
                Some(Ok(slices)) => {
                    let written =
                        slices.iter().try_for_each(|slice| write(&mut writer, slice, &mut left));
                    written.map(|()| true)
                }
                Some(Err(error)) => Err(error),
                None => writer.finish().map(|()| false).map_err(Into::into),
            };
            let piece = Bytes::from(std::mem::take(writer.get_mut()));
            match written {
                Ok(true) => Some((Ok(piece), Some((batches, session, writer, left)))),
                Ok(false) => Some((Ok(piece), None)),
                Err(error) => Some((Err(refused(error, Some(session.activity()))), None)),
            }
        });
        Ok(pieces.boxed())
    }
}

/// As many of the rows as are still wanted.
fn write(
    writer: &mut StreamWriter<Vec<u8>>,
    slice: &RecordBatch,
    left: &mut u64,
) -> Result<(), connector_sql::Error> {
    let rows = slice.num_rows().min(usize::try_from(*left).unwrap_or(usize::MAX));
    *left -= rows as u64;
    Ok(writer.write(&slice.slice(0, rows))?)
}

fn raw(
    mut rows: Vec<Box<RawValue>>,
    slice: &RecordBatch,
) -> Result<Vec<Box<RawValue>>, connector_sql::Error> {
    for line in lines(slice, true)?.lines() {
        let row = RawValue::from_string(line.to_owned());
        rows.push(row.map_err(|error| connector_sql::Error::External(Box::new(error)))?);
    }
    Ok(rows)
}

fn unexpected(why: &str) -> SqlError {
    SqlError::Partly { why: why.to_owned(), refused: Vec::new() }
}

fn refused(error: connector_sql::Error, activity: Option<&Activity>) -> SqlError {
    if connector_sql::reads_only(&error) {
        return SqlError::ReadsOnly(failed(error).to_string());
    }
    let rows = activity.map(Activity::refused).unwrap_or_default();
    match failed(error) {
        Error::Host(failure) => SqlError::Call(failure),
        Error::Usage(why) => SqlError::Statement(why),
        other => SqlError::Partly { why: other.to_string(), refused: rows },
    }
}
