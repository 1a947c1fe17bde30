//! Many tasks in several processes meet an expired token at once.

use std::io::stdin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use connector_emulator::{Emulator, FaultKind, Limits, Options};
use connector_host::{Connection, NoopObserver};
use serde_json::json;

use crate::children::{self, Child, say};
use crate::component;
use crate::kept::Kept;
use crate::support::{action, fault, policy, routes};

const TOKEN: &str = "/v5/oauth/token";
const PROCESSES: usize = 4;
/// In each process.
const TASKS: usize = 16;
const MONTH: Duration = Duration::from_secs(31 * 86_400);

/// Each month the token ends. In odd months the hosts' clocks have stood still, so that they learn
/// it from the service.
#[tokio::test(flavor = "multi_thread")]
async fn many_tasks_in_many_processes_refresh_once() {
    component::connector();
    let folder = tempfile::tempdir().unwrap();
    let options = Options { limits: Limits::lifted(), ..Options::default() };
    let emulator = Emulator::start(options).await.unwrap();
    let control = emulator.control();
    let kept = Kept::connected(&emulator, &folder).await;
    let start = || Child::start("processes::child", folder.path(), &emulator.origin());
    let mut children: Vec<Child> = (0..PROCESSES).map(|_| start()).collect();
    for child in &mut children {
        assert_eq!(child.says().unwrap(), "ready");
    }
    for month in 0..6 {
        control.advance(MONTH);
        if month % 2 == 0 {
            kept.advance(MONTH * (2 - u32::from(month == 0)));
        }
        control.forget_requests();
        // All of them arrive before the answer does.
        fault(&control, "POST", TOKEN, 1, FaultKind::Slow(300));
        let old = kept.tokens();
        for child in &mut children {
            child.tell(&kept.ahead.load(Ordering::Relaxed).to_string());
        }
        for child in &mut children {
            for _ in 0..TASKS {
                assert_eq!(child.says().unwrap(), "fine", "month {month}");
            }
        }
        assert_eq!(control.count("POST", TOKEN), 1, "refreshes in month {month}");
        assert!(control.count("GET", "/v5/boards") as usize >= PROCESSES * TASKS);
        let new = kept.tokens();
        assert!(new.access_token != old.access_token && new.refresh_token != old.refresh_token);
    }
}

/// For each line with the clock's position, every task makes one call, all at once.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "another test starts it"]
async fn child() {
    let Some((folder, origin)) = children::given() else { return };
    let kept = Kept::open(&folder, &origin);
    let connection = Connection::builder(component::connector())
        .credentials(kept.credentials())
        .policy(policy())
        .routes(routes(&origin))
        .build();
    let connection = Arc::new(connection.unwrap());
    say("ready");
    for line in stdin().lines() {
        kept.ahead.store(line.unwrap().parse().unwrap(), Ordering::Relaxed);
        let tasks: Vec<_> = (0..TASKS)
            .map(|_| {
                let connection = connection.clone();
                let call = action("boards.list", json!({}));
                tokio::spawn(async move { connection.run(call, &mut NoopObserver).await })
            })
            .collect();
        for task in tasks {
            match task.await.unwrap() {
                Ok(_) => say("fine"),
                Err(failure) => say(failure),
            }
        }
    }
}
