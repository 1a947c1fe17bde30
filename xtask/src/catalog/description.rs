//! Reading an OpenAPI 3.0 description.

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use std::path::Path;

/// A whole description, addressed by JSON pointers.
pub struct Description(Value);

/// One operation of the description with the method and path that it stands under.
pub struct Entry<'a> {
    /// Upper case.
    pub method: String,
    pub path: &'a str,
    pub operation: &'a Value,
    /// Resolved; those of the path, unless the operation has its own, and those of the operation.
    pub parameters: Vec<&'a Value>,
}

const METHODS: [&str; 7] = ["get", "put", "post", "delete", "options", "head", "patch"];

impl Description {
    /// Reads a JSON file.
    pub fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("cannot read {}", path.display()))?;
        let value = serde_json::from_str(&text)
            .with_context(|| format!("{} is not JSON", path.display()))?;
        Self::new(value)
    }

    /// Refuses everything but OpenAPI 3.0: 3.1 says `nullable` and the exclusive bounds otherwise.
    pub fn new(value: Value) -> Result<Self> {
        let version = value["openapi"].as_str().unwrap_or_default();
        ensure!(version.starts_with("3.0."), "openapi must be 3.0.x, not {version:?}");
        Ok(Self(value))
    }

    /// The string at a JSON pointer.
    pub fn text(&self, pointer: &str) -> Result<&str> {
        self.0
            .pointer(pointer)
            .and_then(Value::as_str)
            .with_context(|| format!("the description has no string at {pointer}"))
    }

    /// Scopes of all security schemes, each once, sorted.
    pub fn scopes(&self) -> Vec<&str> {
        let schemes = object(&self.0["components"]["securitySchemes"]);
        let flows = schemes.flat_map(|(_, scheme)| object(&scheme["flows"]));
        let mut scopes: Vec<&str> = flows
            .flat_map(|(_, flow)| object(&flow["scopes"]).map(|(scope, _)| scope.as_str()))
            .collect();
        scopes.sort_unstable();
        scopes.dedup();
        scopes
    }

    /// The schema component of this name.
    pub fn schema(&self, name: &str) -> Result<&Value> {
        self.0["components"]["schemas"]
            .get(name)
            .with_context(|| format!("there is no schema {name}"))
    }

    /// Follows the `$ref` of a parameter, body or response.
    pub fn resolve<'a>(&'a self, value: &'a Value) -> Result<&'a Value> {
        match value["$ref"].as_str() {
            None => Ok(value),
            Some(reference) => reference
                .strip_prefix('#')
                .and_then(|pointer| self.0.pointer(pointer))
                .with_context(|| format!("{reference} leads nowhere")),
        }
    }

    /// All operations in the order of the description.
    pub fn entries(&self) -> Result<Vec<Entry<'_>>> {
        let mut entries = Vec::new();
        for (path, item) in object(&self.0["paths"]) {
            for (method, operation) in object(item).filter(|(key, _)| METHODS.contains(&&***key)) {
                let parameters =
                    self.parameters(item, operation).with_context(|| format!("{method} {path}"))?;
                let method = method.to_uppercase();
                entries.push(Entry { method, path, operation, parameters });
            }
        }
        Ok(entries)
    }

    fn parameters<'a>(&'a self, item: &'a Value, operation: &'a Value) -> Result<Vec<&'a Value>> {
        let resolved = |list: Option<&'a Value>| -> Result<Vec<&'a Value>> {
            array(list).map(|parameter| self.resolve(parameter)).collect()
        };
        let own = resolved(operation.get("parameters"))?;
        let mut all = resolved(item.get("parameters"))?;
        all.retain(|shared| {
            !own.iter().any(|p| p["name"] == shared["name"] && p["in"] == shared["in"])
        });
        all.extend(own);
        Ok(all)
    }
}

/// The entries of an object; none when the value is something else.
pub fn object(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

/// The elements of an array; none when it is absent or something else.
pub fn array(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    value.and_then(Value::as_array).into_iter().flatten()
}
