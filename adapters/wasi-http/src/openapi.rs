//! What there is, in OpenAPI 3.1. Schemas are those of the connector: both are JSON Schema 2020-12.

use serde_json::{Map, Value, json};

use crate::bindings::automation::connector::actions::{self, Shape};
use crate::bindings::automation::connector::connection::Descriptor;
use crate::bindings::automation::connector::triggers::{self, Description};
use crate::bindings::automation::connector::webhooks::{self, Webhook};
use crate::failure::Failure;

/// The document of a connector.
pub fn document(descriptor: &Descriptor) -> Result<Value, Failure> {
    let mut paths = Map::new();
    for listed in actions::list_actions() {
        let described = actions::describe(&listed.id)?;
        let (input, output) = (schema(&described.input)?, schema(&described.output)?);
        let result = match listed.shape {
            Shape::Single => output,
            Shape::Items => object(json!({ "items": list(output), "output": {} }), &["items"]),
        };
        let about = [&*listed.id, &listed.title, &listed.summary, &listed.group];
        let items = result["properties"].get("items").cloned();
        let mut operation = operation(about, input, result);
        if let (Shape::Items, Some(items)) = (listed.shape, items) {
            operation["post"]["parameters"] = limit();
            lines(&mut operation, json!({ "items": items, "output": {} }));
        }
        paths.insert(format!("/actions/{}", listed.id), operation);
    }
    for listed in triggers::list_triggers() {
        let described = triggers::describe(&listed.id)?;
        let asked = json!({ "config": schema(&described.config)?, "cursor": { "type": "string" } });
        let events = events(&described)?;
        let result = object(events.clone(), &["events"]);
        let about = [&*listed.id, &listed.title, &listed.summary, &listed.group];
        let path = format!("/triggers/{}/poll", listed.id);
        let mut operation = operation(about, object(asked, &[]), result);
        lines(&mut operation, events);
        paths.insert(path, operation);
    }
    for listed in webhooks::list_webhooks() {
        webhook(&listed, &mut paths)?;
    }
    let text = json!({ "type": "string" });
    let choices = json!({
        "action": text, "trigger": text, "webhook": text, "field": text, "input": { "type": "object" }, "query": text,
    });
    let choice = object(json!({ "value": {}, "title": text }), &["value", "title"]);
    let found = object(json!({ "items": list(choice) }), &["items"]);
    let about = [
        "choices",
        "Choices for a field",
        "What a field of an action, a trigger or a webhook takes",
        "Calls",
    ];
    paths.insert("/choices".into(), operation(about, object(choices, &["field"]), found));
    let about =
        ["continue", "Go on", "Goes on with a call that took longer than a request", "Calls"];
    let token =
        object(json!({ "continue": text, "subscription": { "type": "object" } }), &["continue"]);
    paths.insert("/continue".into(), operation(about, token, json!({})));
    let about =
        ["test", "Test the connection", "Whose connection it is, and what it may not do", "Calls"];
    paths.insert(
        "/test".into(),
        operation(about, json!({ "type": "object" }), json!({ "type": "object" })),
    );
    Ok(json!({
        "openapi": "3.1.0",
        "info": {
            "title": descriptor.title,
            "summary": descriptor.summary,
            "version": descriptor.version,
        },
        "servers": [{ "url": "/" }],
        "security": [{ "key": [] }],
        "paths": paths,
        "components": {
            "securitySchemes": { "key": { "type": "http", "scheme": "bearer" } },
            "schemas": { "Problem": problem(), "Later": later(), "Delivery": delivery() },
        },
    }))
}

/// What can be done with a webhook.
fn webhook(listed: &Webhook, paths: &mut Map<String, Value>) -> Result<(), Failure> {
    let listed = &listed.trigger;
    let described = webhooks::describe(&listed.id)?;
    let config = schema(&described.config)?;
    let (text, kept) = (json!({ "type": "string" }), json!({ "type": "object" }));
    let asked = json!({
        "delivery": { "$ref": "#/components/schemas/Delivery" },
        "config": config, "subscription": kept, "cursor": text,
    });
    let acknowledgement = json!({
        "status": { "type": "integer" }, "headers": pairs(),
        "body": { "type": "string", "contentEncoding": "base64" }, "last": { "type": "boolean" },
    });
    let required = ["status", "headers", "body", "last"];
    let mut result = events(&described)?;
    result["acknowledgement"] = object(acknowledgement, &required);
    result["subscription"] = kept.clone();
    result["accounts"] = list(text.clone());
    let about = [&*listed.id, &listed.title, &listed.summary, &listed.group];
    let path = format!("/webhooks/{}", listed.id);
    let members = result.clone();
    let result = object(result, &["acknowledgement", "events"]);
    let mut delivered = operation(about, object(asked, &["delivery"]), result);
    lines(&mut delivered, members);
    paths.insert(path.clone(), delivered);
    let made = object(json!({ "subscription": kept }), &["subscription"]);
    let members = [
        ("subscribe", "Subscribe", json!({ "address": text, "config": config }), made.clone()),
        (
            "renew",
            "Renew the subscription",
            json!({ "subscription": kept, "config": config }),
            made,
        ),
        ("unsubscribe", "End the subscription", json!({ "subscription": kept }), json!({})),
    ];
    for (word, what, members, result) in members {
        let required = if word == "subscribe" { "address" } else { "subscription" };
        let id = format!("{}.{word}", listed.id);
        let title = format!("{}: {what}", listed.title);
        let about = [&*id, &title, &listed.summary, &listed.group];
        let input = object(members, &[required]);
        paths.insert(format!("{path}/{word}"), operation(about, input, result));
    }
    Ok(())
}

/// The members of an answer with events.
fn events(described: &Description) -> Result<Value, Failure> {
    let event = json!({
        "id": { "type": "string" },
        "occurred_at": { "type": ["string", "null"] },
        "data": schema(&described.data)?,
    });
    let events = list(object(event, &["id", "occurred_at", "data"]));
    Ok(json!({ "events": events, "cursor": { "type": "string" } }))
}

/// What came to the address that the service was given.
fn delivery() -> Value {
    let members = json!({
        "method": { "type": "string", "default": "POST" },
        "url": { "type": "string", "format": "uri" },
        "headers": pairs(),
        "body": { "type": "string", "contentEncoding": "base64" },
    });
    object(members, &["url"])
}

/// Names and values.
fn pairs() -> Value {
    let pair =
        json!({ "type": "array", "items": { "type": "string" }, "minItems": 2, "maxItems": 2 });
    list(pair)
}

fn operation(about: [&str; 4], input: Value, result: Value) -> Value {
    let [id, title, summary, group] = about;
    let answer = |description: &str, kind: &str, schema: Value| json!({ "description": description, "content": { kind: { "schema": schema } } });
    json!({ "post": {
        "operationId": id,
        "summary": title,
        "description": summary,
        "tags": [group],
        "requestBody": { "required": true, "content": { "application/json": { "schema": input } } },
        "responses": {
            "200": answer("The result", "application/json", result),
            "202": answer("It goes on", "application/json", json!({ "$ref": "#/components/schemas/Later" })),
            "default": answer(
                "It did not work",
                "application/problem+json",
                json!({ "$ref": "#/components/schemas/Problem" }),
            ),
        },
    }})
}

/// How many items are wanted.
fn limit() -> Value {
    json!([{
        "name": "limit", "in": "query", "description": "No more items",
        "schema": { "type": "integer", "minimum": 1 },
    }])
}

/// The same as lines: each has some of the members, and the last one says how it ended.
fn lines(operation: &mut Value, members: Value) {
    let mut line = members;
    line["continue"] = json!({ "type": "string" });
    line["after_ms"] = json!({ "type": "integer" });
    line["error"] = json!({ "$ref": "#/components/schemas/Problem" });
    let mut schema = object(line, &[]);
    schema["description"] = "A line".into();
    operation["post"]["responses"]["200"]["content"]["application/x-ndjson"] =
        json!({ "schema": schema });
}

fn schema(text: &str) -> Result<Value, Failure> {
    let unread = |error| Failure::refused("schema", format!("a schema of the connector: {error}"));
    serde_json::from_str(text).map_err(unread)
}

fn list(items: Value) -> Value {
    json!({ "type": "array", "items": items })
}

fn object(properties: Value, required: &[&str]) -> Value {
    json!({ "type": "object", "properties": properties, "required": required })
}

fn problem() -> Value {
    let text = json!({ "type": "string" });
    let number = json!({ "type": "integer" });
    let field = object(json!({ "path": text, "message": text }), &["path", "message"]);
    let members = json!({
        "title": text, "status": number, "code": text, "detail": text, "kind": text, "advice": text,
        "fields": list(field), "service_status": number, "request_id": text, "details": {},
    });
    object(members, &["title", "status", "code", "detail"])
}

fn later() -> Value {
    let members = json!({ "items": list(json!({})), "events": list(json!({})),
        "continue": { "type": "string" }, "after_ms": { "type": "integer" } });
    object(members, &["continue", "after_ms"])
}
