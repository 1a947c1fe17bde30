//! What is sent again, by effect, and how long that waits.

use std::sync::Arc;
use std::time::Duration;

use connector_host::Error;
use serde_json::json;
use tokio::time::Instant;

use crate::support::{Script, answer, lost, not_sent, ok, run, scripted, status};

/// How often a request of this effect is sent, whether it succeeds, and how long that takes.
async fn play(script: &Arc<Script>, effect: &str) -> (usize, bool, Duration) {
    let connection = scripted(script).build().unwrap();
    let begun = Instant::now();
    let result = run(&connection, "request", json!({"effect": effect})).await;
    if let Err(error) = &result {
        assert!(matches!(error, Error::Connector(_)), "the connector has the last word: {error}");
    }
    (script.count(), result.is_ok(), begun.elapsed())
}

#[tokio::test(start_paused = true)]
async fn what_changes_nothing_twice_is_repeated_until_it_arrives() {
    for effect in ["read", "idempotent"] {
        let script = Script::new([lost(), status(503), not_sent(), ok()]);
        let (count, succeeds, took) = play(&script, effect).await;
        assert_eq!((count, succeeds), (4, true), "{effect}");
        // Half of 500, 1000 and 2000 ms is certain, the other half chance.
        assert!((1750..=3510).contains(&took.as_millis()), "{took:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn repeats_are_bounded() {
    let script = Script::new((0..9).map(|_| lost()));
    let (count, succeeds, _) = play(&script, "read").await;
    assert_eq!((count, succeeds), (4, false));
}

#[tokio::test(start_paused = true)]
async fn a_write_that_may_have_arrived_is_not_repeated() {
    for first in [lost(), status(503)] {
        let (count, succeeds, _) = play(&Script::new([first]), "write").await;
        assert_eq!((count, succeeds), (1, false));
    }
}

#[tokio::test(start_paused = true)]
async fn a_write_that_certainly_was_not_processed_is_repeated() {
    for first in [not_sent(), status(429)] {
        let (count, succeeds, _) = play(&Script::new([first, ok()]), "write").await;
        assert_eq!((count, succeeds), (2, true));
    }
}

/// The headers of a refusal and what it says in words, which only the connector reads.
#[tokio::test(start_paused = true)]
async fn the_wait_that_the_connector_reads_counts_and_not_the_headers() {
    for (words_ms, headers_s) in [("1000", "59"), ("6000", "1"), ("6000", "6000")] {
        for left in ["0", "99"] {
            let headers = [
                ("retry-after-ms", words_ms),
                ("x-ratelimit-remaining", left),
                ("x-ratelimit-reset", headers_s),
                ("retry-after", headers_s),
            ];
            let script = Script::new([answer(429, &headers, ""), ok()]);
            let (count, succeeds, took) = play(&script, "write").await;
            assert_eq!((count, succeeds), (2, true));
            let due: u64 = words_ms.parse().unwrap();
            assert!(took.as_millis().abs_diff(due.into()) < 10, "{words_ms} {headers_s}: {took:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_rate_limit_waits_as_long_as_the_service_says() {
    let limited = |ms: &str| answer(429, &[("retry-after-ms", ms)], "");
    for effect in ["read", "write"] {
        let script = Script::new([limited("60000"), limited("7000"), ok()]);
        let (count, succeeds, took) = play(&script, effect).await;
        assert_eq!((count, succeeds), (3, true));
        assert!((67_000..67_010).contains(&took.as_millis()), "{took:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_rate_limit_that_asks_for_too_much_is_an_error_at_once() {
    let script = Script::new([answer(429, &[("retry-after-ms", "90001")], "")]);
    let (count, succeeds, took) = play(&script, "read").await;
    assert_eq!((count, succeeds, took), (1, false, Duration::ZERO));
}

#[tokio::test(start_paused = true)]
async fn other_answers_are_final() {
    let script = Script::new([status(404)]);
    assert!(play(&script, "read").await.1, "the fixture calls it an output");
    let script = Script::new([status(401)]);
    assert_eq!(play(&script, "read").await.0, 1, "there is no credential to refresh");
}
