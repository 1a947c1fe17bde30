//! Long lists in flat memory: a trigger that knows 50 000 followers, and reports of many rows.

use std::ops::ControlFlow;
use std::sync::Arc;

use connector_emulator::{Emulator, Options, Seed};
use connector_host::contract::Outcome;
use connector_host::{Call, Connection, FixedCredentials, Observer, Policy, Routes, Secret};
use serde_json::{Value, json};

use crate::{component, peak};

const FOLLOWERS: usize = 50_000;
/// Where the emulator keeps them.
const PATH: &str = "/v5/user_account/followers";
/// Bytes above what the process needs when it is idle.
const MOST: u64 = 64 << 20;

/// Counts what comes.
#[derive(Default)]
struct Counted {
    items: u64,
    last: Option<Value>,
}

impl Observer for Counted {
    fn page(&mut self, items: &str, count: u32) -> ControlFlow<()> {
        let items: Vec<Value> = serde_json::from_str(items).unwrap();
        assert_eq!(items.len(), count as usize);
        self.items += u64::from(count);
        self.last = items.into_iter().next_back();
        ControlFlow::Continue(())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_thousand_followers_are_polled_with_a_small_cursor() {
    let _turn = peak::TURN.lock().await;
    let emulator = emulator(0).await;
    let connection = connection(&emulator);
    let control = emulator.control();
    let follower = |number: usize| {
        let name = format!("follower{number}");
        (name.clone(), json!({ "username": name, "type": "user" }))
    };
    let poll = |cursor| Call::Poll { trigger: "followers.new".into(), config: "{}".into(), cursor };
    // Everything that is made once is made.
    control.keep_all(PATH, (0..10).map(follower));
    flat(&connection, "ten followers", poll(None)).await;

    control.keep_all(PATH, (0..FOLLOWERS).map(follower));
    let (outcome, came) = flat(&connection, "first poll", poll(None)).await;
    let cursor = outcome.cursor.unwrap();
    println!("cursor: {} bytes", cursor.len());
    assert!(came.items == 0 && cursor.len() <= 512 << 10, "{} bytes", cursor.len());

    control.keep_all(PATH, (7..FOLLOWERS + 3).map(follower));
    let (outcome, came) = flat(&connection, "second poll", poll(Some(cursor))).await;
    assert_eq!(came.items, 3);
    assert_eq!(came.last.unwrap()["id"], format!("follower{}", FOLLOWERS + 2));
    let cursor = outcome.cursor.unwrap();
    let (outcome, came) = flat(&connection, "third poll", poll(Some(cursor))).await;
    assert!(came.items == 0 && outcome.cursor.unwrap().len() <= 512 << 10);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_thousand_rows_pass_through() {
    report(100_000).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes a while: cargo test --release --workspace --test flat -- --ignored --nocapture"]
async fn a_million_rows_pass_through() {
    report(1_000_000).await;
}

async fn report(rows: usize) {
    let _turn = peak::TURN.lock().await;
    let emulator = emulator(rows).await;
    let connection = connection(&emulator);
    let few = self::emulator(3).await;
    let ad_account_id = emulator.control().ad_account_id();
    let run = |format: &str| Call::Action {
        id: "ads_reports.run".into(),
        input: json!({
            "ad_account_id": ad_account_id,
            "granularity": "TOTAL",
            "level": "CAMPAIGN",
            "columns": ["CAMPAIGN_ID", "SPEND_IN_DOLLAR"],
            "start_date": "2026-07-01",
            "end_date": "2026-07-19",
            "report_format": format,
        })
        .to_string(),
    };
    flat(&self::connection(&few), "three rows", run("CSV")).await;
    for format in ["CSV", "JSON"] {
        let (outcome, came) = flat(&connection, format, run(format)).await;
        let output: Value = serde_json::from_str(&outcome.output).unwrap();
        assert_eq!((&output["rows"], came.items), (&json!(rows), rows as u64));
        let impressions = (1204 + (rows - 1) * 107 % 9000) as u64;
        let last = &came.last.unwrap()["IMPRESSION"];
        assert_eq!(last.to_string().trim_matches('"'), impressions.to_string());
    }
}

async fn emulator(result_rows: usize) -> Emulator {
    let options =
        Options { result_rows: Some(result_rows), seed: Seed::empty(), ..Options::for_bench() };
    Emulator::start(options).await.unwrap()
}

fn connection(emulator: &Emulator) -> Connection {
    let mut routes = Routes::default();
    for (origin, place) in emulator.places() {
        routes.add(origin, &place).unwrap();
    }
    let token = Secret::new(emulator.access_token());
    let credentials = FixedCredentials::new([("access-token".to_owned(), token)]);
    // Also in the middle of a poll, what is known is hardly larger than the cursor.
    let policy = Policy { checkpoint_bytes: 512 << 10, ..Policy::default() };
    Connection::builder(component::connector())
        .credentials(Arc::new(credentials))
        .policy(policy)
        .routes(routes)
        .build()
        .unwrap()
}

/// Runs a call, and measures what it takes.
async fn flat(connection: &Connection, what: &str, call: Call) -> (Outcome, Counted) {
    let mut counted = Counted::default();
    let outcome = peak::of(what, MOST, connection.run(call, &mut counted)).await.unwrap();
    (outcome, counted)
}
