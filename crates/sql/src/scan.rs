//! The plan that reads: streams rows as the service gives them.

use std::fmt;
use std::sync::Arc;

use connector_host::{Connection, Shown};
use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::{EquivalenceProperties, PhysicalExpr};
use datafusion::physical_plan::execution_plan::{Boundedness, EmissionType};
use datafusion::physical_plan::filter_pushdown::{
    ChildPushdownResult, FilterPushdownPhase, FilterPushdownPropagation, PushedDown,
};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, Partitioning, PlanProperties,
};
use futures_util::{TryStreamExt, stream};

use crate::Error;
use crate::activity::Activity;
use crate::column::Column;
use crate::columns;
use crate::record::batch;
use crate::settings::Settings;
use crate::source::{Ask, Rows, Source};

/// Reads a table, or what an action gives.
#[derive(Clone, Debug)]
pub(crate) struct Scan {
    connection: Connection,
    activity: Arc<Activity>,
    ask: Ask,
    columns: Arc<Vec<Column>>,
    /// What joins will know of the rows that they want.
    joined: Vec<Arc<dyn PhysicalExpr>>,
    limit: Option<usize>,
    /// What hides values, if any are hidden.
    shown: Option<Arc<Shown>>,
    properties: Arc<PlanProperties>,
}

impl Scan {
    pub fn new(
        connection: Connection,
        activity: Arc<Activity>,
        ask: Ask,
        columns: Vec<Column>,
        limit: Option<usize>,
    ) -> Self {
        let schema = columns::schema(&columns);
        let properties = PlanProperties::new(
            EquivalenceProperties::new(schema),
            Partitioning::UnknownPartitioning(1),
            EmissionType::Incremental,
            Boundedness::Bounded,
        );
        let columns = Arc::new(columns);
        let (joined, properties) = (Vec::new(), Arc::new(properties));
        Scan { connection, activity, ask, columns, joined, limit, shown: None, properties }
    }

    /// Without what is not to be seen.
    pub fn hiding(self, shown: Option<Arc<Shown>>) -> Self {
        Scan { shown, ..self }
    }

    fn begin(&self, settings: &Settings) -> Result<Rows, Error> {
        let asked = self.ask.source(&self.joined, &self.columns)?;
        Rows::new(self.connection.clone(), Arc::clone(&self.activity), asked, settings, self.limit)
    }
}

impl DisplayAs for Scan {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.ask.source(&[], &self.columns) {
            Ok(asked) => {
                write!(f, "Calls: action={}, input={}", asked.action, asked.input)?;
                if let Ask::Rows { described, .. } = &self.ask {
                    let resource = &described.resource;
                    if asked.since {
                        write!(f, ", since={}", resource.since.as_deref().unwrap_or_default())?;
                    }
                    if let Source::Read { inputs, .. } = &asked.source {
                        let given = inputs.front();
                        let open =
                            |name: &&String| given.is_none_or(|given| !given.contains_key(*name));
                        let walked: Vec<&str> =
                            resource.parents.iter().filter(open).map(String::as_str).collect();
                        if !walked.is_empty() {
                            write!(f, ", for each {}", walked.join(", "))?;
                        }
                    }
                }
                write!(f, ", requests>={}", asked.least)?;
            }
            Err(error) => write!(f, "Calls: {}: {error}", self.ask.name())?,
        }
        if !self.joined.is_empty() {
            f.write_str(", fewer by a join")?;
        }
        match self.limit {
            Some(limit) => write!(f, ", limit={limit}"),
            None => Ok(()),
        }
    }
}

impl ExecutionPlan for Scan {
    fn name(&self) -> &'static str {
        "Calls"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        Vec::new()
    }

    fn apply_expressions(
        &self,
        _: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion, Error>,
    ) -> Result<TreeNodeRecursion, Error> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn with_new_children(
        self: Arc<Self>,
        _: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>, Error> {
        Ok(self)
    }

    fn supports_limit_pushdown(&self) -> bool {
        false
    }

    fn with_fetch(&self, limit: Option<usize>) -> Option<Arc<dyn ExecutionPlan>> {
        Some(Arc::new(Scan { limit, ..self.clone() }))
    }

    fn fetch(&self) -> Option<usize> {
        self.limit
    }

    /// Predicates that joins will tell are kept, and looked at when the first row is wanted: the join's other
    /// side has been read by then.
    fn handle_child_pushdown_result(
        &self,
        phase: FilterPushdownPhase,
        found: ChildPushdownResult,
        _config: &ConfigOptions,
    ) -> Result<FilterPushdownPropagation<Arc<dyn ExecutionPlan>>, Error> {
        let filters = found.parent_filters.iter().map(|_| PushedDown::No).collect();
        let joined: Vec<_> = found.parent_filters.into_iter().map(|it| it.filter).collect();
        let propagation = FilterPushdownPropagation::with_parent_pushdown_result(filters);
        if phase != FilterPushdownPhase::Post || joined.is_empty() {
            return Ok(propagation);
        }
        let scan: Arc<dyn ExecutionPlan> = Arc::new(Scan { joined, ..self.clone() });
        Ok(propagation.with_updated_node(scan))
    }

    fn execute(
        &self,
        _partition: usize,
        context: Arc<TaskContext>,
    ) -> Result<SendableRecordBatchStream, Error> {
        let settings = Settings::of_task(&context);
        let schema: SchemaRef = Arc::clone(self.properties.eq_properties.schema());
        let (scan, own) = (self.clone(), Arc::clone(&schema));
        let pages = stream::try_unfold(None, move |rows: Option<Rows>| {
            let (scan, schema, settings) = (scan.clone(), Arc::clone(&own), settings.clone());
            async move {
                let mut rows = match rows {
                    Some(rows) => rows,
                    None => scan.begin(&settings)?,
                };
                let Some(mut page) = rows.next().await? else { return Ok(None) };
                if let Some(shown) = &scan.shown {
                    page.hide(shown);
                }
                let columns: Vec<&Column> = scan.columns.iter().collect();
                let batch = batch(scan.ask.name(), &columns, &schema, &page.rows, &page.given)?;
                Ok::<_, Error>(Some((batch, Some(rows))))
            }
        });
        // A page may have more rows than a statement has room for.
        let most = context.session_config().batch_size();
        let parts = pages.map_ok(move |batch: RecordBatch| {
            let rows = batch.num_rows();
            let part = move |at: usize| Ok::<_, Error>(batch.slice(at, most.min(rows - at)));
            stream::iter((0..rows).step_by(most).map(part))
        });
        Ok(Box::pin(RecordBatchStreamAdapter::new(schema, parts.try_flatten())))
    }
}
