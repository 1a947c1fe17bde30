//! Small descriptions in, facts out; and the facts of the repository themselves.

mod checked_in;
mod diff;
mod files;
mod follow;
mod operations;
mod types;

use super::description::Description;
use super::facts::Facts;
use serde_json::{Value, json};

/// A description of `GET /things/{id}` called `things/get`, whose answer is the schema `Thing`.
/// `change` makes it what the test is about.
fn description(change: impl FnOnce(&mut Value)) -> Value {
    let mut description = json!({
        "openapi": "3.0.3",
        "info": { "version": "1.0.0", "description": "Prose" },
        "servers": [{ "url": "https://api.example.com/v1" }],
        "paths": { "/things/{id}": { "get": {
            "operationId": "things/get",
            "summary": "Prose",
            "tags": ["things"],
            "parameters": [
                { "name": "fields", "in": "query", "explode": false,
                  "schema": { "type": "array", "items": { "type": "string" } } },
                { "name": "id", "in": "path", "required": true, "description": "Prose",
                  "schema": { "type": "string", "maxLength": 18 } },
            ],
            "responses": {
                "200": { "description": "Prose", "content": { "application/json": {
                    "schema": { "$ref": "#/components/schemas/Thing" } } } },
                "404": { "description": "Prose" },
                "default": { "description": "Prose" },
            },
            "security": [{ "oauth": ["things:read"] }],
        } } },
        "components": {
            "schemas": {
                "Thing": { "type": "object", "title": "Prose", "properties": {
                    "id": { "type": "string", "example": "1" } } },
                "Unused": { "type": "string" },
            },
            "securitySchemes": { "oauth": { "type": "oauth2", "flows": { "authorizationCode": {
                "scopes": { "things:write": "Prose", "things:read": "Prose" } } } } },
        },
    });
    change(&mut description);
    description
}

fn import(description: &Value) -> anyhow::Result<Facts> {
    Facts::import(&Description::new(description.clone())?)
}

/// The facts of the description after `change`.
fn facts(change: impl FnOnce(&mut Value)) -> Facts {
    import(&description(change)).expect("the description is well formed")
}

/// The type that `Thing` becomes when this is its schema; `Base` is there to refer to.
fn reduced(schema: Value) -> Value {
    let facts = facts(|description| {
        let schemas = &mut description["components"]["schemas"];
        schemas["Thing"] = schema;
        schemas["Base"] = json!({ "properties": {
            "id": { "type": "string" }, "size": { "type": "integer", "maximum": 5 } },
            "required": ["id"] });
        schemas["Name"] = json!({ "type": "string", "pattern": "^a" });
    });
    serde_json::to_value(&facts.types["Thing"]).unwrap()
}
