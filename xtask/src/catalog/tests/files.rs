//! Facts on disk, and the words beside them.

use super::{description, facts, import};
use crate::catalog::facts::Facts;
use crate::catalog::{diff, words};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// An empty folder of this test.
fn folder(test: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("xtask-{}-{test}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn contents(folder: &Path) -> BTreeMap<String, String> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let named = entries.map(|path| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        (name, fs::read_to_string(path).unwrap())
    });
    named.collect()
}

#[test]
fn the_order_of_the_description_does_not_show() {
    let ordered = description(|description| {
        let mut list = description["paths"]["/things/{id}"]["get"].clone();
        list["operationId"] = "things/list".into();
        description["paths"]["/things"] = json!({ "get": list });
    });
    let mut reversed = ordered.clone();
    let paths = reversed["paths"].as_object_mut().unwrap();
    *paths = std::mem::take(paths).into_iter().rev().collect();
    assert_ne!(ordered.to_string(), reversed.to_string());

    let (one, two) = (folder("ordered"), folder("reversed"));
    import(&ordered).unwrap().save(&one).unwrap();
    import(&reversed).unwrap().save(&two).unwrap();
    assert_eq!(contents(&one), contents(&two));
    assert_eq!(
        contents(&one).into_keys().collect::<Vec<_>>(),
        ["meta.json", "things.json", "types.json"]
    );
    fs::remove_dir_all(one).unwrap();
    fs::remove_dir_all(two).unwrap();
}

#[test]
fn saved_facts_load_again_and_leave_no_old_tag() {
    let folder = folder("saved");
    let moved = facts(|description: &mut Value| {
        description["paths"]["/things/{id}"]["get"]["tags"][0] = "other".into();
    });
    moved.save(&folder).unwrap();
    facts(|_| {}).save(&folder).unwrap();
    assert!(!folder.join("other.json").exists());
    assert_eq!(diff::report(&Facts::load(&folder).unwrap(), &facts(|_| {})), "no changes\n");
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn words_and_operations_must_match() {
    let folder = folder("words");
    let check = |text: &str| {
        fs::write(folder.join("things.toml"), text).unwrap();
        words::check(&facts(|_| {}), &folder, &[]).unwrap()
    };
    let group = "group = \"Things\"\nrank = 1\n";
    let action =
        |text: &str| format!("[[action]]\nid = \"a.b\"\ntitle = \"A\"\nsummary = \"B.\"\n{text}\n");
    let of = |id: &str| action(&format!("operation_id = \"{id}\""));
    let check = |text: String| check(&(group.to_owned() + &text));
    assert_eq!(check(String::new()), ["things/get: no words"]);
    assert!(check(of("things/get")).is_empty());
    assert!(check(of("things/get") + &action("")).is_empty());
    let own = ["things/get".to_owned()];
    fs::write(folder.join("things.toml"), group).unwrap();
    assert!(words::check(&facts(|_| {}), &folder, &own).unwrap().is_empty());
    assert_eq!(
        check(of("things/get") + &of("things/get") + &of("things/old")),
        [
            "things/get: words more than once, in things.toml, things.toml",
            "things/old: words in things.toml, but no such operation",
        ]
    );
    fs::remove_dir_all(folder).unwrap();
}
