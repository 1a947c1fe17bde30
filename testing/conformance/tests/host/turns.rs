//! Parties that share a rate limit take turns.

use std::time::Duration;

use connector_host::{AppLimit, Connection, Policy, RateLimits};
use serde_json::json;
use tokio::time::{Instant, sleep};

use crate::limits::{Service, storm};
use crate::support::{fixture, run};

/// Seconds until the calls of each of two parties have ended: `crowd` calls of the first, and then three of the
/// second.
async fn taking_turns(crowd: u32, connection: impl Fn(&str) -> Connection) -> [u64; 2] {
    let begun = Instant::now();
    let storm = |party: &str, tasks| {
        let storm = storm(connection(party), tasks, 1);
        tokio::spawn(async move { (storm.await, begun.elapsed().as_secs()) })
    };
    let first = storm("first", crowd);
    // All of them are in the queue.
    sleep(Duration::from_millis(500)).await;
    let second = storm("second", 3);
    let (second, first) = (second.await.unwrap(), first.await.unwrap());
    assert_eq!((first.0, second.0), (0, 0));
    [first.1, second.1]
}

fn patient() -> Policy {
    Policy { max_wait: Duration::from_secs(3600), ..Policy::default() }
}

#[tokio::test(start_paused = true)]
async fn parties_on_one_account_take_turns() {
    let service = Service::new([("reads", 10, 10)]);
    let connection = |party: &str| {
        let builder = Connection::builder(fixture()).transport(service.clone()).policy(patient());
        builder.rate_limits(RateLimits::named("account")).party(party).build().unwrap()
    };
    let kept = connection("first");
    run(&kept, "request", json!({"quota": "reads"})).await.unwrap();
    let [first, second] = taking_turns(200, connection).await;
    // Three turns are within the next window, two hundred calls take twenty.
    assert!(first >= 190 && second <= 20, "{first} s, {second} s");
    assert_eq!(service.counts(), (204, 0));
}

#[tokio::test(start_paused = true)]
async fn parties_on_one_app_take_turns() {
    let service = Service::new([("reads", 10, 1_000_000)]);
    let connection = |party: &str| {
        let limit = AppLimit::named("an app", 10, Duration::from_secs(10));
        let builder = Connection::builder(fixture()).transport(service.clone()).policy(patient());
        // Accounts of their own, and one app.
        builder.app_limit(limit).party(party).build().unwrap()
    };
    let limit = AppLimit::named("an app", 10, Duration::from_secs(10));
    let [first, second] = taking_turns(200, connection).await;
    drop(limit);
    assert!(first >= 190 && second <= 20, "{first} s, {second} s");
    assert_eq!(service.counts(), (203, 0));
}

#[tokio::test(start_paused = true)]
async fn what_an_app_has_no_room_for_takes_nothing_of_the_account() {
    let service = Service::new([("reads", 60, 2)]);
    let limit = AppLimit::named("a full app", 1, Duration::from_secs(3600));
    let builder = Connection::builder(fixture()).transport(service.clone());
    let connection = builder.app_limit(limit).build().unwrap();
    run(&connection, "request", json!({"quota": "reads"})).await.unwrap();
    for _ in 0..5 {
        let error = run(&connection, "request", json!({"quota": "reads"})).await.unwrap_err();
        let says = "the rate limit `app` of 1 calls in 3600 s is used up";
        assert!(error.to_string().starts_with(says), "{error}");
    }
    let left = connection.limits_left();
    let reads = left.iter().find(|left| left.name == "reads").unwrap();
    assert_eq!((reads.left, service.counts()), (1, (1, 0)));
}
