//! Plays the cases under `tests/cases` against the connector as a native library. The host's tests
//! play the same files through wasmtime, the drivers' in Node and Python. `docs/cases.md` says
//! what is in them.
//!
//! `UPDATE_EXPECT=1` writes down what the connector did; read the difference before committing it.

mod case;
mod start;

use std::collections::BTreeSet;
use std::path::Path;

use pinterest_connector::Connector;
use pinterest_connector::contract::{Reply, Step, actions, steps, triggers, webhooks};

use case::Case;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases");
/// What every webhook has cases of. What else can be done with one may be the same for all.
const VERBS: [&str; 3] = ["subscribe", "unsubscribe", "receive"];

#[test]
fn every_case_goes_as_written() {
    let mut wrong = Vec::new();
    for case in Case::below(Path::new(ROOT)) {
        if let Err(difference) = case.settle(play(&case)) {
            wrong.push(difference);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_action_trigger_and_webhook_has_a_success_and_a_failure() {
    // What a case is, is only known when all have been written.
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        return;
    }
    let actions = <Connector as actions::Guest>::list_actions().into_iter().map(|action| action.id);
    let triggers =
        <Connector as triggers::Guest>::list_triggers().into_iter().map(|trigger| trigger.id);
    let webhooks = <Connector as webhooks::Guest>::list_webhooks()
        .into_iter()
        .flat_map(|webhook| VERBS.map(|verb| format!("{verb}.{}", webhook.trigger.id)));
    let cases = Case::below(Path::new(ROOT));
    let has: BTreeSet<_> = cases.iter().map(|case| (case.subject(), case.fails())).collect();
    let lacking: BTreeSet<_> = actions
        .chain(triggers)
        .chain(webhooks)
        .flat_map(|subject| [(subject.clone(), false), (subject, true)])
        .filter(|(subject, fails)| !has.contains(&(subject.as_str(), *fails)))
        .map(|(subject, fails)| format!("{subject}: {}", if fails { "failure" } else { "success" }))
        .collect();
    assert!(lacking.is_empty(), "cases are missing: {lacking:?}");
}

/// What happens when the case's responses are played, and the requests on the way.
fn play(case: &Case) -> case::Played<'_> {
    let mut played = case::Played::of(case);
    match start::at_once(&case.call) {
        Some(Ok(output)) => return played.answered(output),
        Some(Err(error)) => return played.failed(error),
        None => {}
    }
    let mut step = start::first(&case.call);
    loop {
        let (checkpoint, reply) = match step {
            Ok(Step::Done(outcome)) => return played.done(outcome),
            Err(error) => return played.failed(error),
            Ok(Step::Send(pending)) => (pending.checkpoint, played.sent(&pending.request)),
            Ok(Step::Read(range)) => {
                let reply = played.looked(&range);
                (range.checkpoint, reply)
            }
            Ok(Step::Pause(pause)) => (pause.checkpoint, Reply::Proceed),
            Ok(Step::Emit(page)) => {
                played.emitted(&page.items, page.count);
                (page.checkpoint, Reply::Proceed)
            }
        };
        step = <Connector as steps::Guest>::resume(checkpoint, reply);
    }
}
