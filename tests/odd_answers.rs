//! Whatever the service answers, and whatever a host gives back instead of what it was given, the
//! connector answers: it never breaks, and takes nothing for done that was not answered.

#[allow(dead_code, reason = "its answers are played, its results are not")]
mod case;
mod forge;
#[allow(dead_code, reason = "what is answered at once is no step")]
mod start;

use std::collections::BTreeSet;
use std::panic::catch_unwind;
use std::path::Path;

use pinterest_connector::Connector;
use pinterest_connector::contract::{
    Chunk, Error, ErrorKind, Header, Reply, Response, Saved, Step, actions, steps,
};
use serde_json::value::RawValue;
use serde_json::{Value, json};

use case::{Case, message};
use forge::{Dice, sealed, spoiled};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases");
/// Steps of a call that are taken at most: a wait could go on for ever.
const STEPS: usize = 40;

/// Answers that no operation gives.
fn odd() -> Vec<Vec<u8>> {
    let texts = [
        "3",
        "null",
        "\"x\"",
        "true",
        "[]",
        "{}",
        "[3]",
        "[[]]",
        "[{}]",
        "1e400",
        "-0",
        r#"{"items":3}"#,
        r#"{"items":null,"bookmark":7}"#,
        r#"{"items":[3,null,"x",[],{}],"bookmark":null}"#,
        r#"{"items":[{"id":"..","name":"","media_id":{}}],"bookmark":""}"#,
        r#"{"items":[{"id":1e400}],"bookmark":null}"#,
        r#"{"items":[{"id":"\ud800"}],"bookmark":null}"#,
        r#"{"items":{"id":"1"},"results":3,"status":[1],"events":"x","errors":{"a":1}}"#,
        r#"{"id":"..","media_id":"%2e%2e","batch_id":"","token":{},"request_id":[],"status":{}}"#,
        r#"{"id":1,"id":2,"code":"x","message":{"a":[null,{"b":"c"}]}}"#,
        r#"{"status":"COMPLETED","report_status":"FINISHED","export_status":"x","state":"SUCCEEDED","url":3}"#,
        r#"{"num_events_received":-1,"num_events_processed":18446744073709551615,"events":[{}]}"#,
        r#"{"upload_url":3,"upload_parameters":[1],"media_id":"1","s3_multipart_upload_data":7}"#,
        "",
        " ",
        "{",
        "{\"items\": [",
        "\u{feff}{}",
        "<html><b",
        "not JSON",
    ];
    let mut all: Vec<Vec<u8>> = texts.iter().map(|text| text.as_bytes().to_vec()).collect();
    all.push(vec![0xff, 0xfe, b'{']);
    for (open, close) in [("[", "]"), ("{\"items\":[", "]}"), ("{\"a\":", "}")] {
        all.push([open.repeat(3_000), "1".to_owned(), close.repeat(3_000)].concat().into_bytes());
    }
    all
}

fn answer(status: u16, body: Vec<u8>) -> Reply {
    let header = |name: &str, value: &str| Header { name: name.into(), value: value.into() };
    let headers = vec![header("date", "Sun, 22 Nov"), header("retry-after", "1e999")];
    Reply::Response(Response { status, headers, body })
}

/// What a host replies to a step, but for requests.
fn proceed(step: &Step, file: &[u8]) -> Reply {
    match step {
        Step::Read(range) => {
            let end = file.len().min(range.offset as usize + range.length as usize);
            let data = file.get(range.offset as usize..end).unwrap_or_default().to_vec();
            Reply::Chunk(Chunk { data, size: file.len() as u64, name: None })
        }
        _ => Reply::Proceed,
    }
}

fn checkpoint(step: &Step) -> Option<Vec<u8>> {
    match step {
        Step::Send(pending) => Some(pending.checkpoint.clone()),
        Step::Pause(pause) => Some(pause.checkpoint.clone()),
        Step::Emit(page) => Some(page.checkpoint.clone()),
        Step::Read(range) => Some(range.checkpoint.clone()),
        Step::Done(_) => None,
    }
}

/// Begins of files that the connector takes.
fn file(case: &Case) -> Vec<u8> {
    let blob = case.call["blobs"].as_object().and_then(|blobs| blobs.values().next());
    blob.map_or_else(|| b"a,b\n1,2\n".to_vec(), |blob| message(blob).1)
}

/// Plays a call: the case's own answers first, then `last` for each request that is left. Gives the
/// end, and the checkpoints on the way; no end when it waits on and on.
fn play(
    case: &Case,
    own: usize,
    last: &Reply,
    kept: &mut Vec<Vec<u8>>,
) -> Option<Result<(), Error>> {
    let mut step = start::first(&case.call);
    let mut sent = 0;
    for _ in 0..STEPS {
        let taken = match step {
            Ok(Step::Done(outcome)) => {
                // It may hold what no value can, as the answer did.
                serde_json::from_str::<&RawValue>(&outcome.output).expect("an output is JSON");
                return Some(Ok(()));
            }
            Err(error) => return Some(Err(error)),
            Ok(step) => step,
        };
        if let Step::Emit(page) = &taken {
            let items: Vec<&RawValue> = serde_json::from_str(&page.items).expect("a page is JSON");
            assert_eq!(items.len(), page.count as usize);
        }
        let reply = match &taken {
            Step::Send(pending) => {
                sent += 1;
                let reply = match case.responses.get(sent - 1).filter(|_| sent <= own) {
                    Some(response) if response["undelivered"].is_string() => {
                        Reply::Undelivered("cut".to_owned())
                    }
                    Some(response) => {
                        let (headers, body) = message(response);
                        let status = response["status"].as_u64().expect("a status") as u16;
                        Reply::Response(Response { status, headers, body })
                    }
                    None => last.clone(),
                };
                match reply {
                    Reply::Response(response)
                        if pending.request.save && (200..300).contains(&response.status) =>
                    {
                        let (status, headers) = (response.status, response.headers);
                        Reply::Saved(Saved { status, headers, blob: "saved".to_owned() })
                    }
                    reply => reply,
                }
            }
            step => proceed(step, &file(case)),
        };
        let checkpoint = checkpoint(&taken).expect("it goes on");
        kept.push(checkpoint.clone());
        step = <Connector as steps::Guest>::resume(checkpoint, reply);
    }
    None
}

/// One case of each call that sends something.
fn cases() -> Vec<Case> {
    let mut seen = BTreeSet::new();
    let mut cases = Case::below(Path::new(ROOT));
    cases.retain(|case| {
        let call = &case.call;
        let key = (call["do"].to_string(), call["id"].to_string(), call["field"].to_string());
        !case.responses.is_empty() && seen.insert((key, case.responses.len()))
    });
    cases
}

#[test]
fn no_answer_breaks_a_call() {
    let mut wrong = BTreeSet::new();
    for case in cases() {
        for own in 0..case.responses.len().min(6) {
            for body in odd() {
                for status in [200, 206, 304, 422, 999] {
                    let last = answer(status, body.clone());
                    if catch_unwind(|| play(&case, own, &last, &mut Vec::new())).is_err() {
                        let body = String::from_utf8_lossy(&body);
                        let body: String = body.chars().take(60).collect();
                        wrong.insert(format!("{} after {own}: {status} {body}", case.name));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn what_is_no_answer_is_never_taken_for_done() {
    let mut wrong = BTreeSet::new();
    for action in <Connector as actions::Guest>::list_actions() {
        let described =
            <Connector as actions::Guest>::describe(action.id.clone()).expect("it is listed");
        let schema: Value = serde_json::from_str(&described.output).expect("it is JSON");
        let takes_anything = schema.get("type").is_none() && schema.get("anyOf").is_none();
        if action.operation_id.is_none() || takes_anything {
            continue;
        }
        let call = json!({
            "do": "action", "id": action.id,
            "input": serde_json::from_str::<Value>(&described.examples[0].input).expect("it is JSON"),
        });
        for body in ["3", "true", "[3]", "{\"a\": 1e400}"] {
            let Ok(Step::Send(pending)) = start::first(&call) else {
                panic!("{} sends nothing", action.id)
            };
            let mut step = <Connector as steps::Guest>::resume(
                pending.checkpoint,
                answer(200, body.as_bytes().to_vec()),
            );
            // Items of a list pass as they are.
            if body == "[3]" && matches!(step, Ok(Step::Emit(_))) {
                continue;
            }
            // A number that no value can hold passes too, where nothing looks at it.
            let passes = body.contains("1e400")
                && matches!(&step, Ok(Step::Done(done)) if done.output == body);
            let told = match &mut step {
                Err(error) => error.kind == ErrorKind::Unexpected,
                Ok(Step::Done(done)) => {
                    let output: Value = serde_json::from_str(&done.output).unwrap_or_default();
                    output["unknown"].as_u64() > Some(0)
                }
                Ok(_) => false,
            };
            let is_list = body == "[3]" && schema["type"] == "array";
            if !(told || passes || is_list) {
                wrong.insert(format!("{}: {body}", action.id));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn no_checkpoint_breaks_a_call() {
    let mut dice = Dice(7);
    let mut wrong = BTreeSet::new();
    for case in cases() {
        let mut kept = Vec::new();
        let end = answer(200, b"{}".to_vec());
        play(&case, usize::MAX, &end, &mut kept);
        for (index, checkpoint) in kept.iter().enumerate().take(12) {
            let text = String::from_utf8(checkpoint.clone()).expect("it is text");
            for _ in 0..60 {
                let forged = spoiled(&text, &mut dice).expect("it is sealed");
                let replies = [
                    Reply::Proceed,
                    answer(200, b"{}".to_vec()),
                    answer(200, case.responses.first().map(|it| message(it).1).unwrap_or_default()),
                    Reply::Undelivered("cut".to_owned()),
                    Reply::Saved(Saved { status: 200, headers: Vec::new(), blob: "b".to_owned() }),
                    Reply::Chunk(Chunk { data: b"a,b\n1,2".to_vec(), size: 7, name: None }),
                ];
                for reply in replies {
                    let mut next = Some((forged.clone().into_bytes(), reply));
                    let broke = catch_unwind(move || {
                        for _ in 0..3 {
                            let Some((checkpoint, reply)) = next.take() else { return };
                            let step = <Connector as steps::Guest>::resume(checkpoint, reply);
                            next = step.ok().and_then(|step| {
                                Some((self::checkpoint(&step)?, proceed(&step, b"[{\"a\":1}]")))
                            });
                        }
                    })
                    .is_err();
                    if broke {
                        wrong.insert(format!("{} step {index}: {forged}", case.name));
                    }
                }
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} broke, {:#?}",
        wrong.len(),
        wrong.iter().take(10).collect::<Vec<_>>()
    );
}

#[test]
fn what_the_connector_did_not_write_is_a_wrong_input() {
    let others =
        ["", ":", "::", "pinterest-2", "pinterest-2:0:{}", "x:y:z", "{}", "pinterest-2:::"];
    let mut all: Vec<Vec<u8>> = others.iter().map(|other| other.as_bytes().to_vec()).collect();
    all.push(vec![0xff; 9]);
    let bodies =
        ["", "3", "[]", "{}", "{\"Single\":{}}", "\"Raw\"", "{\"Flow\":{\"action\":\"x\"}}"];
    all.extend(bodies.iter().map(|body| sealed("pinterest-2", body).into_bytes()));
    for checkpoint in all {
        let is_written = checkpoint.ends_with(b"\"Raw\"");
        let text = String::from_utf8_lossy(&checkpoint).into_owned();
        match <Connector as steps::Guest>::resume(checkpoint, answer(200, b"{}".to_vec())) {
            Err(error) => assert_eq!(error.kind, ErrorKind::InvalidInput, "{text}: {error:?}"),
            Ok(_) => assert!(is_written, "{text}"),
        }
    }
}

#[test]
fn no_cursor_breaks_a_poll() {
    let mut dice = Dice(11);
    for case in cases().iter().filter(|case| case.call["do"] == "poll") {
        let cursors = [sealed("seen-3", r#"{"here":"--------.--------"}"#), sealed("seen-3", "{}")];
        for cursor in &cursors {
            for _ in 0..200 {
                let mut call = case.call.clone();
                let cursor = spoiled(cursor, &mut dice).expect("it is sealed");
                call["cursor"] = cursor.clone().into();
                let responses = case.responses.clone();
                let played = catch_unwind(|| {
                    let mut step = start::first(&call);
                    for response in &responses {
                        let Ok(Step::Send(pending)) = step else { return };
                        let reply = answer(200, message(response).1);
                        step = <Connector as steps::Guest>::resume(pending.checkpoint, reply);
                    }
                });
                assert!(played.is_ok(), "{}: {cursor}", case.name);
            }
        }
    }
}
