//! What is sent again, after which wait, and what is not.

use std::time::{Duration, Instant};

use connector_emulator::FaultKind;
use serde_json::json;

use crate::support::{ALWAYS, Notes, Stack, action, word};

const BOARDS: &str = "/v5/boards";

#[tokio::test]
async fn a_rate_limit_is_waited_out() {
    let limits = [FaultKind::RateLimited { reset_s: 1 }, FaultKind::CostLimit { retry_s: 1 }];
    for limit in limits {
        let stack = Stack::start().await;
        stack.fault("GET", BOARDS, 1, limit);
        let (mut notes, begun) = (Notes::default(), Instant::now());
        let end = stack.run(action("boards.list", json!({})), &mut notes).await;
        end.unwrap();
        assert_eq!(notes.waits, [Duration::from_secs(1)]);
        assert!(begun.elapsed() >= Duration::from_secs(1));
        assert!(!notes.ids.is_empty());
    }
}

/// Even a write, since the service refused it unprocessed.
#[tokio::test]
async fn a_write_that_was_refused_unprocessed_is_sent_again() {
    let stack = Stack::start().await;
    stack.fault("POST", BOARDS, 1, FaultKind::RateLimited { reset_s: 1 });
    let call = action("boards.create", json!({"name": "New"}));
    stack.run(call, &mut Notes::default()).await.unwrap();
    assert_eq!(stack.control.count("POST", BOARDS), 2);
    assert!(stack.control.board_id("New").is_some());
}

#[tokio::test]
async fn a_limit_that_lasts_for_hours_is_handed_back() {
    let stack = Stack::start().await;
    let kind = FaultKind::RateLimited { reset_s: 67_150 };
    stack.fault("GET", BOARDS, ALWAYS, kind);
    let mut notes = Notes::default();
    let end = stack.run(action("boards.list", json!({})), &mut notes).await;
    let failure = end.unwrap_err();
    assert_eq!(word(&failure), "rate-limited");
    assert_eq!(failure.json()["retry_after_ms"], 67_150_000);
    assert_eq!((notes.sent, notes.waits.len()), (1, 0));
}

#[tokio::test]
async fn a_spam_block_is_not_waited_out() {
    let stack = Stack::start().await;
    stack.fault("POST", BOARDS, ALWAYS, FaultKind::Spam);
    let mut notes = Notes::default();
    let call = action("boards.create", json!({"name": "New"}));
    let failure = stack.run(call, &mut notes).await.unwrap_err();
    assert_eq!(word(&failure), "spam-block");
    assert_eq!((notes.sent, notes.waits.len()), (1, 0));
}

/// The service may have acted before it failed, so nobody knows whether a second one would double.
#[tokio::test]
async fn a_write_is_never_repeated_after_a_failure_at_the_service() {
    let failures = [
        (FaultKind::Status(500), "server-error", false),
        (FaultKind::Status(503), "server-error", false),
        (FaultKind::Cut, "undelivered", true),
        (FaultKind::Slow(2_000), "undelivered", true),
    ];
    for (kind, expected, done) in failures {
        let stack = Stack::start().await;
        stack.fault("POST", BOARDS, ALWAYS, kind.clone());
        let call = action("boards.create", json!({"name": "New"}));
        assert_eq!(stack.why(call).await, expected, "{kind:?}");
        assert_eq!(stack.control.count("POST", BOARDS), 1, "{kind:?}");
        assert_eq!(
            stack.control.board_id("New").is_some(),
            done,
            "what {kind:?} does to the board"
        );
    }
}

#[tokio::test]
async fn a_read_is_repeated_after_a_failure_at_the_service() {
    let stack = Stack::start().await;
    stack.fault("GET", BOARDS, 3, FaultKind::Status(500));
    let mut notes = Notes::default();
    let end = stack.run(action("boards.list", json!({})), &mut notes).await;
    end.unwrap();
    assert_eq!((notes.sent, notes.waits.len()), (4, 3));

    stack.fault("GET", BOARDS, ALWAYS, FaultKind::Status(500));
    stack.control.forget_requests();
    let why = stack.why(action("boards.list", json!({}))).await;
    assert_eq!((why.as_str(), stack.control.requests().len()), ("server-error", 4));
}
