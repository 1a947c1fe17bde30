//! The catalogue: facts that `import` derives from an OpenAPI description, and our own words.
//!
//! `catalog/facts` belongs to [`import`](Command::Import) alone: nobody edits it. `catalog/words`
//! is written by hand and `import` never touches it; [`check`](Command::Check) keeps the two in
//! step. A fact is a name, a type, a limit or an enumeration. Prose of the description is looked
//! at (is this beta? seconds or milliseconds?), but never carried over.

mod changes;
mod description;
mod diff;
mod facts;
mod files;
mod follow;
mod keys;
mod marks;
mod meaning;
mod operations;
mod paging;
mod parameters;
mod partial;
#[cfg(test)]
mod tests;
mod time;
mod types;
mod words;

use anyhow::Result;
use description::Description;
use facts::Facts;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

#[derive(clap::Subcommand)]
pub enum Command {
    /// Replace catalog/facts by the facts of an OpenAPI 3.0 description (JSON)
    Import { description: PathBuf },
    /// Print what a description adds, removes and changes against catalog/facts
    Diff { description: PathBuf },
    /// Write the facts of a description, drafts of words, cases and a changelog entry, and say what to decide
    Follow { description: PathBuf },
    /// Fail when an operation has no words in catalog/words, or words have no operation
    Check,
    /// List every field that the facts mark as a time, to be read after an import
    Times,
    /// List every field that the facts mark as a link, an amount and so on, to be read after an import
    Meanings,
}

/// Runs one command. The exit code says whether `check` was content; errors are for everything
/// that kept a command from doing its work.
pub fn run(command: Command) -> Result<ExitCode> {
    let facts = catalog().join("facts");
    match command {
        Command::Import { description } => {
            let imported = Facts::import(&Description::read(&description)?)?;
            imported.save(&facts)?;
            println!("{} operations, {} types", imported.operations.len(), imported.types.len());
        }
        Command::Diff { description } => {
            let newer = Facts::import(&Description::read(&description)?)?;
            print!("{}", diff::report(&Facts::load(&facts)?, &newer));
        }
        Command::Follow { description } => {
            print!("{}", follow::follow(&root(), &Description::read(&description)?)?);
        }
        Command::Check => {
            let own = words::of_connection(&catalog().join("connection.toml"))?;
            let problems = words::check(&Facts::load(&facts)?, &catalog().join("words"), &own)?;
            for problem in &problems {
                println!("{problem}");
            }
            return Ok(ExitCode::from(u8::from(!problems.is_empty())));
        }
        Command::Times => {
            list(&marks::marked(&Facts::load(&facts)?, |type_| marks::word(type_.time)));
        }
        Command::Meanings => {
            list(&marks::marked(&Facts::load(&facts)?, |type_| marks::word(type_.meaning)));
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn list(marked: &[(String, String)]) {
    for (mark, field) in marked {
        println!("{mark:<14} {field}");
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn catalog() -> PathBuf {
    root().join("catalog")
}
