//! How large a statement may be. Parsers, planners and optimisers go down a statement without an end in sight, and what
//! runs them can be stopped only where they wait: what is beyond these limits is refused before.

use std::collections::HashMap;
use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{Query, TableFactor, Visit, Visitor};
use datafusion::sql::sqlparser::dialect::Dialect;
use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::tokenizer::{Token, Tokenizer};

use crate::Error;
use crate::error::plan;

/// Words, numbers and signs of one expression, at most: each operator is a level of its own.
const PARTS: usize = 1_000;
/// Tables that a statement reads, at most, with those of a common table expression once for each use.
const TABLES: u64 = 200;

/// Refuses a text whose expressions would be too deep. What no parser takes is left to it.
pub(crate) fn check_text(dialect: &dyn Dialect, sql: &str) -> Result<(), Error> {
    let Ok(tokens) = Tokenizer::new(dialect, sql).tokenize() else { return Ok(()) };
    // The parts since the last comma, within each bracket that is open.
    let mut parts = vec![0];
    for token in tokens {
        match token {
            Token::Whitespace(_) => {}
            Token::LParen | Token::LBracket | Token::LBrace => parts.push(0),
            Token::RParen | Token::RBracket | Token::RBrace if parts.len() > 1 => drop(parts.pop()),
            Token::Comma | Token::SemiColon => *parts.last_mut().unwrap_or(&mut 0) = 0,
            Token::Word(word) if word.keyword == Keyword::WHEN => {
                *parts.last_mut().unwrap_or(&mut 0) = 0
            }
            _ => {
                let Some(count) = parts.last_mut() else { continue };
                *count += 1;
                if *count > PARTS {
                    return Err(plan(format!(
                        "one expression has more than {PARTS} words and signs: compare with a list (IN), or ask in parts"
                    )));
                }
            }
        }
    }
    Ok(())
}

/// Refuses what reads too many tables.
pub(crate) fn check(statement: &impl Visit) -> Result<(), Error> {
    let mut uses = Uses::default();
    let _ = statement.visit(&mut uses);
    let mut sizes = HashMap::new();
    let size = uses
        .tables
        .iter()
        .map(|name| size(name, &uses.expressions, &mut sizes))
        .fold(0, u64::saturating_add);
    if size > TABLES {
        return Err(plan(format!(
            "a statement reads {TABLES} tables at most, with those of a common table expression once for each use"
        )));
    }
    Ok(())
}

/// The tables that are read, by their names, where they have one.
#[derive(Default)]
struct Uses {
    tables: Vec<String>,
    /// Of each common table expression.
    expressions: HashMap<String, Vec<String>>,
}

impl Visitor for Uses {
    type Break = ();

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        for expression in query.with.iter().flat_map(|with| &with.cte_tables) {
            let mut within = Uses::default();
            let _ = expression.query.visit(&mut within);
            let name = expression.alias.name.value.to_lowercase();
            self.expressions.entry(name).or_default().append(&mut within.tables);
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_table_factor(&mut self, table: &TableFactor) -> ControlFlow<()> {
        self.tables.push(match table {
            TableFactor::Table { name, .. } => name.to_string().to_lowercase(),
            _ => String::new(),
        });
        ControlFlow::Continue(())
    }
}

/// How many tables stand for a name. What is asked for while it is counted is the table of that name.
fn size<'a>(
    name: &'a str,
    expressions: &'a HashMap<String, Vec<String>>,
    sizes: &mut HashMap<&'a str, u64>,
) -> u64 {
    let Some(tables) = expressions.get(name) else { return 1 };
    if let Some(size) = sizes.get(name) {
        return *size;
    }
    sizes.insert(name, 1);
    let mut all = 1_u64;
    for table in tables {
        all = all.saturating_add(size(table, expressions, sizes));
    }
    sizes.insert(name, all);
    all
}

#[cfg(test)]
mod tests {
    use datafusion::sql::sqlparser::dialect::GenericDialect;
    use datafusion::sql::sqlparser::parser::Parser;

    use super::*;

    fn refused(sql: &str) -> bool {
        check_text(&GenericDialect {}, sql).is_err()
            || check(&Parser::parse_sql(&GenericDialect {}, sql).unwrap()).is_err()
    }

    #[test]
    fn what_people_write_is_taken() {
        let values = vec!["(1, 'a', NULL, 2.5)"; 5_000].join(", ");
        let cases = vec!["WHEN a = 1 THEN 'x'"; 1_000].join(" ");
        let joins: String =
            (0..60).map(|at| format!(" JOIN pins p{at} ON p{at}.id = b.id")).collect();
        assert!(!refused(&format!("INSERT INTO boards (a, b, c, d) VALUES {values}")));
        assert!(!refused(&format!("SELECT CASE {cases} END FROM boards")));
        assert!(!refused(&format!("SELECT * FROM boards b{joins}")));
        assert!(!refused("WITH boards AS (SELECT * FROM boards) SELECT * FROM boards, boards c"));
    }

    #[test]
    fn what_grows_on_its_way_is_refused() {
        let sum = vec!["1"; 600].join(" + ");
        let nested = format!("SELECT f(1, ({sum}))");
        let tables: Vec<String> = (0..300).map(|at| format!("boards b{at}")).collect();
        let mut doubled = "WITH c0 AS (SELECT 1 FROM boards)".to_owned();
        for at in 0..20 {
            doubled += &format!(", C{} AS (SELECT 1 FROM c{at} a, c{at} b)", at + 1);
        }
        let within = "a AS (WITH b AS (SELECT 1 FROM c, c d) SELECT 1 FROM b, b x)";
        let sixty = tables[..60].join(", ");
        let within = format!("WITH c AS (SELECT 1 FROM {sixty}), {within} SELECT 1 FROM a");
        assert!(refused(&format!("SELECT {sum}")) && refused(&nested));
        assert!(refused(&format!("SELECT 1 FROM {}", tables.join(", "))));
        assert!(refused(&format!("{doubled} SELECT 1 FROM c20")));
        assert!(refused(&within));
    }
}
