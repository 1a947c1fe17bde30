//! What is loaded, and what happens to a guest that misbehaves.

use std::sync::Arc;
use std::time::Duration;

use connector_host::{
    Call, Connection, Connector, Engine, EngineOptions, Error, LoadError, NoopObserver, Policy,
};
use serde_json::{Value, json};

use crate::support::{FIXTURE, fixture, run};

fn load(text: &str) -> Result<Connector, LoadError> {
    let engine = Engine::new(EngineOptions::default()).unwrap();
    Connector::from_bytes(&engine, &wat::parse_str(text).unwrap())
}

#[test]
fn a_component_with_an_import_is_refused_by_its_name() {
    let text = r#"(component
        (import "wasi:clocks/wall-clock@0.2.0" (instance))
        (import "draw-randomness" (func (result u32))))"#;
    let Err(LoadError::Imports(imports)) = load(text) else {
        panic!("it was loaded");
    };
    assert_eq!(imports, ["`wasi:clocks/wall-clock@0.2.0`", "`draw-randomness`"]);
}

#[test]
fn a_component_that_is_no_connector_is_told_what_is_missing() {
    let Err(error @ LoadError::NotAConnector(_)) = load("(component)") else {
        panic!("it was loaded");
    };
    assert!(error.to_string().contains("automation:connector/"), "{error}");
    let Err(error @ LoadError::NotAComponent(_)) = load("(module)") else {
        panic!("it was loaded");
    };
    assert!(error.to_string().starts_with("not a WebAssembly component: "), "{error}");
}

/// The fixture with one text in place of another one that is as long.
fn rewritten(from: &str, to: &str) -> Result<Connector, LoadError> {
    assert_eq!(from.len(), to.len());
    let mut wasm = FIXTURE.clone();
    let (mut at, mut times) = (0, 0);
    while let Some(found) = wasm[at..].windows(from.len()).position(|it| it == from.as_bytes()) {
        at += found;
        wasm[at..at + to.len()].copy_from_slice(to.as_bytes());
        at += to.len();
        times += 1;
    }
    assert!(times > 0, "there is no `{from}` in the fixture");
    Connector::from_bytes(&Engine::new(EngineOptions::default()).unwrap(), &wasm)
}

#[test]
fn what_a_connector_requires_and_the_host_lacks_is_named() {
    let none = format!("requires{}", " ".repeat(32));
    let named = |names: &str| rewritten(&none, &format!("requires {names:<31}"));
    assert!(named("").is_ok());
    let error = named("example.com/quorum a.test/b").unwrap_err();
    assert!(matches!(error, LoadError::Lacking(_)), "{error}");
    let error = error.to_string();
    assert!(error.contains("`example.com/quorum`, `a.test/b`"), "{error}");
}

#[test]
fn a_function_of_another_type_is_named() {
    let component = |function: &str, result: &str| {
        format!(
            "(component
                (core module $m (func (export \"f\") (result i32) i32.const 0))
                (core instance $i (instantiate $m))
                (func $f (result {result}) (canon lift (core func $i \"f\")))
                (instance $c (export \"{function}\" (func $f)))
                (export \"automation:connector/connection@0.2.0\" (instance $c)))"
        )
    };
    let says = |function: &str, result: &str| match load(&component(function, result)) {
        Err(error @ LoadError::NotAConnector(_)) => error.to_string(),
        other => panic!("{other:?}"),
    };
    let other = says("describe", "u32");
    assert!(other.starts_with("not a connector of version 0.2.0"), "{other}");
    assert!(other.contains("`connection.describe` has other types"), "{other}");
    let missing = says("explain", "u32");
    assert!(missing.contains("does not export the function `connection.describe`"), "{missing}");
}

#[test]
fn a_component_for_another_version_is_told_which() {
    let text =
        "(component (instance $i) (export \"automation:connector/actions@0.1.0\" (instance $i)))";
    let Err(error @ LoadError::OtherVersion(_)) = load(text) else { panic!("it was loaded") };
    assert!(error.to_string().contains("version 0.1.0"), "{error}");
}

#[tokio::test]
async fn a_connector_without_webhooks_says_so() {
    let connector = fixture();
    assert!(connector.instantiate().unwrap().webhooks().unwrap().is_empty());
    let connection = Connection::builder(connector).build().unwrap();
    let (webhook, config) = ("a.b".into(), "{}".into());
    let call = Call::Subscribe { webhook, config, address: "https://example.com/".into() };
    let refused = connection.run(call, &mut NoopObserver).await.unwrap_err();
    assert!(matches!(refused, Error::Refused { rule: "contract", .. }), "{refused}");
    assert!(refused.to_string().ends_with("this connector has no webhooks"), "{refused}");
}

// The fixture also exports an interface that this host does not know.
#[tokio::test]
async fn a_component_of_a_later_minor_version_runs() {
    let mut later = FIXTURE.clone();
    let (ours, theirs) = (b"@0.2.0", b"@0.2.9");
    for at in 0..later.len() - ours.len() {
        if later[at..].starts_with(ours) {
            later[at..at + ours.len()].copy_from_slice(theirs);
        }
    }
    let connector =
        Connector::from_bytes(&Engine::new(EngineOptions::default()).unwrap(), &later).unwrap();
    let connection = Connection::builder(connector).build().unwrap();
    assert_eq!(run(&connection, "echo", json!({"a": 1})).await.unwrap(), json!({"a": 1}));
}

#[tokio::test]
async fn a_trap_is_a_failure_and_the_next_call_works() {
    let connection = Connection::builder(fixture()).build().unwrap();
    let error = run(&connection, "trap", json!({})).await.unwrap_err();
    assert!(matches!(error, Error::Trap(_)), "{error}");
    assert_eq!(run(&connection, "echo", json!({"a": 1})).await.unwrap(), json!({"a": 1}));
}

#[tokio::test]
async fn a_guest_ends_at_the_deadline() {
    let deadline = Duration::from_millis(100);
    let options = EngineOptions { deadline, first_deadline: deadline, ..EngineOptions::default() };
    let connector = Connector::from_bytes(&Engine::new(options).unwrap(), &FIXTURE).unwrap();
    let connection = Connection::builder(connector).build().unwrap();
    let begun = std::time::Instant::now();
    let error = run(&connection, "loop", json!({})).await.unwrap_err();
    assert!(matches!(error, Error::Deadline(_)), "{error}");
    assert!(begun.elapsed() >= deadline);
}

// With time enough on a busy machine: here only memory may end it.
#[tokio::test]
async fn a_guest_ends_at_the_memory_limit() {
    let options = EngineOptions { memory_bytes: 8 << 20, ..EngineOptions::default() };
    let connector = Connector::from_bytes(&Engine::new(options).unwrap(), &FIXTURE).unwrap();
    let connection = Connection::builder(connector).build().unwrap();
    let error = run(&connection, "allocate", json!({})).await.unwrap_err();
    assert!(matches!(error, Error::Memory(limit) if limit == 8 << 20), "{error}");
}

#[test]
fn more_instances_than_the_engine_holds_are_refused_until_one_ends() {
    let patience = Duration::from_millis(1);
    let options = EngineOptions { instances: 2, patience, ..EngineOptions::default() };
    let connector = Connector::from_bytes(&Engine::new(options).unwrap(), &FIXTURE).unwrap();
    let first = connector.instantiate().unwrap();
    let _second = connector.instantiate().unwrap();
    assert!(matches!(connector.instantiate(), Err(Error::Busy(2))));
    drop(first);
    assert!(connector.instantiate().is_ok());
}

#[tokio::test]
async fn calls_wait_for_an_instance_instead_of_failing() {
    let options = EngineOptions { instances: 2, ..EngineOptions::default() };
    let connector = Connector::from_bytes(&Engine::new(options).unwrap(), &FIXTURE).unwrap();
    let connection = Arc::new(Connection::builder(connector).build().unwrap());
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let connection = connection.clone();
        calls.spawn(async move { run(&connection, "pause", json!({"number": 5})).await });
    }
    while let Some(ended) = calls.join_next().await {
        assert_eq!(ended.unwrap().unwrap(), Value::Null);
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_waits_no_longer_than_the_engine_says() {
    let patience = Duration::from_secs(3);
    let options = EngineOptions { instances: 1, patience, ..EngineOptions::default() };
    let connector = Connector::from_bytes(&Engine::new(options).unwrap(), &FIXTURE).unwrap();
    let held = connector.instantiate().unwrap();
    assert!(matches!(connector.instance().await, Err(Error::Busy(1))));
    let (waiting, _) = tokio::join!(connector.instance(), async { drop(held) });
    assert!(waiting.is_ok());
}

#[test]
fn compiled_code_is_kept_where_the_caller_says() {
    let folder = tempfile::tempdir().unwrap();
    let cache = Some(folder.path().to_owned());
    let engine = Engine::new(EngineOptions { cache, ..EngineOptions::default() }).unwrap();
    Connector::from_bytes(&engine, &FIXTURE).unwrap();
    assert!(std::fs::read_dir(folder.path()).unwrap().next().is_some());
}

#[tokio::test]
async fn a_call_that_only_emits_still_ends_at_its_time() {
    let policy =
        Policy { call_time: Some(Duration::from_millis(50)), steps: u32::MAX, ..Policy::default() };
    let connection = Connection::builder(fixture()).policy(policy).build().unwrap();
    let error = run(&connection, "emit-forever", json!({})).await.unwrap_err();
    assert!(matches!(error, Error::Refused { rule: "call-time", .. }), "{error}");
}
