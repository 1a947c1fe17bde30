//! Any input that fits an action's schema becomes a request that the description knows, and says
//! what was put in.

use connector_oracle::description::Description;
use connector_oracle::dialect::faults;
use connector_oracle::engine::Engine;
use connector_oracle::findings::{Findings, place};
use connector_oracle::generate::{Maker, Optional, widest};
use connector_oracle::request::Judge;
use pinterest_connector::contract::Step;
use serde_json::Value;

use crate::support::{Subject, both, members};

/// Inputs made by chance, for each action.
const RANDOM: u64 = 24;

both!(requests_are_what_the_description_asks_for, examples_become_requests);

fn requests_are_what_the_description_asks_for(engine: &dyn Engine) {
    judge(engine, |subject| {
        let input = |seed, optional, turn| {
            let mut maker = Maker::of_inputs(subject.seed(seed), optional);
            maker.turn = turn;
            maker.value(&subject.input)
        };
        let mut inputs = Vec::new();
        for turn in 0..widest(&subject.input) {
            inputs.push(input(0, Optional::None, Some(turn)));
            inputs.push(input(0, Optional::All, Some(turn)));
        }
        inputs.extend((0..RANDOM).map(|seed| input(seed, Optional::Some, None)));
        inputs
    });
}

fn examples_become_requests(engine: &dyn Engine) {
    judge(engine, |subject| subject.examples.clone());
}

fn judge(engine: &dyn Engine, inputs: impl Fn(&Subject) -> Vec<Value>) {
    let Some(description) = Description::find() else { return };
    let operations = description.operations();
    let mut findings = Findings::default();
    for subject in Subject::all(engine) {
        let Some(operation) = operations.iter().find(|o| o.id == subject.operation_id) else {
            findings.add(&subject.id, "no such operation", &subject.operation_id);
            continue;
        };
        let judge = Judge::new(&description, operation, &subject.input);
        let own = subject.judge_of_input();
        for input in inputs(&subject) {
            for (at, keyword, message) in faults(&own, &input) {
                let what = format!("its own schema refuses {}: {keyword}", place(&at));
                findings.add(&subject.id, what, format!("{message} in {input}"));
            }
            match engine.start(&subject.id, &input.to_string()) {
                Ok(Step::Send(pending)) => {
                    for (what, example) in judge.faults(&pending.request, members(&input)) {
                        findings.add(&subject.id, what, format!("{example} | {input}"));
                    }
                }
                Ok(other) => findings.add(&subject.id, "no request", format!("{other:?}")),
                Err(error) => {
                    for field in error.fields {
                        let what = format!("refused at {}", without_numbers(&field.path));
                        findings.add(&subject.id, what, format!("{} | {input}", field.message));
                    }
                }
            }
        }
    }
    findings.settle();
}

/// `items[3].id` is the same kind of place as `items[0].id`.
pub fn without_numbers(path: &str) -> String {
    path.replace(|c: char| c.is_ascii_digit(), "")
}
