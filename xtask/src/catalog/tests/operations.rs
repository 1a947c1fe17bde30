//! Operations become facts.

use super::facts;
use serde_json::{Value, json};

fn operation(change: impl FnOnce(&mut Value)) -> Value {
    let facts = facts(|description| change(&mut description["paths"]["/things/{id}"]));
    serde_json::to_value(&facts.operations["things/get"].facts).unwrap()
}

/// The operation with this method, answering with this schema.
fn answering(method: &str, schema: Value) -> Value {
    operation(|item| {
        let mut get = item["get"].take();
        get["responses"]["200"]["content"]["application/json"]["schema"] = schema;
        *item = json!({ method: get });
    })
}

#[test]
fn facts_are_complete_ordered_and_without_prose() {
    let expected = json!({
        "operation_id": "things/get",
        "method": "GET",
        "path": "/things/{id}",
        "parameters": [
            { "name": "id", "in": "path", "required": true,
              "schema": { "type": "string", "maxLength": 18 } },
            { "name": "fields", "in": "query", "style": "comma",
              "schema": { "type": "array", "items": { "type": "string" } } },
        ],
        "response": { "$ref": "Thing" },
        "success": [200],
        "errors": [404],
        "security": [{ "scheme": "oauth", "scopes": ["things:read"] }],
    });
    assert_eq!(operation(|_| {}).to_string(), expected.to_string());
}

#[test]
fn optional_facts_appear_when_stated() {
    let operation = operation(|item| {
        let get = &mut item["get"];
        get["description"] = "Closed beta, ask for it".into();
        get["deprecated"] = true.into();
        get["x-sandbox"] = "enabled".into();
        get["x-ratelimit-category"] = "org_read".into();
        get["requestBody"] = json!({ "required": true, "content": {
            "application/x-www-form-urlencoded": { "schema": { "type": "object" } } } });
    });
    for flag in ["beta", "deprecated", "sandbox"] {
        assert_eq!(operation[flag], true, "{flag}");
    }
    assert_eq!(operation["quota"], "org_read");
    let body = json!({ "content_type": "application/x-www-form-urlencoded", "required": true,
                       "schema": { "type": "object" } });
    assert_eq!(operation["body"], body);
}

#[test]
fn parameters_of_the_path_are_shared_unless_overridden() {
    let operation = operation(|item| {
        item["parameters"] = json!([
            { "name": "id", "in": "path", "required": true, "schema": { "type": "integer" } },
            { "name": "all", "in": "query", "schema": { "type": "object" } },
        ]);
    });
    let parameters = operation["parameters"].as_array().unwrap();
    let names: Vec<_> = parameters.iter().map(|p| (&p["name"], &p["style"])).collect();
    assert_eq!(json!(names), json!([["id", null], ["all", "deep"], ["fields", "comma"]]));
    assert_eq!(parameters[0]["schema"]["type"], "string");
}

#[test]
fn paging_is_told_by_the_answer() {
    let list = json!({ "type": "array", "items": { "type": "string" } });
    let envelope = json!({ "properties": { "items": list, "bookmark": { "type": "string" } } });
    let bookmark = operation(|item| {
        let get = &mut item["get"];
        get["responses"]["200"]["content"]["application/json"]["schema"] = envelope.clone();
        let parameters = get["parameters"].as_array_mut().unwrap();
        parameters
            .push(json!({ "name": "bookmark", "in": "query", "schema": { "type": "string" } }));
        parameters.push(json!({ "name": "page_size", "in": "query",
                                "schema": { "type": "integer", "maximum": 250 } }));
    });
    let expected = json!({ "kind": "bookmark", "size": "page_size", "max": 250 });
    assert_eq!(bookmark["paging"], expected);

    let cases = [
        ("get", envelope, json!({ "kind": "items" })),
        (
            "get",
            json!({ "properties": { "data": list } }),
            json!({ "kind": "items", "key": "data" }),
        ),
        ("get", list.clone(), json!({ "kind": "array" })),
        ("post", list, Value::Null),
        ("get", json!({ "type": "object" }), Value::Null),
    ];
    for (method, schema, expected) in cases {
        assert_eq!(answering(method, schema.clone())["paging"], expected, "{method} {schema}");
    }
}

#[test]
fn every_dialect_of_partial_failure_is_one_record() {
    let error =
        json!({ "properties": { "code": { "type": "integer" }, "message": { "type": "string" } } });
    let list = |items: Value| json!({ "type": "array", "items": items });
    let has = |key: &str, schema: Value| json!({ "properties": { key: schema } });
    let cases = [
        (
            has("items", list(has("exceptions", list(error.clone())))),
            json!({ "items": "items", "error": "exceptions", "shape": "array" }),
        ),
        (
            has("promotions", list(has("exception", error.clone()))),
            json!({ "items": "promotions", "error": "exception", "shape": "object" }),
        ),
        (
            has("events", list(has("error_message", json!({ "type": "string" })))),
            json!({ "items": "events", "error": "error_message", "shape": "text" }),
        ),
        (
            has("errors", list(has("error_messages", list(json!({ "type": "string" }))))),
            json!({ "error": "errors", "shape": "array", "messages": "error_messages" }),
        ),
        (
            list(has(
                "data",
                json!({ "oneOf": [{ "type": "object" }, has("exceptions", error.clone())] }),
            )),
            json!({ "items": "", "error": "data.exceptions", "shape": "object" }),
        ),
        (
            list(has("status", json!({ "oneOf": [{ "type": "object" }, error] }))),
            json!({ "items": "", "error": "status.message", "shape": "text" }),
        ),
        (
            json!({ "oneOf": [{ "type": "object" }, has("items", list(has("errors", json!({}))))] }),
            json!({ "items": "items", "error": "errors", "shape": "any" }),
        ),
    ];
    for (schema, expected) in cases {
        assert_eq!(answering("post", schema.clone())["partial"], expected, "{schema}");
        assert_eq!(answering("get", schema)["partial"], Value::Null);
    }
}
