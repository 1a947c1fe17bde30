//! How calls begin, and what comes of odd answers to their first step.

use connector_host::Call;
use connector_host::contract::actions::Action;
use connector_host::contract::{Effect, Method, Reply, Step};

use crate::lint::{self, Said};
use crate::probe::{self, Probe};
use crate::report::Report;
use crate::{answers, forged};

/// Inputs that no action takes.
const WRONG: [(&str, &str); 3] =
    [("an input that is not JSON", "{"), ("a list as input", "[]"), ("a text as input", "\"a\"")];

pub(crate) fn check(probe: &Probe<'_>, said: &Said, report: &mut Report) {
    for description in &said.actions {
        let id = &description.action.id;
        let call = |input: &str| Call::Action { id: id.clone(), input: input.to_owned() };
        for (given, input) in WRONG {
            refuses(probe, id, given, &call(input), report);
        }
        begins(probe, id, &call("{}"), report);
        for example in &description.examples {
            let about = format!("{id}, example `{}`", example.title);
            if let Some(step) = begins(probe, &about, &call(&example.input), report) {
                repeats_a_write(probe, &about, &description.action, &step, report);
                first_step(probe, &about, &step, report);
            }
        }
    }
    for description in &said.triggers {
        let id = &description.trigger.id;
        let poll = |config: &str, cursor: Option<&str>| Call::Poll {
            trigger: id.clone(),
            config: config.to_owned(),
            cursor: cursor.map(str::to_owned),
        };
        for (given, config) in WRONG {
            refuses(probe, id, given, &poll(config, None), report);
        }
        for cursor in ["", "{", "🙂", "{\"seen\":[{}]}"] {
            let step = begins(probe, id, &poll("{}", Some(cursor)), report);
            if let Some(Step::Done(_)) = step {
                report.fault(
                    id,
                    "a poll takes a made-up cursor and is done",
                    "refuse such a cursor",
                );
            }
        }
        if let Some(step) = begins(probe, id, &poll("{}", None), report) {
            first_step(probe, id, &step, report);
        }
    }
    let test = Call::Test { granted: None };
    if let Some(step) = begins(probe, "connection.test", &test, report) {
        first_step(probe, "connection.test", &step, report);
    }
    forged::garbage(probe, report);
}

/// What an action that writes begins with is sent again after a timeout when it says that it reads.
fn repeats_a_write(
    probe: &Probe<'_>,
    about: &str,
    action: &Action,
    step: &Step,
    report: &mut Report,
) {
    let Step::Send(pending) = step else { return };
    let (request, says) = (&pending.request, probe.connector.says_what_operations_do());
    let reads = request.effect == Effect::Read && action.effect != Effect::Read;
    if reads && request.method != Method::Get && request.method != Method::Head && !says {
        let fault = "the action writes, and its request, which is no GET, has the effect `read`";
        let mend = "give the request the effect that it has, or say in `operations` that it reads";
        report.fault(about, fault, mend);
    }
}

/// A call with what nothing can be made of.
fn refuses(probe: &Probe<'_>, about: &str, given: &str, call: &Call, report: &mut Report) {
    let answer = probe.start(call, &probe.settings, &probe::context());
    let stands = probe.stands(about, given, &answer, report);
    if stands && !answer.is_err_and(|error| lint::is_invalid(&error)) {
        let fault = format!("given {given}, it does not say that the input is invalid");
        report.fault(about, fault, "refuse it as `invalid-input`, naming each wrong field");
    }
}

/// The first step, when the input is taken; the same again from another instance.
fn begins(probe: &Probe<'_>, about: &str, call: &Call, report: &mut Report) -> Option<Step> {
    let start = || probe.start(call, &probe.settings, &probe::context());
    let (first, again) = (start(), start());
    if !probe.stands(about, "its input", &first, report) {
        return None;
    }
    match (first, again) {
        (Ok(first), Ok(again)) => {
            if first != again {
                let mend =
                    "take time and names from the context; sort what has no order of its own";
                report.fault(about, "the same arguments give another first step", mend);
            }
            probe.allowed(about, &first, &probe.settings, report);
            Some(first)
        }
        (Err(_), Err(_)) => None,
        _ => {
            let mend = "an answer depends on nothing but the arguments";
            report.fault(about, "the same arguments are taken once and refused once", mend);
            None
        }
    }
}

/// What comes of odd answers to a step, and of its checkpoint when it is damaged.
fn first_step(probe: &Probe<'_>, about: &str, step: &Step, report: &mut Report) {
    match step {
        Step::Send(pending) => {
            for (given, reply) in answers::odd() {
                odd_answer(probe, about, given, &pending.checkpoint, &reply, report);
            }
            forged::damaged(probe, about, &pending.checkpoint, report);
        }
        Step::Read(range) => {
            let gone = Reply::Undelivered("there is no such file".into());
            odd_answer(probe, about, "no file", &range.checkpoint, &gone, report);
            forged::damaged(probe, about, &range.checkpoint, report);
        }
        Step::Emit(_) | Step::Pause(_) | Step::Done(_) => {}
    }
}

fn odd_answer(
    probe: &Probe<'_>,
    about: &str,
    given: &str,
    checkpoint: &Vec<u8>,
    reply: &Reply,
    report: &mut Report,
) {
    report.count("odd answers", 1);
    let next = probe.resume(checkpoint, reply);
    if !probe.stands(about, given, &next, report) {
        return;
    }
    if let Ok(step) = &next {
        probe.allowed(about, step, &probe.settings, report);
    }
    if let (Reply::Undelivered(_), Ok(Step::Done(_))) = (reply, &next) {
        let fault = "its request had no answer, and it says that it is done";
        report.fault(about, fault, "end with an error of kind `unavailable`, or ask what happened");
    }
}
