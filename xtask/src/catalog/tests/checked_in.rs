//! The facts in this repository hold together.

use crate::catalog::catalog;
use crate::catalog::description::Description;
use crate::catalog::facts::{Facts, Operation};
use crate::catalog::{diff, words};
use connector_catalog::files::types::Type;
use std::fs;

/// Every reference leads to a type.
fn check(facts: &Facts, at: &str, type_: &Type) {
    let mapping = type_.discriminator.iter().flat_map(|it| it.mapping.values());
    for name in type_.reference.iter().chain(mapping) {
        assert!(facts.types.contains_key(name), "{at}: {name}");
    }
    type_.inner().for_each(|inner| check(facts, at, inner));
}

#[test]
fn facts_of_this_repository_are_closed() {
    let facts = Facts::load(&catalog().join("facts")).unwrap();
    assert_eq!(facts.meta.base.as_deref(), Some("https://api.pinterest.com/v5"));
    assert!(facts.operations.contains_key("pins/create"));
    for (name, type_) in &facts.types {
        check(&facts, name, type_);
    }
    for (id, Operation { facts: operation, .. }) in &facts.operations {
        let parameters = operation.parameters.iter().map(|parameter| &parameter.schema);
        let body = operation.body.as_ref().map(|body| &body.schema);
        let all = parameters.chain(body).chain(&operation.response);
        all.for_each(|type_| check(&facts, id, type_));
    }
}

/// Reading the files into types loses nothing, and writing them is always the same.
#[test]
fn facts_of_this_repository_are_written_as_they_are_read() {
    let read = catalog().join("facts");
    let written = std::env::temp_dir().join(format!("xtask-{}-same", std::process::id()));
    fs::create_dir_all(&written).unwrap();
    Facts::load(&read).unwrap().save(&written).unwrap();
    let mut files = 0;
    for entry in fs::read_dir(&read).unwrap() {
        let name = entry.unwrap().file_name();
        let text = |folder: &std::path::Path| fs::read_to_string(folder.join(&name)).unwrap();
        assert!(text(&read) == text(&written), "{} is written otherwise", name.display());
        files += 1;
    }
    assert_eq!(files, fs::read_dir(&written).unwrap().count());
    fs::remove_dir_all(written).unwrap();
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
