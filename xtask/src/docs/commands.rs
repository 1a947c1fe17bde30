//! A page for each command of the program, from its help.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Result, ensure};

use super::help::{Help, Section};
use super::markdown::{GENERATED, Table, code, spans};

/// What is below the commands in the help of the program as a whole.
const NO_COMMANDS: &str = "Options";

const INTRODUCTION: &str = "\
What `connector` can be told, as `--help` says it. `connector sql` and `connector sync` are there when the program is
built with SQL, and `connector worker` and `connector cluster` when it is built for a cluster: see [SQL](../sql.md) and
[many machines](../cluster.md).
";

/// The pages by their paths in `docs`. Fails when the program cannot be asked.
pub fn pages(program: &Path) -> Result<BTreeMap<String, String>> {
    let help = Help::of(program, &[])?;
    let mut index = format!("{GENERATED}# Commands\n\n{INTRODUCTION}\n");
    let mut pages = BTreeMap::new();
    let groups = help.sections.iter().take_while(|(title, _)| title != NO_COMMANDS);
    for (title, section) in groups {
        index += &format!("## {title}\n\n");
        let mut table = Table::new(["Command", "What it does"]);
        for (name, meaning) in section.entries() {
            let link = match name.as_str() {
                "help" => code(&name),
                _ => format!("[{}]({name}.md)", code(&name)),
            };
            table.row([link, spans(&meaning)]);
            if name != "help" {
                let text = command(program, &[&name])?;
                pages.insert(
                    format!("cli/{name}.md"),
                    format!("{GENERATED}{}", text.trim_end()) + "\n",
                );
            }
        }
        index += &table.finish();
    }
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
