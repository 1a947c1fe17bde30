//! What a request does decides whether it may be sent, whatever asked for it.

use std::ops::ControlFlow;
use std::sync::Arc;

use connector_host::contract::{Context, Effect, Page, Step};
use connector_host::{
    Call, Connection, Error, FixedCredentials, NoopObserver, Observer, Permission, Seal, Secret,
    rule,
};
use serde_json::{Value, json};

use crate::support::{Script, TOKEN, lost, ok, run, scripted};

/// Everything is granted.
fn connection(script: &Arc<Script>, permission: Permission) -> Connection {
    let token = |id: &str| (id.to_owned(), Secret::new(TOKEN));
    let credentials = FixedCredentials::new([token("access-token"), token("api-key")]);
    scripted(script)
        .credentials(Arc::new(credentials))
        .granted(Some(["me", "read", "write"].map(String::from).into()))
        .permission(permission)
        .build()
        .unwrap()
}

fn to(method: &str, path: &str) -> Value {
    let url = format!("https://api.example.com{path}");
    json!({"method": method, "url": url, "credential": "access-token"})
}

/// The rule that was broken, or the code of an error; nothing was sent.
async fn refused(permission: Permission, input: Value) -> String {
    let script = Script::new([]);
    let failure = run(&connection(&script, permission), "request", input).await.unwrap_err();
    assert_eq!(script.count(), 0);
    match failure {
        Error::Refused { rule, .. } => rule.into(),
        Error::Connector(error) => error.code,
        other => panic!("{other}"),
    }
}

fn allowed(scopes: &[&str]) -> Permission {
    let scopes = scopes.iter().map(ToString::to_string).collect();
    Permission { scopes: Some(scopes), ..Permission::default() }
}

#[tokio::test]
async fn what_the_connector_does_not_list_needs_a_yes() {
    for (method, path) in [
        ("get", "/others"),
        ("get", "/things"),
        ("post", "/things/7"),
        ("delete", "/things/7/"),
        ("get", "/things/..%2fothers"),
        ("get", "/things//7"),
        ("get", "/Things/7"),
    ] {
        assert_eq!(
            refused(Permission::default(), to(method, path)).await,
            rule::OPERATION,
            "{path}"
        );
    }
    let script = Script::new([ok(), ok()]);
    let unlisted = Permission { unlisted: true, ..Permission::default() };
    run(&connection(&script, unlisted.clone()), "request", to("get", "/others")).await.unwrap();
    // What goes without a credential is no matter of rights.
    let input = json!({"url": "https://api.example.com/others"});
    run(&connection(&script, Permission::default()), "request", input).await.unwrap();
    for path in ["/oauth/token", "/oauth/token/", "/OAuth/tok%65n", "/x/..%2foauth/token"] {
        assert_eq!(refused(unlisted.clone(), to("post", path)).await, rule::OPERATION, "{path}");
    }
    // What a service may read as another path may be an operation with other scopes.
    for path in ["/Things/7", "/things/..%2fothers", "/others//7", "/thing%73/7"] {
        assert_eq!(refused(unlisted.clone(), to("get", path)).await, rule::OPERATION, "{path}");
    }
}

#[tokio::test]
async fn every_request_of_a_call_is_looked_at() {
    let script = Script::new([ok()]);
    let connection = connection(&script, allowed(&["write"]));
    let failure = run(&connection, "two", to("get", "/things/7")).await.unwrap_err();
    let Error::Connector(error) = failure else { panic!("{failure}") };
    assert_eq!(
        error.message,
        "`two` sends `things/get`, which needs scopes that are not allowed here: read"
    );
    assert_eq!(error.details.as_deref(), Some(r#"{"operation":"things/get","scopes":["read"]}"#));
    assert_eq!(script.count(), 1, "the first one");
}

#[tokio::test]
async fn the_scopes_are_those_of_the_operation() {
    let delete = to("delete", "/things/7");
    assert_eq!(refused(allowed(&["write"]), delete.clone()).await, "missing-scope");
    let script = Script::new([ok()]);
    run(&connection(&script, allowed(&["write", "me"])), "request", delete).await.unwrap();
    // Also with a credential that knows no scopes: the limit is the caller's.
    let mut key = to("get", "/things/7");
    key["credential"] = "api-key".into();
    assert_eq!(refused(allowed(&["write"]), key).await, "missing-scope");
}

#[tokio::test]
async fn limits_go_by_the_operation_and_not_by_what_is_claimed() {
    let read_only = Permission { read_only: true, ..Permission::default() };
    let gentle = Permission { no_destructive: true, ..Permission::default() };
    for path in ["/things", "/things/7"] {
        let method = if path == "/things" { "post" } else { "delete" };
        let mut input = to(method, path);
        input["effect"] = "read".into();
        assert_eq!(refused(read_only.clone(), input).await, rule::PERMISSION, "{path}");
    }
    assert_eq!(refused(gentle.clone(), to("delete", "/things/7")).await, rule::PERMISSION);
    let plain = json!({"method": "post", "url": "https://api.example.com/x"});
    assert_eq!(refused(read_only.clone(), plain).await, rule::PERMISSION);
    let unlisted = Permission { unlisted: true, ..read_only.clone() };
    assert_eq!(refused(unlisted, to("post", "/others")).await, rule::PERMISSION);
    let unlisted = Permission { unlisted: true, ..gentle.clone() };
    assert_eq!(refused(unlisted, to("post", "/others")).await, rule::PERMISSION);
    let script = Script::new([ok(), ok(), ok()]);
    run(&connection(&script, read_only.clone()), "request", to("get", "/things/7")).await.unwrap();
    run(&connection(&script, read_only), "request", to("post", "/things/search")).await.unwrap();
    run(&connection(&script, gentle), "request", to("post", "/things")).await.unwrap();
}

#[tokio::test]
async fn a_write_that_claims_to_be_a_read_is_not_repeated() {
    for (method, path) in [("delete", "/things/7"), ("post", "/things")] {
        let script = Script::new([lost(), ok()]);
        let mut input = to(method, path);
        input["effect"] = "read".into();
        let connection = connection(&script, Permission::default());
        assert!(run(&connection, "request", input).await.is_err());
        assert_eq!(script.count(), 1, "{method} {path}");
    }
}

#[tokio::test]
async fn headers_that_make_another_request_are_refused() {
    for name in ["X-HTTP-Method-Override", "x-method-override", "x-original-url"] {
        let mut input = to("get", "/things/7");
        input["headers"] = json!([[name, "DELETE"]]);
        assert_eq!(refused(Permission::default(), input).await, rule::REQUEST_HEADER, "{name}");
    }
}

#[test]
fn a_preview_shows_what_would_not_be_sent() {
    let connection = connection(&Script::new([]), allowed(&[]));
    let input = to("get", "/things/7").to_string();
    let call = Call::Action { id: "request".into(), input };
    assert!(connection.start(&call, &Context::fresh()).is_err());
    let (step, refusal) = connection.preview(&call, &Context::fresh()).unwrap();
    assert!(matches!(step, Step::Send(_)));
    assert!(refusal.unwrap().to_string().contains("`things/get`"));
}

#[tokio::test]
async fn loops_of_others_are_under_the_same_rules() {
    let script = Script::new([]);
    let connection = connection(&script, Permission::default());
    let mut input = to("delete", "/things/7");
    input["effect"] = "read".into();
    let call = Call::Action { id: "request".into(), input: input.to_string() };
    let context = Context::fresh();
    let step = connection.start(&call, &context).unwrap();
    let Step::Send(mut pending) = step else { panic!("it sends") };
    assert_eq!(pending.request.effect, Effect::Write);
    pending.request.url = "https://api.example.com/others".into();
    assert!(matches!(
        connection.send(&pending, &context).await,
        Err(Error::Refused { rule: rule::OPERATION, .. })
    ));
    let forged = format!("then {}", to("get", "/others")).into_bytes();
    let reply = connector_host::contract::Reply::Proceed;
    assert!(matches!(
        connection.resume(&forged, &reply),
        Err(Error::Refused { rule: rule::OPERATION, .. })
    ));
    assert_eq!(script.count(), 0);
}

/// Stops at the first page and keeps where to go on.
#[derive(Default)]
struct First(Vec<u8>);

impl Observer for First {
    fn emitted(&mut self, page: &Page) -> ControlFlow<()> {
        self.0.clone_from(&page.checkpoint);
        ControlFlow::Break(())
    }
}

#[tokio::test]
async fn a_forged_checkpoint_sends_nothing() {
    let forged =
        |path: &str| Call::Resume { checkpoint: format!("then {}", to("get", path)).into_bytes() };
    let script = Script::new([]);
    let plain = connection(&script, Permission::default());
    let failure = plain.run(forged("/others"), &mut NoopObserver).await.unwrap_err();
    assert!(matches!(failure, Error::Refused { rule: rule::OPERATION, .. }), "{failure}");
    let limited = connection(&script, allowed(&["write"]));
    let failure = limited.run(forged("/things/7"), &mut NoopObserver).await.unwrap_err();
    assert!(failure.to_string().contains("are not allowed here: read"), "{failure}");
    let sealed = scripted(&script).seal(Seal::new([7; 32])).build().unwrap();
    let failure = sealed.run(forged("/"), &mut NoopObserver).await.unwrap_err();
    assert!(matches!(failure, Error::Refused { rule: rule::SEAL, .. }), "{failure}");
    assert_eq!(script.count(), 0);
}

#[tokio::test]
async fn what_was_sealed_comes_back() {
    let of = |key: u8| scripted(&Script::new([])).seal(Seal::new([key; 32])).build().unwrap();
    let (ours, others) = (of(7), of(8));
    let mut first = First::default();
    let pages = Call::Action { id: "pages".into(), input: json!({"number": 2}).to_string() };
    ours.run(pages, &mut first).await.unwrap();
    let resume = Call::Resume { checkpoint: first.0 };
    ours.run(resume.clone(), &mut First::default()).await.unwrap();
    assert!(others.run(resume, &mut NoopObserver).await.is_err());

    let poll = |cursor| Call::Poll { trigger: "clock.ticked".into(), config: "{}".into(), cursor };
    let cursor = ours.run(poll(None), &mut NoopObserver).await.unwrap().cursor;
    let next = ours.run(poll(cursor.clone()), &mut NoopObserver).await.unwrap().cursor;
    assert!(next.unwrap().ends_with(".||"), "the connector sees its own cursor");
    for (connection, cursor) in [(&others, cursor), (&ours, Some("|".into()))] {
        let failure = connection.run(poll(cursor), &mut NoopObserver).await.unwrap_err();
        assert!(matches!(failure, Error::Refused { rule: rule::SEAL, .. }), "{failure}");
    }
}
