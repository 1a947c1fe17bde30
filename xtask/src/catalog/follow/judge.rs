//! What one change means, for users and for whoever maintains the catalogue.

use super::note::Note;
use super::places::Places;
use crate::catalog::changes::{Change, How};
use serde_json::Value;
use std::collections::BTreeSet;

/// What changed.
pub struct Subject<'a> {
    /// As notes name it.
    pub name: &'a str,
    /// The actions that have to do with it.
    pub actions: BTreeSet<&'a str>,
    /// It is in inputs, and not only in answers.
    pub taken: bool,
}

/// Which way a limit moved.
enum Move {
    Tighter,
    Looser,
}

const UPPER: [&str; 4] = ["maxLength", "maximum", "exclusiveMaximum", "maxItems"];
const LOWER: [&str; 5] = ["minLength", "minimum", "exclusiveMinimum", "minItems", "minProperties"];

const REQUIRED: &str =
    "Flows that leave it out are refused from now on. Examples and cases of our own need it.";

impl Subject<'_> {
    /// Whether a line begins the words of this field: those of its name, its type's or its action's.
    fn words(&self, file: &str, line: &str, field: &str) -> bool {
        let head = line.strip_prefix('[').and_then(|line| line.strip_suffix(']'));
        let head =
            head.filter(|_| file.starts_with("catalog/fields/")).map(|it| it.replace('"', ""));
        head.is_some_and(|head| match head.rsplit_once(['.', '/']) {
            Some((owner, name)) => {
                let type_ = self.name.split(' ').next();
                name == field && (type_ == Some(owner) || self.actions.contains(owner))
            }
            None => head == field,
        })
    }

    /// The lines that name a field: its words, choices for it, and cases of the actions.
    fn places(&self, field: &str, places: &Places) -> Vec<String> {
        let cases = self.actions.iter().map(|action| format!("tests/cases/{action}/"));
        let quoting: Vec<String> = cases.chain(["catalog/choices.toml".into()]).collect();
        places.of(|file, line| {
            self.words(file, line, field)
                || quoting.iter().any(|it| file.starts_with(it))
                    && line.contains(&format!("{field:?}"))
        })
    }

    /// A name that is gone, and one that came in its place.
    pub fn renamed(&self, gone: &str, come: &str, places: &Places) -> Note {
        Note::open(
            format!("{}: `{gone}` is gone, and `{come}` has the same facts", self.name),
            "Is it renamed? Then move its words, and say in the changelog that flows have to change.",
            self.places(field(gone), places),
        )
    }
}

/// The note on one change; none where it is told otherwise.
pub fn judge(subject: &Subject, change: &Change, places: &Places) -> Option<Note> {
    let Change { path, key, named, how } = change;
    let Subject { name, taken, .. } = *subject;
    let at = path.strip_suffix(key).unwrap_or(path).trim_end_matches('.');
    let at = if at.is_empty() { name.to_owned() } else { format!("{name}: `{at}`") };
    let open = |said: String, decide: &str, of: &str| {
        Some(Note::open(said, decide, subject.places(of, places)))
    };
    let followed = |said: String| Some(Note::followed(said));
    if *named && path.starts_with("security") {
        return open(
            format!("{name}: {change}"),
            "Another kind of credential is taken: look at catalog/connection.toml.",
            key,
        );
    }
    if *named {
        let worded = |file: &str, line: &str| subject.words(file, line, key);
        return match how {
            How::Added(_) if taken && places.of(worded).is_empty() => open(
                format!("{name} takes `{path}`"),
                "It has no words: give it a title and a help text in catalog/fields.",
                key,
            ),
            How::Added(_) if taken => followed(format!("{name} takes `{path}`")),
            How::Added(_) => followed(format!("{name} answers with `{path}`")),
            How::Removed(_) if taken => open(
                format!("{name} takes `{path}` no longer"),
                "Flows that fill it in are refused from now on. Take away its words and mentions, and say what to use.",
                key,
            ),
            How::Removed(_) => open(
                format!("{name} answers with `{path}` no longer"),
                "Does a trigger, a key, a choice or a composed action read it?",
                key,
            ),
            _ => open(format!("{name}: {change}"), "Another kind of thing: look at both.", key),
        };
    }
    if let Some(moved) = moved(key, how) {
        let said = match how {
            How::Added(new) => format!("{at}: `{key}` is {new}"),
            How::Removed(old) => format!("{at}: `{key}` is {old} no longer"),
            How::Replaced { old, new } => format!("{at}: `{key}` goes from {old} to {new}"),
            How::Members { .. } => format!("{name}: {change}"),
        };
        return match moved {
            Move::Tighter if taken => open(
                said,
                "What people have saved may not fit any longer. Do examples, cases and flows of our own?",
                field(&at),
            ),
            _ => followed(said),
        };
    }
    match (key.as_str(), how) {
        ("version", _) => None,
        ("enum", How::Members { lost, gained }) => {
            let said = match (lost.is_empty(), gained.is_empty()) {
                (true, _) => format!("{at} may be {}, too", list(gained)),
                (_, true) => format!("{at} is {} no longer", list(lost)),
                _ => format!("{at} may be {}, too, and is {} no longer", list(gained), list(lost)),
            };
            match lost.first() {
                Some(first) if taken => open(
                    said,
                    "Flows that send it are refused from now on. Does an example, a case or a flow of our own?",
                    first.as_str().unwrap_or_default(),
                ),
                _ => followed(said),
            }
        }
        ("required", How::Members { gained, .. } | How::Added(Value::Array(gained)))
            if taken && !gained.is_empty() =>
        {
            open(
                format!("{at} must have {}", list(gained)),
                REQUIRED,
                gained[0].as_str().unwrap_or_default(),
            )
        }
        ("enum", How::Added(Value::Array(all))) if taken => open(
            format!("{at} may only be {}", list(all)),
            "Flows that send anything else are refused from now on. Does an example, a case or a flow of our own?",
            field(&at),
        ),
        ("enum", _) => followed(format!("{name}: {change}")),
        ("required", How::Added(Value::Bool(true))) => open(
            format!("{at} must be given"),
            "Flows that leave it out are refused from now on.",
            field(&at),
        ),
        ("scopes", How::Members { gained, .. }) if !gained.is_empty() => open(
            format!("{at} needs the scope {}", list(gained)),
            "Connections that exist were not asked for it. Say so, and look at catalog/connection.toml.",
            gained[0].as_str().unwrap_or_default(),
        ),
        ("deprecated", How::Added(_)) => open(
            format!("{at} is deprecated by the service"),
            "Give the words of the action `deprecated`, with its end and what to use instead, if they are known.",
            "deprecated",
        ),
        ("required" | "deprecated" | "description" | "default", _) => {
            followed(format!("{name}: {change}"))
        }
        ("success" | "errors" | "quota" | "sandbox" | "beta", _) => {
            followed(format!("{name}: {change}"))
        }
        _ => open(
            format!("{name}: {change}"),
            "Requests or answers are read in another way: read the difference that the cases show.",
            field(&at),
        ),
    }
}

/// The last name in a path.
fn field(path: &str) -> &str {
    let last = path.rsplit(['.', '`', ' ']).find(|part| !part.is_empty()).unwrap_or(path);
    last.trim_end_matches("[]")
}

fn list(values: &[Value]) -> String {
    let values: Vec<String> = values.iter().map(|value| format!("`{value}`")).collect();
    values.join(", ").replace('"', "")
}

fn moved(key: &str, how: &How) -> Option<Move> {
    let tighter = match how {
        How::Added(_) => true,
        How::Removed(_) => false,
        How::Replaced { old, new } => match key {
            "pattern" => true,
            _ if UPPER.contains(&key) => new.as_f64()? < old.as_f64()?,
            _ => new.as_f64()? > old.as_f64()?,
        },
        How::Members { .. } => return None,
    };
    let limit = key == "pattern" || UPPER.contains(&key) || LOWER.contains(&key);
    limit.then_some(if tighter { Move::Tighter } else { Move::Looser })
}
