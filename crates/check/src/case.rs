//! Cases as they are written: a file each, or a row of a table of refusals. The format is told in
//! `docs/cases.md`.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

/// What can come of a case.
const ENDS: [&str; 4] = ["items", "output", "cursor", "error"];

/// One case.
pub(crate) struct Case {
    /// `boards.list/two-pages`
    pub name: String,
    pub call: Value,
    pub requests: Vec<Value>,
    pub responses: Vec<Value>,
    pub end: Map<String, Value>,
    /// No case before it is about the same action, trigger or webhook.
    pub is_first_of_subject: bool,
}

impl Case {
    /// Whether a response of it departs from the service's description on purpose, so that the output
    /// may as well.
    pub fn is_off_schema(&self) -> bool {
        self.responses.iter().any(|response| response["off_schema"] == Value::Bool(true))
    }

    /// The action, trigger or webhook that it is about.
    pub fn subject(&self) -> String {
        self.name.split('/').next().unwrap_or_default().to_owned()
    }
}

/// All in a folder, by name.
pub(crate) fn below(root: &Path) -> Result<Vec<Case>, String> {
    let mut cases = Vec::new();
    for path in children(root)? {
        if path.is_dir() {
            for file in children(&path)?.iter().filter(|it| is_json(it)) {
                let name = file.with_extension("");
                let name = name.strip_prefix(root).unwrap_or(&name).display().to_string();
                cases.push(case(name.replace('\\', "/"), read(file)?)?);
            }
        } else if is_json(&path) {
            rows(&path, &mut cases)?;
        }
    }
    if cases.is_empty() {
        return Err(format!("there are none in {}", root.display()));
    }
    cases.sort_by(|one, other| one.name.cmp(&other.name));
    let mut subjects = HashSet::new();
    for case in &mut cases {
        case.is_first_of_subject = subjects.insert(case.subject());
    }
    Ok(cases)
}

/// The settings of the first case that has some.
pub(crate) fn first_settings(folder: &Path) -> Option<Value> {
    let cases = below(folder).ok()?;
    cases.into_iter().find_map(|case| case.call.get("settings").cloned())
}

fn case(name: String, written: Value) -> Result<Case, String> {
    let Value::Object(mut end) = written else { return Err(format!("{name} is no object")) };
    let call = end.remove("call").ok_or_else(|| format!("{name} has no `call`"))?;
    let exchanges = end.remove("exchanges").unwrap_or_default();
    let exchanges: Vec<Value> = exchanges.as_array().cloned().unwrap_or_default();
    let member = |name| exchanges.iter().filter_map(move |it: &Value| it.get(name).cloned());
    let (requests, responses) = (member("request").collect(), member("response").collect());
    match end.keys().find(|key| !ENDS.contains(&key.as_str())) {
        Some(other) => Err(format!("{name} has `{other}`, which no case has")),
        None => Ok(Case { name, call, requests, responses, end, is_first_of_subject: false }),
    }
}

/// A table: what is refused in the same way.
fn rows(path: &Path, cases: &mut Vec<Case>) -> Result<(), String> {
    let table = read(path)?;
    let response = table.get("response");
    for group in list(&table["refusals"]) {
        for row in list(&group["cases"]) {
            let error = group.get("error").map(|it| ("error".to_owned(), it.clone()));
            cases.push(Case {
                name: row["case"].as_str().unwrap_or_default().to_owned(),
                call: row["call"].clone(),
                requests: row.get("request").cloned().into_iter().collect(),
                responses: response.cloned().into_iter().collect(),
                end: error.into_iter().collect(),
                is_first_of_subject: false,
            });
        }
    }
    Ok(())
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn read(path: &Path) -> Result<Value, String> {
    let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))
}

fn children(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    Ok(entries.flatten().map(|entry| entry.path()).collect())
}

fn is_json(path: &Path) -> bool {
    path.extension().is_some_and(|it| it == "json")
}
