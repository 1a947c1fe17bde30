//! How many rows a statement works on at a time, so that what it makes of little has room: a text that it makes, or
//! holds itself, stands in each row, and in each of hundreds of columns.

use std::fmt;
use std::sync::Arc;

use datafusion::common::ScalarValue;
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::{Expr, LogicalPlan};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_plan::{DisplayAs, DisplayFormatType, ExecutionPlan, PlanProperties};

use crate::Error;
use crate::bounded::{Bounded, VALUE};
use crate::operators::Joined;

/// Bytes that the batches of a statement under way have at most, about.
const ALL: usize = 96 << 20;

/// How many rows of a statement's batches have room, if no more than `usual` do.
pub(crate) fn rows(plan: &LogicalPlan, usual: usize) -> Result<Option<usize>, Error> {
    let (mut made, mut written, mut grows) = (0, 0, false);
    plan.apply_with_subqueries(|node| {
        // What these hold is not repeated for each row.
        let once = matches!(
            node,
            LogicalPlan::Values(_) | LogicalPlan::Filter(_) | LogicalPlan::TableScan(_)
        );
        if let LogicalPlan::Join(_) = node {
            made += node.schema().fields().len();
        }
        node.apply_expressions(|expr| {
            expr.apply(|part| {
                match part {
                    Expr::Literal(value, _) if !once => {
                        written += value.size() - size_of::<ScalarValue>();
                    }
                    Expr::ScalarFunction(call) => {
                        made += 1;
                        let function = call.func.inner();
                        grows |= function.is::<Bounded>() || function.is::<Joined>();
                    }
                    Expr::Cast(_) | Expr::TryCast(_) | Expr::Case(_) => made += 1,
                    _ => {}
                }
                Ok(TreeNodeRecursion::Continue)
            })
        })
    })?;
    let made = if grows { made.saturating_mul(VALUE as usize) } else { 0 };
    let rows = ALL / made.saturating_add(written).max(1);
    Ok(Some(rows.max(1)).filter(|rows| *rows < usual))
}

/// Runs a plan with so many rows in a batch.
#[derive(Debug)]
pub(crate) struct Narrow {
    pub plan: Arc<dyn ExecutionPlan>,
    pub rows: usize,
}

impl DisplayAs for Narrow {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Narrow: rows={}", self.rows)
    }
}

impl ExecutionPlan for Narrow {
    fn name(&self) -> &'static str {
        "Narrow"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        self.plan.properties()
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.plan]
    }

    fn apply_expressions(
        &self,
        _: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion, Error>,
    ) -> Result<TreeNodeRecursion, Error> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn with_new_children(
        self: Arc<Self>,
        mut plans: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>, Error> {
        let plan = plans.pop().unwrap_or_else(|| Arc::clone(&self.plan));
        Ok(Arc::new(Narrow { plan, rows: self.rows }))
    }

    fn execute(
        &self,
        partition: usize,
        context: Arc<TaskContext>,
    ) -> Result<SendableRecordBatchStream, Error> {
        let config = context.session_config().clone().with_batch_size(self.rows);
        let narrow = TaskContext::new(
            context.task_id(),
            context.session_id(),
            config,
            context.scalar_functions().clone(),
            context.higher_order_functions().clone(),
            context.aggregate_functions().clone(),
            context.window_functions().clone(),
            context.runtime_env(),
        );
        self.plan.execute(partition, Arc::new(narrow))
    }
}
