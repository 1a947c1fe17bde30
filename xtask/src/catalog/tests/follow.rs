//! A repository that follows a newer description.

use super::{description, facts};
use crate::catalog::description::Description;
use crate::catalog::facts::Facts;
use crate::catalog::follow::follow;
use crate::catalog::{diff, words};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};

/// A small repository whose catalogue has the description without changes.
fn repository(test: &str) -> PathBuf {
    let root = std::env::temp_dir().join(format!("xtask-{}-{test}", std::process::id()));
    for folder in ["catalog/facts", "catalog/words", "catalog/fields", "tests/cases/things.get"] {
        fs::create_dir_all(root.join(folder)).unwrap();
    }
    before().save(&root.join("catalog/facts")).unwrap();
    let files = [
        ("catalog/connection.toml", "api_version = \"1.0.0\"\n"),
        ("catalog/words/things.toml", WORDS),
        ("catalog/fields/things.toml", "[size]\ntitle = \"Size\"\n\n[tags]\ntitle = \"Tags\"\n"),
        ("tests/cases/things.get/success.json", "{ \"call\": { \"input\": { \"size\": 3 } } }\n"),
        ("CHANGELOG.md", "# Changelog\n\n## Unreleased\n\n- Something else.\n"),
    ];
    for (name, text) in files {
        fs::write(root.join(name), text).unwrap();
    }
    root
}

const WORDS: &str = "group = \"Things\"\nrank = 1\n
[[action]]\nid = \"things.get\"\noperation_id = \"things/get\"\ntitle = \"Get\"\nsummary = \"Gets.\"\n
[[action]]\nid = \"things.add\"\noperation_id = \"things/add\"\ntitle = \"Add\"\nsummary = \"Adds.\"\n";

fn before() -> Facts {
    facts(older)
}

/// `things/add` with a body beside `things/get`.
fn older(description: &mut Value) {
    let mut add = description["paths"]["/things/{id}"]["get"].clone();
    add["operationId"] = "things/add".into();
    add["requestBody"] = json!({ "required": true, "content": { "application/json": {
        "schema": { "$ref": "#/components/schemas/New" } } } });
    add["parameters"] = json!([]);
    description["paths"]["/things"] = json!({ "post": add });
    description["components"]["schemas"]["New"] = json!({ "type": "object", "properties": {
        "size": { "type": "integer", "maximum": 9 },
        "tags": { "type": "string", "maxLength": 20 },
        "state": { "type": "string", "enum": ["ON", "OFF"] },
    } });
}

fn newer(change: impl FnOnce(&mut Value)) -> Description {
    let newer = description(|description| {
        older(description);
        description["info"]["version"] = "1.1.0".into();
        change(description);
    });
    Description::new(newer).unwrap()
}

fn read(root: &Path, name: &str) -> String {
    fs::read_to_string(root.join(name)).unwrap()
}

#[test]
fn an_operation_is_drafted_and_a_draft_is_refused() {
    let root = repository("drafted");
    let newer = newer(|description| {
        let mut end = description["paths"]["/things"]["post"].clone();
        end["operationId"] = "things/end".into();
        description["paths"]["/things/end"] = json!({ "post": end });
        description["components"]["schemas"]["New"]["required"] = json!(["tags"]);
    });
    let said = follow(&root, &newer).unwrap();
    assert!(said.starts_with("1.0.0 -> 1.1.0\n"), "{said}");
    assert!(said.contains("`things.end` is new: POST /things/end"), "{said}");
    assert!(said.contains("New (things.add, things.end) must have `tags`"), "{said}");

    let words = read(&root, "catalog/words/things.toml");
    assert!(words.starts_with(WORDS), "{words}");
    assert!(words.contains("operation_id = \"things/end\""), "{words}");
    assert!(words.contains("input = '''{\"tags\":\"text\"}'''"), "{words}");
    let facts = Facts::load(&root.join("catalog/facts")).unwrap();
    let faults = words::check(&facts, &root.join("catalog/words"), &[]).unwrap();
    assert_eq!(faults, ["things.toml:16: words are a draft"]);

    let case: Value =
        serde_json::from_str(&read(&root, "tests/cases/things.end/refused.json")).unwrap();
    assert_eq!(case["exchanges"][0]["response"]["status"], 404);
    assert_eq!(read(&root, "catalog/connection.toml"), "api_version = \"1.1.0\"\n");
    let log = read(&root, "CHANGELOG.md");
    let entry = "## Unreleased\n\n- The API's description 1.1.0:\n  - `things.end` is new";
    assert!(log.contains(entry) && log.ends_with("- Something else.\n"), "{log}");

    let written = read(&root, "catalog/words/things.toml");
    assert_eq!(follow(&root, &newer).unwrap(), "no changes\n");
    assert_eq!(read(&root, "catalog/words/things.toml"), written);
    fs::remove_dir_all(root).unwrap();
}

/// The line of a note and what is to be decided, if anything is.
fn decided(test: &str, change: impl FnOnce(&mut Value)) -> String {
    let root = repository(test);
    let newer = newer(change);
    let said = follow(&root, &newer).unwrap();
    let facts = Facts::load(&root.join("catalog/facts")).unwrap();
    assert_eq!(diff::report(&facts, &Facts::import(&newer).unwrap()), "no changes\n");
    fs::remove_dir_all(root).unwrap();
    said
}

#[test]
fn an_operation_that_is_gone_is_told_with_its_places() {
    let said = decided("gone", |description| {
        description["paths"].as_object_mut().unwrap().remove("/things");
    });
    assert!(said.contains("1. `things.add` is gone"), "{said}");
    assert!(said.contains("- catalog/words/things.toml:11"), "{said}");
}

#[test]
fn a_renamed_field_a_grown_list_and_a_tighter_limit_are_told_apart() {
    let said = decided("renamed", |description| {
        let fields = &mut description["components"]["schemas"]["New"]["properties"];
        fields["labels"] = fields.as_object_mut().unwrap().remove("tags").unwrap();
        fields["state"]["enum"] = json!(["ON", "OFF", "LATER"]);
        fields["size"]["maximum"] = 5.into();
    });
    let (open, followed) = said.split_once("Followed by the facts alone (1)").unwrap();
    assert!(
        open.contains("New (things.add): `tags` is gone, and `labels` has the same facts"),
        "{said}"
    );
    assert!(open.contains("- catalog/fields/things.toml:4"), "{said}");
    assert!(open.contains("New (things.add): `size`: `maximum` goes from 9 to 5"), "{said}");
    assert!(followed.contains("New (things.add): `state` may be `LATER`, too"), "{said}");
}

#[test]
fn what_only_answers_lose_or_tighten_refuses_nobody() {
    let said = decided("answers", |description| {
        let thing = &mut description["components"]["schemas"]["Thing"]["properties"];
        thing["id"]["maxLength"] = 5.into();
        thing["name"] = json!({ "type": "string" });
    });
    assert!(said.contains("To decide (0)"), "{said}");
    assert!(said.contains("Thing (things.add, things.get) answers with `name`"), "{said}");
}
