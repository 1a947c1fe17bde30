//! The API description, read anew: nothing here comes from the catalogue that it judges.

use std::path::{Path, PathBuf};

use serde_json::Value;

const FILE: &str = "openapi-5.28.0.json";

/// OpenAPI 3.0.
pub struct Description(Value);

/// One operation.
pub struct Operation<'a> {
    pub id: &'a str,
    /// In upper case.
    pub method: String,
    /// With `{name}` for parameters.
    pub path: &'a str,
    pub parameters: Vec<Parameter<'a>>,
    /// Content type and schema.
    pub body: Option<(&'a str, &'a Value)>,
    /// Documented successes, with the schema of what they answer.
    pub successes: Vec<(u16, Option<&'a Value>)>,
    /// Documented refusals.
    pub refusals: Vec<u16>,
}

/// A parameter in the path or the query.
pub struct Parameter<'a> {
    pub name: &'a str,
    pub in_path: bool,
    pub required: bool,
    /// A list goes into one value, with commas.
    pub joined: bool,
    pub schema: &'a Value,
}

impl Description {
    /// The one in the folder that `PINTEREST_API_DESCRIPTION` names, or in the one beside the
    /// repository. Says so when there is none.
    pub fn find() -> Option<Description> {
        let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/pinterest-api");
        let folder = std::env::var_os("PINTEREST_API_DESCRIPTION").map_or(beside, PathBuf::from);
        let path = if folder.is_dir() { folder.join(FILE) } else { folder };
        let Ok(text) = std::fs::read_to_string(&path) else {
            use std::io::Write;
            // Past the test runner, which keeps quiet about tests that pass.
            let note = "SKIPPED: no API description; set PINTEREST_API_DESCRIPTION to its folder";
            writeln!(std::io::stderr(), "{note}").ok();
            return None;
        };
        Some(Description(serde_json::from_str(&text).expect("the description is JSON")))
    }

    /// What a `$ref` leads to; anything else is itself.
    pub fn resolve<'a>(&'a self, value: &'a Value) -> &'a Value {
        match value["$ref"].as_str() {
            None => value,
            Some(reference) => {
                let target = self.0.pointer(reference.trim_start_matches('#'));
                self.resolve(target.unwrap_or_else(|| panic!("{reference} leads nowhere")))
            }
        }
    }

    /// The schema component of this name.
    pub fn schema(&self, name: &str) -> &Value {
        &self.0["components"]["schemas"][name]
    }

    /// All operations.
    pub fn operations(&self) -> Vec<Operation<'_>> {
        let paths = self.0["paths"].as_object().expect("there are paths");
        let operations = paths.iter().flat_map(|(path, item)| {
            let methods = item.as_object().expect("a path has operations");
            methods.iter().map(|(method, operation)| self.operation(method, path, operation))
        });
        operations.collect()
    }

    fn operation<'a>(&'a self, method: &str, path: &'a str, operation: &'a Value) -> Operation<'a> {
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        let content = operation["requestBody"]["content"].as_object();
        let responses = operation["responses"].as_object().into_iter().flatten();
        let (mut successes, mut refusals) = (Vec::new(), Vec::new());
        for (status, response) in responses {
            // `default` is a refusal of any status.
            let status = status.parse().unwrap_or(500);
            let schema = self.resolve(response)["content"]["application/json"].get("schema");
            match status {
                200..300 => successes.push((status, schema)),
                _ => refusals.push(status),
            }
        }
        Operation {
            id: operation["operationId"].as_str().expect("an operation has an id"),
            method: method.to_uppercase(),
            path,
            parameters: parameters.map(|parameter| self.parameter(parameter)).collect(),
            body: content
                .and_then(|content| content.iter().next())
                .map(|(content_type, content)| (content_type.as_str(), &content["schema"])),
            successes,
            refusals,
        }
    }

    fn parameter<'a>(&'a self, parameter: &'a Value) -> Parameter<'a> {
        let parameter = self.resolve(parameter);
        Parameter {
            name: parameter["name"].as_str().expect("a parameter has a name"),
            in_path: parameter["in"] == "path",
            required: parameter["required"] == true,
            joined: parameter["explode"] == false,
            schema: &parameter["schema"],
        }
    }
}

impl Operation<'_> {
    /// The success that tells most.
    pub fn success(&self) -> (u16, Option<&Value>) {
        let telling = self.successes.iter().find(|(_, schema)| schema.is_some());
        *telling.or(self.successes.first()).expect("an operation can succeed")
    }
}
