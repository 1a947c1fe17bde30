//! Calls of the connector, each in an instance of its own.

use std::path::Path;

use connector_host::contract::types::Checkpoint;
use connector_host::contract::{Context, Descriptor, Reply, Step};
use connector_host::{Call, Connection, Connector, Error};
use serde_json::{Map, Value, json};

use crate::case;
use crate::lint::Said;
use crate::report::Report;

/// When each call begins.
const NOW: &str = "2026-01-31T12:00:00Z";

/// The contract's sizes.
const CHECKPOINT: usize = 1 << 20;
const RANGE: u32 = 1 << 20;
const PAUSE_MS: u32 = 24 * 3_600_000;

/// A connector, and settings that it may be called with.
pub(crate) struct Probe<'a> {
    pub connector: &'a Connector,
    descriptor: &'a Descriptor,
    /// A JSON object.
    pub settings: String,
}

impl<'a> Probe<'a> {
    /// The settings are those of the first case that has some, or made of the schema.
    pub fn new(connector: &'a Connector, said: &'a Said, cases: Option<&Path>) -> Self {
        let of_cases = cases.and_then(case::first_settings);
        let settings = of_cases.unwrap_or_else(|| made_up(&said.descriptor.settings));
        Probe { connector, descriptor: &said.descriptor, settings: settings.to_string() }
    }

    pub fn start(&self, call: &Call, settings: &str, context: &Context) -> Result<Step, Error> {
        self.connector.instantiate()?.start(call, &settings.to_owned(), context)
    }

    pub fn resume(&self, checkpoint: &Checkpoint, reply: &Reply) -> Result<Step, Error> {
        self.connector.instantiate()?.resume(checkpoint, reply)
    }

    /// Whether the connector still stood when it answered; says so when not.
    pub fn stands(
        &self,
        about: &str,
        given: &str,
        answer: &Result<Step, Error>,
        report: &mut Report,
    ) -> bool {
        let Err(error @ (Error::Trap(_) | Error::Deadline(_) | Error::Memory(_))) = answer else {
            return true;
        };
        let mend = "answer with an error of the contract; a crash tells nobody what is wrong";
        report.fault(about, format!("given {given}, it does not answer: {error}"), mend);
        false
    }

    /// What a host would refuse of a step.
    pub fn allowed(&self, about: &str, step: &Step, settings: &str, report: &mut Report) {
        report.count("steps", 1);
        let checkpoint = match step {
            Step::Send(pending) => &pending.checkpoint,
            Step::Emit(page) => &page.checkpoint,
            Step::Pause(pause) => &pause.checkpoint,
            Step::Read(range) => &range.checkpoint,
            Step::Done(outcome) => {
                if serde_json::from_str::<Value>(&outcome.output).is_err() {
                    report.fault(about, "the output is not JSON", "`null` is the output of a list");
                }
                return;
            }
        };
        if checkpoint.len() > CHECKPOINT {
            let fault = format!("a checkpoint has {} bytes", checkpoint.len());
            report.fault(about, fault, "keep it below 1 MiB: what the next step needs, no answers");
        }
        match step {
            Step::Pause(pause) if pause.ms > PAUSE_MS => {
                report.fault(about, "a pause of more than a day", "ask again after a shorter one");
            }
            Step::Read(range) if range.length > RANGE => {
                report.fault(about, "it reads more than 1 MiB at once", "read in several steps");
            }
            Step::Emit(page) => match serde_json::from_str::<Vec<Value>>(&page.items) {
                Ok(items) if items.len() == page.count as usize => {}
                Ok(items) => {
                    let fault =
                        format!("a page of {} items says that it has {}", items.len(), page.count);
                    report.fault(about, fault, "give the number of items as `count`");
                }
                Err(error) => {
                    report.fault(about, format!("a page is no JSON list: {error}"), "emit a list");
                }
            },
            Step::Send(pending) => self.request(about, pending, settings, report),
            _ => {}
        }
    }

    fn request(
        &self,
        about: &str,
        pending: &connector_host::contract::PendingRequest,
        settings: &str,
        report: &mut Report,
    ) {
        let request = &pending.request;
        for header in &request.headers {
            if header.name.bytes().any(|byte| byte.is_ascii_uppercase()) {
                let fault = format!("it sends the header `{}`", header.name);
                report.fault(about, fault, "write names of headers in lower case");
            }
        }
        for cost in &request.costs {
            if !self.descriptor.quotas.iter().any(|quota| quota.id == cost.quota) {
                let quota = &cost.quota;
                report.note(format!(
                    "requests cost the quota `{quota}`, which the descriptor lacks: no host counts it"
                ));
            }
        }
        let connection = Connection::builder(self.connector.clone()).settings(settings).build();
        let refusal = match connection {
            Ok(connection) => connection.refusal(request),
            Err(error) => {
                return report.note(format!("{about}: the settings are refused: {error}"));
            }
        };
        if let Some(refusal) = refusal {
            let mend = "see the sections on headers, origins and credentials of the contract";
            report.fault(about, format!("a host does not send its request: {refusal}"), mend);
        }
    }
}

/// The context of every call that is made here.
pub(crate) fn context() -> Context {
    Context::new("check", NOW)
}

/// An object with a value for each field that its schema requires.
fn made_up(schema: &str) -> Value {
    let schema: Value = serde_json::from_str(schema).unwrap_or_default();
    let required = schema["required"].as_array().cloned().unwrap_or_default();
    let fields = required.iter().filter_map(Value::as_str);
    let made = fields.map(|name| (name.to_owned(), value_for(&schema["properties"][name])));
    Value::Object(made.collect::<Map<_, _>>())
}

fn value_for(schema: &Value) -> Value {
    let given = [&schema["default"], &schema["const"], &schema["enum"][0], &schema["examples"][0]];
    if let Some(value) = given.into_iter().find(|value| !value.is_null()) {
        return value.clone();
    }
    match schema["type"].as_str() {
        Some("integer" | "number") => schema.get("minimum").cloned().unwrap_or(json!(1)),
        Some("boolean") => json!(false),
        Some("array") => json!([]),
        Some("object") => made_up(&schema.to_string()),
        _ => json!("example"),
    }
}
