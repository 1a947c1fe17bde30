//! What clients ask of the catalog about things that there are none of here: sequences, defaults, collations,
//! policies. The questions are long, and DataFusion does not plan all of them.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    BinaryOperator, Expr, Function, FunctionArguments, Query, SetExpr, Statement, TableFactor,
    Value, ValueWithSpan, VisitMut, VisitorMut, visit_expressions, visit_expressions_mut,
};
use datafusion::sql::sqlparser::dialect::PostgreSqlDialect;
use datafusion::sql::sqlparser::parser::Parser;

/// Tables of PostgreSQL's catalog without rows.
const EMPTY: [&str; 5] =
    ["pg_sequence", "pg_attrdef", "pg_collation", "pg_policy", "pg_statistic_ext"];
/// Tables of the catalog that tell of keys.
const KEYS: [&str; 2] = ["pg_constraint", "pg_index"];
/// Columns that DataFusion's catalog does not have.
const UNTOLD: [&str; 1] = ["reloptions"];
/// What is asked about them.
const FUNCTIONS: [&str; 3] =
    ["pg_get_indexdef", "pg_get_serial_sequence", "pg_collation_is_visible"];
/// How what stands for nothing begins.
const NOTHING: &str = "CASE WHEN false";
/// Lists of columns in such tables.
const LISTS: [&str; 5] = ["conkey", "confkey", "indkey", "indclass", "indoption"];

/// The same statement, with `NULL` for each value that is looked up in them, and in those of keys unless `keys` are
/// told. Its parameters stay, for those who count them.
pub(super) fn without_lookups(statement: &mut Statement, keys: bool) {
    let is_empty = |query: &Query| is_empty(query, keys);
    let _: ControlFlow<Infallible> = statement.visit(&mut Nothing { keys });
    let _: ControlFlow<Infallible> = visit_expressions_mut(statement, |expr| {
        let is_none = match &*expr {
            Expr::Subquery(query) => is_empty(query),
            case @ Expr::Case { .. } => is_null(case),
            Expr::CompoundIdentifier(parts) => {
                parts.last().is_some_and(|last| UNTOLD.contains(&last.value.as_str()))
            }
            Expr::Function(function) => {
                let last = function.name.0.last().and_then(|part| part.as_ident());
                last.is_some_and(|last| FUNCTIONS.contains(&last.value.as_str()))
                    || is_of_nothing(function)
                    || (!keys && is_of_lists(&function.to_string()))
            }
            _ => false,
        };
        if is_none && let Some(null) = null(expr) {
            *expr = null;
        }
        ControlFlow::Continue(())
    });
}

/// The same statement with `generate_subscripts(list, 1)`, which DataFusion does not have, said otherwise.
pub(super) fn with_subscripts(statement: &mut Statement) {
    let _: ControlFlow<Infallible> = visit_expressions_mut(statement, |expr| {
        if let Expr::Function(function) = &*expr
            && function.name.to_string().ends_with("generate_subscripts")
            && let FunctionArguments::List(list) = &function.args
            && let [items, dimension] = list.args.as_slice()
        {
            let length = format!("array_length({items}, CAST({dimension} AS BIGINT))");
            let text = format!("unnest(range(1, CAST({length} AS BIGINT) + 1))");
            if let Some(same) = parsed(&text) {
                *expr = same;
            }
        }
        ControlFlow::Continue(())
    });
}

fn parsed(text: &str) -> Option<Expr> {
    Parser::new(&PostgreSqlDialect {}).try_with_sql(text).ok()?.parse_expr().ok()
}

/// `NULL`, or a choice between nothing else.
fn is_null(expr: &Expr) -> bool {
    match expr {
        Expr::Value(value) => value.value == Value::Null,
        Expr::Cast { expr, .. } => is_null(expr),
        Expr::Case { conditions, else_result, .. } => {
            conditions.iter().all(|case| is_null(&case.result))
                && else_result.as_deref().is_none_or(is_null)
        }
        _ => false,
    }
}

/// `NULL` that mentions the parameters of an expression.
fn null(expr: &Expr) -> Option<Expr> {
    let mut parameters = BTreeMap::new();
    let _: ControlFlow<Infallible> = visit_expressions(expr, |expr| {
        let is_parameter = |expr: &Expr| match expr {
            Expr::Value(ValueWithSpan { value: Value::Placeholder(name), .. }) => {
                Some(name.clone())
            }
            _ => None,
        };
        match expr {
            Expr::Cast { expr: inner, .. } => {
                if let Some(name) = is_parameter(inner) {
                    parameters.insert(name, expr.to_string());
                }
            }
            other => {
                if let Some(name) = is_parameter(other) {
                    parameters.entry(name).or_insert_with(|| other.to_string());
                }
            }
        }
        ControlFlow::Continue(())
    });
    let mentions: String = parameters.values().map(|it| format!(" AND {it} IS NULL")).collect();
    let text = format!("{NOTHING}{mentions} THEN NULL ELSE CAST(NULL AS TEXT) END");
    parsed(&text)
}

/// Finds no rows in these tables, without looking.
struct Nothing {
    /// Whether keys are told.
    keys: bool,
}

impl VisitorMut for Nothing {
    type Break = Infallible;

    fn post_visit_query(&mut self, query: &mut Query) -> ControlFlow<Infallible> {
        if is_empty(query, self.keys)
            && let SetExpr::Select(select) = query.body.as_mut()
        {
            let no = Expr::Value(Value::Boolean(false).into());
            select.selection = Some(match select.selection.take() {
                None => no,
                Some(selection) => Expr::BinaryOp {
                    left: Box::new(no),
                    op: BinaryOperator::And,
                    right: Box::new(Expr::Nested(Box::new(selection))),
                },
            });
        }
        ControlFlow::Continue(())
    }
}

/// Whether a call makes a list, or the text of one, of what has just been found to be nothing.
fn is_of_nothing(function: &Function) -> bool {
    let text = function.to_string();
    match function.args {
        FunctionArguments::Subquery(_) => text.contains(&format!("unnest({NOTHING}")),
        _ => text.starts_with(&format!("array_to_string({NOTHING}")),
    }
}

/// Whether a call takes a list of columns apart.
fn is_of_lists(call: &str) -> bool {
    let takes_apart = ["unnest(", "generate_subscripts("].iter().any(|name| call.contains(name));
    takes_apart && LISTS.iter().any(|list| call.contains(list))
}

fn is_empty(query: &Query, keys: bool) -> bool {
    let has_none = |table: &&str| EMPTY.contains(table) || (!keys && KEYS.contains(table));
    first(query).last().is_some_and(has_none)
}

/// The name of the first table that a query reads, or nothing.
fn first(query: &Query) -> Vec<&str> {
    let SetExpr::Select(select) = query.body.as_ref() else { return Vec::new() };
    let table = select.from.first().map(|from| &from.relation);
    let Some(TableFactor::Table { name, .. }) = table else { return Vec::new() };
    name.0.iter().filter_map(|part| Some(part.as_ident()?.value.as_str())).collect()
}
