//! Test flows, as the platform's own connectors have them: for each resource what creates, reads and deletes one,
//! and for each list that needs no input the list. A flow needs an account and nothing else.

use connector_forms::Form;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::Pack;
use super::component::{Kind, named};
use crate::File;
use crate::values::list;

/// Between the left edges of components that are connected, and between rows.
const GRID: (usize, usize) = (208, 128);
/// Seconds in which all assertions have reported.
const TIMEOUT: u64 = 180;

/// The files in `artifacts/test-flows/`.
pub fn files(pack: &Pack, manifest: &Value) -> Vec<File> {
    let find = |id: &Value| list(&manifest["actions"]).find(|entry| entry["action"]["id"] == *id);
    let mut files = Vec::new();
    for resource in list(&manifest["resources"]) {
        let verbs = ["create_action", "get_action", "delete_action", "list_action"];
        let [create, get, delete, listing] = verbs.map(|verb| find(&resource[verb]));
        let [key] = &resource["key"].as_array().map_or(&[][..], Vec::as_slice) else { continue };
        let (Some(id), Some(key)) = (resource["id"].as_str(), key.as_str()) else { continue };
        let mut flow = Flow::new(pack, id);
        if let (Some(create), Some(delete)) = (create, delete)
            && let Some(input) = plain_example(create)
            && let Some(target) = only_own_input(delete, &input)
        {
            let made = flow.add(create, "start", &input, None);
            flow.assert(&made, key);
            if let Some(get) = get
                && let Some(target) = only_own_input(get, &input)
            {
                let got = flow.add(get, &made, &Map::new(), Some((&target, &made, key)));
                flow.assert(&got, key);
            }
            flow.end(Some((delete, &target, &made, key)));
        } else if let Some(listing) = listing.filter(|it| required(it).is_empty()) {
            let all = flow.add(listing, "start", &object(json!({"outputType": "array"})), None);
            flow.assert(&all, "count");
            flow.end(None);
        } else {
            continue;
        }
        files.push(File::json(
            format!("artifacts/test-flows/test-flow-{}.json", id.replace('_', "-")),
            &flow.into_json(),
        ));
    }
    files
}

/// The smallest example of an action whose fields are filled in by plain values, and which names nothing that an
/// account may not have.
fn plain_example(entry: &Value) -> Option<Map<String, Value>> {
    let form = Kind::Action(entry).form();
    let fits = |input: &Map<String, Value>| {
        form.single.is_none() && input.iter().all(|(name, value)| is_plain(&form, name, value))
    };
    let examples = entry["examples"].as_array().into_iter().flatten();
    let inputs = examples.filter_map(|example| example["input"].as_object());
    inputs.filter(|input| fits(input)).min_by_key(|input| input.len()).cloned()
}

fn is_plain(form: &Form, name: &str, value: &Value) -> bool {
    let schema = &form.schema["properties"][name];
    let scalar = !value.is_object() && !value.is_array();
    scalar
        && schema["x-choices"].is_null()
        && schema["x-file"].is_null()
        && schema["x-setting"].is_null()
}

fn required(entry: &Value) -> Vec<String> {
    let schema = &entry["input"];
    let names = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let names = names.filter(|name| schema["properties"][*name]["x-setting"].is_null());
    names.map(str::to_owned).collect()
}

/// The input that takes the key of what was created: the only one that has to be filled in.
fn only_own_input(entry: &Value, created: &Map<String, Value>) -> Option<String> {
    let mut names = required(entry).into_iter().filter(|name| !created.contains_key(name));
    names.next().filter(|_| names.next().is_none())
}

struct Flow<'a> {
    pack: &'a Pack<'a>,
    title: String,
    components: Map<String, Value>,
    asserts: Vec<String>,
    row: usize,
}

impl<'a> Flow<'a> {
    fn new(pack: &'a Pack<'a>, resource: &str) -> Self {
        let service = pack.connector["title"].as_str().unwrap_or_default();
        let title = format!("E2E {service} - {}", resource.replace('_', " "));
        let mut flow = Flow { pack, title, components: Map::new(), asserts: Vec::new(), row: 0 };
        let start = json!({"type": "appmixer.utils.controls.OnStart", "source": {}, "config": {}});
        flow.insert("start", start, 0);
        flow
    }

    /// Adds a component under test behind another one; a field may take a member of what came before. Its name is
    /// given back.
    fn add(
        &mut self,
        entry: &Value,
        after: &str,
        input: &Map<String, Value>,
        taken: Option<(&str, &str, &str)>,
    ) -> String {
        let (module, component) = named(&entry["action"]);
        let mut modifiers: Map<_, _> = input.keys().map(|name| (name.clone(), json!({}))).collect();
        let mut lambda = input.clone();
        if let Some((field, from, member)) = taken {
            let variable = format!("$.{}.out.{member}", self.id(from));
            modifiers
                .insert(field.into(), json!({"taken": {"variable": variable, "functions": []}}));
            lambda.insert(field.into(), "{{{taken}}}".into());
        }
        let json = self.own(&module, &component);
        let column = if after == "start" { 1 } else { self.asserts.len() * 2 + 1 };
        self.connect(&component, json, after, modifiers, lambda, column);
        component
    }

    fn assert(&mut self, tested: &str, member: &str) {
        let variable = format!("$.{}.out.{member}", self.id(tested));
        let modifiers = json!({"expression": {"value": {"variable": variable, "functions": []}}});
        let lambda =
            json!({"expression": {"AND": [{"field": "{{{value}}}", "assertion": "notEmpty"}]}});
        let name = format!("Assert{tested}");
        let json = json!({"type": "appmixer.utils.test.Assert"});
        let column = self.asserts.len() * 2 + 2;
        self.connect(&name, json, tested, object(modifiers), object(lambda), column);
        self.asserts.push(name);
        self.row += 1;
    }

    /// Waits for all assertions, takes away what was created, and reports.
    fn end(&mut self, cleanup: Option<(&Value, &str, &str, &str)>) {
        self.row -= 1;
        let column = self.asserts.len() * 2 + 1;
        let sources = self.asserts.iter().map(|name| (self.id(name), json!(["out"])));
        let after = json!({
            "type": "appmixer.utils.test.AfterAll",
            "source": {"in": sources.collect::<Map<_, _>>()},
            "config": {"properties": {"timeout": TIMEOUT}},
        });
        self.insert("AfterAll", after, column);
        let mut last = "AfterAll".to_owned();
        if let Some((delete, field, made, key)) = cleanup {
            let (module, component) = named(&delete["action"]);
            let variable = format!("$.{}.out.{key}", self.id(made));
            let modifiers = json!({field: {"taken": {"variable": variable, "functions": []}}});
            let json = self.own(&module, &component);
            let lambda = json!({field: "{{{taken}}}"});
            self.connect(
                &component,
                json,
                "AfterAll",
                object(modifiers),
                object(lambda),
                column + 1,
            );
            last = component;
        }
        let variable = format!("$.{}.out", self.id("AfterAll"));
        let modifiers =
            json!({"testCase": {}, "result": {"result": {"variable": variable, "functions": []}}});
        let lambda = json!({"testCase": self.title, "result": "{{{result}}}"});
        let json = json!({"type": "appmixer.utils.test.ProcessE2EResults"});
        self.connect(
            "ProcessE2EResults",
            json,
            &last,
            object(modifiers),
            object(lambda),
            column + 2,
        );
    }

    fn own(&self, module: &str, component: &str) -> Value {
        json!({"type": self.pack.name(module, component), "version": self.pack.connector["version"]})
    }

    fn connect(
        &mut self,
        name: &str,
        mut json: Value,
        after: &str,
        modifiers: Map<String, Value>,
        lambda: Map<String, Value>,
        column: usize,
    ) {
        let after = self.id(after);
        let made = json!({"type": "json2new", "modifiers": modifiers, "lambda": lambda});
        json["source"] = json!({"in": {after.as_str(): ["out"]}});
        json["config"] = json!({"transform": {"in": {after: {"out": made}}}});
        self.insert(name, json, column);
    }

    fn insert(&mut self, name: &str, mut json: Value, column: usize) {
        json["x"] = (64 + column * GRID.0).into();
        json["y"] = (16 + self.row * GRID.1).into();
        // Of the platform's own components the first version is asked for.
        if json["version"].is_null() {
            json["version"] = "1.0.0".into();
        }
        json["errorHandling"] = json!({"autoRetry": false, "onError": "stopFlow"});
        self.components.insert(self.id(name), json);
    }

    /// A UUID that is the same whenever the pack is made, and that no other flow has.
    fn id(&self, name: &str) -> String {
        let hash = Sha256::digest(format!("{} {name}", self.title));
        let hex: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
        format!(
            "{}-{}-4{}-8{}-{}",
            &hex[..8],
            &hex[8..12],
            &hex[13..16],
            &hex[17..20],
            &hex[20..32]
        )
    }

    fn into_json(self) -> Value {
        let description = "Runs with an account of the service; takes away what it creates.";
        json!({"name": self.title, "description": description, "flow": self.components})
    }
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}
