//! The page on errors: the kinds of the contract, what refusals of the service mean, what the host refuses, and what
//! the program exits with.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use connector_catalog::files::errors::{Errors, Rule, Status};
use connector_catalog::files::read;

use super::help::Help;
use super::markdown::{GENERATED, Table, code, prose, spans};

const INTRODUCTION: &str = "\
An error has a `kind`, which is one of a few, a `code`, which is a stable word for programs, a sentence for people, and
where there is something to do about it, an `advice`. `fields` names each wrong field of the input, not only the first;
`status`, `request_id` and `details` are what the service said.
";

const REFUSALS: &str = "\
The first line that fits counts. What fits none has the kind of its status, and says what Pinterest said.
";

const HOST: &str = "\
What a connector asks for and a host does not do is refused by one of these rules. `Policy` has the limits.
";

/// Fails when a source is missing or cannot be read.
pub fn page(root: &Path, program: &Path) -> Result<String> {
    let source = |path: &str| fs::read_to_string(root.join(path)).with_context(|| path.to_owned());
    let mut page = format!("{GENERATED}# Errors and exit codes\n\n{INTRODUCTION}\n## Kinds\n\n");
    let mut kinds = Table::new(["Kind", "When"]);
    for (name, meaning) in cases(&source("wit/types.wit")?, "enum error-kind {") {
        kinds.row([code(name), spans(&meaning)]);
    }
    page += &kinds.finish();
    page += &format!("## What Pinterest's refusals mean\n\n{REFUSALS}\n");
    let mut rules = Table::new(["When", "Kind", "Code", "Advice"]);
    for rule in &read::<Errors>(&root.join("catalog/errors.toml"))?.rule {
        let kind = code(kebab(&format!("{:?}", rule.kind)));
        let advice = rule.advice.as_deref().map(prose).unwrap_or_default();
        rules.row([when(rule), kind, code(&rule.word), advice]);
    }
    page += &rules.finish();
    page += &format!("## What the host refuses\n\n{HOST}\n");
    let mut refused = Table::new(["Rule", "It asks that"]);
    for (name, meaning) in constants(&source("crates/host/src/rule.rs")?) {
        refused.row([code(name), spans(&meaning)]);
    }
    page += &refused.finish();
    page += "## Exit codes\n\n";
    let help = Help::of(program, &[])?;
    let mut codes = Table::new(["Code", "Meaning"]);
    for (number, meaning) in
        help.section("Exit codes").context("the help has no exit codes")?.entries()
    {
        codes.row([code(number), prose(&meaning)]);
    }
    page += &codes.finish();
    Ok(page.trim_end().to_owned() + "\n")
}

/// What an answer must be for a rule.
fn when(rule: &Rule) -> String {
    let status = rule.status.as_ref().map(|status| match status {
        Status::One(status) => format!("status {status}"),
        Status::Range([first, last]) => format!("status {first} to {last}"),
    });
    let code = rule.code.map(|code| format!("code {code}"));
    let says = (!rule.says.is_empty()).then(|| {
        let texts: Vec<_> = rule.says.iter().map(|text| format!("“{}”", prose(text))).collect();
        format!("says {}", texts.join(" or "))
    });
    let waits = (rule.waits == Some(true)).then(|| "says how long to wait".to_owned());
    [status, code, says, waits].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// The cases of an enum in WIT, with their comments.
fn cases<'a>(wit: &'a str, head: &str) -> Vec<(&'a str, String)> {
    let body = wit.split_once(head).and_then(|(_, rest)| rest.split_once('}'));
    let lines = body.map_or("", |(body, _)| body).lines().map(str::trim);
    commented(lines, |line| line.strip_suffix(','))
}

/// The texts that are constants of a module in Rust, with their comments.
fn constants(source: &str) -> Vec<(&str, String)> {
    let lines = source.lines().filter(|line| !line.starts_with("//!"));
    let found = commented(lines, |line| line.split_once("&str = \"")?.1.strip_suffix("\";"));
    found.into_iter().map(|(name, meaning)| (name, without_links(&meaning))).collect()
}

fn commented<'a>(
    lines: impl Iterator<Item = &'a str>,
    name: impl Fn(&'a str) -> Option<&'a str>,
) -> Vec<(&'a str, String)> {
    let (mut found, mut comment) = (Vec::new(), Vec::new());
    for line in lines {
        if let Some(text) = line.strip_prefix("///") {
            comment.push(text.trim());
        } else if let Some(name) = name(line) {
            found.push((name, comment.join(" ")));
            comment.clear();
        }
    }
    found
}

/// `[text](target)` is the text, `[name]` the name.
fn without_links(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('[') {
        let (inside, after) = after.split_once(']').unwrap_or((after, ""));
        plain += before;
        plain += inside;
        rest = match after.strip_prefix('(') {
            Some(target) => target.split_once(')').map_or("", |(_, after)| after),
            None => after,
        };
    }
    (plain + rest).replace("crate::", "")
}

/// `RateLimited` is `rate-limited`.
fn kebab(name: &str) -> String {
    let letters = name.char_indices().map(|(at, letter)| match letter.is_uppercase() && at > 0 {
        true => format!("-{}", letter.to_lowercase()),
        false => letter.to_lowercase().to_string(),
    });
    letters.collect()
}
