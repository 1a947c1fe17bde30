//! Operators that put values together, within the bounds of functions.

use std::sync::Arc;

use datafusion::arrow::array::AsArray;
use datafusion::arrow::compute::kernels::concat_elements::concat_elements_utf8;
use datafusion::arrow::datatypes::{DataType, Field};
use datafusion::common::DFSchema;
use datafusion::logical_expr::expr::{Placeholder, ScalarFunction};
use datafusion::logical_expr::planner::{ExprPlanner, PlannerResult, RawBinaryExpr};
use datafusion::logical_expr::{
    ColumnarValue, Expr, ExprSchemable, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature,
    Volatility,
};
use datafusion::sql::sqlparser::ast::BinaryOperator;
use datafusion::{functions, functions_nested as nested};

use crate::Error;
use crate::bounded::{bounded, check};
use crate::growth::Growth;

/// Plans `||`, `[…]` and `OVERLAY`. It comes before DataFusion's own planners.
#[derive(Debug)]
pub(crate) struct Operators;

impl ExprPlanner for Operators {
    fn plan_binary_op(
        &self,
        expr: RawBinaryExpr,
        schema: &DFSchema,
    ) -> Result<PlannerResult<RawBinaryExpr>, Error> {
        if expr.op != BinaryOperator::StringConcat {
            return Ok(PlannerResult::Original(expr));
        }
        let depth = |side: &Expr| side.get_type(schema).map(|kind| depth(&kind));
        let (left, right) = (depth(&expr.left)?, depth(&expr.right)?);
        let function = match left.cmp(&right) {
            _ if left + right == 0 => {
                let function = ScalarUDF::new_from_impl(Joined { signature: signature() });
                let arguments = [expr.left, expr.right].map(as_text);
                return Ok(PlannerResult::Planned(call(function, arguments.to_vec())));
            }
            std::cmp::Ordering::Equal => nested::concat::array_concat_udf(),
            std::cmp::Ordering::Greater => nested::concat::array_append_udf(),
            std::cmp::Ordering::Less => nested::concat::array_prepend_udf(),
        };
        let arguments = vec![expr.left, expr.right];
        Ok(PlannerResult::Planned(call(bounded(function, Growth::Sum), arguments)))
    }

    fn plan_array_literal(
        &self,
        items: Vec<Expr>,
        _schema: &DFSchema,
    ) -> Result<PlannerResult<Vec<Expr>>, Error> {
        let function = bounded(nested::make_array::make_array_udf(), Growth::Sum);
        Ok(PlannerResult::Planned(call(function, items)))
    }

    fn plan_overlay(&self, arguments: Vec<Expr>) -> Result<PlannerResult<Vec<Expr>>, Error> {
        let function = bounded(functions::core::overlay(), Growth::Sum);
        Ok(PlannerResult::Planned(call(function, arguments)))
    }
}

fn call(function: ScalarUDF, arguments: Vec<Expr>) -> Expr {
    Expr::ScalarFunction(ScalarFunction::new_udf(Arc::new(function), arguments))
}

/// How many lists are within each other.
fn depth(kind: &DataType) -> usize {
    match kind {
        DataType::List(item) | DataType::LargeList(item) | DataType::FixedSizeList(item, _) => {
            1 + depth(item.data_type())
        }
        _ => 0,
    }
}

/// A parameter of which nothing else is known is a text.
fn as_text(expr: Expr) -> Expr {
    match expr {
        Expr::Placeholder(Placeholder { id, field: None }) => {
            let field = Some(Arc::new(Field::new("text", DataType::Utf8, true)));
            Expr::Placeholder(Placeholder { id, field })
        }
        expr => expr,
    }
}

fn signature() -> Signature {
    Signature::user_defined(Volatility::Immutable)
}

/// `||` of texts: NULL when one side is.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct Joined {
    signature: Signature,
}

impl ScalarUDFImpl for Joined {
    fn name(&self) -> &'static str {
        "||"
    }

    fn schema_name(&self, arguments: &[Expr]) -> Result<String, Error> {
        let names = arguments.iter().map(|argument| argument.schema_name().to_string());
        Ok(names.collect::<Vec<_>>().join(" || "))
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arguments: &[DataType]) -> Result<Vec<DataType>, Error> {
        Ok(vec![DataType::Utf8; arguments.len()])
    }

    fn return_type(&self, _arguments: &[DataType]) -> Result<DataType, Error> {
        Ok(DataType::Utf8)
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue, Error> {
        check(self.name(), Growth::Sum, &arguments)?;
        let is_column = |it: &ColumnarValue| matches!(it, ColumnarValue::Array(_));
        let rows = if arguments.args.iter().any(is_column) { arguments.number_rows } else { 1 };
        let sides = arguments.args.iter().map(|side| side.to_array(rows));
        let sides = sides.collect::<Result<Vec<_>, Error>>()?;
        let joined = concat_elements_utf8(sides[0].as_string::<i32>(), sides[1].as_string())?;
        Ok(ColumnarValue::Array(Arc::new(joined)))
    }
}
