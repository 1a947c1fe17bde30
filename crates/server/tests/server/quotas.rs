//! What a tenant may use, and how tenants share what is everybody's.

use std::time::Duration;

use connector_server::{Quota, Right};
use futures_util::future::join_all;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep, timeout};

use crate::support::{Stack, client};

fn quota(text: &str) -> Quota {
    text.parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quota_is_told_and_kept_to() {
    let stack =
        Stack::with(|options| options.limits.quotas = vec![quota("4/day"), quota("9/week")]).await;
    let list = "/v1/mine/actions/boards.list";
    // What sends nothing does not count.
    stack.post("/v1/mine/actions/boards.create/dry-run", json!({"name": "A"})).await;
    let answer = stack.send(&stack.one, Method::GET, list, None).await;
    let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(header("ratelimit-policy"), "\"day\";q=4;w=86400, \"week\";q=9;w=604800");
    let left = header("ratelimit");
    assert!(left.starts_with("\"day\";r=3;t=") && left.contains("\"week\";r=8;t="), "{left}");
    stack.post("/v1/mine/triggers/boards.new/poll", json!({})).await;
    stack.post("/v1/mine/actions/pins.create/choices", json!({"field": "board_id"})).await;
    let told = stack.get("/v1/quotas").await;
    assert_eq!((&told["quotas"][0]["used"], &told["quotas"][1]["left"]), (&json!(3), &json!(6)));
    // A tool of a model is a call like any other.
    let call = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {
        "name": "call_tool", "arguments": {"name": "boards_list", "arguments": {}}}});
    let tool = || {
        let request = client().post(format!("{}/mcp/mine", stack.url)).bearer_auth(&stack.one);
        request.header("accept", "application/json, text/event-stream").json(&call).send()
    };
    assert_ne!(tool().await.unwrap().status(), StatusCode::TOO_MANY_REQUESTS);
    let before = stack.control.count("GET", "/v5/boards");
    assert_eq!(tool().await.unwrap().status(), StatusCode::TOO_MANY_REQUESTS);
    let answer = stack.send(&stack.one, Method::GET, list, None).await;
    assert_eq!(answer.status(), StatusCode::TOO_MANY_REQUESTS);
    assert!(answer.headers()["ratelimit"].to_str().unwrap().starts_with("\"day\";r=0;t="));
    let wait: u64 = answer.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=86_400).contains(&wait), "{wait}");
    assert_eq!(answer.headers()["content-type"], "application/problem+json");
    let problem: Value = answer.json().await.unwrap();
    assert_eq!(
        (&problem["code"], &problem["quota"]["left"]),
        (&json!("quota-exceeded"), &json!(0))
    );
    let until: jiff::Timestamp = problem["quota"]["until"].as_str().unwrap().parse().unwrap();
    let wait = i64::try_from(wait).unwrap();
    assert!((until.as_second() - jiff::Timestamp::now().as_second() - wait).abs() <= 1);
    assert_eq!(stack.control.count("GET", "/v5/boards"), before, "nothing is sent");
    // The other tenant has its own.
    let (status, _) = stack.ask(&stack.two, Method::GET, list, None).await;
    assert_eq!(status, StatusCode::OK);
    // What is used is not given back by a new start.
    let (emulator, folder) = stack.stop().await;
    let stack =
        Stack::over(emulator, folder, |options| options.limits.quotas = vec![quota("4/day")]).await;
    assert_eq!(stack.get("/v1/quotas").await["quotas"][0]["left"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenants_own_quotas_hold_at_once() {
    let stack = Stack::start().await;
    let list = "/v1/mine/actions/boards.list";
    let of = |key: &str| {
        let (stack, key) = (&stack, key.to_owned());
        async move { stack.ask(&key, Method::GET, list, None).await.0 }
    };
    assert_eq!(of(&stack.one).await, StatusCode::OK);
    // As another process does it.
    stack.server.set_quotas("one", Some(&[quota("0/hour")])).unwrap();
    sleep(Duration::from_millis(1100)).await;
    assert_eq!(of(&stack.one).await, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(of(&stack.two).await, StatusCode::OK);
    // Nobody of the tenant changes them.
    let admin = stack.key(&[Right::Admin]).await;
    for method in [Method::PUT, Method::POST, Method::DELETE] {
        let (status, _) = stack.ask(&admin, method, "/v1/quotas", Some(json!({}))).await;
        assert_eq!(status, StatusCode::METHOD_NOT_ALLOWED);
    }
    stack.server.set_quotas("one", None).unwrap();
    sleep(Duration::from_millis(1100)).await;
    assert_eq!(of(&stack.one).await, StatusCode::OK);
}

/// One tenant has hundreds of calls in the queue of an app; the calls of another one come in between.
#[tokio::test(flavor = "multi_thread")]
async fn tenants_of_one_app_take_turns() {
    let stack = Stack::with(|options| options.limits.app = Some(quota("20/1s"))).await;
    // Both have connected accounts over the app of the server.
    for key in [&stack.one, &stack.two] {
        crate::connect::connect(&stack, key, "theirs").await;
    }
    let list = "/v1/theirs/actions/boards.list";
    let begun = Instant::now();
    let call = async |key: &str| {
        let (status, problem) = stack.ask(key, Method::GET, list, None).await;
        assert_eq!(status, StatusCode::OK, "{problem}");
        begun.elapsed()
    };
    let crowd = join_all((0..400).map(|_| call(&stack.one)));
    let other = async {
        sleep(Duration::from_secs(2)).await;
        for _ in 0..3 {
            call(&stack.two).await;
        }
        begun.elapsed()
    };
    let (crowd, ended) = tokio::join!(crowd, other);
    // Whoever came first and wants much still waits when the other has had what he wanted: in the order in which
    // they came, nobody would.
    let waiting = crowd.iter().filter(|at| **at > ended).count();
    assert!(waiting > 0, "all 400 calls were served before those of the other");
}

/// The same account over the same app has the same limits, whoever has connected it.
#[tokio::test(flavor = "multi_thread")]
async fn an_account_has_one_limit() {
    let stack = Stack::start().await;
    for key in [&stack.one, &stack.two] {
        crate::connect::connect(&stack, key, "theirs").await;
    }
    let left = async |key: &str, name: &str| {
        let (_, json) = stack.ask(key, Method::GET, &format!("/v1/connections/{name}"), None).await;
        let limits = json["limits"].as_array().unwrap().clone();
        limits.into_iter().find(|it| it["name"] == "org_read").unwrap()["left"].as_u64().unwrap()
    };
    stack.ask(&stack.one, Method::GET, "/v1/theirs/actions/boards.list", None).await;
    let (one, two) = (left(&stack.one, "theirs").await, left(&stack.two, "theirs").await);
    assert!(one < 1000 && one == two, "{one} {two}");
    // Of an account that nobody has told, others know nothing.
    assert_eq!(left(&stack.two, "mine").await, 1000);
}

/// Sockets that say nothing keep others waiting for a time, and the server has no more than it may.
#[tokio::test(flavor = "multi_thread")]
async fn sockets_have_a_limit() {
    let stack = Stack::with(|options| options.limits.sockets = 3).await;
    let address = stack.url.strip_prefix("http://").unwrap();
    // Those of the clients of this test may still be open.
    let mut silent = Vec::new();
    for _ in 0..3 {
        silent.push(tokio::net::TcpStream::connect(address).await.unwrap());
    }
    let health = client().get(format!("{}/healthz", stack.url));
    let asked = health.send();
    tokio::pin!(asked);
    assert!(timeout(Duration::from_secs(3), &mut asked).await.is_err(), "there is no room");
    drop(silent.pop());
    let answered = timeout(Duration::from_secs(20), &mut asked).await.expect("there is room again");
    assert_eq!(answered.unwrap().status(), StatusCode::OK);
    // And those that still say nothing are closed by the server itself.
    let others = join_all((0..3).map(|_| client().get(format!("{}/healthz", stack.url)).send()));
    let others = timeout(Duration::from_secs(30), others).await.expect("there is room again");
    assert!(others.into_iter().all(|it| it.unwrap().status() == StatusCode::OK));
}
