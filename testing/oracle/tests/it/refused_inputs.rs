//! An input with one fault is refused before there is a request, and the error names the place.

use std::collections::BTreeSet;

use connector_oracle::engine::Engine;
use connector_oracle::findings::Findings;
use connector_oracle::generate::{Maker, Optional, widest};
use connector_oracle::mutate::spoiled;
use pinterest_connector::contract::ErrorKind;

use crate::requests::without_numbers;
use crate::support::{Subject, both};

both!(faults_are_named);

fn faults_are_named(engine: &dyn Engine) {
    let mut findings = Findings::default();
    let mut tried = 0;
    for subject in Subject::all(engine) {
        let judge = subject.judge_of_input();
        let mut seen = BTreeSet::new();
        for turn in 0..widest(&subject.input) {
            let mut maker = Maker::of_inputs(subject.seed(2), Optional::All);
            maker.turn = Some(turn);
            let input = maker.value(&subject.input);
            for spoiled in spoiled(&subject.input, &input) {
                // What is spoiled for one alternative may suit another one.
                let fault = (spoiled.how, spoiled.path.clone());
                if seen.contains(&fault) || judge.is_valid(&spoiled.input) {
                    continue;
                }
                seen.insert(fault);
                tried += 1;
                let place = without_numbers(&spoiled.path);
                let input = spoiled.input.to_string();
                let Err(error) = engine.start(&subject.id, &input) else {
                    findings.add(&subject.id, format!("{}: {place} passes", spoiled.how), input);
                    continue;
                };
                let named = error.fields.iter().any(|field| match &spoiled.within {
                    Some(within) => field.path.starts_with(within.as_str()),
                    None => field.path == spoiled.path,
                });
                if error.kind != ErrorKind::InvalidInput || !named {
                    let what = format!("{}: {place} is not named", spoiled.how);
                    findings.add(&subject.id, what, format!("{error:?} | {input}"));
                }
            }
        }
    }
    assert!(tried > 0);
    findings.settle();
}
