//! What a person fills in for an export of the module, as the platform's own forms (`fieldMap` and `layout`), and
//! what fields a record of an import has.

use connector_forms::{Form, kind, labels};
use serde_json::{Map, Value, json};

use crate::values::{list, text};

/// The form of an export, and how the module reads what was filled in: by the name of a field, the path of the input
/// and the kind of its values. A list of records has no field: it comes from the configuration or from a record.
pub struct Settings {
    fields: Map<String, Value>,
    reads: Map<String, Value>,
}

impl Settings {
    /// Of an action that reads.
    pub fn new(entry: &Value) -> Self {
        let mut settings = Settings { fields: Map::new(), reads: Map::new() };
        settings.members(&Form::whole(&entry["input"]).schema, &[], "", true);
        settings
    }

    /// As `settingsForm` of an export holds it; null when there is nothing to fill in.
    pub fn form(&self) -> Value {
        if self.fields.is_empty() {
            return Value::Null;
        }
        let folded = |advanced: bool| -> Vec<_> {
            let fields =
                self.fields.iter().filter(|(_, field)| self.is_advanced(field) == advanced);
            fields.map(|(name, _)| name).collect()
        };
        let mut layout = json!({"fields": folded(false)});
        let advanced = folded(true);
        if !advanced.is_empty() {
            layout = json!({"type": "collapse", "containers": [
                {"label": "General", "collapsed": false, "fields": folded(false)},
                {"label": "Advanced", "collapsed": true, "fields": advanced},
            ]});
        }
        json!({"form": {"fieldMap": self.fields, "layout": layout}})
    }

    /// For `functions.json`.
    pub fn reads(&self) -> &Map<String, Value> {
        &self.reads
    }

    fn is_advanced(&self, field: &Value) -> bool {
        self.reads[text(&field["id"])]["advanced"] == true
    }

    fn members(&mut self, schema: &Value, path: &[&str], label: &str, needed: bool) {
        for (name, member) in schema["properties"].as_object().into_iter().flatten() {
            let path = [path, &[name.as_str()]].concat();
            let title = format!("{label}{}", labels::title(name, member));
            let required =
                list(&schema["required"]).any(|it| it == name) && member["x-setting"].is_null();
            if member["properties"].is_object() && !member["additionalProperties"].is_object() {
                self.members(member, &path, &format!("{title}: "), needed && required);
            } else {
                self.leaf(member, &path, &title, needed && required);
            }
        }
    }

    fn leaf(&mut self, schema: &Value, path: &[&str], title: &str, required: bool) {
        let Some((mut field, kind)) = field(schema) else { return };
        let id = path.join("__");
        field["id"] = id.clone().into();
        field["name"] = id.clone().into();
        field["label"] = title.into();
        field["required"] = required.into();
        if let Some(help) = schema["description"].as_str() {
            field["helpText"] = help.into();
        }
        let mut read = json!({"path": path, "kind": kind});
        if schema["x-advanced"] == true {
            read["advanced"] = true.into();
        }
        self.fields.insert(id.clone(), field);
        self.reads.insert(id, read);
    }
}

/// The platform's kind of field, and how its value is read; none for lists of records and choices between them.
fn field(schema: &Value) -> Option<(Value, &'static str)> {
    let kind = kind(schema);
    let options = |values: &Value| -> Value {
        let values = values.as_array().map_or(&[][..], Vec::as_slice);
        let shown = labels::options(values).into_iter().zip(values);
        let items: Vec<_> =
            shown.map(|(label, value)| json!({"label": label, "value": value})).collect();
        json!([{"items": items}])
    };
    let items = &schema["items"];
    Some(match kind {
        "array" if items["enum"].is_array() => {
            (json!({"type": "multiselect", "options": options(&items["enum"])}), "list")
        }
        "array" if matches!(connector_forms::kind(items), "integer" | "number") => {
            (json!({"type": "text"}), "numbers")
        }
        "array" if connector_forms::kind(items) == "string" => (json!({"type": "text"}), "list"),
        _ if schema["enum"].is_array() => {
            (json!({"type": "select", "options": options(&schema["enum"])}), scalar(kind))
        }
        "boolean" if schema["default"] == false => (json!({"type": "checkbox"}), "boolean"),
        "boolean" => {
            let items = [("true", "Yes"), ("false", "No")];
            let items = items.map(|(value, label)| json!({"label": label, "value": value}));
            (json!({"type": "select", "options": [{"items": items}]}), "boolean")
        }
        "integer" | "number" => (json!({"type": "text", "inputType": "number"}), "number"),
        "string" if schema["format"] == "date" => (json!({"type": "date"}), "date"),
        "string" if schema["x-multiline"] == true => (json!({"type": "textarea"}), "text"),
        "string" => (json!({"type": "text"}), "text"),
        _ => return None,
    })
}

fn scalar(kind: &str) -> &'static str {
    if matches!(kind, "integer" | "number") { "number" } else { "text" }
}

/// Documents of the module's functions for integrator.io: each with what a person fills in, or with the fields that
/// a record has, and with an input that works.
pub fn document(entry: &Value, function: &str) -> Value {
    let action = &entry["action"];
    let examples = list(&entry["examples"]).filter_map(|it| it["input"].as_object());
    let example = examples.min_by_key(|input| input.len()).cloned().unwrap_or_default();
    let mut document = json!({
        "name": action["title"],
        "description": action["summary"],
        "_connectionId": "CONNECTION_ID",
    });
    if action["effect"] == "read" {
        document["adaptorType"] = "WrapperExport".into();
        document["wrapper"] = json!({"function": function, "configuration": example});
        let form = Settings::new(entry).form();
        if !form.is_null() {
            document["settingsForm"] = form;
        }
        return document;
    }
    let form = Form::new(&entry["input"], &entry["output"]);
    let (beside, record) = match &form.single {
        Some(single) => {
            let record =
                example.get(&single.field).and_then(|records| records[0].as_object()).cloned();
            let beside = example.into_iter().filter(|(name, _)| *name != single.field);
            (beside.collect(), record.unwrap_or_default())
        }
        None => (Map::new(), example),
    };
    document["adaptorType"] = "WrapperImport".into();
    document["wrapper"] = json!({"function": function, "configuration": beside});
    document["sampleData"] = sample(&form.schema, record);
    document
}

/// A record with each of its fields: the values of the example, and for others what is to be there.
fn sample(schema: &Value, example: Map<String, Value>) -> Value {
    let mut sample = Map::new();
    for (name, member) in schema["properties"].as_object().into_iter().flatten() {
        let value =
            example.get(name).cloned().unwrap_or_else(|| labels::title(name, member).into());
        sample.insert(name.clone(), value);
    }
    Value::Object(sample)
}
