//! What `--help` prints, in parts.

use std::env;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

/// The help of one command.
pub struct Help {
    /// The paragraphs before the usage.
    pub about: Vec<String>,
    pub usage: String,
    /// Each with its title, in order.
    pub sections: Vec<(String, Section)>,
}

/// The lines below a title.
pub struct Section(Vec<String>);

/// A name, such as an option with its value, and what it means.
pub type Entry = (String, String);

/// What stands at the beginning of a line goes on with an entry when it is as far in as this.
const WITHIN: usize = 8;

impl Help {
    /// Asks a program. Fails when it cannot be run, or does not know the command.
    pub fn of(program: &Path, command: &[&str]) -> Result<Self> {
        let mut asked = Command::new(program);
        asked.args(command).arg("--help").env("COLUMNS", "80");
        // The help shows what those variables hold that it names.
        let ours = env::vars_os().map(|(name, _)| name);
        for name in ours.filter(|name| name.to_string_lossy().starts_with("CONNECTOR_")) {
            asked.env_remove(name);
        }
        let output = asked.output().with_context(|| format!("cannot run {}", program.display()))?;
        let name = command.join(" ");
        ensure!(output.status.success(), "`{name} --help` fails in {}", program.display());
        Ok(Self::parse(&String::from_utf8(output.stdout)?))
    }

    fn parse(text: &str) -> Self {
        let mut help = Help { about: Vec::new(), usage: String::new(), sections: Vec::new() };
        for block in text.trim_end().split("\n\n") {
            let (first, rest) = block.split_once('\n').unwrap_or((block, ""));
            let lines = || rest.lines().map(str::to_owned);
            if let Some(usage) = block.strip_prefix("Usage: ") {
                help.usage = usage.lines().map(str::trim).collect::<Vec<_>>().join("\n");
            } else if let Some(title) = first.strip_suffix(':').filter(|_| !rest.is_empty()) {
                help.sections.push((title.to_owned(), Section(lines().collect())));
            } else if help.usage.is_empty() {
                help.about.push(block.lines().map(str::trim).collect::<Vec<_>>().join(" "));
            } else if block.starts_with(' ')
                && let Some((_, Section(section))) = help.sections.last_mut()
            {
                section.extend(block.lines().map(str::to_owned));
            }
        }
        help
    }

    /// The section of this title, if there is one.
    pub fn section(&self, title: &str) -> Option<&Section> {
        self.sections.iter().find(|(name, _)| name == title).map(|(_, section)| section)
    }
}

impl Section {
    /// As it stands, without the indent.
    pub fn text(&self) -> String {
        self.0.iter().map(|line| line.trim_start()).collect::<Vec<_>>().join("\n")
    }

    /// Names and meanings; what a value may be stands on lines of their own in the meaning.
    pub fn entries(&self) -> Vec<Entry> {
        let mut entries: Vec<Entry> = Vec::new();
        for line in &self.0 {
            let indent = line.len() - line.trim_start().len();
            let text = line.trim();
            if indent < WITHIN {
                let (name, meaning) = text.split_once("  ").unwrap_or((text, ""));
                entries.push((name.to_owned(), meaning.trim().to_owned()));
            } else if let Some((_, meaning)) = entries.last_mut() {
                let is_value = text.split_once(": ").is_some_and(|(word, _)| !word.contains(' '));
                let gap = match meaning.is_empty() {
                    true => "",
                    false if is_value => "\n",
                    false => " ",
                };
                *meaning += gap;
                *meaning += text;
            }
        }
        entries
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
Read records, each once

Prints each record
on a line.

Usage: app read [OPTIONS] <RESOURCE>
       app read <COMMAND>

Options:
  -i, --input <JSON>
          The input
      --format <FORMAT>
          The form of the records [default: jsonl]
            jsonl: A JSON object on each line
            csv: A line with the names of the fields, then a line for each
            record

      --limit <LIMIT>
          So many at most

Exit codes:
  0    done
  130  stopped

Options of every command, such as --json: app --help
";

    #[test]
    fn help_comes_apart() {
        let help = Help::parse(TEXT);
        assert_eq!(help.about, ["Read records, each once", "Prints each record on a line."]);
        assert_eq!(help.usage, "app read [OPTIONS] <RESOURCE>\napp read <COMMAND>");
        let options = help.section("Options").expect("there are options").entries();
        let names: Vec<_> = options.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["-i, --input <JSON>", "--format <FORMAT>", "--limit <LIMIT>"]);
        assert_eq!(
            options[1].1,
            "The form of the records [default: jsonl]\njsonl: A JSON object on each line\n\
             csv: A line with the names of the fields, then a line for each record"
        );
        let codes = help.section("Exit codes").expect("there are exit codes").entries();
        assert_eq!(codes[1], ("130".to_owned(), "stopped".to_owned()));
    }
}
