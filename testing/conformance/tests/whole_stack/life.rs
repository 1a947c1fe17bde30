//! The whole life of a connection.

use std::time::Duration;

use connector_auth::Status;
use connector_emulator::{Emulator, FaultKind, Limits, Options};
use connector_host::{CredentialError, Error};
use serde_json::json;

use crate::kept::{Kept, NAME};
use crate::support::{Notes, Stack, action, fault};

const TOKEN: &str = "/v5/oauth/token";
const CALLS: u32 = 200;
const DAY: Duration = Duration::from_secs(86_400);

/// Half a year and more: a call every day or so, each third a write. In between the token endpoint
/// fails, is cut off or is slow, and the host's clock falls behind and catches up.
#[tokio::test]
async fn a_connection_lives_until_somebody_ends_it() {
    let folder = tempfile::tempdir().unwrap();
    let options = Options { limits: Limits::lifted(), ..Options::default() };
    let emulator = Emulator::start(options).await.unwrap();
    let kept = Kept::connected(&emulator, &folder).await;
    let scopes = kept.tokens().scopes.unwrap();
    assert!(scopes.contains(&"boards:read".to_owned()), "{scopes:?}");
    let stack = Stack::with_credentials(emulator, kept.credentials());
    let mut moments = fastrand::Rng::with_seed(7);
    let (mut owed, mut failed) = (Duration::ZERO, Vec::new());
    for call in 0..CALLS {
        let passed = DAY.mul_f64(moments.f64() * 2.0);
        stack.control.advance(passed);
        owed += passed;
        // Else the service is the first to know that the token has ended.
        if moments.u32(..4) > 0 {
            kept.advance(std::mem::take(&mut owed));
        }
        let trouble = [FaultKind::Status(503), FaultKind::Slow(50), FaultKind::HtmlPage];
        if let Some(kind) = trouble.get(moments.usize(..6)) {
            stack.control.clear_faults();
            fault(&stack.control, "POST", TOKEN, 1, kind.clone());
        }
        let what = match call % 3 {
            0 => action("boards.create", json!({"name": format!("Board {call}")})),
            _ => action("boards.list", json!({})),
        };
        if let Err(failure) = stack.run(what, &mut Notes::default()).await {
            failed.push(format!("call {call}: {failure}"));
        }
    }
    assert!(failed.is_empty(), "{failed:#?}");
    let refreshes = stack.control.requests().iter().filter(|it| it.template == Some(TOKEN)).count();
    println!("{CALLS} calls, {refreshes} requests for tokens, no call failed");
    assert!(refreshes >= 6, "a token lives for a month: {refreshes}");
    assert_eq!(kept.tokens().scopes.unwrap(), scopes, "what was granted stays known");

    stack.control.clear_faults();
    stack.control.revoke_grants();
    stack.control.forget_requests();
    for _ in 0..3 {
        let call = action("boards.list", json!({}));
        let failure = stack.run(call, &mut Notes::default()).await.unwrap_err();
        let Error::Credential(CredentialError::NeedsReconnect { connection, .. }) = &failure else {
            panic!("{failure}")
        };
        assert_eq!(connection, NAME);
    }
    assert_eq!(stack.control.requests().len(), 2, "one refused call, and one refused refresh");
    assert!(matches!(kept.status(), Status::NeedsReconnect { .. }));

    // The same connection, and who uses it does not even notice.
    kept.connect(&stack.control).await;
    assert_eq!(kept.status(), Status::Authenticated);
    stack.run(action("boards.list", json!({})), &mut Notes::default()).await.unwrap();

    // Nobody uses it for long, and it says so in time.
    kept.advance(DAY * 45);
    assert_eq!(kept.status(), Status::Authenticated);
    kept.advance(DAY * 2);
    assert!(matches!(kept.status(), Status::Expiring { .. }), "{:?}", kept.status());
    stack.control.advance(DAY * 47);
    stack.run(action("boards.list", json!({})), &mut Notes::default()).await.unwrap();
    assert_eq!(kept.status(), Status::Authenticated);
}
