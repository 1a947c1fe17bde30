//! Statements whose rows are read for somebody else: they end some day, and their rows are written a few at a time.

use std::time::Duration;

use connector_sql::datafusion::arrow::array::{Array, RecordBatch};
use connector_sql::datafusion::arrow::datatypes::SchemaRef;
use connector_sql::datafusion::arrow::json::writer::{LineDelimited, WriterBuilder};
use connector_sql::datafusion::common::tree_node::TreeNode;
use connector_sql::datafusion::execution::SendableRecordBatchStream;
use connector_sql::datafusion::logical_expr::LogicalPlan;
use connector_sql::{Error, Session};
use futures_util::StreamExt;
use tokio::time::{Instant, timeout_at};

/// Bytes of a batch that are written as JSON at a time, about.
const AT_ONCE: usize = 4 << 20;

/// A statement that is over some day, whatever it says.
pub struct Timed {
    batches: SendableRecordBatchStream,
    /// Whether it writes rows: who reads only some of those that it gives back lets it end all the same.
    pub changes: bool,
    end: Instant,
    limit: Duration,
}

impl Timed {
    /// Plans the statement. Nothing is sent before the first batch is asked for.
    pub async fn start(session: &Session, sql: &str, limit: Duration) -> Result<Self, Error> {
        let end = Instant::now() + limit;
        let started = async {
            let frame = session.sql(sql).await?;
            let changes =
                frame.logical_plan().exists(|it| Ok(matches!(it, LogicalPlan::Dml(_))))?;
            Ok::<_, Error>((changes, frame.execute_stream().await?))
        };
        let (changes, batches) = timeout_at(end, started).await.map_err(|_| late(limit))??;
        Ok(Timed { batches, changes, end, limit })
    }

    /// The names of the columns.
    pub fn columns(&self) -> Vec<String> {
        self.batches.schema().fields().iter().map(|field| field.name().clone()).collect()
    }

    /// What the batches are made of.
    pub fn schema(&self) -> SchemaRef {
        self.batches.schema()
    }

    /// The next rows, few enough that they can be written at once.
    pub async fn next(&mut self) -> Option<Result<Vec<RecordBatch>, Error>> {
        match timeout_at(self.end, self.batches.next()).await {
            Ok(batch) => Some(batch?.map(|batch| slices(&batch))),
            Err(_) => Some(Err(late(self.limit))),
        }
    }
}

fn late(limit: Duration) -> Error {
    let seconds = limit.as_secs();
    Error::Execution(format!("a statement may take {seconds} seconds; this one takes longer"))
}

/// A column that several rows share is small in memory, and large as text.
fn slices(batch: &RecordBatch) -> Vec<RecordBatch> {
    let size = |array: &dyn Array| array.to_data().get_slice_memory_size().unwrap_or(AT_ONCE);
    let bytes: usize = batch.columns().iter().map(|array| size(array.as_ref())).sum();
    let rows = batch.num_rows();
    let each = (rows * AT_ONCE / bytes.max(1)).clamp(1, rows.max(1));
    (0..rows).step_by(each).map(|at| batch.slice(at, each.min(rows - at))).collect()
}

/// A line of JSON for each row; `nulls`: with the columns that have no value.
pub fn lines(batch: &RecordBatch, nulls: bool) -> Result<String, Error> {
    let mut json = Vec::new();
    let builder = WriterBuilder::new().with_explicit_nulls(nulls);
    let mut writer = builder.build::<_, LineDelimited>(&mut json);
    writer.write(batch)?;
    writer.finish()?;
    drop(writer);
    String::from_utf8(json).map_err(|error| Error::External(Box::new(error)))
}
