//! The schemas, and what must be as they say.

use std::collections::HashMap;

use jsonschema::Validator;
use serde_json::Value;

use crate::lint::Said;
use crate::report::Report;

/// The validators that outputs and events are held against.
#[derive(Default)]
pub(crate) struct Schemas {
    /// Of an action's output, or of one item, by the action's id.
    pub outputs: HashMap<String, Validator>,
    /// Of an event's `data`, by the id of the trigger or the webhook.
    pub events: HashMap<String, Validator>,
}

pub(crate) fn check(said: &Said, report: &mut Report) -> Schemas {
    let mut schemas = Schemas::default();
    for (name, text) in [("settings", &said.descriptor.settings), ("form", &said.descriptor.form)] {
        validator(&format!("the {name}"), text, report);
    }
    for description in &said.actions {
        let id = &description.action.id;
        let input = validator(&format!("{id}, input"), &description.input, report);
        for example in &description.examples {
            let about = format!("{id}, example `{}`", example.title);
            let Some(value) = json(&about, &example.input, report) else { continue };
            fits(&about, input.as_ref(), &value, "the example", report);
        }
        if description.examples.is_empty() {
            report.note(format!("{id} has no example, which models and people learn from"));
        }
        let output = validator(&format!("{id}, output"), &description.output, report);
        schemas.outputs.extend(output.map(|it| (id.clone(), it)));
    }
    for description in said.triggers.iter().chain(&said.webhooks) {
        let id = &description.trigger.id;
        validator(&format!("{id}, configuration"), &description.config, report);
        let data = validator(&format!("{id}, data"), &description.data, report);
        let about = format!("{id}, sample");
        if let Some(sample) = json(&about, &description.sample, report) {
            event(&about, data.as_ref(), &sample, report);
        }
        schemas.events.extend(data.map(|it| (id.clone(), it)));
    }
    schemas
}

/// An event as it is emitted: `id`, `occurred_at` and `data`.
pub(crate) fn event(about: &str, data: Option<&Validator>, event: &Value, report: &mut Report) {
    if !event["id"].is_string() {
        report.fault(about, "an event has no `id`", "give each a stable text as `id`");
    }
    if !event.get("occurred_at").is_some_and(|time| time.is_null() || time.is_string()) {
        let mend = "RFC 3339 in UTC, or null when the service does not say";
        report.fault(about, "an event has no `occurred_at`", mend);
    }
    match event.get("data") {
        Some(value) => fits(about, data, value, "`data`", report),
        None => report.fault(about, "an event has no `data`", "put the thing itself there"),
    }
}

/// Whether a value is as its schema says.
pub(crate) fn fits(
    about: &str,
    schema: Option<&Validator>,
    value: &Value,
    what: &str,
    report: &mut Report,
) {
    let Some(schema) = schema else { return };
    report.count("values against schemas", 1);
    for error in schema.iter_errors(value).take(3) {
        let place = error.instance_path.to_string();
        let place = if place.is_empty() { String::new() } else { format!(" at `{place}`") };
        let fault = format!("{what} is not as its schema says{place}: {error}");
        report.fault(about, fault, "mend the value, or say in the schema what is true");
    }
}

fn validator(about: &str, text: &str, report: &mut Report) -> Option<Validator> {
    report.count("schemas", 1);
    let schema = json(about, text, report)?;
    if !schema.is_object() {
        report.fault(about, "the schema is no object", "write a JSON Schema (2020-12)");
        return None;
    }
    match jsonschema::draft202012::new(&schema) {
        Ok(validator) => Some(validator),
        Err(error) => {
            let place = error.instance_path.to_string();
            report.fault(
                about,
                format!("it is no JSON Schema (2020-12): {error} at `{place}`"),
                "mend the schema",
            );
            None
        }
    }
}

fn json(about: &str, text: &str, report: &mut Report) -> Option<Value> {
    let value = serde_json::from_str(text).map_err(|error| {
        report.fault(about, format!("it is not JSON: {error}"), "give JSON text");
    });
    value.ok()
}
