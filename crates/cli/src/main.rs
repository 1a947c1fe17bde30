//! The `connector` command: drives any connector component from a terminal.
//!
//! Each command is a file in `commands/`. Output goes to stdout; progress, logs and errors go to
//! stderr. The exit codes are [`error::EXIT_CODES`].

#![forbid(unsafe_code)]
#![warn(clippy::print_stdout, clippy::print_stderr)]

mod app;
mod authorize;
mod commands;
mod connected;
mod connection_test;
mod cursor;
mod emulated;
mod error;
#[cfg(feature = "sql")]
mod failed;
mod files;
mod help;
mod hidden;
mod input;
mod interrupt;
mod items;
mod known;
mod logging;
mod lookup;
mod manifest;
mod mend;
mod options;
mod output;
mod print;
mod progress;
mod prompt;
#[cfg(all(feature = "sql", any(feature = "mcp", feature = "serve")))]
mod queried;
#[cfg(any(feature = "mcp", feature = "sql", feature = "worker"))]
mod random;
mod rows;
mod schema;
mod sink;
mod source;
mod state;
mod status;
mod stream;
mod time_format;
mod variables;
#[cfg(feature = "worker")]
mod via;
mod visible;

use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{FromArgMatches, Parser};
use connector_cli::{request_format, shell};

/// Drives a connector: its actions, its triggers and its connection.
#[derive(Parser)]
#[command(name = "connector", version)]
struct Cli {
    #[command(subcommand)]
    command: commands::Command,
    #[command(flatten)]
    options: options::Options,
}

#[tokio::main]
async fn main() -> ExitCode {
    let Cli { command, options } = match parsed() {
        Ok(cli) => cli,
        Err(error) => return refused(&error),
    };
    logging::start(options.verbose, options.json);
    let json = options.json;
    match Box::pin(command.run(options)).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.is_closed_pipe() => ExitCode::SUCCESS,
        Err(error) => {
            tell(&error, json);
            ExitCode::from(error.exit_code())
        }
    }
}

/// Why the command did not do what it was told to.
fn tell(error: &error::Error, json: bool) {
    match json {
        true => output::note(format_args!("{:#}", error.json())),
        false => output::error(&error.text()),
    }
}

/// What was typed. Help is written for the width of the terminal.
fn parsed() -> Result<Cli, clap::Error> {
    Cli::from_arg_matches(&help::command().try_get_matches()?)
}

/// Help and version are asked for; all else is a mistake.
fn refused(error: &clap::Error) -> ExitCode {
    let asked = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
    if error.kind() == ErrorKind::MissingSubcommand {
        output::note(help::command().render_help());
        return ExitCode::from(2);
    }
    let json = std::env::args_os().any(|word| word == "--json");
    let left_out = match error.get(ContextKind::InvalidSubcommand) {
        Some(ContextValue::String(name)) => commands::left_out(name),
        _ => None,
    };
    let text = (json && !asked).then(|| error.render().to_string());
    let text = text.map(|text| text.strip_prefix("error: ").unwrap_or(&text).trim_end().to_owned());
    match left_out.or(text) {
        Some(message) => tell(&error::Error::Usage(message), json),
        // When nobody reads it, nobody misses it.
        None => drop(error.print()),
    }
    ExitCode::from(if asked { 0 } else { 2 })
}
