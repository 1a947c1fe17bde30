//! Where cases are written: each in a file of its own, or as a row of a table of refusals. The format
//! is told in `docs/cases.md`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use super::Played;

pub struct Case {
    /// `boards.list/two-pages`
    pub name: String,
    pub call: Value,
    pub responses: Vec<Value>,
    /// What is sent.
    requests: Vec<Value>,
    /// What comes of it: `items`, and `output` and `cursor`, or `error`.
    end: Map<String, Value>,
    written: Written,
    root: PathBuf,
    /// The table that it is a row of.
    table: Option<PathBuf>,
}

/// What a person writes, letter by letter: a value keeps no number of more digits than a double has.
struct Written {
    call: String,
    responses: Vec<String>,
}

impl Case {
    /// All that are below this folder, in the order of their names.
    pub fn below(root: &Path) -> Vec<Case> {
        let mut cases = Vec::new();
        for path in children(root) {
            if path.is_dir() {
                cases.extend(
                    children(&path).iter().filter(|it| is_json(it)).map(|it| file(root, it)),
                );
            } else if is_json(&path) {
                cases.extend(rows(root, &path));
            }
        }
        cases.sort_by(|one, other| one.name.cmp(&other.name));
        assert!(!cases.is_empty(), "there are no cases in {}", root.display());
        let twice = cases.windows(2).find(|pair| pair[0].name == pair[1].name);
        assert!(twice.is_none(), "{} is there twice", twice.map_or("", |pair| &pair[0].name));
        cases
    }

    /// The action, trigger or webhook that it is about: what stands before the slash of its name.
    pub fn subject(&self) -> &str {
        self.name.split('/').next().unwrap_or_default()
    }

    /// Whether the call fails.
    pub fn fails(&self) -> bool {
        self.end.contains_key("error")
    }

    /// Compares what was played with what is written, or writes it.
    pub fn settle(&self, played: Played) -> Result<(), String> {
        let (sent, end) = (played.requests, played.end.expect("it ended"));
        let same = self.requests == sent && self.end == end;
        if !same && std::env::var_os("UPDATE_EXPECT").is_some() {
            self.write(&sent, &end);
            return Ok(());
        }
        let differs = |what: &str, expected: Value, got: Value| {
            let name = &self.name;
            Err(format!("{name}: {what}\n  expected {expected}\n  got      {got}"))
        };
        if self.requests != sent {
            return differs("the requests", self.requests.clone().into(), sent.into());
        }
        if self.end != end {
            return differs("the end", self.end.clone().into(), end.into());
        }
        match sent.len() == self.responses.len() {
            true => Ok(()),
            false => Err(format!("{}: a response was never asked for", self.name)),
        }
    }

    fn write(&self, sent: &[Value], end: &Map<String, Value>) {
        let refusal = end.get("error").filter(|_| end.len() == 1);
        if let Some(path) = &self.table {
            let mut table = read(path);
            let row = refusal.map(|error| (self.row(sent), error));
            put(&mut table["refusals"], &self.name, row);
            write(path, &pretty(&table));
            if refusal.is_some() {
                return;
            }
        }
        let path = self.root.join(format!("{}.json", self.name));
        fs::create_dir_all(path.parent().expect("it is below a root")).expect("a folder for it");
        write(&path, &self.text(sent, end));
    }

    fn text(&self, sent: &[Value], end: &Map<String, Value>) -> String {
        let mut members = vec![format!("\"call\": {}", placed(&self.written.call, 1))];
        let exchange = |(at, response): (usize, &String)| {
            let request = sent.get(at).map(|it| placed(&pretty(it), 3));
            let request = request.map(|it| format!("\"request\": {it},\n      "));
            let (request, response) = (request.unwrap_or_default(), placed(response, 3));
            format!("{{\n      {request}\"response\": {response}\n    }}")
        };
        let exchanges: Vec<_> = self.written.responses.iter().enumerate().map(exchange).collect();
        if !exchanges.is_empty() {
            members.push(format!("\"exchanges\": [\n    {}\n  ]", exchanges.join(",\n    ")));
        }
        members
            .extend(end.iter().map(|(name, it)| format!("\"{name}\": {}", placed(&pretty(it), 1))));
        format!("{{\n  {}\n}}", members.join(",\n  "))
    }

    fn row(&self, sent: &[Value]) -> Value {
        match sent.first() {
            Some(request) => json!({ "case": self.name, "call": self.call, "request": request }),
            None => json!({ "case": self.name, "call": self.call }),
        }
    }
}

/// A case in a file of its own.
fn file(root: &Path, path: &Path) -> Case {
    let mut end = object(read(path), path);
    let written = written(&fs::read_to_string(path).expect("it has just been read"));
    let call = end.remove("call").unwrap_or_else(|| panic!("{} has no call", path.display()));
    let exchanges = list(&end.remove("exchanges").unwrap_or(json!([])));
    let response = |it: &Value| it.get("response").cloned().expect("each request has a response");
    let known = ["items", "output", "cursor", "error"];
    let other = end.keys().find(|key| !known.contains(&key.as_str()));
    assert!(other.is_none(), "{} has {}", path.display(), other.map_or("", String::as_str));
    Case {
        name: path.with_extension("").strip_prefix(root).expect("below").display().to_string(),
        call,
        responses: exchanges.iter().map(response).collect(),
        requests: exchanges.iter().filter_map(|it| it.get("request").cloned()).collect(),
        end,
        written,
        root: root.to_owned(),
        table: None,
    }
}

/// The cases of a table: refusals of one answer, or of none, by the errors that they are.
fn rows(root: &Path, path: &Path) -> Vec<Case> {
    let table = read(path);
    let response = table.get("response");
    let mut cases = Vec::new();
    for group in list(&table["refusals"]) {
        let error = group.get("error").filter(|error| !error.is_null());
        for row in list(&group["cases"]) {
            cases.push(Case {
                name: row["case"].as_str().expect("each row is a case").to_owned(),
                call: row["call"].clone(),
                responses: response.cloned().into_iter().collect(),
                requests: row.get("request").cloned().into_iter().collect(),
                end: error.map(|it| ("error".to_owned(), it.clone())).into_iter().collect(),
                written: Written {
                    call: pretty(&row["call"]),
                    responses: response.map(pretty).into_iter().collect(),
                },
                root: root.to_owned(),
                table: Some(path.to_owned()),
            });
        }
    }
    cases
}

/// Puts a row to those of the same error, in place of the one with its name; without a row there is
/// none of that name afterwards.
fn put(refusals: &mut Value, name: &str, row: Option<(Value, &Value)>) {
    let groups = refusals.as_array_mut().expect("a list of refusals");
    for group in groups.iter_mut() {
        let stays = row.as_ref().is_some_and(|(_, error)| group["error"] == **error);
        let cases = group["cases"].as_array_mut().expect("a list of cases");
        let Some(at) = cases.iter().position(|it| it["case"] == name) else { continue };
        if stays && let Some((row, _)) = row {
            cases[at] = row;
            return;
        }
        cases.remove(at);
        break;
    }
    if let Some((row, error)) = row {
        match groups.iter_mut().find(|group| group["error"] == *error) {
            Some(group) => group["cases"].as_array_mut().expect("a list of cases").push(row),
            None => groups.push(json!({ "error": error, "cases": [row] })),
        }
    }
    groups.retain(|group| group["cases"].as_array().is_some_and(|cases| !cases.is_empty()));
}

fn read(path: &Path) -> Value {
    let text = fs::read_to_string(path).expect("a file of cases can be read");
    serde_json::from_str(&text).unwrap_or_else(|cause| panic!("{}: {cause}", path.display()))
}

/// In one go: another test may read it.
fn write(path: &Path, text: &str) {
    let beside = path.with_extension("new");
    fs::write(&beside, text.to_owned() + "\n").expect("the case can be written");
    fs::rename(beside, path).expect("the case can be replaced");
}

/// What a person wrote into the file of a case.
fn written(text: &str) -> Written {
    type Members = BTreeMap<String, Box<RawValue>>;
    let members: Members = serde_json::from_str(text).expect("it is an object");
    let exchanges = members.get("exchanges").map(|it| serde_json::from_str(it.get()));
    let exchanges: Vec<Members> = exchanges.map_or(Vec::new(), |it| it.expect("it is a list"));
    let response = |it: &Members| it["response"].get().to_owned();
    Written {
        call: members["call"].get().to_owned(),
        responses: exchanges.iter().map(response).collect(),
    }
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).expect("it is JSON")
}

/// The text of a value, indented for what is this deep in a file.
fn placed(text: &str, depth: usize) -> String {
    let last = text.rsplit('\n').next().unwrap_or_default();
    let own = " ".repeat(last.len() - last.trim_start().len());
    text.replace(&format!("\n{own}"), &format!("\n{}", "  ".repeat(depth)))
}

fn object(value: Value, path: &Path) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        _ => panic!("{} is no object", path.display()),
    }
}

fn list(value: &Value) -> Vec<Value> {
    value.as_array().expect("a list").clone()
}

fn children(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect()
}

fn is_json(path: &Path) -> bool {
    path.extension().is_some_and(|it| it == "json")
}
