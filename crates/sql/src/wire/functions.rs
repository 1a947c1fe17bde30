//! Functions that clients ask for when they connect.

use std::sync::Arc;

use datafusion::arrow::datatypes::DataType;
use datafusion::common::ScalarValue;
use datafusion::logical_expr::{ColumnarValue, ScalarUDF, Volatility, create_udf};

/// All of them.
pub(super) fn all() -> [ScalarUDF; 4] {
    [version(), to_regtype(), current_setting(), col_description()]
}

/// `version()`, in whose answer clients look for a version of PostgreSQL.
fn version() -> ScalarUDF {
    let text = concat!("PostgreSQL 16.6 (connector-sql ", env!("CARGO_PKG_VERSION"), ")");
    let told = move |_: &[ColumnarValue]| {
        Ok(ColumnarValue::Scalar(ScalarValue::Utf8(Some(text.to_owned()))))
    };
    create_udf("version", Vec::new(), DataType::Utf8, Volatility::Stable, Arc::new(told))
}

/// `current_setting(name)`, which is NULL: the settings of PostgreSQL's storage mean nothing here.
fn current_setting() -> ScalarUDF {
    let none = |_: &[ColumnarValue]| Ok(ColumnarValue::Scalar(ScalarValue::Utf8(None)));
    let takes = vec![DataType::Utf8];
    create_udf("current_setting", takes, DataType::Utf8, Volatility::Stable, Arc::new(none))
}

/// `col_description(table, column)`, which is NULL: what columns are for is in `connector.columns`.
fn col_description() -> ScalarUDF {
    let none = |_: &[ColumnarValue]| Ok(ColumnarValue::Scalar(ScalarValue::Utf8(None)));
    let takes = vec![DataType::Int32, DataType::Int32];
    create_udf("col_description", takes, DataType::Utf8, Volatility::Stable, Arc::new(none))
}

/// `to_regtype(name)`, which is NULL for what there is not: clients ask for types of extensions with it.
fn to_regtype() -> ScalarUDF {
    let none = |_: &[ColumnarValue]| Ok(ColumnarValue::Scalar(ScalarValue::Int32(None)));
    let takes = vec![DataType::Utf8];
    create_udf("to_regtype", takes, DataType::Int32, Volatility::Stable, Arc::new(none))
}
