//! What every document has: who answers, how callers prove themselves, and how errors look.

use serde_json::{Value, json};

/// An OpenAPI 3.1 document without operations.
pub fn frame(url: &str, title: &str, version: &str) -> Value {
    json!({
        "openapi": "3.1.0",
        "info": {"title": title, "version": version},
        "servers": [{"url": url.trim_end_matches('/')}],
        "security": [{"key": []}],
        "paths": {},
        "components": {
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
            "schemas": {"Problem": problem()},
            "responses": {"Problem": {
                "description": "Why it was not done",
                "content": {"application/problem+json": {
                    "schema": {"$ref": "#/components/schemas/Problem"},
                }},
            }},
        },
    })
}

fn problem() -> Value {
    json!({
        "type": "object",
        "required": ["title", "status", "code", "detail"],
        "properties": {
            "type": {"type": "string"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "code": {"type": "string", "description": "A stable word for programs"},
            "detail": {"type": "string"},
            "advice": {"type": "string", "description": "What to do about it"},
            "fields": {"type": "array", "items": {
                "type": "object",
                "required": ["path", "message"],
                "properties": {"path": {"type": "string"}, "message": {"type": "string"}},
            }},
            "run": {"type": "string"},
            "request_id": {"type": "string"},
        },
    })
}
