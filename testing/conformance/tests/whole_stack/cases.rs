//! Plays the cases under `tests/cases`, which the connector's own tests play natively, through
//! wasmtime. Every step runs in an instance of its own, so the checkpoint alone carries a call.

use std::collections::BTreeMap;
use std::path::Path;

use connector_host::contract::{Reply, Request, Step};
use connector_host::{Call, Connection, Connector, Error};
use connector_manifest::Manifest;
use serde_json::Value;
use wasmparser::{Parser, Payload};

use crate::case::{self, Case, Played};
use crate::component;

/// Bytes. What a platform downloads and keeps; a larger one needs a reason. The API, operation by
/// operation, takes 0.9 MB; the rest is what the composed actions and the triggers add.
const LARGEST: usize = 1_303_000;

#[test]
fn every_case_goes_as_written() {
    let checkpoints = play_all(
        &component::connector(),
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases"),
    );
    // The Node driver's tests go on from these. They may be reading it.
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let mut file =
        tempfile::NamedTempFile::new_in(folder).expect("the target folder can be written");
    serde_json::to_writer(&mut file, &checkpoints).expect("it is JSON");
    file.persist(folder.join("checkpoints.json")).expect("the target folder can be written");
}

/// Connectors for other services, in the same host.
#[test]
fn so_do_the_cases_of_the_examples() {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
    for (folder, file) in [("github-issues", "github_issues"), ("wikipedia", "wikipedia")] {
        play_all(&component::built(file), &examples.join(folder).join("cases"));
    }
}

#[test]
fn the_manifest_is_current() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../connector.json");
    let manifest = connector_host::manifest(&component::connector()).expect("it describes itself");
    let shared = manifest.shared().expect("it shares").generated_by("connector inspect --json");
    let current = shared.text().expect("it is JSON") + "\n";
    let written = std::fs::read_to_string(file).unwrap_or_default();
    assert!(written == current, "connector.json is stale: run `make manifest docs`");
}

/// What is shared in a manifest, put back, is what it was.
#[test]
fn shared_schemas_are_the_same_again_when_they_are_inlined() {
    let examples = ["github_issues", "wikipedia"].map(component::built);
    for connector in [component::connector()].iter().chain(&examples) {
        let manifest = connector_host::manifest(connector).expect("it describes itself");
        let whole = manifest.text().expect("it is JSON");
        let shared = manifest.shared().expect("it shares").text().expect("it is JSON");
        let read: Manifest = shared.parse().expect("its types read it");
        assert!(shared.len() < whole.len(), "nothing is shared");
        assert!(read.text().expect("it is JSON") == shared, "it is read as something else");
        let again = read.inlined().expect("it inlines");
        assert!(again.text().expect("it is JSON") == whole, "it becomes something else");
    }
}

/// The checkpoints of each case, as texts.
fn play_all(connector: &Connector, cases: &Path) -> BTreeMap<String, Vec<String>> {
    let cases = Case::below(cases);
    let mut all = BTreeMap::new();
    let mut wrong = Vec::new();
    for case in &cases {
        let mut checkpoints = Vec::new();
        wrong.extend(case.settle(play(connector, case, &mut checkpoints)).err());
        all.insert(case.name.clone(), checkpoints);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    all
}

/// What happens when the case's responses are played, and the requests and checkpoints on the way.
fn play<'a>(connector: &Connector, case: &'a Case, checkpoints: &mut Vec<String>) -> Played<'a> {
    let fresh = || connector.instantiate().expect("there is room");
    let settings = object(&case.call, "settings");
    let mut played = Played::of(case);
    if let Some(answer) = at_once(connector, &case.call) {
        return match answer {
            Ok(output) => played.answered(output),
            Err(Error::Connector(error)) => played.failed(*error),
            Err(other) => panic!("{}: {other}", case.name),
        };
    }
    let mut next = fresh().start(&call(&case.call), &settings, &case::context(&case.call));
    loop {
        let (checkpoint, reply) = match next {
            Ok(Step::Done(outcome)) => return played.done(outcome),
            Err(Error::Connector(error)) => return played.failed(*error),
            Err(other) => panic!("{}: {other}", case.name),
            Ok(Step::Send(pending)) => {
                is_listed(connector, case, &settings, &pending.request);
                (pending.checkpoint, played.sent(&pending.request))
            }
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
        checkpoints.push(String::from_utf8_lossy(&checkpoint).into_owned());
        next = fresh().resume(&checkpoint, &reply);
    }
}

/// A connector that lists operations lists all that it sends a credential to, but for what a person
/// chose.
fn is_listed(connector: &Connector, case: &Case, settings: &str, request: &Request) {
    let lists = connector.instantiate().unwrap().operations().unwrap().is_some();
    if !lists || request.credential.is_none() || case.call["id"] == "api.request" {
        return;
    }
    let connection = Connection::builder(connector.clone()).settings(settings).build().unwrap();
    let operation = connection.operation(request);
    assert!(operation.is_some(), "{}: {:?} {}", case.name, request.method, request.url);
}

/// What a connector answers with at once, as the output of the case.
fn at_once(connector: &Connector, call: &Value) -> Option<Result<Value, Error>> {
    let (id, delivery) = (call["id"].as_str().unwrap_or_default(), &call["delivery"]);
    let mut fresh = connector.instantiate().expect("there is room");
    match call["do"].as_str() {
        Some("acknowledge") => {
            let known = call.get("subscription").map(Value::to_string);
            let answer = fresh.acknowledge(id, known.as_ref(), &case::delivery(delivery));
            Some(answer.map(case::acknowledged))
        }
        Some("accounts") => Some(fresh.accounts(id, &case::delivery(delivery)).map(Value::from)),
        _ => None,
    }
}

fn object(call: &Value, name: &str) -> String {
    call.get(name).map_or("{}".to_owned(), Value::to_string)
}

fn call(call: &Value) -> Call {
    let text = |key: &str| call[key].as_str().unwrap_or_default().to_owned();
    let optional = |key: &str| call[key].as_str().map(str::to_owned);
    let input = object(call, "input");
    match (call["do"].as_str().expect("do"), call["of"].as_str()) {
        ("action", _) => Call::Action { id: text("id"), input },
        ("poll", _) => {
            Call::Poll { trigger: text("id"), config: input, cursor: optional("cursor") }
        }
        ("choices", Some("trigger")) => Call::TriggerChoices {
            trigger: text("id"),
            field: text("field"),
            config: input,
            query: optional("query"),
        },
        ("subscribe", _) => {
            Call::Subscribe { webhook: text("id"), config: input, address: text("address") }
        }
        ("unsubscribe", _) => Call::Unsubscribe { webhook: text("id"), subscription: input },
        ("receive", _) => {
            let (subscription, cursor) = (case::subscription(call), optional("cursor"));
            let delivery = case::delivery(&call["delivery"]);
            Call::Receive { webhook: text("id"), config: input, subscription, delivery, cursor }
        }
        ("renew", _) => {
            let subscription = case::subscription(call);
            Call::Renew { webhook: text("id"), config: input, subscription }
        }
        ("choices", Some("webhook")) => Call::WebhookChoices {
            webhook: text("id"),
            field: text("field"),
            config: input,
            query: optional("query"),
        },
        ("choices", Some("connection")) => {
            Call::ConnectionChoices { field: text("field"), query: optional("query") }
        }
        ("choices", _) => Call::ActionChoices {
            id: text("id"),
            field: text("field"),
            input,
            query: optional("query"),
        },
        ("test", _) => Call::Test {
            granted: call.get("granted").map(|granted| {
                serde_json::from_value(granted.clone()).expect("granted is a list of texts")
            }),
        },
        (other, _) => panic!("a case cannot do {other}"),
    }
}

/// Neither the component nor any module in it wants anything, not even a type. The components
/// nested in it may import, because what they import is inside.
#[test]
fn the_component_imports_nothing() {
    let bytes = component::bytes();
    let (mut modules, mut imports) = (0, Vec::new());
    let mut nested = Vec::new();
    for payload in Parser::new(0).parse_all(&bytes) {
        match payload.expect("the component is valid") {
            Payload::ModuleSection { .. } => {
                modules += 1;
                nested.push("module");
            }
            Payload::ComponentSection { .. } => nested.push("component"),
            Payload::End(_) => drop(nested.pop()),
            Payload::ImportSection(section) => {
                imports.extend(section.into_imports().map(|import| format!("{import:?}")));
            }
            Payload::ComponentImportSection(section) if nested.is_empty() => {
                imports.extend(section.into_iter().map(|import| format!("{import:?}")));
            }
            _ => {}
        }
    }
    assert!(modules > 0, "there is no module in the component");
    assert!(imports.is_empty(), "{imports:#?}");
}

#[test]
fn the_component_is_small() {
    let size = component::bytes().len();
    assert!(size < LARGEST, "{size} bytes");
}
