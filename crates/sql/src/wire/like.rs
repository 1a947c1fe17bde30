//! `LIKE … ESCAPE '/'`, with which clients look for names: DataFusion escapes by a backslash only.

use std::convert::Infallible;
use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    Expr, Statement, Value, ValueWithSpan, visit_expressions_mut,
};
use datafusion::sql::sqlparser::dialect::PostgreSqlDialect;
use datafusion::sql::sqlparser::parser::Parser;

/// The same statement with backslashes.
pub(super) fn with_backslashes(mut statement: Statement) -> Statement {
    let _: ControlFlow<Infallible> = visit_expressions_mut(&mut statement, |expr| {
        if let Expr::Like { pattern, escape_char, .. } | Expr::ILike { pattern, escape_char, .. } =
            expr
            && let Some(escape) = escape_char.as_ref().and_then(one)
            && escape != '\\'
        {
            match pattern.as_mut() {
                Expr::Value(ValueWithSpan { value: Value::SingleQuotedString(text), .. }) => {
                    *text = escaped(text, escape);
                }
                other => match replaced(other, escape) {
                    Some(pattern) => *other = pattern,
                    // It is refused as it stands.
                    None => return ControlFlow::Continue(()),
                },
            }
            *escape_char = None;
        }
        ControlFlow::Continue(())
    });
    statement
}

/// The escape character, if it is one.
fn one(escape: &ValueWithSpan) -> Option<char> {
    let Value::SingleQuotedString(text) = &escape.value else { return None };
    let mut letters = text.chars();
    letters.next().filter(|_| letters.next().is_none())
}

/// The same of a pattern that is known later. One that escapes the escape itself is not told apart: names have
/// none.
fn replaced(pattern: &Expr, escape: char) -> Option<Expr> {
    let escape = if escape == '\'' { "''".to_owned() } else { escape.to_string() };
    let text = format!(r"replace(replace({pattern}, '\', '\\'), '{escape}', '\')");
    Parser::new(&PostgreSqlDialect {}).try_with_sql(&text).ok()?.parse_expr().ok()
}

fn escaped(pattern: &str, escape: char) -> String {
    let mut text = String::new();
    let mut letters = pattern.chars();
    while let Some(letter) = letters.next() {
        match letter {
            letter if letter == escape => {
                text.push('\\');
                text.extend(letters.next());
            }
            '\\' => text.push_str("\\\\"),
            letter => text.push(letter),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_escaped_stays_so() {
        assert_eq!(escaped("pg/_%", '/'), "pg\\_%");
        assert_eq!(escaped("a\\b//c", '/'), "a\\\\b\\/c");
    }
}
