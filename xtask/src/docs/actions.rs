//! A page on the actions of one group.

use std::fmt::Write;
use std::path::Path;

use anyhow::Result;
use serde_json::Value;

use super::cases;
use super::manifest::{About, Action, Effect, Shape};
use super::markdown::{GENERATED, code, codes, json, prose};
use super::rows;
use super::types::folded;

/// As many fields of an answer are named.
const FIELDS: usize = 40;

pub fn page(group: &str, actions: &[&Action], cases: &Path) -> Result<String> {
    let mut page = format!("{GENERATED}# {group}\n\n[How to read this](README.md)\n\n");
    for action in actions {
        page += &section(action, cases)?;
    }
    Ok(page.trim_end().to_owned() + "\n")
}

fn section(action: &Action, cases: &Path) -> Result<String> {
    let about = &action.about;
    let mut text = format!("<a id=\"{}\"></a>\n\n", about.id);
    write!(text, "## {}\n\n{}\n\n", prose(&about.title), prose(&about.summary))?;
    for fact in facts(about) {
        writeln!(text, "- {fact}")?;
    }
    text += "\n";
    for example in &action.examples {
        write!(text, "{}:\n\n{}", prose(&example.title), json(&example.input))?;
    }
    text += "### Input\n\n";
    text += &match action.input["properties"].as_object() {
        Some(fields) if !fields.is_empty() => rows::table(&action.input),
        _ => "No fields.\n\n".to_owned(),
    };
    text += "### Output\n\n";
    text += &match cases::answer(&cases.join(&about.id), &action.examples)? {
        Some(answer) => shown(action, answer),
        None => listed(about.shape, &action.output),
    };
    Ok(text)
}

fn facts(about: &About) -> Vec<String> {
    let operation = match &about.operation_id {
        Some(name) => format!("; Pinterest calls the operation {}", code(name)),
        None => String::new(),
    };
    let mut facts = vec![format!("Id: {}{operation}", code(&about.id))];
    if !about.scopes.is_empty() {
        facts.push(format!("Scopes: {}", codes(&about.scopes)));
    }
    facts.push(match about.effect {
        Effect::Read => "Reads only: may be repeated at will".to_owned(),
        Effect::Idempotent => {
            "Changes something once: running it again changes nothing more".into()
        }
        Effect::Write => "Changes something each time it runs".into(),
    });
    facts.extend(about.notes.iter().map(|note| match note.as_str() {
        "beta" => "Beta at Pinterest: not open to every account, and may change".to_owned(),
        "deprecated" => "Deprecated: Pinterest is about to remove it".into(),
        "no-sandbox" => "Not in Pinterest's own sandbox".into(),
        other => prose(other),
    }));
    facts
}

/// An answer from a case, as far as the schema knows it.
fn shown(action: &Action, mut answer: Value) -> String {
    let (key, before) = match action.about.shape {
        Shape::Items => ("items", "A list, page by page. For example:"),
        Shape::Single => ("output", "For example:"),
    };
    let mut answer = answer[key].take();
    keep_known(&mut answer, &action.output);
    match cases::shortened(&answer) {
        Value::Null => "Nothing.\n\n".into(),
        answer => format!("{before}\n\n{}", json(&answer)),
    }
}

/// Removes what cases add to see that unknown fields come through.
fn keep_known(answer: &mut Value, schema: &Value) {
    match (answer, schema["properties"].as_object()) {
        (Value::Array(list), _) => list.iter_mut().for_each(|item| keep_known(item, schema)),
        (Value::Object(fields), Some(known)) => fields.retain(|name, _| known.contains_key(name)),
        _ => {}
    }
}

/// The fields that the schema names.
fn listed(shape: Shape, schema: &Value) -> String {
    let before = match shape {
        Shape::Items => "A list, page by page. Each item",
        Shape::Single => "One answer",
    };
    match rows::list(schema, FIELDS) {
        fields if fields.is_empty() => format!("{before}: {}.\n\n", folded(schema)),
        fields => format!("{before} has:\n\n{fields}\n"),
    }
}
