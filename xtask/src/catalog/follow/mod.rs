//! Following the service: from a newer description to everything that a program can write by itself, and a
//! list of what a person must decide.
//!
//! The facts are replaced. Words, cases and the entry in the changelog are drafts: a draft of words has a mark,
//! which `check` refuses, because ids are for ever and prose of the description is never carried over.

mod cases;
mod changelog;
mod compare;
mod judge;
mod note;
mod places;
mod reach;
mod sample;
mod words;

use super::description::Description;
use super::diff::NONE;
use super::facts::Facts;
use anyhow::{Context, Result};
use note::Note;
use std::fmt::Write;
use std::fs;
use std::path::Path;

/// The line above a draft of words.
pub use words::MARK;

/// Follows a description in the repository at `root`, and tells what was written and what is to be decided.
///
/// # Errors
///
/// When the description has what facts cannot express, or a file cannot be read or written. What was
/// written before stays: facts come last, so that the same command goes on.
pub fn follow(root: &Path, description: &Description) -> Result<String> {
    let catalog = root.join("catalog");
    let old = Facts::load(&catalog.join("facts"))?;
    let new = Facts::import(description)?;
    if super::diff::report(&old, &new) == NONE {
        return Ok(NONE.into());
    }
    let known = words::Known::read(&catalog.join("words"))?;
    let notes = compare::notes(&old, &new, &known, root)?;
    let mut written = Vec::new();
    for draft in words::drafts(&old, &new, &known) {
        draft.write(&catalog.join("words"))?;
        let cases = cases::write(&root.join("tests/cases"), &draft, &new)?;
        written.push(format!("catalog/words/{}: {}, a draft", draft.file, draft.id));
        written.extend(cases.into_iter().map(|file| format!("{file}, a draft")));
    }
    changelog::write(&root.join("CHANGELOG.md"), &new.meta, &notes)?;
    written.push("CHANGELOG.md: an entry, a draft".into());
    version(&catalog.join("connection.toml"), &old, &new)?;
    new.save(&catalog.join("facts"))?;
    written.push(format!(
        "catalog/facts: {} operations, {} types",
        new.operations.len(),
        new.types.len()
    ));
    Ok(report(&old, &new, &written, &notes, &catalog))
}

/// The connection names the version of the description, too.
fn version(file: &Path, old: &Facts, new: &Facts) -> Result<()> {
    let (Some(old), Some(new)) = (&old.meta.version, &new.meta.version) else { return Ok(()) };
    let text = fs::read_to_string(file).with_context(|| file.display().to_string())?;
    let line = |version: &str| format!("api_version = {version:?}");
    Ok(fs::write(file, text.replace(&line(old), &line(new)))?)
}

fn report(old: &Facts, new: &Facts, written: &[String], notes: &[Note], catalog: &Path) -> String {
    let mut text = String::new();
    let mut say = |line: String| writeln!(text, "{line}").expect("a string takes all");
    let version = |facts: &Facts| facts.meta.version.clone().unwrap_or_default();
    say(format!("{} -> {}\n\nWritten", version(old), version(new)));
    written.iter().for_each(|line| say(format!("    {line}")));
    let (open, done): (Vec<&Note>, Vec<&Note>) =
        notes.iter().partition(|note| note.decide.is_some());
    say(format!("\nTo decide ({})", open.len()));
    for (number, note) in open.iter().enumerate() {
        say(format!("{:>3}. {}", number + 1, note.said));
        note.decide.iter().for_each(|decide| say(format!("     {decide}")));
        note.places.iter().for_each(|place| say(format!("     - {place}")));
    }
    say(format!("\nFollowed by the facts alone ({})", done.len()));
    done.iter().for_each(|note| say(format!("    {}", note.said)));
    match connector_catalog::tables(catalog) {
        Ok(_) => say("\nThe catalogue fits together.".into()),
        Err(error) => say(format!("\nThe catalogue does not fit together yet: {error:#}")),
    }
    say("Next: make cases manifest docs, read the difference, make test".into());
    text
}
