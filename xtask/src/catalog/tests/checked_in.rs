//! The facts in this repository hold together.

use crate::catalog::catalog;
use crate::catalog::description::{Description, array, object};
use crate::catalog::facts::{Facts, Operation};
use crate::catalog::keys::KEYS;
use crate::catalog::{diff, words};
use serde_json::Value;

/// Every key is a known one, which also means that no prose has come in, and every reference
/// leads to a type.
fn check(facts: &Facts, at: &str, type_: &Value) {
    for (key, value) in object(type_) {
        assert!(KEYS.split(' ').any(|known| known == key), "{at}: {key}");
        if key == "$ref" {
            assert!(facts.types.contains_key(value.as_str().unwrap()), "{at}: {value}");
        }
    }
    for (name, property) in object(&type_["properties"]) {
        check(facts, &format!("{at}.{name}"), property);
    }
    for element in ["items", "additionalProperties"].iter().filter_map(|key| type_.get(key)) {
        check(facts, &format!("{at}[]"), element);
    }
    for alternative in array(type_.get("oneOf")) {
        check(facts, at, alternative);
    }
    for (value, name) in object(&type_["discriminator"]["mapping"]) {
        assert!(facts.types.contains_key(name.as_str().unwrap()), "{at}: {value}");
    }
}

#[test]
fn facts_of_this_repository_are_closed_and_without_prose() {
    let facts = Facts::load(&catalog().join("facts")).unwrap();
    assert_eq!(facts.meta["base"], "https://api.pinterest.com/v5");
    assert!(facts.operations.contains_key("pins/create"));
    for (name, type_) in &facts.types {
        check(&facts, name, type_);
    }
    for (id, Operation { facts: operation, .. }) in &facts.operations {
        for parameter in array(operation.get("parameters")) {
            check(&facts, &format!("{id} {}", parameter["name"]), &parameter["schema"]);
        }
        check(&facts, id, &operation["body"]["schema"]);
        check(&facts, id, &operation["response"]);
    }
}

#[test]
fn every_operation_has_words() {
    let own = words::of_connection(&catalog().join("connection.toml")).unwrap();
    let facts = Facts::load(&catalog().join("facts")).unwrap();
    let problems = words::check(&facts, &catalog().join("words"), &own).unwrap();
    assert!(problems.is_empty(), "cargo xtask catalog check says: {problems:#?}");
}

/// The facts are those of the description that lies beside the repository, if it does.
#[test]
fn a_new_import_gives_the_same_facts() {
    let beside = catalog().join("../../shared/pinterest-api/openapi-5.28.0.json");
    if !beside.exists() {
        return println!("SKIPPED: no API description beside the repository");
    }
    let imported = Facts::import(&Description::read(&beside).unwrap()).unwrap();
    let facts = Facts::load(&catalog().join("facts")).unwrap();
    assert_eq!(diff::report(&facts, &imported), diff::report(&facts, &facts));
}
