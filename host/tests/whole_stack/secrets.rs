//! A secret is seen by the service alone. Calls that succeed, fail, wait and refresh are run with
//! every log at its loudest; afterwards the secrets are looked for in all that was written down.
//!
//! That includes the guest's linear memory. wasmtime does not show the memory of a component's
//! instance, so [`memory`] reads it from outside, through `/proc/self/mem`.

mod memory;
mod search;

use std::io::Write;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use connector_emulator::FaultKind;
use connector_host::contract::{Header, Outcome, Reply, Request, Response, Step};
use connector_host::{
    Call, CredentialError, Credentials, Failure, FileCredentials, Observer, Secret,
};
use serde_json::json;

use crate::component;
use crate::support::{ALWAYS, BOARD, CREDENTIAL, Stack, action, connect, emulator, fault};
use search::Haystack;

/// Passed to the guest, so it is in its memory if the search is worth anything.
const CANARY: &str = "a title that goes into the guest and stays there for a while";
const MONTH: std::time::Duration = std::time::Duration::from_secs(31 * 86_400);

/// What happens at the service while a call runs.
enum Service {
    Well,
    Faulty(&'static str, &'static str, u32, FaultKind),
    /// All access tokens have expired.
    MonthLater,
}

use Service::{Faulty, MonthLater, Well};

const BOARDS: &str = "/v5/boards";

fn scenes(stack: &Stack) -> Vec<(Service, Call)> {
    let boards = || action("boards.list", json!({}));
    let create = || action("boards.create", json!({"name": CANARY}));
    let source = json!({"source_type": "image_url", "url": "https://images.example.com/a.jpg"});
    let board_id = stack.control.board_id(BOARD).unwrap();
    let pin = json!({"board_id": board_id, "title": CANARY, "media_source": source});
    let poll = Call::Poll {
        trigger: "boards.new".into(),
        config: "{}".into(),
        cursor: None,
        now: "2026-07-10T12:00:00Z".into(),
    };
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
    ]
}

#[tokio::test]
async fn nothing_that_is_written_down_holds_a_secret() {
    let log = Log::listen();
    let folder = tempfile::tempdir().unwrap();
    let emulator = emulator().await;
    let vault = Arc::new(Vault::new(connect(&emulator, &folder).await, &emulator.client().1));
    let stack = Stack::with_credentials(emulator, vault.clone());
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
    notes.hay.add("log", log.taken());

    let secrets = vault.seen.lock().unwrap();
    assert!(secrets.len() >= 7, "a client secret, and three pairs of tokens");
    for secret in secrets.iter() {
        notes.hay.lacks(secret);
    }
    // The search looks in the right places.
    assert!(notes.hay.holds("memory", CANARY), "the guest's memory is found");
    assert!(notes.hay.holds("log", "hyper_util::"), "the libraries below are heard");
    assert!(notes.hay.holds("log", "connector_host::send"), "the host is heard");
    for place in ["argument", "checkpoint", "cursor", "request", "page", "output", "failure"] {
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
    }
}

/// Runs a call without repeats, on one instance, and notes all that crosses its border.
async fn step_by_step(stack: &Stack, call: &Call, notes: &mut Notes) {
    let mut instance = component::connector().instantiate().unwrap();
    notes.hay.add("argument", format!("{call:?}"));
    let mut next = instance.start(call, &"{}".to_owned());
    loop {
        let (checkpoint, reply) = match next {
            Err(failure) => break notes.failure(&failure),
            Ok(Step::Done(outcome)) => break notes.outcome(&outcome),
            Ok(Step::Send(pending)) => match stack.connection.send(&pending.request).await {
                Err(failure) => break notes.failure(&failure),
                Ok(sent) => (pending.checkpoint, sent.into_reply()),
            },
            Ok(Step::Pause(pause)) => (pause.checkpoint, Reply::Proceed),
            Ok(Step::Emit(page)) => (page.checkpoint, Reply::Proceed),
        };
        notes.hay.add("checkpoint", checkpoint.clone());
        notes.reply(&reply);
        next = instance.resume(&checkpoint, &reply);
    }
    notes.hay.add("memory", memory::of_guests());
}

/// All that a platform could write down about calls.
#[derive(Default)]
struct Notes {
    hay: Haystack,
}

impl Notes {
    fn outcome(&mut self, outcome: &Outcome) {
        self.hay.add("output", outcome.output.clone());
        if let Some(cursor) = &outcome.cursor {
            self.hay.add("cursor", cursor.clone());
        }
    }

    fn failure(&mut self, failure: &Failure) {
        self.hay.add("failure", format!("{failure} {failure:?} {failure:#?} {}", failure.json()));
    }

    fn reply(&mut self, reply: &Reply) {
        match reply {
            Reply::Response(Response { headers, body, .. }) => {
                self.headers("argument", headers);
                self.hay.add("argument", body.clone());
            }
            other => self.hay.add("argument", format!("{other:?}")),
        }
    }

    fn headers(&mut self, place: &'static str, headers: &[Header]) {
        for Header { name, value } in headers {
            self.hay.add(place, format!("{name}: {value}"));
        }
    }
}

/// The instance of the call lives on while the observer looks.
impl Observer for Notes {
    fn page(&mut self, items: &str, _count: u32) -> std::ops::ControlFlow<()> {
        self.hay.add("page", items.to_owned());
        self.hay.add("memory", memory::of_guests());
        std::ops::ControlFlow::Continue(())
    }

    fn sending(&mut self, request: &Request) {
        self.hay.add("request", format!("{request:?}"));
        if let connector_host::contract::Body::Bytes(bytes) = &request.body {
            self.hay.add("request", bytes.clone());
        }
        self.hay.add("memory", memory::of_guests());
    }

    fn waiting(&mut self, _time: std::time::Duration, reason: &str) {
        self.hay.add("failure", reason.to_owned());
        self.hay.add("memory", memory::of_guests());
    }
}

/// Remembers every secret that passes through, to look for it later.
struct Vault {
    file: Arc<FileCredentials>,
    seen: Mutex<Vec<String>>,
}

impl Vault {
    fn new(file: Arc<FileCredentials>, client_secret: &str) -> Vault {
        let vault = Vault { file, seen: Mutex::new(vec![client_secret.to_owned()]) };
        vault.look();
        vault
    }

    fn look(&self) {
        let tokens = self.file.tokens(CREDENTIAL).unwrap().unwrap();
        let mut seen = self.seen.lock().unwrap();
        for secret in [Some(tokens.access_token), tokens.refresh_token].iter().flatten() {
            if !seen.iter().any(|known| known == secret.expose()) {
                seen.push(secret.expose().to_owned());
            }
        }
    }
}

#[async_trait]
impl Credentials for Vault {
    async fn get(&self, id: &str) -> Result<Option<Secret>, CredentialError> {
        let secret = self.file.get(id).await;
        self.look();
        secret
    }

    async fn refresh(&self, id: &str, stale: &Secret) -> Result<Secret, CredentialError> {
        let secret = self.file.refresh(id, stale).await;
        self.look();
        secret
    }
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    /// From now on, for the whole process.
    fn listen() -> Log {
        // Compiling it would fill the log.
        component::connector();
        let log = Log::default();
        let writer = log.clone();
        tracing_subscriber::fmt()
            .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
            .with_ansi(false)
            .with_writer(move || writer.clone())
            .init();
        log
    }

    fn taken(&self) -> Vec<u8> {
        self.0.lock().unwrap().clone()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        Write::write(&mut *self.0.lock().unwrap(), bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
