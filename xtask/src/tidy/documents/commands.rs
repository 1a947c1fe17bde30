use std::collections::BTreeSet;

use super::super::tree::Tree;
use super::program::{Node, Programs};

/// What can be typed: targets of make, commands, flags.
pub struct Commands {
    targets: BTreeSet<String>,
    programs: Programs,
}

impl Commands {
    pub fn read(tree: &Tree) -> Self {
        let mut programs = Programs::read(tree);
        for (_, text) in
            tree.texts().filter(|(path, _)| !path.ends_with(".md") && !path.ends_with(".json"))
        {
            programs.flags.extend(quoted_flags(text));
        }
        programs.flags.extend(["help".to_owned(), "version".to_owned()]);
        let makefiles =
            tree.texts().filter(|(path, _)| *path == "Makefile" || path.ends_with(".mk"));
        Self { targets: makefiles.flat_map(|(_, text)| targets(text)).collect(), programs }
    }

    /// Whether a span begins with the name of a program and goes on.
    pub fn is_program(&self, span: &str) -> bool {
        self.program(span).is_some()
    }

    pub fn lacks_target<'a>(&self, words: impl Iterator<Item = &'a str>) -> Option<String> {
        let mut targets = words.filter(|word| !word.contains('=') && !word.starts_with('-'));
        let missing = targets.find(|target| !self.targets.contains(*target))?;
        Some(format!(
            "names `make {missing}`, which the Makefile does not have: name a target that it has"
        ))
    }

    pub fn lacks_flag(&self, flag: &str) -> Option<String> {
        let name = flag.trim_start_matches('-').split('=').next()?;
        let missing = !name.is_empty() && !self.programs.flags.contains(name);
        missing.then(|| {
            format!("names `--{name}`, which no program here takes: name a flag that there is")
        })
    }

    /// A command line: its commands, as deep as they go, and its flags.
    pub fn lacks_command(&self, span: &str) -> Option<String> {
        let (name, mut node) = self.program(span)?;
        let mut lacking = None;
        // Whether the word may be the value of a flag before it.
        let mut value = false;
        for word in span[name.len()..].split_whitespace() {
            let is_flag = word.starts_with("--");
            if is_flag {
                lacking = lacking.or_else(|| self.lacks_flag(word));
            } else if let Some(below) = node.commands.get(word) {
                node = below;
            } else if !node.commands.is_empty() && !value && is_command(word) {
                return Some(format!(
                    "names `{name} … {word}`, which is no command: see `{name} --help`"
                ));
            } else if !value {
                break;
            }
            value = is_flag && !word.contains('=');
        }
        lacking
    }

    fn program(&self, span: &str) -> Option<(&str, &Node)> {
        let programs = self.programs.programs.iter();
        programs
            .map(|(name, node)| (name.as_str(), node))
            .find(|(name, _)| span.strip_prefix(name).is_some_and(|rest| rest.starts_with(' ')))
    }
}

/// Commands are lower case, and what stands for something is not.
fn is_command(word: &str) -> bool {
    word.chars().all(|letter| letter.is_lowercase() || letter == '-')
}

/// The names before the colons of a Makefile.
fn targets(makefile: &str) -> BTreeSet<String> {
    let rules = makefile.lines().filter(|line| !line.starts_with(['\t', '#', ' ']));
    rules
        .filter_map(|line| line.split_once(':'))
        .filter(|(_, after)| !after.starts_with('='))
        .flat_map(|(before, _)| before.split_whitespace())
        .map(str::to_owned)
        .collect()
}

/// `"--flag"` in a program that passes it on or reads it by hand.
fn quoted_flags(text: &str) -> impl Iterator<Item = String> {
    text.split(['"', '\'', '`', ' ', '\n']).filter_map(|word| {
        let name = word.strip_prefix("--")?;
        let is_flag = !name.is_empty()
            && name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '-');
        is_flag.then(|| name.to_owned())
    })
}
