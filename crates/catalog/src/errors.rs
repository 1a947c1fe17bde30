//! The error rules. Each has an example, which no earlier rule may match.

use std::fmt::Write;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::load::{Catalog, items, option, text, texts};
use crate::wait;

pub fn write(catalog: &Catalog) -> Result<String> {
    let mut source = "pub static ERRORS: &[ErrorRule] = &[\n".to_owned();
    let rules: Vec<&Value> = items(&catalog.errors, "rule").collect();
    for (index, rule) in rules.iter().enumerate() {
        let word = text(rule, "word")?;
        let first = rules.iter().position(|other| fits(other, &rule["example"]));
        match first {
            Some(first) if first == index => {}
            Some(first) => bail!(
                "errors.toml: rule {word} is never reached: {} takes its example",
                rules[first]
            ),
            None => bail!("errors.toml: no rule fits the example of {word}"),
        }
        let status = match span(rule) {
            Some(span) => format!("Some({span:?})"),
            None => "None".to_owned(),
        };
        let code = rule["code"].as_i64().map_or("None".to_owned(), |code| format!("Some({code})"));
        let kind: String = text(rule, "kind")?
            .split('-')
            .map(|word| word[..1].to_uppercase() + &word[1..])
            .collect();
        writeln!(
            source,
            "ErrorRule {{ status: {status}, code: {code}, says: {}, waits: {}, kind: ErrorKind::{kind}, word: {word:?}, advice: {} }},",
            texts(items(rule, "says").filter_map(Value::as_str)),
            rule["waits"] == true,
            option(&rule["advice"])
        )
        .context("writing to a text")?;
    }
    Ok(source + "];\n")
}

/// As `connector-sdk` decides.
fn fits(rule: &Value, example: &Value) -> bool {
    let said = example["message"].as_str().unwrap_or_default().to_ascii_lowercase();
    let status = example["status"].as_u64().unwrap_or_default();
    let mut says = items(rule, "says").filter_map(Value::as_str).peekable();
    span(rule).is_none_or(|(from, to)| (from..=to).contains(&status))
        && (rule["code"].is_null() || rule["code"] == example["code"])
        && (says.peek().is_none() || says.any(|words| said.contains(words)))
        && (rule["waits"] != true || wait::asked(&said).is_some())
}

fn span(rule: &Value) -> Option<(u64, u64)> {
    match &rule["status"] {
        Value::Array(ends) => Some((ends.first()?.as_u64()?, ends.last()?.as_u64()?)),
        one => one.as_u64().map(|one| (one, one)),
    }
}
