//! The self-description as JSON.

use std::path::{Path, PathBuf};

use connector_host::manifest;
use connector_manifest::Manifest;
use serde_json::{Value, json};

use crate::support::fixture;

#[test]
fn the_manifest_holds_everything_the_component_says() {
    let manifest = serde_json::to_value(manifest(&fixture()).unwrap()).unwrap();
    assert_eq!(manifest["format"], 1);
    assert_eq!(manifest["contract"], "automation:connector@0.1.0");
    let connector = &manifest["connector"];
    assert_eq!(connector["api_version"], "1");
    assert_eq!(connector["origins"][2], "https://*.files.example.com");
    let credentials = &connector["credentials"];
    assert_eq!(credentials[0]["placement"], "bearer");
    assert_eq!(credentials[1]["placement"], json!({"header": "x-api-key"}));
    assert_eq!(credentials[0]["source"]["oauth2"]["grants"][1], "refresh-token");
    assert_eq!(credentials[1]["origins"][0], json!({"origin": "https://api.example.com"}));
    assert_eq!(manifest["actions"].as_array().map(Vec::len), Some(14));
    assert_eq!(manifest["actions"][0]["examples"][0], json!({"title": "Nothing", "input": {}}));
    assert_eq!(manifest["triggers"][0]["sample"], json!({"id": "1"}));
    let keys: Vec<&str> = manifest.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys.len(), 5, "{keys:?}");
}

#[test]
fn the_manifest_keeps_the_order_of_keys() {
    let text = || serde_json::to_string_pretty(&manifest(&fixture()).unwrap()).unwrap();
    assert_eq!(text(), text());
    let manifest = text();
    let place = |word: &str| manifest.find(word).unwrap_or_else(|| panic!("{word}"));
    assert!(place("\"zone\"") < place("\"environment\":{"), "as the connector wrote it");
    assert!(place("\"format\"") < place("\"contract\""));
    assert!(serde_json::from_str::<Value>(&manifest).is_ok());
}

/// The types know all that a manifest holds, in its order.
#[test]
fn the_manifest_of_this_repository_is_what_its_types_say() {
    let text = std::fs::read_to_string(root("connector.json")).unwrap();
    let manifest: Manifest = text.parse().unwrap();
    assert!(manifest.text().unwrap() == text.trim_end(), "connector.json is written otherwise");
}

/// `UPDATE_EXPECT=1` writes it anew.
#[test]
fn the_schema_of_manifests_follows_from_the_types() {
    let derived = serde_json::to_string_pretty(&connector_manifest::schema()).unwrap() + "\n";
    let path = root("connector.schema.json");
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&path, &derived).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap();
    assert!(kept == derived, "run `UPDATE_EXPECT=1 cargo test --release --workspace --test host`");
}

fn root(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(name)
}
