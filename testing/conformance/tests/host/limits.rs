//! Rate limits, on a clock that the tests turn: what would be refused waits instead.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use connector_host::contract::{Header, Request, Response};
use connector_host::{
    Call, Connection, Error, Observer, Outgoing, Policy, RateLimits, Transport, TransportError,
};
use serde_json::json;
use tokio::time::{Instant, sleep};

use crate::support::{Script, answer, fixture, ok, run, scripted};

/// A service with fixed windows that begin with the first call in them.
pub struct Service {
    /// Name, seconds, calls.
    windows: Vec<(&'static str, u64, u32)>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// End of the window, calls in it.
    used: HashMap<&'static str, (Option<Instant>, u32)>,
    calls: u32,
    refused: u32,
}

impl Service {
    pub fn new(windows: impl Into<Vec<(&'static str, u64, u32)>>) -> Arc<Self> {
        Arc::new(Service { windows: windows.into(), state: Mutex::default() })
    }

    /// Calls, and those of them that were refused.
    pub fn counts(&self) -> (u32, u32) {
        let state = self.state.lock().unwrap();
        (state.calls, state.refused)
    }

    fn charge(&self) -> Response {
        let mut state = self.state.lock().unwrap();
        let now = Instant::now();
        let mut refused = false;
        let mut tightest = (u32::MAX, 0, 0);
        let mut list = String::new();
        for (name, seconds, limit) in &self.windows {
            let (end, used) = state.used.entry(name).or_default();
            if end.is_none_or(|end| end <= now) {
                (*end, *used) = (Some(now + Duration::from_secs(*seconds)), 0);
            }
            *used += 1;
            refused |= *used > *limit;
            let left = limit.saturating_sub(*used);
            let reset = end.unwrap().duration_since(now).as_millis().div_ceil(1000);
            tightest = tightest.min((left, reset, *limit));
            list += &format!(", {limit};w={seconds};name=\"{name}_per_app\"");
        }
        state.calls += 1;
        state.refused += u32::from(refused);
        let (left, reset, limit) = tightest;
        let header = |name: &str, value: String| Header { name: name.into(), value };
        Response {
            status: if refused { 429 } else { 200 },
            headers: vec![
                header("x-ratelimit-limit", format!("{limit}{list}")),
                header("x-ratelimit-remaining", left.to_string()),
                header("x-ratelimit-reset", reset.to_string()),
            ],
            body: Vec::new(),
        }
    }
}

#[async_trait]
impl Transport for Service {
    async fn exchange(&self, _: Outgoing) -> Result<Response, TransportError> {
        let half = || Duration::from_millis(fastrand::u64(1..40));
        sleep(half()).await;
        let response = self.charge();
        sleep(half()).await;
        Ok(response)
    }
}

fn connection(service: &Arc<Service>) -> Connection {
    Connection::builder(fixture()).transport(service.clone()).build().unwrap()
}

/// Runs as many tasks as that, each with so many calls; the calls that failed.
pub async fn storm(connection: Connection, tasks: u32, calls: u32) -> u32 {
    let connection = Arc::new(connection);
    let tasks: Vec<_> = (0..tasks)
        .map(|_| {
            let connection = connection.clone();
            tokio::spawn(async move {
                let mut failed = 0;
                for _ in 0..calls {
                    let ended = run(&connection, "request", json!({"quota": "reads"})).await;
                    if let Err(failure) = ended {
                        eprintln!("{failure}");
                        failed += 1;
                    }
                }
                failed
            })
        })
        .collect();
    let mut failed = 0;
    for task in tasks {
        failed += task.await.unwrap();
    }
    failed
}

/// Every header with a number or a time, with numbers that no honest service says.
#[tokio::test(start_paused = true)]
async fn no_header_ends_more_than_its_own_call() {
    let vast =
        ["18446744073709551615", "18446744073709551616", "-1", "1e999", "9".repeat(400).leak()];
    for number in vast {
        for (name, value) in [
            ("x-ratelimit-limit", format!("5;w={number}")),
            ("x-ratelimit-limit", format!("{number};w={number};name=reads")),
            ("x-ratelimit-reset", number.to_owned()),
            ("x-ratelimit-remaining", number.to_owned()),
            ("retry-after", number.to_owned()),
            ("retry-after-ms", number.to_owned()),
            ("content-length", number.to_owned()),
        ] {
            for (status, left) in [(200, "0"), (429, "0"), (503, "1")] {
                let headers = [
                    (name, value.as_str()),
                    ("x-ratelimit-remaining", left),
                    ("x-ratelimit-reset", number),
                ];
                let hostile = answer(status, &headers, "");
                let script = Script::new([hostile, ok(), ok(), ok()]);
                let connection = scripted(&script).build().unwrap();
                for _ in 0..3 {
                    let ended = run(&connection, "request", json!({"quota": "reads"})).await;
                    let failed = matches!(&ended, Err(Error::Panic(_)));
                    assert!(!failed, "{name}: {value} with {status}: {ended:?}");
                }
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_known_limit_is_never_run_into() {
    let service = Service::new([("burst", 1, 30), ("reads", 60, 100)]);
    let connection = connection(&service);
    run(&connection, "request", json!({"quota": "reads"})).await.unwrap();
    let begun = Instant::now();
    assert_eq!(storm(connection, 64, 10).await, 0);
    assert_eq!(service.counts(), (641, 0));
    // 641 calls at 100 a minute: nothing is faster, and nothing wasted a whole window.
    let took = begun.elapsed().as_secs();
    assert!((360..=430).contains(&took), "{took} s");
}

/// The first calls go out before the service has said its limits. What it refuses is repeated.
#[tokio::test(start_paused = true)]
async fn a_limit_that_nobody_knew_reaches_no_caller() {
    let service = Service::new([("burst", 1, 10), ("reads", 60, 100)]);
    assert_eq!(storm(connection(&service), 64, 3).await, 0);
    let (_, refused) = service.counts();
    assert!(refused <= 64 - 10, "{refused}");
}

/// Answers after a while, and says nothing about limits.
struct Slow;

#[async_trait]
impl Transport for Slow {
    async fn exchange(&self, _: Outgoing) -> Result<Response, TransportError> {
        sleep(Duration::from_secs(1)).await;
        Ok(Response { status: 200, headers: Vec::new(), body: Vec::new() })
    }
}

/// Seconds that these requests take, which are asked for at once.
async fn seconds(requests: &[serde_json::Value]) -> u64 {
    let connection = Connection::builder(fixture()).transport(Arc::new(Slow)).build().unwrap();
    let connection = Arc::new(connection);
    let begun = Instant::now();
    let calls: Vec<_> = requests
        .iter()
        .map(|costs| {
            let (connection, input) = (connection.clone(), json!({ "costs": costs }));
            tokio::spawn(async move { run(&connection, "request", input).await.unwrap() })
        })
        .collect();
    for call in calls {
        call.await.unwrap();
    }
    begun.elapsed().as_secs()
}

/// Of `units` there are 10 in 10 seconds.
#[tokio::test(start_paused = true)]
async fn a_request_takes_as_much_as_it_says() {
    let units = |amount: u32| json!([["units", amount]]);
    assert_eq!(seconds(&[units(5), units(5)]).await, 1);
    // The first has to be answered and to leave the window, also when it is still under way.
    assert!(seconds(&[units(6), units(6)]).await >= 10);
    assert!(seconds(&[units(5), units(5), units(1)]).await >= 10);
    // What is more than all there is takes all there is.
    assert!((10..30).contains(&seconds(&[units(99), units(1)]).await));
    assert_eq!(seconds(&[units(10), units(0)]).await, 1);
    // Twice the same quota is the sum.
    assert!(seconds(&[json!([["units", 3], ["units", 3]]), units(5)]).await >= 10);
}

#[tokio::test(start_paused = true)]
async fn a_request_falls_under_every_limit_that_it_names() {
    let both = || json!([["reads", 1], ["units", 10]]);
    assert_eq!(seconds(&[both(), json!([["reads", 1]])]).await, 1);
    assert!(seconds(&[both(), json!([["units", 1]])]).await >= 10);
    assert!(seconds(&[json!([["units", 1]]), both()]).await >= 10);
}

/// The counters of the service count the calls of others too.
#[tokio::test(start_paused = true)]
async fn others_use_the_same_limits() {
    let service = Service::new([("reads", 60, 100)]);
    let other = service.clone();
    tokio::spawn(async move {
        loop {
            sleep(Duration::from_secs(1)).await;
            other.charge();
        }
    });
    assert_eq!(storm(connection(&service), 16, 20).await, 0);
}

#[tokio::test(start_paused = true)]
async fn connections_of_one_name_share_their_limits() {
    let service = Service::new([("reads", 60, 20)]);
    let named = |name| {
        let builder = Connection::builder(fixture()).transport(service.clone());
        // Who comes last may have to let two windows pass.
        let policy = Policy { max_wait: Duration::from_secs(180), ..Policy::default() };
        builder.policy(policy).rate_limits(RateLimits::named(name)).build().unwrap()
    };
    let (first, second, stranger) = (named("one"), named("one"), named("another"));
    run(&first, "request", json!({"quota": "reads"})).await.unwrap();
    let (a, b) = tokio::join!(storm(first, 8, 3), storm(second, 8, 3));
    assert_eq!((a, b, service.counts().1), (0, 0, 0));
    let begun = Instant::now();
    run(&stranger, "request", json!({"quota": "reads"})).await.unwrap();
    assert!(begun.elapsed() < Duration::from_secs(1), "it does not know of the others");
}

/// Notes when it was told to wait, and when a request went out.
#[derive(Default)]
struct Notes {
    waits: Vec<(Duration, String)>,
    sent: Vec<Instant>,
}

impl Observer for Notes {
    fn sending(&mut self, _request: &Request) {
        self.sent.push(Instant::now());
    }

    fn waiting(&mut self, time: Duration, reason: &str) {
        self.waits.push((time, reason.to_owned()));
    }
}

fn read() -> Call {
    Call::Action { id: "request".into(), input: json!({"quota": "reads"}).to_string() }
}

#[tokio::test(start_paused = true)]
async fn those_who_wait_see_it_and_go_in_order() {
    let service = Service::new([("reads", 10, 2)]);
    let connection = Arc::new(connection(&service));
    connection.run(read(), &mut Notes::default()).await.unwrap();
    let tasks: Vec<_> = (0..9)
        .map(|_| {
            let connection = connection.clone();
            tokio::spawn(async move {
                let mut notes = Notes::default();
                connection.run(read(), &mut notes).await.unwrap();
                notes
            })
        })
        .collect();
    let mut before = Instant::now();
    for (place, task) in tasks.into_iter().enumerate() {
        let notes = task.await.unwrap();
        assert!(notes.sent[0] >= before, "the {place}th overtakes");
        before = notes.sent[0];
        match place {
            0 => assert!(notes.waits.is_empty()),
            _ => {
                let (time, reason) = &notes.waits[0];
                assert_eq!(reason, "the rate limit `reads` of 2 calls in 10 s");
                assert!((9..=40).contains(&time.as_secs()), "{time:?}");
            }
        }
    }
    assert_eq!(service.counts().1, 0);
}

#[tokio::test(start_paused = true)]
async fn a_limit_for_hours_is_an_error_with_a_time() {
    let used_up = [
        ("x-ratelimit-limit", r#"1000, 100;w=60;name="reads", 1000;w=86400;name="day""#),
        ("x-ratelimit-remaining", "0"),
        ("x-ratelimit-reset", "67150"),
    ];
    let script = Script::new([answer(200, &used_up, ""), ok()]);
    let connection = scripted(&script).build().unwrap();
    let mut notes = Notes::default();
    connection.run(read(), &mut notes).await.unwrap();
    let error = connection.run(read(), &mut notes).await.unwrap_err();
    let says = "the rate limit `day` of 1000 calls in 86400 s is used up; the next call may go in \
                18 h 40 min";
    assert_eq!(error.to_string(), says);
    assert_eq!(error.json()["kind"], "rate-limited");
    assert_eq!(error.json()["retry_after_ms"], 67_150_000);
    assert_eq!((script.count(), notes.waits.len()), (1, 0), "nothing was sent, nobody waited");
    tokio::time::advance(Duration::from_secs(67_150)).await;
    connection.run(read(), &mut notes).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_refusal_that_says_when_holds_the_others_too() {
    let refused = answer(429, &[("retry-after", "5")], "");
    let script = Script::new([refused, ok(), ok()]);
    let connection = scripted(&script).build().unwrap();
    let begun = Instant::now();
    let (mut first, mut second) = (Notes::default(), Notes::default());
    let late = async {
        sleep(Duration::from_millis(100)).await;
        connection.run(read(), &mut second).await
    };
    let (a, b) = tokio::join!(connection.run(read(), &mut first), late);
    assert!(a.is_ok() && b.is_ok());
    assert_eq!(script.count(), 3, "the second call is not refused");
    assert!((5000..5010).contains(&begun.elapsed().as_millis()), "{:?}", begun.elapsed());
    assert_eq!(second.waits.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn waiting_is_bounded_for_all_who_wait_together() {
    let service = Service::new([("reads", 60, 1)]);
    let policy = Policy { max_wait: Duration::from_secs(130), ..Policy::default() };
    let builder = Connection::builder(fixture()).transport(service.clone()).policy(policy);
    let connection = Arc::new(builder.build().unwrap());
    connection.run(read(), &mut Notes::default()).await.unwrap();
    let begun = Instant::now();
    let tasks: Vec<_> = (0..5)
        .map(|_| {
            let connection = connection.clone();
            tokio::spawn(async move { connection.run(read(), &mut Notes::default()).await })
        })
        .collect();
    let mut ended = Vec::new();
    for task in tasks {
        ended.push(task.await.unwrap().map_err(|error| matches!(error, Error::RateLimited { .. })));
    }
    let ended: Vec<_> = ended.into_iter().map(|end| end.map(|_| ())).collect();
    assert_eq!(ended, [Ok(()), Ok(()), Err(true), Err(true), Err(true)]);
    assert!(begun.elapsed() <= Duration::from_secs(130));
    assert_eq!(service.counts(), (3, 0));
}
