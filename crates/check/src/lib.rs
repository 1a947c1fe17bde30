#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![deny(missing_docs, missing_debug_implementations)]

mod answers;
mod case;
mod cases;
mod forged;
mod lint;
mod long_list;
mod probe;
mod report;
mod schemas;
mod steps;

use std::path::Path;

use connector_host::Connector;

pub use report::{Fault, Report};

/// Checks a connector; with the cases in a folder also what it does with them. Takes seconds; a
/// connector in an interpreted language takes minutes.
pub fn check(connector: &Connector, cases: Option<&Path>) -> Report {
    let mut report = Report::default();
    let Some(said) = lint::check(connector, &mut report) else { return report };
    if connector.has_extended_constants() {
        report.note(
            "it uses extended constant expressions: Node runs it from version 22 on, and on 20 with \
             --experimental-wasm-extended-const",
        );
    }
    let schemas = schemas::check(&said, &mut report);
    let probe = probe::Probe::new(connector, &said, cases);
    steps::check(&probe, &said, &mut report);
    match cases {
        Some(folder) => cases::check(&probe, folder, &schemas, &mut report),
        None => report.note("no cases were given: what becomes of answers was not checked"),
    }
    report
}
