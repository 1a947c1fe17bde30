//! What a join knows of the rows that it wants, once its other side has been read.

use std::sync::Arc;

use datafusion::common::ScalarValue;
use datafusion::logical_expr::Operator;
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::expressions::{BinaryExpr, Column, InListExpr, Literal};
use datafusion::physical_expr_common::physical_expr::snapshot_physical_expr;

use crate::Error;
use crate::pushed_input::Test;

/// The predicates that joins handed down, as far as they are about one column and constants. None: no row
/// is wanted.
pub(crate) fn tests(joined: &[Arc<dyn PhysicalExpr>]) -> Result<Option<Vec<Test>>, Error> {
    let mut tests = Vec::new();
    for filter in joined {
        let now = snapshot_physical_expr(Arc::clone(filter))?;
        if !all(&now, &mut tests) {
            return Ok(None);
        }
    }
    Ok(Some(tests))
}

/// False when it is never true.
fn all(filter: &Arc<dyn PhysicalExpr>, tests: &mut Vec<Test>) -> bool {
    if let Some(literal) = filter.downcast_ref::<Literal>() {
        return *literal.value() != ScalarValue::Boolean(Some(false));
    }
    if let Some(binary) = filter.downcast_ref::<BinaryExpr>()
        && *binary.op() == Operator::And
    {
        return all(binary.left(), tests) && all(binary.right(), tests);
    }
    if let Some(list) = filter.downcast_ref::<InListExpr>()
        && !list.negated()
        && let Some(column) = list.expr().downcast_ref::<Column>()
    {
        let value = |item: &Arc<dyn PhysicalExpr>| {
            item.downcast_ref::<Literal>().map(|literal| literal.value().clone())
        };
        if let Some(values) = list.list().iter().map(value).collect::<Option<Vec<_>>>() {
            let values = values.into_iter().filter(|value| !value.is_null()).collect();
            tests.push(Test::OneOf(column.name().to_owned(), values));
        }
    }
    true
}
