//! The error rules. Each has an example, which no earlier rule may match.

use std::fmt::Write;

use anyhow::{Context, Result, bail};

use crate::files::errors::{Answer, Rule, Status};
use crate::load::{Catalog, option, texts};
use crate::wait;

pub fn write(catalog: &Catalog) -> Result<String> {
    let mut source = "pub static ERRORS: &[ErrorRule] = &[\n".to_owned();
    let rules = &catalog.errors.rule;
    for (index, rule) in rules.iter().enumerate() {
        let word = &rule.word;
        let first = rules.iter().position(|other| fits(other, &rule.example));
        match first {
            Some(first) if first == index => {}
            Some(first) => bail!(
                "errors.toml: rule {word} is never reached: rule {} takes its example",
                rules[first].word
            ),
            None => bail!("errors.toml: no rule fits the example of {word}"),
        }
        writeln!(
            source,
            "ErrorRule {{ status: {:?}, code: {:?}, says: {}, waits: {}, kind: ErrorKind::{:?}, word: {word:?}, advice: {} }},",
            span(rule),
            rule.code,
            texts(&rule.says),
            rule.waits == Some(true),
            rule.kind,
            option(rule.advice.as_deref())
        )
        .context("writing to a text")?;
    }
    Ok(source + "];\n")
}

/// As `connector-sdk` decides.
fn fits(rule: &Rule, example: &Answer) -> bool {
    let said = example.message.as_deref().unwrap_or_default().to_ascii_lowercase();
    span(rule).is_none_or(|(from, to)| (from..=to).contains(&example.status))
        && (rule.code.is_none() || rule.code == example.code)
        && (rule.says.is_empty() || rule.says.iter().any(|words| said.contains(words)))
        && (rule.waits != Some(true) || wait::asked(&said).is_some())
}

fn span(rule: &Rule) -> Option<(u16, u16)> {
    rule.status.as_ref().map(|status| match status {
        Status::One(status) => (*status, *status),
        Status::Range([from, to]) => (*from, *to),
    })
}
