//! A folder of cases: each is played with every step in an instance of its own.

mod blobs;
mod call;
mod played;
mod wire;

use std::path::Path;

use connector_host::contract::types::Checkpoint;
use connector_host::contract::{Outcome, Reply, Step};
use connector_host::{Call, Error};
use serde_json::{Map, Value};

use self::call::Asked;
use self::played::Played;
use crate::case::{self, Case};
use crate::probe::Probe;
use crate::report::Report;
use crate::schemas::{self, Schemas};
use crate::{forged, long_list};

/// Steps of one case, at most: it has been written by a person.
const STEPS: usize = 10_000;

pub(crate) fn check(probe: &Probe<'_>, folder: &Path, schemas: &Schemas, report: &mut Report) {
    let cases = match case::below(folder) {
        Ok(cases) => cases,
        Err(fault) => return report.fault("the cases", fault, "see `docs/cases.md`"),
    };
    let mut driven = Vec::new();
    for case in &cases {
        report.count("cases", 1);
        let Some(played) = play(probe, case, report) else { continue };
        for (what, expected, got) in played.differences(case) {
            let fault = format!("{what} differ: expected {expected}, and got {got}");
            report.fault(&case.name, fault, "mend the connector, or the case where it is wrong");
        }
        outputs(case, &played, schemas, report);
        let subject = case.subject();
        let is_list = case.call["do"] == "action" && played.pages > 0 && !driven.contains(&subject);
        if is_list && let Some(list) = long_list::of(case) {
            driven.push(subject);
            long_list::check(probe, &case.name, &list, report);
        }
    }
    if driven.is_empty() {
        report.note(
            "no case is of a list with a second page, so that no list of 1,000 pages was made of one",
        );
    }
    report.count("long lists", driven.len());
}

/// Each action's case is held against the schema of its output.
fn outputs(case: &Case, played: &Played<'_>, schemas: &Schemas, report: &mut Report) {
    if case.is_off_schema() {
        return;
    }
    let id = case.call["id"].as_str().unwrap_or_default();
    let items = played.items.iter().flatten();
    match case.call["do"].as_str() {
        Some("action") => {
            let schema = schemas.outputs.get(id);
            for item in items {
                schemas::fits(&case.name, schema, item, "an item", report);
            }
            if let Some(output) = played.output()
                && played.items.is_none()
                && !output.is_null()
            {
                schemas::fits(&case.name, schema, output, "the output", report);
            }
        }
        Some("poll" | "receive") => {
            for item in items {
                schemas::event(&case.name, schemas.events.get(id), item, report);
            }
        }
        _ => {}
    }
}

/// What a case did; none when it could not be played.
fn play<'a>(probe: &Probe<'_>, case: &'a Case, report: &mut Report) -> Option<Played<'a>> {
    let mut played = Played::of(case);
    let settings = case.call.get("settings").map_or("{}".to_owned(), Value::to_string);
    let asked = call::asked(&case.call).map_err(|fault| {
        report.fault(&case.name, fault, "see `docs/cases.md`");
    });
    let asked = match asked.ok()? {
        Asked::Call(asked) => asked,
        at_once => {
            let answer = call::at_once(probe.connector, &case.call, at_once);
            return Some(played.answered(answer));
        }
    };
    let mut next = first(probe, &asked, &settings, case);
    for at in 0..STEPS {
        if !probe.stands(&case.name, &format!("the reply to step {at}"), &next, report) {
            return None;
        }
        let step = match next {
            Ok(step) => step,
            Err(error) => return Some(played.failed(&error)),
        };
        probe.allowed(&case.name, &step, &settings, report);
        let (checkpoint, reply) = match step {
            Step::Done(Outcome { output, cursor }) => {
                return Some(played.done(&output, cursor));
            }
            Step::Send(pending) => match played.sent(&pending.request) {
                Some(reply) => {
                    undelivered(probe, case, &pending.checkpoint, &reply, report);
                    (pending.checkpoint, reply)
                }
                None => {
                    let fault = format!("no response is left for {}", pending.request.url);
                    let mend = "write one, or mend the connector";
                    report.fault(&case.name, fault, mend);
                    return None;
                }
            },
            Step::Read(range) => {
                let reply = played.read(&range);
                (range.checkpoint, reply)
            }
            Step::Pause(pause) => (pause.checkpoint, Reply::Proceed),
            Step::Emit(page) => {
                played.emitted(&page.items);
                (page.checkpoint, Reply::Proceed)
            }
        };
        if at == 1 && case.is_first_of_subject {
            forged::damaged(probe, &case.name, &checkpoint, report);
        }
        next = probe.resume(&checkpoint, &reply);
    }
    report.fault(&case.name, format!("it takes more than {STEPS} steps"), "end the call");
    None
}

fn first(probe: &Probe<'_>, call: &Call, settings: &str, case: &Case) -> Result<Step, Error> {
    probe.start(call, settings, &call::context(&case.call))
}

/// Each request of a case without an answer: no crash, and no end as if it had one.
fn undelivered(
    probe: &Probe<'_>,
    case: &Case,
    checkpoint: &Checkpoint,
    reply: &Reply,
    report: &mut Report,
) {
    if matches!(reply, Reply::Undelivered(_)) {
        return;
    }
    report.count("undelivered replies", 1);
    let lost = Reply::Undelivered("the connection was cut".into());
    let next = probe.resume(checkpoint, &lost);
    probe.stands(&case.name, "no answer to a request", &next, report);
}

/// The members that are there.
fn members<const N: usize>(present: [(&str, Option<Value>); N]) -> Map<String, Value> {
    present.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
}
