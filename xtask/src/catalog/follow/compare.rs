//! All changes between two imports, as notes.

use super::judge::{Subject, judge};
use super::note::Note;
use super::places::{Places, names};
use super::reach::Reach;
use super::words::Known;
use crate::catalog::changes::{Change, How, changes};
use crate::catalog::diff::json;
use crate::catalog::facts::Facts;
use anyhow::Result;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;

/// Actions are named up to this number; of more, only how many.
const NAMED: usize = 3;

/// Notes on what the new facts add, take away and change.
pub fn notes(old: &Facts, new: &Facts, known: &Known, root: &Path) -> Result<Vec<Note>> {
    let places = Places::read(root)?;
    let mut notes = Vec::new();
    for (id, operation) in &new.operations {
        if !old.operations.contains_key(id) {
            let (method, path) = (operation.facts.method.as_str(), &operation.facts.path);
            notes.push(Note::open(
                format!("`{}` is new: {method} {path}", known.action(id)),
                "Finish the drafts of its words and cases. Does it read or write what catalog/resources.toml has? \
                 Can choices for a field come from it?",
                Vec::new(),
            ));
        }
    }
    for id in old.operations.keys().filter(|id| !new.operations.contains_key(*id)) {
        let action = known.action(id);
        let mut named = places.of(|file, line| {
            !file.starts_with("tests/cases/") && (names(line, id) || names(line, &action))
        });
        named.push(format!("tests/cases/{action}"));
        notes.push(Note::open(
            format!("`{action}` is gone"),
            "Take its words, cases and mentions away and say what to use instead: flows that use it break, so it is a \
             major version. Or is it only left out of the description?",
            named,
        ));
    }
    let (before, after) = (Reach::of(old), Reach::of(new));
    let whole = Subject { name: "the API", actions: BTreeSet::new(), taken: true };
    add(&mut notes, &places, &whole, changes(&json(&old.meta), &json(&new.meta)));
    for (id, operation) in &old.operations {
        let Some(newer) = new.operations.get(id) else { continue };
        let action = known.action(id);
        let action = action.as_str();
        let found = changes(&json(&operation.facts), &json(&newer.facts));
        let (given, rest): (Vec<_>, Vec<_>) =
            found.into_iter().partition(|change| change.path.starts_with("response"));
        for (found, taken) in [(rest, true), (given, false)] {
            let subject = Subject { name: action, actions: [action].into(), taken };
            add(&mut notes, &places, &subject, found);
        }
    }
    for (name, type_) in &old.types {
        let Some(newer) = new.types.get(name) else { continue };
        let of = |one: BTreeSet<&str>, other: BTreeSet<&str>| -> BTreeSet<String> {
            one.into_iter().chain(other).map(|id| known.action(id)).collect()
        };
        let taken = of(before.taken(name), after.taken(name));
        let given = of(before.given(name), after.given(name));
        let actions: BTreeSet<&str> = taken.iter().chain(&given).map(String::as_str).collect();
        let title = format!("{name} ({})", listed(&actions));
        let subject = Subject { name: &title, actions, taken: !taken.is_empty() };
        add(&mut notes, &places, &subject, changes(&json(type_), &json(newer)));
    }
    Ok(notes)
}

fn listed(actions: &BTreeSet<&str>) -> String {
    let mut names: Vec<String> = actions.iter().take(NAMED).map(|&id| id.to_owned()).collect();
    if actions.len() > NAMED {
        names.push(format!("{} more", actions.len() - NAMED));
    }
    names.join(", ")
}

/// Notes on the changes of one subject. What is gone under one name and is there under another, beside it and
/// with the same facts, has perhaps been renamed.
fn add(notes: &mut Vec<Note>, places: &Places, subject: &Subject, mut found: Vec<Change>) {
    while let Some((gone, come)) = renamed(&found) {
        notes.push(subject.renamed(&gone, &come, places));
        found.retain(|change| change.path != gone && change.path != come);
    }
    notes.extend(found.iter().filter_map(|change| judge(subject, change, places)));
}

/// The paths of the first name that is gone and of the one that came in its place, if only one can have.
fn renamed(found: &[Change]) -> Option<(String, String)> {
    let beside = |one: &Change, other: &Change| {
        let parent = |it: &Change| it.path.rsplit_once('.').map(|(parent, _)| parent.to_owned());
        parent(one) == parent(other)
    };
    found.iter().filter(|change| change.named).find_map(|gone| {
        let How::Removed(old) = &gone.how else { return None };
        let mut come = found.iter().filter(|change| {
            let How::Added(new) = &change.how else { return false };
            change.named && beside(gone, change) && same(old, new)
        });
        match (come.next(), come.next()) {
            (Some(come), None) => Some((gone.path.clone(), come.path.clone())),
            _ => None,
        }
    })
}

/// The same facts, but for a name.
fn same(old: &Value, new: &Value) -> bool {
    let nameless = |value: &Value| {
        let mut value = value.clone();
        value.as_object_mut().map(|it| it.remove("name"));
        value
    };
    nameless(old) == nameless(new)
}
