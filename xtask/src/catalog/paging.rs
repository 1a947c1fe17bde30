//! What the shape of a response tells about reading a list: `paging`.
//!
//! - `{"kind": "bookmark", "size": "page_size", "max": 250}`: pages of `items`, the next one by
//!   the `bookmark` of the last; `size` is the parameter that sets the page size, if there is one;
//! - `{"kind": "items"}`: everything at once in `items`, or in the array that `key` names;
//! - `{"kind": "array"}`: everything at once, the response is the array.
//!
//! The last two are for GET only: what a write answers is a result, not a list to read.

use super::description::{array, object};
use super::types::{Types, resolve};
use serde_json::{Value, json};

/// How the answer of this operation is read as a list, or nothing when it is not one.
pub fn paging(types: &Types, operation: &Value) -> Option<Value> {
    let response = resolve(types, operation.get("response")?);
    let parameter = |name: &str| {
        array(operation.get("parameters"))
            .find(|parameter| parameter["in"] == "query" && parameter["name"] == name)
    };
    let properties = &response["properties"];
    if parameter("bookmark").is_some()
        && properties.get("bookmark").is_some()
        && properties.get("items").is_some()
    {
        let mut paging = json!({ "kind": "bookmark" });
        if let Some(size) = ["page_size", "limit"].into_iter().find_map(parameter) {
            paging["size"] = size["name"].clone();
            if let Some(max) = resolve(types, &size["schema"]).get("maximum") {
                paging["max"] = max.clone();
            }
        }
        return Some(paging);
    }
    if operation["method"] != "GET" {
        return None;
    }
    if response["type"] == "array" {
        return Some(json!({ "kind": "array" }));
    }
    let is_array = |property: &Value| resolve(types, property)["type"] == "array";
    if properties.get("items").is_some_and(is_array) {
        return Some(json!({ "kind": "items" }));
    }
    let all: Vec<_> = object(properties).collect();
    match all[..] {
        [(key, property)] if is_array(property) => Some(json!({ "kind": "items", "key": key })),
        _ => None,
    }
}
