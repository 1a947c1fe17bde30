//! Whatever the way in, a narrowed caller does no more than it may.

use connector_host::contract::ErrorKind;
use connector_host::{Call, Connection, Error, NoopObserver, Permission, rule};
use connector_records::{Reading, Request, resource};
use serde_json::{Value, json};

use crate::component;
use crate::support::{BOARD, Stack, action, emulator, policy, routes, token};

/// A token with every scope, for a caller with these.
async fn narrowed(scopes: &[&str]) -> Stack {
    let emulator = emulator().await;
    let scopes = Some(scopes.iter().map(ToString::to_string).collect());
    let connection = Connection::builder(component::connector())
        .credentials(token(&emulator, Default::default()))
        .policy(policy())
        .routes(routes(&emulator.origin()))
        .permission(Permission { scopes, ..Permission::default() })
        .build()
        .unwrap();
    Stack { control: emulator.control(), emulator, connection }
}

/// What was refused, and nothing was sent for it.
async fn refusal(stack: &Stack, call: Call) -> String {
    let before = stack.control.requests().len();
    let failure = stack.connection.run(call, &mut NoopObserver).await.unwrap_err();
    assert_eq!(stack.control.requests().len(), before, "{failure}");
    match failure {
        Error::Connector(error) => {
            assert_eq!((error.kind, &*error.code), (ErrorKind::Forbidden, "missing-scope"));
            error.message
        }
        Error::Refused { rule: rule::OPERATION, .. } => "no operation".into(),
        other => panic!("{other}"),
    }
}

fn raw(method: &str, path: &str) -> Call {
    action("api.request", json!({"method": method, "path": path}))
}

#[tokio::test]
async fn actions_choices_polls_and_records_need_what_their_requests_need() {
    let stack = narrowed(&["boards:read"]).await;
    stack.connection.run(action("boards.list", json!({})), &mut NoopObserver).await.unwrap();
    let board = stack.control.board_id(BOARD).unwrap();
    let path = format!("/boards/{board}");
    stack.connection.run(raw("GET", &path), &mut NoopObserver).await.unwrap();

    let deleted = refusal(&stack, raw("DELETE", &path)).await;
    assert!(
        deleted.contains("`boards/delete`") && deleted.ends_with(": boards:write"),
        "{deleted}"
    );
    for call in [
        action("boards.delete", json!({"board_id": board})),
        action("pins.list", json!({})),
        raw("POST", "/boards"),
        raw("GET", &format!("{path}/pins")),
        Call::Poll {
            trigger: "board_pins.new".into(),
            config: json!({"board_id": board}).to_string(),
            cursor: None,
        },
        Call::ActionChoices {
            id: "campaigns.list".into(),
            field: "ad_account_id".into(),
            input: "{}".into(),
            query: None,
        },
        Call::Test { granted: None },
    ] {
        let message = refusal(&stack, call.clone()).await;
        assert!(message.contains("needs scopes that are not allowed here"), "{call:?}: {message}");
    }
    let of = |id: &str| resource(stack.connection.connector(), id).unwrap();
    let request = || Request { incremental: true, ..Request::default() };
    let mut boards = Reading::new(&stack.connection, of("boards"), request(), None, 0).unwrap();
    assert!(boards.next(1, &mut NoopObserver).await.unwrap().is_some());
    let mut pins = Reading::new(&stack.connection, of("pins"), request(), None, 0).unwrap();
    assert!(pins.next(1, &mut NoopObserver).await.is_err());
}

#[tokio::test]
async fn ways_of_writing_a_path_lead_nowhere_else() {
    let stack = narrowed(&["boards:read", "boards:write", "pins:read"]).await;
    for path in ["/Boards", "/BOARDS/1", "/boards/;x/pins", "/user_account/x", "/ad_accounts;a"] {
        assert_eq!(refusal(&stack, raw("GET", path)).await, "no operation", "{path}");
    }
}

#[tokio::test]
async fn a_composed_action_is_looked_at_at_each_step() {
    // It says that it needs more; so not even its first request goes out.
    let stack = narrowed(&["boards:read"]).await;
    let made = refusal(&stack, action("boards.find_or_create", json!({"name": "Not there"}))).await;
    assert!(made.starts_with("`boards.find_or_create`"), "{made}");
    let all = narrowed(&["boards:read", "boards:write"]).await;
    let call = action("boards.find_or_create", json!({"name": "Not there"}));
    let outcome = all.connection.run(call, &mut NoopObserver).await.unwrap();
    let output: Value = serde_json::from_str(&outcome.output).unwrap();
    assert!(output.is_object(), "{output}");
}
