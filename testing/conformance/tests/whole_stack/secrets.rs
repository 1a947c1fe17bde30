//! A secret is seen by the service alone. Calls that succeed, fail, wait and refresh are run with
//! every log at its loudest; afterwards the secrets are looked for in all that was written down.
//!
//! That includes the guest's linear memory. wasmtime does not show the memory of a component's
//! instance, so [`memory`] reads it from outside, through `/proc/self/mem`.

mod log;
mod memory;
mod notes;
mod search;
mod watched;

use std::sync::Arc;
use std::time::Duration;

use connector_emulator::FaultKind;
use connector_host::Call;
use connector_host::contract::{Context, Reply, Step};
use serde_json::json;

use crate::component;
use crate::kept::{Kept, NAME};
use crate::support::{ALWAYS, BOARD, Stack, action, emulator, fault};
use log::Log;
use notes::Notes;
use watched::Watched;

/// Passed to the guest, so it is in its memory if the search is worth anything.
const CANARY: &str = "a title that goes into the guest and stays there for a while";
const MONTH: Duration = Duration::from_secs(31 * 86_400);

/// What happens at the service while a call runs.
enum Service {
    Well,
    Faulty(&'static str, &'static str, u32, FaultKind),
    /// All access tokens have expired.
    MonthLater,
    /// The person takes back what was granted.
    Revoked,
}

use Service::{Faulty, MonthLater, Revoked, Well};

const BOARDS: &str = "/v5/boards";

fn scenes(stack: &Stack) -> Vec<(Service, Call)> {
    let boards = || action("boards.list", json!({}));
    let create = || action("boards.create", json!({"name": CANARY}));
    let source = json!({"source_type": "image_url", "url": "https://images.example.com/a.jpg"});
    let board_id = stack.control.board_id(BOARD).unwrap();
    let pin = json!({"board_id": board_id, "title": CANARY, "media_source": source});
    let poll = Call::Poll { trigger: "boards.new".into(), config: "{}".into(), cursor: None };
    let choices = Call::ActionChoices {
        id: "pins.create".into(),
        field: "board_id".into(),
        input: "{}".into(),
        query: None,
    };
    let elsewhere = stack.emulator.sandbox_origin();
    vec![
        (Well, boards()),
        (Well, action("pins.create", pin)),
        (Well, poll),
        (Well, choices),
        (Well, Call::Test { granted: None }),
        (Well, action("boards.get", json!({"board_id": "1"}))),
        (Well, action("boards.get", json!({"board": CANARY}))),
        (Faulty("GET", BOARDS, 1, FaultKind::RateLimited { reset_s: 1 }), boards()),
        (Faulty("GET", BOARDS, 1, FaultKind::Cut), boards()),
        (Faulty("POST", BOARDS, ALWAYS, FaultKind::Cut), create()),
        (Faulty("GET", BOARDS, ALWAYS, FaultKind::Status(500)), boards()),
        (Faulty("GET", BOARDS, ALWAYS, FaultKind::HtmlPage), boards()),
        (Faulty("GET", BOARDS, ALWAYS, FaultKind::HugeBody(2 << 20)), boards()),
        (Faulty("GET", BOARDS, ALWAYS, FaultKind::Redirect(elsewhere)), boards()),
        (Faulty("GET", BOARDS, ALWAYS, FaultKind::ExpiredToken), boards()),
        (MonthLater, boards()),
        (Faulty("POST", "/v5/oauth/token", ALWAYS, FaultKind::Status(500)), create()),
        (Revoked, boards()),
    ]
}

#[tokio::test]
async fn nothing_that_is_written_down_holds_a_secret() {
    let log = Log::listen();
    let folder = tempfile::tempdir().unwrap();
    let emulator = emulator().await;
    let watched = Arc::new(Watched::new(Kept::connected(&emulator, &folder).await));
    let stack = Stack::with_credentials(emulator, watched.clone());
    let mut notes = Notes::default();
    for (service, call) in scenes(&stack) {
        prepare(&stack, &service);
        match stack.connection.run(call.clone(), &mut notes).await {
            Ok(outcome) => notes.outcome(&outcome),
            Err(failure) => notes.failure(&failure),
        }
        prepare(&stack, &service);
        step_by_step(&stack, &call, &mut notes).await;
        stack.control.clear_faults();
    }
    watched.write_down(folder.path(), &mut notes.hay);
    notes.hay.add("log", log.taken());

    let secrets = watched.seen.lock().unwrap();
    assert!(secrets.len() >= 8, "a client secret, three pairs of tokens, and the key");
    for secret in secrets.iter() {
        notes.hay.lacks(secret);
    }
    // The search looks in the right places.
    assert!(notes.hay.holds("memory", CANARY), "the guest's memory is found");
    assert!(notes.hay.holds("log", "hyper_util::"), "the libraries below are heard");
    assert!(notes.hay.holds("log", "connector_host::send"), "the host is heard");
    assert!(notes.hay.holds("vault", NAME), "what is not secret can be read");
    for place in
        ["entry", "argument", "checkpoint", "cursor", "request", "page", "output", "failure"]
    {
        assert!(notes.hay.has(place), "there is a {place}");
    }
}

fn prepare(stack: &Stack, service: &Service) {
    stack.control.clear_faults();
    match service {
        Well => {}
        Faulty(method, path, times, kind) => {
            fault(&stack.control, method, path, *times, kind.clone());
        }
        MonthLater => stack.control.advance(MONTH),
        Revoked => stack.control.revoke_grants(),
    }
}

/// Runs a call without repeats, on one instance, and notes all that crosses its border.
async fn step_by_step(stack: &Stack, call: &Call, notes: &mut Notes) {
    let mut instance = component::connector().instantiate().unwrap();
    notes.hay.add("argument", format!("{call:?}"));
    let context = Context::new("by hand", "2026-07-10T12:00:00Z");
    let mut next = instance.start(call, &"{}".to_owned(), &context);
    loop {
        let (checkpoint, reply) = match next {
            Err(failure) => break notes.failure(&failure),
            Ok(Step::Done(outcome)) => break notes.outcome(&outcome),
            Ok(Step::Send(pending)) => match stack.connection.send(&pending, &context).await {
                Err(failure) => break notes.failure(&failure),
                Ok(sent) => (pending.checkpoint, sent.into_reply()),
            },
            Ok(Step::Pause(pause)) => (pause.checkpoint, Reply::Proceed),
            Ok(Step::Emit(page)) => (page.checkpoint, Reply::Proceed),
            Ok(Step::Read(range)) => panic!("no call here looks into {}", range.blob),
        };
        notes.hay.add("checkpoint", checkpoint.clone());
        notes.reply(&reply);
        next = instance.resume(&checkpoint, &reply);
    }
    notes.hay.add("memory", memory::of_guests());
}
