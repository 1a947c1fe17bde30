//! Holds answers against the API description, so that the emulator's own reading
//! of it is not the only judge. Keys that the description lacks are allowed,
//! wrong types are not.

use std::cell::Cell;
use std::path::PathBuf;

use serde_json::{Map, Value, json};

use crate::api::{Answer, Api, carousel_pin, image_pin};

const FILE: &str = "openapi-5.28.0.json";

/// The folder that `PINTEREST_API_DESCRIPTION` names, or the one beside the repository.
fn description() -> Option<Value> {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/pinterest-api");
    let folder = std::env::var_os("PINTEREST_API_DESCRIPTION").map_or(beside, PathBuf::from);
    let path = if folder.is_dir() { folder.join(FILE) } else { folder };
    let text = std::fs::read_to_string(path).ok()?;
    Some(modern(serde_json::from_str(&text).unwrap()))
}

/// Turns OpenAPI 3.0 into JSON Schema: a nullable schema takes null as well.
fn modern(value: Value) -> Value {
    match value {
        Value::Array(items) => items.into_iter().map(modern).collect(),
        Value::Object(object) => {
            let nullable = object.get("nullable") == Some(&Value::Bool(true));
            let object: Map<_, _> =
                object.into_iter().map(|(key, value)| (key, modern(value))).collect();
            match nullable {
                true => json!({ "anyOf": [object, { "type": "null" }] }),
                false => Value::Object(object),
            }
        }
        value => value,
    }
}

/// Holds answers against the description, and counts them.
pub struct Judge {
    description: Value,
    held: Cell<u32>,
}

impl Judge {
    /// None, and words to say so, when the description is not there.
    pub fn new() -> Option<Judge> {
        let description = description();
        if description.is_none() {
            eprintln!("SKIPPED: no API description; set PINTEREST_API_DESCRIPTION to its folder");
        }
        Some(Judge { description: description?, held: Cell::new(0) })
    }

    /// What is wrong with an answer to an operation of the facts.
    pub fn problem(&self, operation: &Value, answer: &Answer) -> Option<String> {
        let method = operation["method"].as_str()?.to_lowercase();
        self.broken(&method, operation["path"].as_str()?, answer)
    }

    #[track_caller]
    fn hold(&self, method: &str, path: &str, answer: &Answer) {
        let broken = self.broken(method, path, answer);
        assert!(broken.is_none(), "{method} {path}: {}", broken.unwrap_or_default());
    }

    /// Every schema that one leads to, by name: the whole description is slow to compile.
    fn reach(&self, from: &Value, schemas: &mut Map<String, Value>) {
        let target = from["$ref"].as_str();
        if let Some(name) = target.and_then(|target| target.strip_prefix("#/components/schemas/"))
            && !schemas.contains_key(name)
        {
            let schema = &self.description["components"]["schemas"][name];
            schemas.insert(name.to_owned(), schema.clone());
            self.reach(schema, schemas);
        }
        match from {
            Value::Array(items) => items.iter().for_each(|item| self.reach(item, schemas)),
            Value::Object(object) => object.values().for_each(|value| self.reach(value, schemas)),
            _ => {}
        }
    }

    fn broken(&self, method: &str, path: &str, answer: &Answer) -> Option<String> {
        let responses = &self.description["paths"][path][method]["responses"];
        let status = answer.status.as_str();
        let known = &responses[status];
        let response = if known.is_null() { &responses["default"] } else { known };
        if response.is_null() {
            return Some(format!("nothing is said of {status}"));
        }
        self.held.set(self.held.get() + 1);
        let content = response["content"].as_object().and_then(|content| content.values().next());
        let Some(schema) = content.map(|content| &content["schema"]) else {
            return (!answer.body.is_null()).then(|| format!("{status} has no body"));
        };
        let mut schemas = Map::new();
        self.reach(schema, &mut schemas);
        let whole = json!({ "allOf": [schema], "components": { "schemas": schemas } });
        let validator = jsonschema::draft7::options()
            // Times have no zone on the wire, so they are no RFC 3339 date-times.
            .should_validate_formats(false)
            .build(&whole)
            .unwrap();
        let broken: Vec<_> = validator
            .iter_errors(&answer.body)
            .map(|error| format!("{}: {error}", error.instance_path))
            .collect();
        (!broken.is_empty()).then(|| format!("{status} {broken:?}\n{}", answer.body))
    }
}

#[tokio::test]
async fn answers_fit_the_description() {
    let Some(judge) = Judge::new() else {
        return;
    };
    let api = Api::start().await;
    let board = api.board("Plants for small rooms");

    judge.hold("get", "/user_account", &api.get("/v5/user_account").await);
    judge.hold("get", "/boards", &api.get("/v5/boards").await);
    judge.hold("get", "/boards", &api.get("/v5/boards?page_size=300").await);
    judge.hold("get", "/boards/{board_id}", &api.get(&format!("/v5/boards/{board}")).await);
    judge.hold("get", "/boards/{board_id}", &api.get("/v5/boards/1").await);
    let pins = api.get(&format!("/v5/boards/{board}/pins?page_size=250&pin_metrics=true")).await;
    assert_eq!(pins.items().len(), 62);
    judge.hold("get", "/boards/{board_id}/pins", &pins);
    judge.hold("get", "/pins", &api.get("/v5/pins").await);
    judge.hold("get", "/search/pins", &api.get("/v5/search/pins?query=fern").await);
    judge.hold("get", "/search/boards", &api.get("/v5/search/boards").await);

    let made = api.post("/v5/boards", json!({ "name": "Lichen" })).await;
    judge.hold("post", "/boards", &made);
    let new = format!("/v5/boards/{}", made.text("id"));
    judge.hold(
        "patch",
        "/boards/{board_id}",
        &api.patch(&new, json!({ "description": "Grey" })).await,
    );
    let section = api.post(&format!("{new}/sections"), json!({ "name": "North" })).await;
    judge.hold("post", "/boards/{board_id}/sections", &section);
    judge.hold("get", "/boards/{board_id}/sections", &api.get(&format!("{new}/sections")).await);
    let section = format!("{new}/sections/{}", section.text("id"));
    let list = api.get(&format!("{section}/pins")).await;
    judge.hold("get", "/boards/{board_id}/sections/{section_id}/pins", &list);
    let changed = api.patch(&section, json!({ "name": "South" })).await;
    judge.hold("patch", "/boards/{board_id}/sections/{section_id}", &changed);
    judge.hold("delete", "/boards/{board_id}/sections/{section_id}", &api.delete(&section).await);
    judge.hold("delete", "/boards/{board_id}", &api.delete(&new).await);

    let mut body = image_pin(&board);
    body["ai_disclosures"] = json!({ "values": ["AI_MODIFIED"] });
    let pin = api.post("/v5/pins", body).await;
    judge.hold("post", "/pins", &pin);
    judge.hold("post", "/pins", &api.post("/v5/pins", carousel_pin(&board)).await);
    judge.hold("post", "/pins", &api.post("/v5/pins", json!({})).await);
    let path = format!("/v5/pins/{}", pin.text("id"));
    judge.hold("get", "/pins/{pin_id}", &api.get(&path).await);
    judge.hold("patch", "/pins/{pin_id}", &api.patch(&path, json!({ "title": "New" })).await);
    let saved = api.post(&format!("{path}/save"), json!({ "board_id": board })).await;
    judge.hold("post", "/pins/{pin_id}/save", &saved);
    judge.hold("delete", "/pins/{pin_id}", &api.delete(&path).await);

    let (id, secret) = api.emulator.client();
    let form = [("grant_type", "client_credentials"), ("scope", "boards:read")];
    let token =
        api.http.post(format!("{}/v5/oauth/token", api.origin)).basic_auth(id, Some(secret));
    judge.hold("post", "/oauth/token", &crate::api::send(token.form(&form)).await);
    eprintln!("{} answers held against the description", judge.held.get());
}

#[test]
fn the_judge_sees_wrong_types() {
    let schema = modern(
        json!({ "type": "object", "properties": { "a": { "type": "string", "nullable": true } } }),
    );
    assert!(jsonschema::is_valid(&schema, &json!({ "a": null, "extra": 1 })));
    assert!(!jsonschema::is_valid(&schema, &json!({ "a": 1 })));
}
