//! What a predicate compares with, as the values that inputs of actions take.

use datafusion::common::ScalarValue;
use datafusion::logical_expr::expr::InList;
use datafusion::logical_expr::{BinaryExpr, Expr, Operator};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::Value;

/// A predicate about one column.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Test {
    /// It has one of these values.
    OneOf(String, Vec<ScalarValue>),
    /// It is at least this.
    From(String, ScalarValue),
    /// It is at most this.
    To(String, ScalarValue),
}

impl Test {
    /// None for all that is not about one column and constants.
    pub fn of(expr: &Expr) -> Option<Self> {
        match expr {
            Expr::BinaryExpr(BinaryExpr { left, op: Operator::Or, right }) => {
                match (Test::of(left)?, Test::of(right)?) {
                    (Test::OneOf(one, mut values), Test::OneOf(other, more)) if one == other => {
                        values.extend(more);
                        Some(Test::OneOf(one, values))
                    }
                    _ => None,
                }
            }
            Expr::BinaryExpr(BinaryExpr { left, op, right }) => match (bare(left), bare(right)) {
                (Expr::Column(column), Expr::Literal(value, _)) => {
                    Test::compared(&column.name, *op, value)
                }
                (Expr::Literal(value, _), Expr::Column(column)) => {
                    Test::compared(&column.name, op.swap()?, value)
                }
                _ => None,
            },
            Expr::InList(InList { expr, list, negated: false }) => {
                let Expr::Column(column) = bare(expr) else { return None };
                let value = |item: &Expr| match bare(item) {
                    Expr::Literal(value, _) if !value.is_null() => Some(value.clone()),
                    _ => None,
                };
                let values = list.iter().map(value).collect::<Option<Vec<_>>>()?;
                Some(Test::OneOf(column.name.clone(), values))
            }
            // A column of booleans stands for itself.
            Expr::Column(column) => {
                Some(Test::OneOf(column.name.clone(), vec![ScalarValue::Boolean(Some(true))]))
            }
            Expr::Not(expr) => match bare(expr) {
                Expr::Column(column) => {
                    let no = ScalarValue::Boolean(Some(false));
                    Some(Test::OneOf(column.name.clone(), vec![no]))
                }
                _ => None,
            },
            _ => None,
        }
    }

    fn compared(column: &str, op: Operator, value: &ScalarValue) -> Option<Self> {
        if value.is_null() {
            return None;
        }
        let (column, value) = (column.to_owned(), value.clone());
        match op {
            Operator::Eq => Some(Test::OneOf(column, vec![value])),
            Operator::Gt | Operator::GtEq => Some(Test::From(column, value)),
            Operator::Lt | Operator::LtEq => Some(Test::To(column, value)),
            _ => None,
        }
    }

    /// The column.
    pub fn column(&self) -> &str {
        match self {
            Test::OneOf(column, _) | Test::From(column, _) | Test::To(column, _) => column,
        }
    }
}

/// Without the names that a statement gives to values.
fn bare(expr: &Expr) -> &Expr {
    match expr {
        Expr::Alias(alias) => bare(&alias.expr),
        expr => expr,
    }
}

/// A constant as JSON; none for what no input takes.
pub(crate) fn json(value: &ScalarValue) -> Option<Value> {
    Some(match value {
        ScalarValue::Utf8(text) | ScalarValue::LargeUtf8(text) | ScalarValue::Utf8View(text) => {
            text.clone()?.into()
        }
        ScalarValue::Boolean(yes) => (*yes)?.into(),
        ScalarValue::Int64(number) => (*number)?.into(),
        ScalarValue::Int32(number) => (*number)?.into(),
        ScalarValue::UInt64(number) => (*number)?.into(),
        ScalarValue::Float64(number) => (*number)?.into(),
        ScalarValue::Date32(_) => day(value)?.to_string().into(),
        ScalarValue::TimestampMicrosecond(..) | ScalarValue::TimestampNanosecond(..) => {
            Timestamp::from_microsecond(micros(value)?).ok()?.to_string().into()
        }
        _ => return None,
    })
}

/// A time in microseconds since 1970.
pub(crate) fn micros(value: &ScalarValue) -> Option<i64> {
    match value {
        ScalarValue::TimestampMicrosecond(micros, _) => *micros,
        ScalarValue::TimestampNanosecond(nanos, _) => Some((*nanos)?.div_euclid(1_000)),
        ScalarValue::TimestampMillisecond(millis, _) => (*millis)?.checked_mul(1_000),
        ScalarValue::TimestampSecond(seconds, _) => (*seconds)?.checked_mul(1_000_000),
        ScalarValue::Date32(days) => i64::from((*days)?).checked_mul(86_400_000_000),
        _ => None,
    }
}

/// The day of a date or a time, in UTC.
pub(crate) fn day(value: &ScalarValue) -> Option<Date> {
    let time = Timestamp::from_microsecond(micros(value)?).ok()?;
    Some(time.to_zoned(TimeZone::UTC).date())
}

#[cfg(test)]
mod tests {
    use datafusion::logical_expr::{col, lit};

    use super::*;

    #[test]
    fn equalities_that_are_joined_by_or_are_one_list() {
        let test = Test::of(&col("a").eq(lit("x")).or(lit("y").eq(col("a"))));
        let texts = ["x", "y"].map(|it| ScalarValue::Utf8(Some(it.into())));
        assert_eq!(test, Some(Test::OneOf("a".into(), texts.to_vec())));
        assert_eq!(Test::of(&col("a").eq(lit("x")).or(col("b").eq(lit("y")))), None);
        assert_eq!(Test::of(&col("a").not_eq(lit("x"))), None);
        let list = Test::of(&col("a").in_list(vec![lit(1_i64)], true));
        assert_eq!(list, None);
    }

    #[test]
    fn days_and_times_are_written_as_services_take_them() {
        assert_eq!(json(&ScalarValue::Date32(Some(20_454))), Some("2026-01-01".into()));
        let time = ScalarValue::TimestampMicrosecond(Some(1_767_614_400_000_000), None);
        assert_eq!(json(&time), Some("2026-01-05T12:00:00Z".into()));
        assert_eq!(day(&time).unwrap().to_string(), "2026-01-05");
    }
}
