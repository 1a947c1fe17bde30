//! The walkthrough of one call in `ARCHITECTURE.md`, held against what runs. The stages are those that
//! it names, in its order. Each is shown by a call that ends there: what the host told its recorder, its
//! observer, its credentials and its transport until then is the trace of the whole call up to there, and
//! the stages never go back in it.

use std::collections::VecDeque;
use std::fs;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use connector_host::contract::{Context, ErrorKind, Header, Request, Response, Step};
use connector_host::{
    Binding, Call, Connection, CredentialError, Credentials, Error, Observer, Outgoing, Policy,
    Recorder, RecorderEvent, ResumePoint, Secret, Transport, TransportError,
};
use serde_json::{Value, json};

use crate::component;

/// What happens in the whole call: two pages.
const WHOLE: [&str; 15] = [
    "next: send",
    "sending",
    "credential",
    "exchange",
    "next: emit",
    "page",
    "passed",
    "next: send",
    "sending",
    "credential",
    "exchange",
    "next: emit",
    "page",
    "passed",
    "next: done",
];

/// Where a call ends, with the stages of the walkthrough that this shows, and how far it comes.
const ENDS: [(Ends, usize, &[&str]); 8] = [
    (Ends::Unknown, 0, &["crates/host/src/driver.rs::run", "crates/sdk/src/actions.rs::start"]),
    (
        Ends::WrongInput,
        0,
        &["crates/sdk/src/input/mend.rs::object", "crates/sdk/src/input/check.rs::object"],
    ),
    (
        Ends::NoScope,
        1,
        &[
            "crates/sdk/src/list/mod.rs::start",
            "crates/sdk/src/request.rs::build",
            "crates/sdk/src/job.rs::step",
            "crates/host/src/authority.rs::admit",
        ],
    ),
    (Ends::NoRoom, 1, &["crates/host/src/limits.rs::admit"]),
    (
        Ends::NoCredential,
        3,
        &["crates/host/src/send.rs::send_admitted", "crates/host/src/request.rs::Checked"],
    ),
    (Ends::Refusal, 4, &["crates/sdk/src/answer/mod.rs::accepted"]),
    (Ends::NoPage, 4, &["crates/sdk/src/answer/page.rs::read"]),
    (Ends::Nowhere, 15, &[]),
];

#[derive(Clone, Copy, Debug, PartialEq)]
enum Ends {
    /// There is no such action, whatever its input.
    Unknown,
    /// Several fields are wrong; one more can be mended.
    WrongInput,
    /// The connection has no scopes, and there is no room under the rate limit either.
    NoScope,
    /// The service has said to wait, and there is no credential either.
    NoRoom,
    NoCredential,
    /// The service refuses, in an answer that has a page in it.
    Refusal,
    /// The service answers with something that is no page.
    NoPage,
    /// The call comes to its end.
    Nowhere,
}

/// What happened, in order.
#[derive(Clone, Default)]
struct Trace(Arc<Mutex<Vec<String>>>);

impl Trace {
    fn note(&self, what: impl Into<String>) {
        self.0.lock().unwrap().push(what.into());
    }
}

impl Recorder for Trace {
    fn record(&mut self, event: RecorderEvent<'_>) -> Result<(), Error> {
        match event {
            RecorderEvent::Next(Step::Send(_)) => self.note("next: send"),
            RecorderEvent::Next(Step::Emit(_)) => self.note("next: emit"),
            RecorderEvent::Next(Step::Done(_)) => self.note("next: done"),
            RecorderEvent::Passed(_) => self.note("passed"),
            _ => {}
        }
        Ok(())
    }

    fn goes_on(&self) -> bool {
        false
    }
}

impl Observer for Trace {
    fn page(&mut self, _items: &str, _count: u32) -> ControlFlow<()> {
        self.note("page");
        ControlFlow::Continue(())
    }

    fn sending(&mut self, _request: &Request) {
        self.note("sending");
    }
}

struct Given {
    trace: Trace,
    token: Option<Secret>,
}

#[async_trait]
impl Credentials for Given {
    async fn get(&self, _asker: &Binding, _id: &str) -> Result<Option<Secret>, CredentialError> {
        self.trace.note("credential");
        Ok(self.token.clone())
    }

    async fn refresh(
        &self,
        _asker: &Binding,
        id: &str,
        _stale: &Secret,
    ) -> Result<Secret, CredentialError> {
        Err(CredentialError::NotRefreshable(id.to_owned()))
    }
}

/// Plays answers, and keeps the addresses.
struct Service {
    trace: Trace,
    answers: Mutex<VecDeque<Response>>,
    asked: Mutex<Vec<String>>,
}

#[async_trait]
impl Transport for Service {
    async fn exchange(&self, request: Outgoing) -> Result<Response, TransportError> {
        self.trace.note("exchange");
        self.asked.lock().unwrap().push(request.url.to_string());
        Ok(self.answers.lock().unwrap().pop_front().expect("there is an answer for each request"))
    }
}

fn answer(status: u16, body: &Value) -> Response {
    Response { status, headers: Vec::new(), body: body.to_string().into_bytes() }
}

fn page(bookmark: Option<&str>) -> Value {
    json!({ "items": [{ "id": "1", "name": "Plants" }], "bookmark": bookmark })
}

/// What is asked, and what came of it.
struct Played {
    trace: Vec<String>,
    asked: Vec<String>,
    error: Option<Error>,
}

async fn play(ends: Ends) -> Played {
    let trace = Trace::default();
    let limited = matches!(ends, Ends::NoScope | Ends::NoRoom);
    let mut answers = VecDeque::new();
    if limited {
        let wait = Header { name: "retry-after".to_owned(), value: "3600".to_owned() };
        answers.push_back(Response { headers: vec![wait], ..answer(429, &json!({})) });
    }
    answers.extend(match ends {
        Ends::Refusal => vec![answer(404, &page(None))],
        Ends::NoPage => vec![answer(200, &json!("nothing"))],
        Ends::Nowhere => vec![answer(200, &page(Some("next"))), answer(200, &page(None))],
        _ => Vec::new(),
    });
    let asked = Mutex::default();
    let service = Arc::new(Service { trace: trace.clone(), answers: answers.into(), asked });
    let connection = |scopes: Option<Vec<String>>, token: Option<Secret>| {
        Connection::builder(component::connector())
            .policy(Policy { max_wait: Duration::ZERO, ..Policy::default() })
            .credentials(Arc::new(Given { trace: trace.clone(), token }))
            .transport(service.clone())
            .granted(scopes)
    };
    let (id, input) = match ends {
        Ends::Unknown => ("boards.lists", json!({ "colour": 1 })),
        Ends::WrongInput => {
            ("boards.list", json!({ "page_size": "2", "privacy": "NOBODY", "colour": 1 }))
        }
        _ => ("boards.list", json!({ "page_size": "2" })),
    };
    let call = Call::Action { id: id.to_owned(), input: input.to_string() };
    let run = async |connection: &Connection| {
        let (mut recorder, mut observer) = (trace.clone(), trace.clone());
        let call = call.clone();
        let (context, from) = (Context::fresh(), ResumePoint::Start);
        connection.run_recorded(&context, call, from, &mut recorder, &mut observer).await
    };
    let limits = connector_host::RateLimits::default();
    let token = || Some(Secret::new("a token"));
    if limited {
        let first = connection(None, token()).rate_limits(limits.clone()).build().unwrap();
        assert!(run(&first).await.unwrap_err().is_rate_limited());
        trace.0.lock().unwrap().clear();
    }
    let scopes = (ends == Ends::NoScope).then(Vec::new);
    let token = token().filter(|_| !matches!(ends, Ends::NoRoom | Ends::NoCredential));
    let connection = connection(scopes, token).rate_limits(limits).build().unwrap();
    let error = run(&connection).await.err();
    let trace = trace.0.lock().unwrap().clone();
    let asked = service.asked.lock().unwrap().clone();
    Played { trace, asked, error }
}

#[tokio::test]
async fn each_stage_comes_when_the_walkthrough_says() {
    let mut before = 0;
    for (ends, reached, _) in ENDS {
        let Played { trace, asked, error } = play(ends).await;
        assert_eq!(trace, WHOLE[..reached], "{ends:?}: {error:?}");
        assert!(before <= reached, "{ends:?} goes back");
        before = reached;
        let kind = error.as_ref().and_then(Error::kind);
        match (ends, &error) {
            (Ends::Unknown, Some(error)) => {
                // Its input was not looked at.
                let told = error.to_string();
                assert!(told.contains("boards.lists") && !told.contains("colour"), "{told}");
            }
            (Ends::WrongInput, Some(Error::Connector(error))) => {
                let mut fields: Vec<_> =
                    error.fields.iter().map(|field| field.path.as_str()).collect();
                fields.sort_unstable();
                assert_eq!(fields, ["colour", "privacy"], "the text of a number is mended before");
            }
            (Ends::NoScope, Some(_)) => assert_eq!(kind, Some(ErrorKind::Forbidden)),
            (Ends::NoRoom, Some(error)) => assert!(error.is_rate_limited(), "{error}"),
            (Ends::NoCredential, Some(Error::Credential(error))) => {
                assert!(matches!(error, CredentialError::Missing(_)), "{error}");
            }
            (Ends::Refusal, Some(_)) => assert_eq!(kind, Some(ErrorKind::NotFound)),
            (Ends::NoPage, Some(_)) => assert_eq!(kind, Some(ErrorKind::Unexpected)),
            (Ends::Nowhere, None) => {
                let base = "https://api.pinterest.com/v5/boards?page_size=2";
                assert_eq!(asked, [base.to_owned(), format!("{base}&bookmark=next")]);
            }
            (ends, error) => panic!("{ends:?} ended with {error:?}"),
        }
    }
    assert_eq!(before, WHOLE.len());
}

/// The functions that the walkthrough names, in the order in which it does.
fn named(text: &str) -> Vec<&str> {
    let (_, text) = text.split_once("\n## One call from top to bottom\n").expect("it is there");
    // What is said about other calls follows it.
    let end = text.find("\n\nChoices and triggers").expect("the walkthrough ends");
    let code = text[..end].split('`').skip(1).step_by(2);
    code.filter(|code| code.starts_with("crates/") && code.contains("::")).collect()
}

#[test]
fn the_walkthrough_names_the_stages_in_their_order() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ARCHITECTURE.md");
    let text = fs::read_to_string(file).unwrap();
    // The command line is no part of this test: it asks the host for the call.
    let command = ["crates/cli/src/commands/run.rs::run"];
    let stages = ENDS.iter().flat_map(|(_, _, stages)| stages.iter().copied());
    let stages: Vec<_> = command.into_iter().chain(stages).collect();
    assert_eq!(named(&text), stages);
}
