//! An action as an answer of `find_tools` shows it: what a model needs to call it, in few words.

use std::cmp::Reverse;

use connector_host::contract::actions::Description;
use serde_json::{Value, json};

use crate::does::Does;
use crate::find::stems;
use crate::outline::{self, Field};

/// Fields that need not be given and are named all the same; of examples, bytes.
const OTHERS: usize = 8;
const EXAMPLE: usize = 260;
/// Characters of a sentence.
const SENTENCE: usize = 200;

/// What it is called, what it does, which fields it needs and has, and a worked input. Of the fields those
/// come first that the query, as stems, speaks of.
pub fn hit(name: &str, description: &Description, does: Does, query: &[String]) -> Value {
    let schema: Value = serde_json::from_str(&description.input).unwrap_or_default();
    let fields = outline::fields(&schema);
    // A list of things is told by the things' members.
    let has_members =
        |path: &str| fields.iter().any(|it| it.path.starts_with(&format!("{path}[].")));
    let told: Vec<_> = fields.iter().filter(|field| !has_members(&field.path)).collect();
    let paths = |required: bool| told.iter().filter(move |it| it.required == required);
    let needs: Vec<&str> = paths(true).map(|it| it.path.as_str()).collect();
    let mut hit = json!({
        "name": name,
        "about": short(&description.action.summary),
        "does": does.word(),
        "needs": needs,
    });
    let mut others: Vec<&Field> = paths(false).copied().collect();
    if !others.is_empty() {
        others.sort_by_cached_key(|field| Reverse(spoken_of(field, query)));
        hit["also"] = listed(&others).into();
    }
    let examples = description.examples.iter().map(|example| &example.input);
    if let Some(example) = examples.filter(|input| input.len() <= EXAMPLE).min_by_key(|it| it.len())
    {
        hit["example"] = serde_json::from_str(example).unwrap_or_default();
    }
    if !description.action.notes.is_empty() {
        hit["notes"] = json!(description.action.notes);
    }
    hit
}

/// How many words of a field's name and title are in the query.
fn spoken_of(field: &Field, query: &[String]) -> usize {
    let own = field.path.rsplit('.').next().unwrap_or_default();
    let words = stems(&format!("{own} {}", field.title()));
    words.iter().filter(|word| query.contains(word)).count()
}

/// Names of fields as a text; those within a list behind its name.
fn listed(fields: &[&Field]) -> String {
    let mut lists: Vec<(&str, Vec<&str>)> = Vec::new();
    for field in fields.iter().take(OTHERS) {
        let (list, name) = field.path.rsplit_once('.').unwrap_or(("", &field.path));
        match lists.iter_mut().find(|(known, _)| *known == list) {
            Some((_, names)) => names.push(name),
            None => lists.push((list, vec![name])),
        }
    }
    let list = |(list, names): (&str, Vec<&str>)| match list {
        "" => names.join(", "),
        list => format!("{list}: {}", names.join(", ")),
    };
    let text = lists.into_iter().map(list).collect::<Vec<_>>().join("; ");
    match fields.len().saturating_sub(OTHERS) {
        0 => text,
        more => format!("{text}, and {more} more"),
    }
}

fn short(text: &str) -> String {
    match text.char_indices().nth(SENTENCE) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}

/// Leaves its name, what it does and what it needs.
pub fn shorten(hit: &mut Value) {
    if let Some(members) = hit.as_object_mut() {
        members.retain(|name, _| {
            matches!(name.as_str(), "name" | "about" | "does" | "needs" | "connections")
        });
    }
}
