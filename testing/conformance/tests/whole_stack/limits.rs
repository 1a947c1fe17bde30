//! The service's rate limits, on its own simulated clock.

use std::sync::Arc;
use std::time::Duration;

use connector_emulator::{Control, Emulator, FaultKind, Limits, Options, TokenSpec};
use connector_host::{Error, Policy};
use serde_json::json;

use crate::support::{Notes, Stack, action, token, word};

const ACCOUNT: &str = "/v5/user_account";

async fn limited(limits: Limits, policy: Policy) -> Stack {
    let options = Options { limits, ..Options::default() };
    let emulator = Emulator::start(options).await.unwrap();
    let token = token(&emulator, TokenSpec::default());
    Stack::with_policy(emulator, token, policy)
}

/// A second passes in a few milliseconds, for the service and for the host alike. The runtime's
/// clock stands still in between, because a thread of its own is busy.
async fn lapse(control: Control) {
    loop {
        let busy = || std::thread::sleep(Duration::from_millis(5));
        tokio::task::spawn_blocking(busy).await.unwrap();
        control.advance(Duration::from_secs(1));
        tokio::time::advance(Duration::from_secs(1)).await;
    }
}

fn refused(control: &Control) -> usize {
    control.requests().iter().filter(|request| request.status == 429).count()
}

#[tokio::test]
async fn sixty_four_tasks_share_the_windows_of_a_minute() {
    let limits =
        Limits { per_minute: [("org_read", 100)].into(), per_second: 40, ..Limits::default() };
    let stack = Arc::new(limited(limits, Policy::default()).await);
    let get = || action("user_account.get", json!({}));
    stack.connection.run(get(), &mut Notes::default()).await.unwrap();
    tokio::time::pause();
    let clock = tokio::spawn(lapse(stack.control.clone()));
    let tasks: Vec<_> = (0..64)
        .map(|_| {
            let stack = stack.clone();
            tokio::spawn(async move {
                let mut waited = 0;
                for _ in 0..5 {
                    let mut notes = Notes::default();
                    stack.connection.run(get(), &mut notes).await.unwrap();
                    waited += notes.waits.len();
                }
                waited
            })
        })
        .collect();
    let mut waited = 0;
    for task in tasks {
        waited += task.await.unwrap();
    }
    clock.abort();
    assert_eq!(stack.control.count("GET", ACCOUNT), 64 * 5 + 1);
    assert_eq!(refused(&stack.control), 0);
    assert!(waited > 100, "{waited}");
}

#[tokio::test]
async fn a_window_that_is_too_long_to_wait_for_is_an_error_before_anything_is_sent() {
    let limits = Limits { per_minute: [("org_write", 2)].into(), ..Limits::default() };
    let policy = Policy { max_wait: Duration::from_millis(500), ..Policy::default() };
    let stack = limited(limits, policy).await;
    let create = |name: &str| action("boards.create", json!({"name": name}));
    for name in ["First", "Second"] {
        stack.run(create(name), &mut Notes::default()).await.unwrap();
    }
    let failure = stack.run(create("Third"), &mut Notes::default()).await.unwrap_err();
    assert!(matches!(failure, Error::RateLimited { .. }), "{failure}");
    assert!(failure.to_string().starts_with("the rate limit `org_write` of 2 calls in 60 s"));
    assert_eq!((stack.control.count("POST", "/v5/boards"), refused(&stack.control)), (2, 0));
    // Reading is another limit.
    stack.run(action("boards.list", json!({})), &mut Notes::default()).await.unwrap();
}

#[tokio::test]
async fn a_day_of_trial_access_is_used_up() {
    let limits = Limits { trial_per_day: 2, ..Limits::lifted() };
    let options = Options { limits, ..Options::default() };
    let emulator = Emulator::start(options).await.unwrap();
    let token = token(&emulator, TokenSpec::trial());
    let stack = Stack::with_credentials(emulator, token);
    let get = || action("user_account.get", json!({}));
    for _ in 0..2 {
        stack.run(get(), &mut Notes::default()).await.unwrap();
    }
    let failure = stack.run(get(), &mut Notes::default()).await.unwrap_err();
    assert!(failure.to_string().ends_with("the next call may go in 24 h 0 min"), "{failure}");
    assert_eq!(stack.control.count("GET", ACCOUNT), 2);
}

/// What is taken for spam is refused at once, and does not hold up anything else.
#[tokio::test]
async fn a_spam_block_leaves_the_limits_alone() {
    let stack = Stack::start().await;
    stack.fault("POST", "/v5/boards", 1, FaultKind::Spam);
    let create = || action("boards.create", json!({"name": "New"}));
    assert_eq!(stack.why(create()).await, "spam-block");
    let mut notes = Notes::default();
    stack.run(create(), &mut notes).await.unwrap();
    assert!(notes.waits.is_empty());
    assert_ne!(word(&stack.run(create(), &mut notes).await.unwrap_err()), "rate-limited");
}
