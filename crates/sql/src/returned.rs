//! The rows that a write gives back, while it is under way.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use connector_records::Record;
use datafusion::arrow::array::{ArrayRef, RecordBatch, RecordBatchOptions, new_null_array};
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::{EquivalenceProperties, PhysicalExpr};
use datafusion::physical_plan::execution_plan::{Boundedness, EmissionType};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, Partitioning, PlanProperties,
};
use futures_util::future::BoxFuture;
use futures_util::{FutureExt, TryStreamExt, stream};
use tokio::sync::mpsc;

use crate::Error;
use crate::column::Column;

/// As many rows wait for whoever reads them; the write waits then, too.
const WAITING: usize = 1_000;

/// What a write is asked to give back.
#[derive(Debug)]
pub(crate) struct Returned {
    /// The columns that are to be known beside those that are written.
    pub wanted: Vec<String>,
    rows: Mutex<Option<mpsc::Sender<Record>>>,
}

impl Returned {
    pub fn new(wanted: Vec<String>) -> Self {
        Returned { wanted, rows: Mutex::default() }
    }

    /// Where the rows go of the write that begins now.
    pub fn take(&self) -> Option<mpsc::Sender<Record>> {
        self.rows.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn give(&self, sender: mpsc::Sender<Record>) {
        *self.rows.lock().unwrap_or_else(PoisonError::into_inner) = Some(sender);
    }
}

/// Runs a write, and gives the rows that it made, changed or took away; a failure comes after them.
#[derive(Debug)]
pub(crate) struct Writes {
    write: Arc<dyn ExecutionPlan>,
    returned: Arc<Returned>,
    columns: Arc<Vec<Column>>,
    properties: Arc<PlanProperties>,
}

impl Writes {
    pub fn new(
        write: Arc<dyn ExecutionPlan>,
        returned: Arc<Returned>,
        columns: Arc<Vec<Column>>,
        schema: SchemaRef,
    ) -> Self {
        let properties = PlanProperties::new(
            EquivalenceProperties::new(schema),
            Partitioning::UnknownPartitioning(1),
            EmissionType::Incremental,
            Boundedness::Bounded,
        );
        Writes { write, returned, columns, properties: Arc::new(properties) }
    }
}

impl DisplayAs for Writes {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Returning")
    }
}

impl ExecutionPlan for Writes {
    fn name(&self) -> &'static str {
        "Returning"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.write]
    }

    fn apply_expressions(
        &self,
        _: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion, Error>,
    ) -> Result<TreeNodeRecursion, Error> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn with_new_children(
        self: Arc<Self>,
        mut children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>, Error> {
        let Some(write) = children.pop() else { return Ok(self) };
        let (returned, columns) = (Arc::clone(&self.returned), Arc::clone(&self.columns));
        Ok(Arc::new(Writes { write, returned, columns, properties: Arc::clone(&self.properties) }))
    }

    fn execute(
        &self,
        partition: usize,
        context: Arc<TaskContext>,
    ) -> Result<SendableRecordBatchStream, Error> {
        let (sender, rows) = mpsc::channel(WAITING);
        self.returned.give(sender);
        let counts = self.write.execute(partition, context)?;
        let write = counts.try_for_each(|_| async { Ok(()) }).boxed();
        let schema = Arc::clone(self.properties.eq_properties.schema());
        let (columns, own) = (Arc::clone(&self.columns), Arc::clone(&schema));
        let under_way = UnderWay { write: Some(write), rows, failed: None };
        let batches = stream::try_unfold(under_way, move |mut under_way| {
            let (columns, schema) = (Arc::clone(&columns), Arc::clone(&own));
            async move {
                let Some(rows) = under_way.next().await? else { return Ok(None) };
                Ok(Some((batch(&columns, &schema, &rows)?, under_way)))
            }
        });
        Ok(Box::pin(RecordBatchStreamAdapter::new(schema, batches)))
    }
}

struct UnderWay {
    /// None when it is over.
    write: Option<BoxFuture<'static, Result<(), Error>>>,
    rows: mpsc::Receiver<Record>,
    failed: Option<Error>,
}

impl UnderWay {
    /// The rows that there are by now; none at the end, which is a failure when the write has failed.
    async fn next(&mut self) -> Result<Option<Vec<Record>>, Error> {
        let mut rows = Vec::new();
        while let Some(write) = &mut self.write {
            tokio::select! {
                biased;
                done = write => {
                    self.write = None;
                    self.failed = done.err();
                }
                row = self.rows.recv(), if !self.rows.is_closed() => {
                    rows.extend(row);
                    break;
                }
            }
        }
        while rows.len() < WAITING
            && let Ok(row) = self.rows.try_recv()
        {
            rows.push(row);
        }
        match rows.is_empty() {
            false => Ok(Some(rows)),
            true => self.failed.take().map_or(Ok(None), Err),
        }
    }
}

/// What has been written is not undone for a value that is of another type than its column: that is NULL.
fn batch(columns: &[Column], schema: &SchemaRef, rows: &[Record]) -> Result<RecordBatch, Error> {
    let array = |column: &Column| -> ArrayRef {
        let values = column.kind.array(rows.iter().map(|row| column.value(row)));
        values.unwrap_or_else(|_| new_null_array(&column.kind.data_type(), rows.len()))
    };
    let options = RecordBatchOptions::new().with_row_count(Some(rows.len()));
    let arrays = columns.iter().map(array).collect();
    Ok(RecordBatch::try_new_with_options(Arc::clone(schema), arrays, &options)?)
}
