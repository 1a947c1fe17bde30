//! The checked-in manifest follows its schema, and the reference follows the manifest.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use jsonschema::Validator;
use serde_json::Value;

#[test]
fn the_manifest_follows_its_schema() {
    let wrong = faults(&manifest_schema(), &read("connector.json"));
    assert!(
        wrong.is_empty(),
        "connector.json: {}\nCorrect the component (and run `make manifest`) or connector.schema.json",
        wrong.join("\n")
    );
}

type Slip = fn(&mut Value);

#[test]
fn the_schema_of_the_manifest_catches_slips() {
    let validator = manifest_schema();
    let manifest = read("connector.json");
    let slips: [(&str, Slip); 7] = [
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
    let manifest = read("connector.json");
    let of = |list: &str, keys: [&str; 2]| -> Vec<Value> {
        let all = manifest[list].as_array().expect("a list").iter();
        all.flat_map(|one| keys.map(|key| one[key].clone())).collect()
    };
    let mut schemas = of("actions", ["input", "output"]);
    schemas.extend(of("triggers", ["config", "data"]));
    schemas.push(manifest["connector"]["settings"].clone());
    for schema in schemas {
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
    let manifest = read("connector.json");
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
    let names = |pointer: &str, name: &str| -> BTreeSet<String> {
        let list = manifest.pointer(pointer).and_then(Value::as_array).expect("a list");
        list.iter().map(|one| text(one.pointer(name))).collect()
    };
    let actions = names("/actions", "/action/id");
    let scopes = names("/connector/credentials/0/source/oauth2/scopes", "/id");
    let mut wrong = Vec::new();
    for (list, about) in [("actions", "action"), ("triggers", "trigger")] {
        for one in manifest[list].as_array().expect("a list") {
            let needed = one[about]["scopes"].as_array().expect("scopes").iter();
            let unknown = needed.map(|scope| text(Some(scope))).filter(|it| !scopes.contains(it));
            wrong.extend(unknown.map(|scope| format!("{}: no scope {scope}", one[about]["id"])));
        }
    }
    for resource in manifest["resources"].as_array().expect("resources") {
        let fields = resource.as_object().expect("an object").iter();
        let named = fields.filter(|(key, _)| key.ends_with("_action"));
        let unknown = named.map(|(_, id)| text(Some(id))).filter(|id| !actions.contains(id));
        wrong.extend(unknown.map(|id| format!("{}: no action {id}", resource["id"])));
        let fields = resource["fields"].as_array().expect("fields").iter();
        let fields: BTreeSet<_> = fields.map(|field| text(field.get("name"))).collect();
        let keys = resource["key"].as_array().expect("a key").iter();
        let told = keys.chain(resource.get("incremental")).map(|name| text(Some(name)));
        let unknown = told.filter(|name| !fields.contains(name));
        wrong.extend(unknown.map(|name| format!("{}: no field {name}", resource["id"])));
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

fn read(name: &str) -> Value {
    let path: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name);
    let bytes = fs::read(&path)
        .unwrap_or_else(|error| panic!("{}: {error}; run `make manifest`", path.display()));
    serde_json::from_slice(&bytes).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
