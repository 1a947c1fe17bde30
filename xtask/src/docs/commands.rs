//! A page for each command of the program, from its help.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};

use super::help::{Help, Section};
use super::markdown::{GENERATED, Table, code, spans};

/// What is below the commands in the help of the program as a whole.
const NO_COMMANDS: &str = "Options";

/// Commands that few programs have, and what builds one that has them.
const APART: [(&str, &str); 4] = [
    ("sync", "make sql"),
    ("sql", "make sql"),
    ("worker", "make worker"),
    ("cluster", "make worker"),
];

/// The pages by their paths in `docs`. Of commands that this program is built without, the pages stay as they are
/// there. Fails when the program cannot be asked.
pub fn pages(docs: &Path, program: &Path) -> Result<BTreeMap<String, String>> {
    let help = Help::of(program, &[])?;
    let mut index =
        format!("{GENERATED}# Commands\n\nWhat `connector` can be told, as `--help` says it.\n\n");
    let mut pages = BTreeMap::new();
    let groups = help.sections.iter().take_while(|(title, _)| title != NO_COMMANDS);
    for (title, section) in groups {
        index += &format!("## {title}\n\n");
        let mut table = Table::new(["Command", "What it does"]);
        for (name, meaning) in section.entries() {
            if name == "help" {
                table.row([code(&name), spans(&meaning)]);
                continue;
            }
            pages.insert(path(&name), page(program, &name)?);
            if APART.iter().all(|(apart, _)| *apart != name) {
                table.row([link(&name), spans(&meaning)]);
            }
        }
        index += &table.finish();
    }
    index += &apart(docs, &mut pages)?;
    ensure!(!pages.is_empty(), "{} has no commands", program.display());
    for (title, name) in
        [("Options of every command", "Option"), ("Variables", "Variable"), ("Exit codes", "Code")]
    {
        if let Some(section) = help.section(title) {
            index += &format!("## {title}\n\n{}", table(name, section));
        }
    }
    pages.insert("cli/README.md".to_owned(), index.trim_end().to_owned() + "\n");
    Ok(pages)
}

/// What the index says of the commands that are apart, whose pages are kept where they were not made.
fn apart(docs: &Path, pages: &mut BTreeMap<String, String>) -> Result<String> {
    let mut table = Table::new(["Command", "What it does", "Built by"]);
    for (name, how) in APART {
        let path = path(name);
        let page = match pages.remove(&path) {
            Some(page) => page,
            None => fs::read_to_string(docs.join(&path))
                .with_context(|| format!("{path} is made with a program of `{how}`"))?,
        };
        let meaning = page.lines().skip_while(|line| !line.starts_with("# ")).nth(2);
        table.row([link(name), meaning.unwrap_or_default().to_owned(), code(how)]);
        pages.insert(path, page);
    }
    Ok(format!("## In programs that are built with more\n\n{}", table.finish()))
}

fn path(name: &str) -> String {
    format!("cli/{name}.md")
}

fn link(name: &str) -> String {
    format!("[{}]({name}.md)", code(name))
}

fn page(program: &Path, name: &str) -> Result<String> {
    Ok(format!("{GENERATED}{}", command(program, &[name])?.trim_end()) + "\n")
}

/// A command, and those below it.
fn command(program: &Path, names: &[&str]) -> Result<String> {
    let help = Help::of(program, names)?;
    let mut text = format!("{} connector {}\n\n", "#".repeat(names.len()), names.join(" "));
    for paragraph in &help.about {
        text += &format!("{}\n\n", spans(paragraph));
    }
    text += &format!("```text\n{}\n```\n\n", help.usage);
    if let Some(examples) = help.section("Examples") {
        text += &format!("For example:\n\n```sh\n{}\n```\n\n", examples.text());
    }
    for (title, name) in [("Arguments", "Argument"), ("Options", "Option")] {
        if let Some(section) = help.section(title) {
            text += &table(name, section);
        }
    }
    let below = help.section("Commands").map(Section::entries).unwrap_or_default();
    for (name, _) in below.iter().filter(|(name, _)| name != "help") {
        text += &command(program, &[names, &[name]].concat())?;
    }
    Ok(text)
}

/// Names and meanings, without what every command has.
fn table(name: &str, section: &Section) -> String {
    let entries = section.entries();
    let mut entries = entries.iter().filter(|(name, _)| name != "-h, --help").peekable();
    if entries.peek().is_none() {
        return String::new();
    }
    let mut table = Table::new([name, "Meaning"]);
    for (name, meaning) in entries {
        let lines = meaning.lines().map(spans).collect::<Vec<_>>();
        table.row([code(name), lines.join("<br>")]);
    }
    table.finish()
}
