//! What the connector says of itself holds together, and leaves no operation out.

use std::collections::BTreeSet;

use connector_oracle::description::Description;
use connector_oracle::dialect::{compile, faults};
use connector_oracle::engine::Engine;
use connector_oracle::findings::Findings;
use pinterest_connector::contract::Step;
use serde_json::Value;

use crate::support::{Subject, both};

/// They take tokens or give them, which is the host's business.
const NO_ACTIONS: [&str; 3] = ["oauth/token", "token/revoke", "oauth/conversion_token"];

both!(every_operation_is_one_action, schemas_and_examples_hold_together);

fn every_operation_is_one_action(engine: &dyn Engine) {
    let Some(description) = Description::find() else { return };
    let known = description.operations();
    let known: BTreeSet<_> = known.iter().map(|operation| operation.id).collect();
    let mut left: BTreeSet<_> = known.clone();
    let mut findings = Findings::default();
    for subject in Subject::all(engine) {
        let id = subject.operation_id.as_str();
        if NO_ACTIONS.contains(&id) {
            findings.add(&subject.id, "handles tokens", id);
        } else if !known.contains(id) {
            findings.add(&subject.id, "there is no such operation", id);
        } else if !left.remove(id) {
            findings.add(&subject.id, "another action is this operation", id);
        }
    }
    for id in left.into_iter().filter(|id| !NO_ACTIONS.contains(id)) {
        findings.add(id, "no action", "");
    }
    findings.settle();
}

fn schemas_and_examples_hold_together(engine: &dyn Engine) {
    let mut findings = Findings::default();
    let mut ids = BTreeSet::new();
    for action in engine.list() {
        let id = action.id;
        if !ids.insert(id.clone()) {
            findings.add(&id, "listed twice", "");
        }
        let described = engine.describe(&id);
        let read = |text: &str| serde_json::from_str::<Value>(text).map_err(|e| e.to_string());
        if let Err(cause) = read(&described.output).and_then(|schema| compile(&schema)) {
            findings.add(&id, "its output schema is none", cause);
        }
        let judge = match read(&described.input).and_then(|schema| compile(&schema)) {
            Ok(judge) => judge,
            Err(cause) => {
                findings.add(&id, "its input schema is none", cause);
                continue;
            }
        };
        if described.examples.is_empty() {
            findings.add(&id, "no example", "");
        }
        for example in described.examples {
            let input = read(&example.input).expect("an example is JSON");
            for (at, keyword, message) in faults(&judge, &input) {
                findings.add(&id, format!("example {}, {at}: {keyword}", example.title), message);
            }
            if !matches!(engine.start(&id, &example.input), Ok(Step::Send(_) | Step::Read(_))) {
                findings.add(&id, format!("example {} does not start", example.title), input);
            }
        }
    }
    assert!(!ids.is_empty());
    findings.settle();
}
