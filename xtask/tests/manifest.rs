//! The checked-in manifest follows its schema, and the reference follows the manifest.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use connector_manifest::Manifest;
use jsonschema::Validator;
use serde_json::Value;

/// As it is, and with all that is shared in its place: there each field of a form has a title.
#[test]
fn the_manifest_follows_its_schema() {
    for manifest in [read("connector.json"), inlined()] {
        let wrong = faults(&manifest_schema(), &manifest);
        assert!(
            wrong.is_empty(),
            "connector.json: {}\nCorrect the component (and run `make manifest`) or connector.schema.json",
            wrong.join("\n")
        );
    }
}

type Slip = fn(&mut Value);

#[test]
fn the_schema_of_the_manifest_catches_slips() {
    let validator = manifest_schema();
    let manifest = inlined();
    let slips: [(&str, Slip); 8] = [
        ("a field nobody knows", |it| it["actions"][0]["action"]["sumary"] = "x".into()),
        ("no effect", |it| it["actions"][0]["action"]["effect"] = Value::Null),
        ("a misspelt keyword", |it| it["actions"][0]["input"]["requierd"] = "x".into()),
        ("a wrong keyword deep down", |it| {
            it["actions"][0]["input"]["properties"]["a"] =
                serde_json::json!({ "title": "A", "items": { "minimum": "0" } })
        }),
        ("an unknown hint deep down", |it| {
            it["actions"][0]["output"]["properties"]["a"] =
                serde_json::json!({ "items": { "x-colour": "red" } })
        }),
        ("a field without a title", |it| {
            it["actions"][0]["input"]["properties"]["a"] = serde_json::json!({ "type": "string" })
        }),
        ("a shared schema with a misspelt keyword", |it| {
            it["$defs"] = serde_json::json!({ "a": { "requierd": "x" } })
        }),
        ("an unknown grant", |it| {
            it["connector"]["credentials"][0]["source"]["oauth2"]["grants"][0] = "magic".into()
        }),
    ];
    for (slip, make) in slips {
        let mut manifest = manifest.clone();
        // One action is enough, and quicker.
        manifest["actions"].as_array_mut().expect("actions").truncate(1);
        assert!(validator.is_valid(&manifest), "the manifest before {slip}");
        make(&mut manifest);
        assert!(!validator.is_valid(&manifest), "{slip} goes unnoticed");
    }
}

#[test]
fn every_embedded_schema_is_a_valid_schema() {
    let manifest = inlined();
    let of = |list: &str, keys: [&str; 2]| -> Vec<Value> {
        let all = manifest[list].as_array().expect("a list").iter();
        all.flat_map(|one| keys.map(|key| one[key].clone())).collect()
    };
    let mut schemas = of("actions", ["input", "output"]);
    schemas.extend(["triggers", "webhooks"].iter().flat_map(|list| of(list, ["config", "data"])));
    schemas.extend(["settings", "form"].map(|key| manifest["connector"][key].clone()));
    for schema in schemas {
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
        if let Err(error) = jsonschema::draft202012::new(&schema) {
            panic!(
                "{error} at {}\nCorrect src/schema.rs, then run `make manifest`",
                error.instance_path
            );
        }
    }
}

#[test]
fn every_example_fits_its_input() {
    let manifest = inlined();
    let mut wrong = Vec::new();
    for action in manifest["actions"].as_array().expect("actions") {
        let validator = jsonschema::draft202012::new(&action["input"]).expect("a schema");
        for example in action["examples"].as_array().expect("examples") {
            let found = faults(&validator, &example["input"]);
            let id = &action["action"]["id"];
            wrong.extend(found.iter().map(|fault| format!("{id}, {}: {fault}", example["title"])));
        }
    }
    assert!(
        wrong.is_empty(),
        "{}\nCorrect catalog/words, then run `make manifest`",
        wrong.join("\n")
    );
}

#[test]
fn the_reference_is_current() {
    let check = Command::new(env!("CARGO_BIN_EXE_xtask")).args(["docs", "--check"]).output();
    let check = check.expect("xtask runs");
    let said = [check.stdout, check.stderr].concat();
    assert!(check.status.success(), "{}", String::from_utf8_lossy(&said));
}

#[test]
fn names_in_the_manifest_stand_for_something() {
    let manifest = read("connector.json");
    let list = |pointer: &str| manifest.pointer(pointer).and_then(Value::as_array).expect("a list");
    let names = |list: &[Value], name: &str| -> BTreeSet<String> {
        list.iter().map(|one| text(one.pointer(name))).collect()
    };
    let actions = names(list("/actions"), "/action/id");
    let scopes = names(list("/connector/credentials/0/source/oauth2/scopes"), "/id");
    let mut wrong = Vec::new();
    let mut check = |whose: &Value, known: &BTreeSet<String>, names: Vec<String>| {
        let unknown = names.into_iter().filter(|name| !known.contains(name));
        wrong.extend(unknown.map(|name| format!("{whose}: nothing is called {name}")));
    };
    let calls = list("/actions").iter().map(|one| &one["action"]);
    let triggers = [list("/triggers"), list("/webhooks")].into_iter().flatten();
    for call in calls.chain(triggers.map(|one| &one["trigger"])) {
        let needed = call["scopes"].as_array().expect("scopes");
        check(&call["id"], &scopes, needed.iter().map(|scope| text(Some(scope))).collect());
    }
    for resource in list("/resources") {
        let members = resource.as_object().expect("an object").iter();
        let called = members.filter(|(key, _)| key.ends_with("_action"));
        check(&resource["id"], &actions, called.map(|(_, id)| text(Some(id))).collect());
        // Rows that nothing reads have fields that only their input knows.
        if resource.get("list_action").or(resource.get("get_action")).is_some() {
            let fields = names(resource["fields"].as_array().expect("fields"), "/name");
            let keys = resource["key"].as_array().expect("a key").iter();
            let told = keys.chain(resource.get("incremental"));
            let outer = |path: &Value| text(Some(path)).split('.').next().map(str::to_owned);
            check(&resource["id"], &fields, told.filter_map(outer).collect());
        }
    }
    assert!(
        wrong.is_empty(),
        "{}\nCorrect the catalogue, then run `make manifest`",
        wrong.join("\n")
    );
}

fn text(value: Option<&Value>) -> String {
    value.and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn manifest_schema() -> Validator {
    let schema = read("connector.schema.json");
    jsonschema::draft202012::new(&schema).expect("connector.schema.json is a schema")
}

/// What a validator finds, as `where: what`.
fn faults(validator: &Validator, value: &Value) -> Vec<String> {
    let errors = validator.iter_errors(value);
    errors.map(|error| format!("{}: {}", error.instance_path, brief(&error.to_string()))).collect()
}

/// An error quotes the whole value that is wrong.
fn brief(message: &str) -> String {
    match message.char_indices().rev().nth(200) {
        Some((end, _)) => format!("…{}", &message[end..]),
        None => message.to_owned(),
    }
}

/// The manifest with self-contained schemas.
fn inlined() -> Value {
    let manifest: Manifest =
        text_of("connector.json").parse().expect("connector.json is a manifest");
    serde_json::to_value(manifest.inlined().expect("it inlines")).expect("it is JSON")
}

fn read(name: &str) -> Value {
    serde_json::from_str(&text_of(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn text_of(name: &str) -> String {
    let path: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name);
    fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("{}: {error}; run `make manifest`", path.display()))
}
