//! Exports and imports for the HTTP connector of integrator.io, as its API takes them.

use std::collections::BTreeSet;

use anyhow::Result;
use serde_json::{Map, Value, json};
use url::form_urlencoded;

use super::functions::{name, single};
use crate::File;
use crate::probe::{Next, Paging, Probe, Sent};
use crate::values::{list, text};

/// One export for each list and one import for each action that writes, of those that are exactly
/// one operation of the service. What is more than that, or sends files, only the module does.
pub fn documents(manifest: &Value, probe: &mut Probe) -> Result<Vec<File>> {
    let mut files = Vec::new();
    for entry in list(&manifest["actions"]) {
        let action = &entry["action"];
        let id = text(&action["id"]);
        if action["operation_id"].is_null() {
            continue;
        }
        let Some((input, marks)) = example(entry) else { continue };
        let Some((sent, pending)) = probe.action(id, &input) else { continue };
        let (folder, document) = match (text(&action["effect"]), text(&action["shape"])) {
            ("read", "items") => {
                let Ok(paging) = probe.paging(id, &pending) else { continue };
                let Some(document) = export(action, &sent, &marks, paging) else { continue };
                ("exports", document)
            }
            ("read", _) => continue,
            _ => ("imports", import(manifest, entry, &sent, &input, &marks)),
        };
        files.push(File::json(format!("documents/{folder}/{}.json", name(id)), &document));
    }
    Ok(files)
}

/// Fields by the values that stand for them: of a list, by its only member.
type Marks = Vec<(Value, String)>;

/// The smallest input that an action takes, by its examples, and the values in it by which its
/// fields are found again in the request; none when two fields have the same.
fn example(entry: &Value) -> Option<(Map<String, Value>, Marks)> {
    let schema = &entry["input"];
    let many = single(entry).map(|it| it.field);
    let required: BTreeSet<_> =
        list(&schema["required"]).map(text).chain(many.as_deref()).collect();
    let examples = list(&entry["examples"]).filter_map(|example| example["input"].as_object());
    let fewest = examples.min_by_key(|input| input.len())?;
    let (mut input, mut marks) = (Map::new(), Marks::new());
    for (place, field) in required.into_iter().enumerate() {
        let schema = &schema["properties"][field];
        let (value, seen) = match fewest.get(field)? {
            Value::Array(values) => {
                // One is enough to see where they go.
                let first = mark(&schema["items"], place, values.first()?);
                (json!([first]), first)
            }
            value => (mark(schema, place, value), mark(schema, place, value)),
        };
        if marks.iter().any(|(known, _)| *known == seen) {
            return None;
        }
        marks.push((seen, field.to_owned()));
        input.insert(field.to_owned(), value);
    }
    Some((input, marks))
}

/// An id that appears nowhere else in the request, where the schema wants an id; otherwise the
/// value of the example.
fn mark(schema: &Value, place: usize, given: &Value) -> Value {
    match text(&schema["pattern"]) {
        r"^\d+$" => json!(format!("9000000{place:03}")),
        _ => given.clone(),
    }
}

/// None when one of the fields goes where a template cannot put it.
fn export(action: &Value, sent: &Sent, marks: &Marks, paging: Paging) -> Option<Value> {
    let mut uri = template(&sent.uri, marks);
    let mut http = json!({ "formType": "http", "method": sent.method });
    if let Some(body) = &sent.body {
        http["body"] = json!(body_template(body, marks, None));
    }
    let said = format!("{uri} {}", http["body"]);
    if !marks.iter().all(|(_, field)| said.contains(&format!("record.{field}}}}}"))) {
        return None;
    }
    let sign = if uri.contains('?') { "&" } else { "?" };
    match paging.next {
        Next::Nowhere => {}
        Next::Link => http["paging"] = json!({ "method": "linkheader" }),
        Next::Token(path, parameter) => {
            let token = "export.http.paging.token";
            uri += &format!("{{{{#if {token}}}}}{sign}{parameter}={{{{{token}}}}}{{{{/if}}}}");
            http["paging"] = json!({ "method": "token", "path": path, "pathLocation": "body" });
        }
        Next::Number(parameter) => {
            let page = format!("{parameter}={{{{export.http.paging.page}}}}");
            let first = format!("{parameter}=1");
            let (path, query) = uri.split_once('?').unwrap_or((&uri, ""));
            let others = query.split('&').filter(|pair| !pair.is_empty() && *pair != first);
            uri = format!("{path}?{}", others.chain([&*page]).collect::<Vec<_>>().join("&"));
            http["paging"] = json!({ "method": "page", "page": 1 });
        }
    }
    http["relativeURI"] = json!(uri);
    if let Some(items) = paging.items {
        http["response"] = json!({ "resourcePath": items });
    }
    let mut document = common(action, "HTTPExport", http);
    if !marks.is_empty() {
        // What has to be known first comes from the record of an earlier step.
        document["isLookup"] = json!(true);
    }
    Some(document)
}

fn import(
    manifest: &Value,
    entry: &Value,
    sent: &Sent,
    input: &Map<String, Value>,
    marks: &Marks,
) -> Value {
    let action = &entry["action"];
    let mut http = json!({
        "formType": "http",
        "method": [sent.method],
        "relativeURI": [template(&sent.uri, marks)],
        "requestMediaType": "json",
        "batchSize": 1,
    });
    let written = |verb: &str| list(&manifest["resources"]).find(|it| it[verb] == action["id"]);
    for (verb, kind) in [("create_action", "CREATE"), ("update_action", "UPDATE")] {
        if let Some(resource) = written(verb) {
            http["requestType"] = json!([kind]);
            if let ([key], None) = (&list(&resource["key"]).collect::<Vec<_>>()[..], single(entry))
            {
                http["response"] = json!({ "resourceIdPath": [key] });
            }
        }
    }
    // Without a template the mapped record is the body.
    let many = single(entry).and_then(|it| input.get(&it.field));
    if let (Some(body), Some(many)) = (&sent.body, many) {
        http["body"] = json!([body_template(body, marks, Some(many))]);
    }
    common(action, "HTTPImport", http)
}

fn common(action: &Value, adaptor: &str, http: Value) -> Value {
    json!({
        "name": action["title"],
        "description": action["summary"],
        "_connectionId": "CONNECTION_ID",
        "adaptorType": adaptor,
        "http": http,
    })
}

/// A URI in which fields stand for the values that mark them.
fn template(uri: &str, marks: &Marks) -> String {
    const SIGNS: [char; 4] = ['/', '?', '&', '='];
    let paths = marks.iter().filter_map(|(mark, field)| Some((mark.as_str()?, field)));
    let uri =
        paths.filter(|(mark, _)| mark.contains('/')).fold(uri.to_owned(), |uri, (mark, field)| {
            // It is a path by itself, so its slashes stay.
            uri.replace(mark, &format!("{{{{{{record.{field}}}}}}}"))
        });
    let mut made = String::new();
    for part in uri.split_inclusive(SIGNS) {
        let value = part.trim_end_matches(SIGNS);
        let plain = form_urlencoded::parse(value.as_bytes()).next().map(|(plain, _)| plain);
        let is_it = |mark: &Value| match mark {
            Value::String(mark) => plain.as_deref() == Some(mark),
            Value::Number(_) | Value::Bool(_) => *mark == value,
            _ => false,
        };
        match marks.iter().find(|(mark, _)| is_it(mark)) {
            Some((_, field)) => made += &format!("{{{{record.{field}}}}}{}", &part[value.len()..]),
            None => made += part,
        }
    }
    made
}

/// A JSON body in which fields stand for the values that mark them, and the record for the list of
/// records.
fn body_template(body: &Value, marks: &Marks, many: Option<&Value>) -> String {
    if Some(body) == many {
        return "[{{{jsonSerialize record}}}]".to_owned();
    }
    if let Some((_, field)) = marks.iter().find(|(mark, _)| mark == body) {
        return match body {
            Value::String(_) => format!("\"{{{{{{record.{field}}}}}}}\""),
            _ => format!("{{{{{{jsonSerialize record.{field}}}}}}}"),
        };
    }
    match body {
        Value::Object(members) => {
            let members = members.iter().map(|(name, value)| {
                format!("{}:{}", json!(name), body_template(value, marks, many))
            });
            format!("{{{}}}", members.collect::<Vec<_>>().join(","))
        }
        Value::Array(values) => {
            let values = values.iter().map(|value| body_template(value, marks, many));
            format!("[{}]", values.collect::<Vec<_>>().join(","))
        }
        _ => body.to_string(),
    }
}
