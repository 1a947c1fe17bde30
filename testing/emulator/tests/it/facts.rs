//! The facts as plain JSON, read anew so that the tests do not share the emulator's reading.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;

pub struct Facts {
    /// By id.
    pub operations: BTreeMap<String, Value>,
    types: Value,
}

impl Facts {
    pub fn load() -> Facts {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../catalog/facts");
        let mut facts = Facts { operations: BTreeMap::new(), types: Value::Null };
        for entry in fs::read_dir(folder).unwrap() {
            let text = fs::read_to_string(entry.unwrap().path()).unwrap();
            let mut content: Value = serde_json::from_str(&text).unwrap();
            for operation in array(&content["operations"]) {
                let id = operation["operation_id"].as_str().unwrap();
                facts.operations.insert(id.to_owned(), operation.clone());
            }
            if content["types"].is_object() {
                facts.types = content["types"].take();
            }
        }
        facts
    }

    /// The type that a reference leads to, or itself.
    pub fn resolve<'f>(&'f self, type_: &'f Value) -> &'f Value {
        match type_["$ref"].as_str() {
            Some(name) => self.resolve(&self.types[name]),
            None => type_,
        }
    }
}

pub fn array(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}
