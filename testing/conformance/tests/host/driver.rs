//! The loop: pages, pauses, polls, and the same by hand.

use std::ops::ControlFlow;
use std::time::Duration;

use connector_host::contract::{Context, Outcome, Reply, Step};
use connector_host::{Call, Connection, Error, NoopObserver, Observer};
use serde_json::json;

use crate::support::{Script, fixture, ok, run, scripted};

/// Keeps what it is told, and stops after some pages.
#[derive(Default)]
struct Notes {
    pages: Vec<String>,
    stop_after: Option<usize>,
    waits: Vec<(Duration, String)>,
    urls: Vec<String>,
}

impl Observer for Notes {
    fn page(&mut self, items: &str, count: u32) -> ControlFlow<()> {
        assert_eq!(count, 1);
        self.pages.push(items.to_owned());
        match self.stop_after == Some(self.pages.len()) {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    }

    fn sending(&mut self, request: &connector_host::contract::Request) {
        self.urls.push(request.url.clone());
    }

    fn waiting(&mut self, time: Duration, reason: &str) {
        self.waits.push((time, reason.to_owned()));
    }
}

fn connection() -> Connection {
    scripted(&Script::new([])).build().unwrap()
}

fn action(id: &str, input: serde_json::Value) -> Call {
    Call::Action { id: id.into(), input: input.to_string() }
}

#[tokio::test]
async fn pages_reach_the_observer_in_order() {
    let mut notes = Notes::default();
    let outcome =
        connection().run(action("pages", json!({"number": 3})), &mut notes).await.unwrap();
    assert_eq!(notes.pages, ["[3]", "[2]", "[1]"]);
    assert_eq!(outcome.output, r#"{"pages":"all"}"#);
}

#[tokio::test]
async fn the_observer_can_stop_a_call() {
    let mut notes = Notes { stop_after: Some(2), ..Notes::default() };
    let outcome = connection().run(action("emit-forever", json!({})), &mut notes).await.unwrap();
    assert_eq!(notes.pages.len(), 2);
    assert!(matches!(outcome, Outcome { output, cursor: None } if output == "null"));
}

#[tokio::test(start_paused = true)]
async fn a_pause_lasts_as_long_as_it_says() {
    let mut notes = Notes::default();
    let begun = tokio::time::Instant::now();
    connection().run(action("pause", json!({"number": 5000})), &mut notes).await.unwrap();
    let pause = Duration::from_secs(5);
    // Tokio's clock counts whole milliseconds.
    assert!((pause..pause + Duration::from_millis(2)).contains(&begun.elapsed()));
    assert_eq!(notes.waits, [(pause, "because the test says so".to_owned())]);
}

#[tokio::test]
async fn every_kind_of_call_reaches_its_function() {
    let connection = Connection::builder(fixture()).settings(r#"{"a": 1}"#).build().unwrap();
    let poll = |cursor: Option<&str>| Call::Poll {
        trigger: "clock.ticked".into(),
        config: "{}".into(),
        cursor: cursor.map(String::from),
    };
    let first = connection.run(poll(None), &mut NoopObserver).await.unwrap();
    let context = Context::new("second", "2026-01-02T03:04:05Z");
    let second = poll(first.cursor.as_deref());
    let second = connection.run_in(context, second, &mut NoopObserver).await.unwrap();
    assert_eq!(second.cursor.as_deref(), Some("||"));
    assert_eq!(second.output, r#""2026-01-02T03:04:05Z""#);

    let test = Call::Test { granted: Some(vec!["read".into()]) };
    let tested = connection.run(test, &mut NoopObserver).await.unwrap();
    let tested: serde_json::Value = serde_json::from_str(&tested.output).unwrap();
    assert_eq!(tested, json!({"account": {"id": "1", "name": r#"{"a": 1}"#}, "lacking": ["read"]}));

    let (field, query) = ("colour".to_owned(), Some("red".to_owned()));
    let of_action = Call::ActionChoices {
        id: "echo".into(),
        field: field.clone(),
        input: "{}".into(),
        query: query.clone(),
    };
    let of_trigger =
        Call::TriggerChoices { trigger: "clock.ticked".into(), field, config: "{}".into(), query };
    for call in [of_action, of_trigger] {
        let mut notes = Notes::default();
        connection.run(call, &mut notes).await.unwrap();
        assert_eq!(notes.pages, [r#"[{"title":"red","value":"colour"}]"#]);
    }
}

#[tokio::test]
async fn a_call_knows_its_name_its_time_and_what_is_wanted() {
    let connection = connection();
    let said = async |context: Context| {
        let call = action("context", json!({}));
        let outcome = connection.run_in(context, call, &mut NoopObserver).await.unwrap();
        serde_json::from_str::<serde_json::Value>(&outcome.output).unwrap()
    };
    let context = Context::new("mine", "2026-01-02T03:04:05Z").wanting(Some(7));
    let told = said(Context { locale: Some("de-CH".into()), ..context }).await;
    let all =
        json!({"call": "mine", "now": "2026-01-02T03:04:05Z", "locale": "de-CH", "wanted": 7});
    assert_eq!(told, all);
    let fresh = [said(Context::fresh()).await, said(Context::fresh()).await];
    assert_ne!(fresh[0]["call"], fresh[1]["call"]);
    assert!(fresh[0]["call"].as_str().is_some_and(|name| (16..=64).contains(&name.len())));
}

#[tokio::test]
async fn what_the_connector_refuses_comes_back_whole() {
    let error = run(&connection(), "no-such-action", json!({})).await.unwrap_err();
    assert_eq!(error.to_string(), "there is no `no-such-action` (fixture)");
    assert_eq!(error.json()["kind"], "invalid-input");
}

#[tokio::test]
async fn settings_are_checked_when_the_connection_is_built() {
    let wrong = |settings: &str| match Connection::builder(fixture()).settings(settings).build() {
        Err(Error::Settings(message)) => message,
        _ => panic!("{settings} was accepted"),
    };
    assert_eq!(wrong("[]"), "not an object");
    assert!(wrong("{").starts_with("not JSON: "));
    assert_eq!(wrong(r#"{"environment": 1}"#), "`environment` is not a text");
    let message = wrong(r#"{"environment": "moon"}"#);
    assert_eq!(message, "`environment` is `moon`, and not one of production, sandbox");
    assert_eq!(connection().environment(), "production");
}

/// A durable engine stores the checkpoint between these lines, and may go on elsewhere.
#[tokio::test]
async fn an_engine_can_run_the_loop_by_hand() {
    let script = Script::new([ok(), ok()]);
    let connection = scripted(&script).build().unwrap();
    let context = Context::fresh();
    let step = connection.start(&action("request", json!({})), &context).unwrap();
    let Step::Send(pending) = step else { panic!("it sends a request") };
    let reply = connection.send(&pending, &context).await.unwrap().into_reply();
    let elsewhere = scripted(&script).build().unwrap();
    let outputs = [&connection, &elsewhere].map(|connection| {
        match connection.resume(&pending.checkpoint, &reply).unwrap() {
            Step::Done(outcome) => outcome.output,
            other => panic!("{other:?}"),
        }
    });
    assert_eq!(outputs[0], outputs[1]);
    assert!(connection.resume(&b"damaged".to_vec(), &Reply::Proceed).is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_run_side_by_side_on_one_connection() {
    let script = Script::new((0..200).map(|_| ok()));
    let connection = std::sync::Arc::new(scripted(&script).build().unwrap());
    let calls: Vec<_> = (0..200)
        .map(|_| {
            let connection = connection.clone();
            tokio::spawn(async move { run(&connection, "request", json!({})).await.unwrap() })
        })
        .collect();
    for call in calls {
        assert_eq!(call.await.unwrap()["status"], 200);
    }
    assert_eq!(script.count(), 200);
}
