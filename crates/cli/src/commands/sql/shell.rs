//! Statements typed one after the other.

use std::io::{self, IsTerminal};

use connector_sql::Session;
use rustyline::completion::Completer;
use rustyline::error::ReadlineError;
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::history::FileHistory;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{Context, Editor, Helper};

use super::{To, run};
use crate::app::App;
use crate::error::Error;
use crate::output;

/// Whether somebody types.
pub fn is_wanted() -> bool {
    io::stdin().is_terminal() && output::is_terminal()
}

/// Until `\q` or the end of the input. What fails does not end it.
pub async fn read(app: &App, session: &Session) -> Result<(), Error> {
    let mut editor: Editor<Words, FileHistory> = Editor::new().map_err(unread)?;
    editor.set_helper(Some(Words::new(session)));
    let history = app.state.folder().join("sql_history");
    // There is none before the first time.
    drop(editor.load_history(&history));
    output::note(r"statements end with ;  \d lists tables, \d NAME columns, \q ends");
    loop {
        let line = match editor.readline("sql> ") {
            Ok(line) => line,
            Err(ReadlineError::Interrupted) => continue,
            Err(ReadlineError::Eof) => break,
            Err(error) => return Err(unread(error)),
        };
        let line = line.trim();
        if line.is_empty() {
            continue;
        }
        drop(editor.add_history_entry(line));
        drop(editor.append_history(&history));
        let statement = match line.split_whitespace().collect::<Vec<_>>().as_slice() {
            ["\\q" | "quit" | "exit"] => break,
            ["\\d"] => TABLES.to_owned(),
            ["\\d", name] => columns(name),
            [word, ..] if word.starts_with('\\') => {
                output::error(&format!("{word}: there are \\d, \\d NAME and \\q"));
                continue;
            }
            _ => line.to_owned(),
        };
        let statements = match Session::statements(&statement) {
            Ok(statements) => statements,
            Err(error) => {
                output::error(&error.to_string());
                continue;
            }
        };
        for statement in statements {
            let sent = session.activity().requests();
            match run(app, session, &statement, To::default()).await {
                Ok(rows) => output::note(format_args!(
                    "{rows} rows, {} requests",
                    session.activity().requests() - sent
                )),
                Err(error) => output::error(&app.mendable(error).text()),
            }
        }
    }
    Ok(())
}

const TABLES: &str = "SELECT table_schema, table_name, count(*) AS columns FROM connector.columns \
                      GROUP BY 1, 2 ORDER BY 1, 2";

fn columns(table: &str) -> String {
    let table = table.trim_end_matches(';').replace('\'', "''");
    format!(
        "SELECT column_name, data_type, use, required, comment FROM connector.columns \
         WHERE table_name = '{table}'"
    )
}

/// What completes words, and says when a statement is over.
struct Words(Vec<String>);

impl Words {
    fn new(session: &Session) -> Self {
        const KEYWORDS: [&str; 24] = [
            "SELECT",
            "FROM",
            "WHERE",
            "GROUP BY",
            "ORDER BY",
            "LIMIT",
            "JOIN",
            "LEFT JOIN",
            "ON",
            "AND",
            "OR",
            "NOT",
            "IN",
            "BETWEEN",
            "LIKE",
            "IS NULL",
            "INSERT INTO",
            "VALUES",
            "UPDATE",
            "SET",
            "DELETE FROM",
            "EXPLAIN",
            "CALL",
            "DISTINCT",
        ];
        let mut words: Vec<String> = KEYWORDS.map(str::to_owned).to_vec();
        words.extend(session.names());
        words.sort();
        words.dedup();
        Words(words)
    }
}

impl Completer for Words {
    type Candidate = String;

    fn complete(
        &self,
        line: &str,
        position: usize,
        _: &Context<'_>,
    ) -> Result<(usize, Vec<String>), ReadlineError> {
        let is_word = |letter: char| letter.is_alphanumeric() || letter == '_';
        let before = &line[..position];
        let start = before.rfind(|letter| !is_word(letter)).map_or(0, |at| at + 1);
        let begun = before[start..].to_lowercase();
        let fits = |word: &&String| !begun.is_empty() && word.to_lowercase().starts_with(&begun);
        Ok((start, self.0.iter().filter(fits).cloned().collect()))
    }
}

impl Validator for Words {
    fn validate(
        &self,
        context: &mut ValidationContext<'_>,
    ) -> Result<ValidationResult, ReadlineError> {
        let text = context.input().trim();
        let over = text.is_empty()
            || text.ends_with(';')
            || text.starts_with('\\')
            || ["quit", "exit"].contains(&text);
        Ok(if over { ValidationResult::Valid(None) } else { ValidationResult::Incomplete })
    }
}

impl Highlighter for Words {}

impl Hinter for Words {
    type Hint = String;
}

impl Helper for Words {}

fn unread(error: ReadlineError) -> Error {
    Error::Unexpected(format!("the terminal cannot be read: {error}"))
}
