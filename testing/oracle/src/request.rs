//! Judges a request by the description of its operation.

use std::collections::HashMap;

use jsonschema::Validator;
use pinterest_connector::contract::{Body, Request};
use serde_json::{Map, Value};
use url::{Url, form_urlencoded};

use crate::description::{Description, Operation, Parameter};
use crate::dialect::{Way, faults, judge};
use crate::findings::place;
use crate::flat::flat;
use crate::generate::kind;

const BASE: &str = "https://api.pinterest.com/v5";

/// What the description says of one operation, ready to judge by.
pub struct Judge<'a> {
    description: &'a Description,
    operation: &'a Operation<'a>,
    parameters: HashMap<&'a str, Validator>,
    body: Option<Validator>,
    /// The input's field `body` is the body; otherwise its members are fields of the input.
    whole: bool,
}

impl<'a> Judge<'a> {
    pub fn new(description: &'a Description, operation: &'a Operation<'a>, input: &Value) -> Self {
        let validator = |schema| judge(description, schema, Way::Request);
        let parameters = operation
            .parameters
            .iter()
            .map(|parameter| (parameter.name, validator(parameter.schema)))
            .collect();
        let own = operation.body.map(|(_, schema)| flat(description, schema));
        let own = own.is_some_and(|body| body["properties"].get("body").is_some());
        let whole = !own && input["properties"].get("body").is_some();
        let body = operation.body.map(|(_, schema)| validator(schema));
        Judge { description, operation, parameters, body, whole }
    }

    /// What is wrong with the request that `input` became: what, and an example.
    pub fn faults(&self, request: &Request, input: &Map<String, Value>) -> Vec<(String, String)> {
        let mut found = Faults(Vec::new());
        let method = format!("{:?}", request.method).to_uppercase();
        if !method.ends_with(&self.operation.method) {
            found.add("method", &method);
        }
        if Url::parse(&request.url).map(String::from).as_ref() != Ok(&request.url) {
            found.add("the address changes when it is parsed", &request.url);
        }
        let (path, query) = request.url.split_once('?').unwrap_or((&request.url, ""));
        match path.strip_prefix(BASE) {
            Some(path) => self.path(path, input, &mut found),
            None => found.add("the address is not below the base", path),
        }
        self.query(query, input, &mut found);
        self.body(request, input, &mut found);
        found.0
    }

    fn path(&self, path: &str, input: &Map<String, Value>, found: &mut Faults) {
        let wanted: Vec<_> = self.operation.path.split('/').collect();
        let segments: Vec<_> = path.split('/').collect();
        if segments.len() != wanted.len() {
            return found.add("the path has other segments", path);
        }
        for (segment, wanted) in segments.into_iter().zip(wanted) {
            let Some(name) = wanted.strip_prefix('{').and_then(|name| name.strip_suffix('}'))
            else {
                if segment != wanted {
                    found.add("the path has another segment", segment);
                }
                continue;
            };
            // A plus sign means itself in a path.
            let decoded = form_urlencoded::parse(segment.replace('+', "%2B").as_bytes())
                .next()
                .map(|(text, _)| text.into_owned());
            let parameter = self.operation.parameters.iter().find(|p| p.in_path && p.name == name);
            match parameter {
                Some(parameter) => {
                    let value = self.scalar(parameter.schema, &decoded.unwrap_or_default());
                    self.parameter(parameter, value, input, found);
                }
                None => found.add("the description has no such path parameter", name),
            }
        }
    }

    fn query(&self, query: &str, input: &Map<String, Value>, found: &mut Faults) {
        let mut sent: Vec<(String, String)> =
            form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        for parameter in self.operation.parameters.iter().filter(|p| !p.in_path) {
            let deep = format!("{}[", parameter.name);
            let (mine, others): (Vec<_>, _) = sent
                .into_iter()
                .partition(|(name, _)| name == parameter.name || name.starts_with(&deep));
            sent = others;
            let given = input.get(parameter.name);
            let empty = given.is_none_or(|given| given.is_null() || given == &Value::Array(vec![]));
            if mine.is_empty() {
                if parameter.required {
                    found.add(format!("?{} is required and absent", parameter.name), query);
                } else if !empty {
                    found.add(format!("?{} did not arrive", parameter.name), query);
                }
                continue;
            }
            let value = self.decoded(parameter, &mine);
            self.parameter(parameter, value, input, found);
        }
        for (name, _) in sent {
            found.add(format!("?{name} is not in the description"), query);
        }
    }

    /// A value that arrived: it is valid, and it is what was put in.
    fn parameter(
        &self,
        parameter: &Parameter,
        value: Value,
        input: &Map<String, Value>,
        found: &mut Faults,
    ) {
        for (at, keyword, message) in faults(&self.parameters[parameter.name], &value) {
            found.add(format!("{}{}: {keyword}", parameter.name, place(&at)), message);
        }
        // The page size is the connector's choice where the input has none.
        let chosen = matches!(parameter.name, "page_size" | "limit");
        match input.get(parameter.name) {
            Some(given) if !same(given, &value) => found
                .add(format!("{} arrived changed", parameter.name), format!("{given} as {value}")),
            None if !chosen => found.add(format!("{} from nowhere", parameter.name), value),
            _ => {}
        }
    }

    fn decoded(&self, parameter: &Parameter, sent: &[(String, String)]) -> Value {
        let schema = flat(self.description, parameter.schema);
        match kind(&schema) {
            Some("array") => {
                let texts = sent.iter().flat_map(|(_, text)| match parameter.joined {
                    true => text.split(',').filter(|text| !text.is_empty()).collect(),
                    false => vec![text.as_str()],
                });
                texts.map(|text| self.scalar(&schema["items"], text)).collect()
            }
            Some("object") => {
                let mut value = Value::Object(Map::new());
                for (name, text) in sent {
                    let keys = name.split('[').skip(1).map(|key| key.trim_end_matches(']'));
                    let mut spot = &mut value;
                    for key in keys {
                        spot = &mut spot[key];
                    }
                    *spot = text.as_str().into();
                }
                value
            }
            _ => self.scalar(&schema, &sent[0].1),
        }
    }

    fn scalar(&self, schema: &Value, text: &str) -> Value {
        let schema = flat(self.description, schema);
        let number = || serde_json::from_str(text).ok().filter(Value::is_number);
        let value = match kind(&schema) {
            Some("integer" | "number") => number(),
            Some("boolean") => text.parse::<bool>().ok().map(Value::from),
            _ => None,
        };
        value.unwrap_or_else(|| text.into())
    }

    fn body(&self, request: &Request, input: &Map<String, Value>, found: &mut Faults) {
        let content_type = request.headers.iter().find(|header| header.name == "content-type");
        let content_type = content_type.map(|header| header.value.as_str());
        let (Some((wanted, _)), Some(validator)) = (self.operation.body, &self.body) else {
            if request.body != Body::Empty || content_type.is_some() {
                found.add("a body that the description does not know", "");
            }
            return;
        };
        if content_type != Some(wanted) {
            found.add("content type", content_type.unwrap_or_default());
        }
        let Body::Bytes(bytes) = &request.body else {
            return found.add("the body is missing", "");
        };
        let body: Value = serde_json::from_slice(bytes).expect("a body is JSON");
        for (at, keyword, message) in faults(validator, &body) {
            found.add(format!("body{}: {keyword}", place(&at)), message);
        }
        let is_parameter = |name: &str| self.parameters.contains_key(name);
        let members = input.iter().filter(|(name, _)| !is_parameter(name));
        let given = match self.whole {
            true => input["body"].clone(),
            false => members.map(|(name, value)| (name.clone(), value.clone())).collect(),
        };
        if !same(&given, &body) {
            found.add("the body arrived changed", format!("{given} as {body}"));
        }
    }
}

/// Equal, or equal but for what a query cannot tell apart: 1 and 1.0, a number and its text.
fn same(given: &Value, arrived: &Value) -> bool {
    match (given, arrived) {
        (Value::Number(given), Value::Number(arrived)) => given.as_f64() == arrived.as_f64(),
        (Value::Object(given), Value::Object(arrived)) => {
            let fits = |(name, value): (&String, &Value)| {
                arrived.get(name).is_some_and(|arrived| same(value, arrived))
            };
            given.len() == arrived.len() && given.iter().all(fits)
        }
        (Value::Array(given), Value::Array(arrived)) => {
            given.len() == arrived.len() && given.iter().zip(arrived).all(|(a, b)| same(a, b))
        }
        _ => given == arrived,
    }
}

struct Faults(Vec<(String, String)>);

impl Faults {
    fn add(&mut self, what: impl Into<String>, example: impl ToString) {
        self.0.push((what.into(), example.to_string()));
    }
}
