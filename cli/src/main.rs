//! The `connector` command: drives any connector component from a terminal.
//!
//! Each command is a file in `commands/`. Output goes to stdout; progress, logs and errors go to
//! stderr. The exit code is 0, or as [`error::Error::exit_code`] says.

#![forbid(unsafe_code)]
#![warn(clippy::print_stdout, clippy::print_stderr)]

mod app;
mod asked;
mod authorize;
mod commands;
mod connected;
mod curl;
mod cursor;
mod emulated;
mod error;
mod files;
mod first_choice;
mod interrupt;
mod logging;
mod manifest;
mod named;
mod options;
mod output;
mod progress;
mod rows;
mod schema;
mod shell;
mod shown;
mod sink;
mod source;
mod standing;
mod state;
mod stream;
mod tested;
mod variables;
mod visible;
mod words;

use std::process::ExitCode;

use clap::Parser;

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
    let Cli { command, options } = Cli::parse();
    logging::start(options.verbose);
    let json = options.json;
    match command.run(options).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.is_closed_pipe() => ExitCode::SUCCESS,
        Err(error) => {
            match json {
                true => output::note(format_args!("{:#}", error.json())),
                false => output::note(error.text()),
            }
            ExitCode::from(error.exit_code())
        }
    }
}
