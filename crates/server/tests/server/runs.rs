//! Runs that outlast their callers.

use std::collections::BTreeSet;
use std::time::Duration;

use connector_server::Right;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::time::{sleep, timeout};

use crate::support::{Stack, client};

const PATIENCE: Duration = Duration::from_secs(60);

async fn begin(stack: &Stack, action: &str, input: &Value) -> String {
    let url = format!("{}/v1/mine/actions/{action}", stack.url);
    let request = client().post(url).bearer_auth(&stack.one).header("prefer", "respond-async");
    let answer = request.json(input).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::ACCEPTED);
    assert!(answer.headers().contains_key("location"));
    answer.json::<Value>().await.unwrap()["run"].as_str().unwrap().to_owned()
}

async fn ended(stack: &Stack, run: &str) -> Value {
    let look = async {
        loop {
            let found = stack.get(&format!("/v1/mine/runs/{run}")).await;
            if found["state"] != "running" {
                return found;
            }
            sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(PATIENCE, look).await.expect("it ends")
}

#[tokio::test(flavor = "multi_thread")]
async fn runs_are_listed_a_page_at_a_time() {
    let stack = Stack::start().await;
    stack.add_connections();
    let mut made = Vec::new();
    for number in 0..7 {
        stack
            .post("/v1/c1/actions/boards.create", json!({"name": format!("Other {number}")}))
            .await;
        let run = begin(&stack, "boards.create", &json!({"name": format!("Board {number}")})).await;
        made.push(run);
    }
    let (mut listed, mut path, mut pages) = (Vec::new(), "/v1/mine/runs?limit=3".to_owned(), 0);
    loop {
        let page = stack.get(&path).await;
        let runs = page["runs"].as_array().unwrap();
        listed.extend(runs.iter().map(|run| run["id"].as_str().unwrap().to_owned()));
        pages += 1;
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/v1/mine/runs?limit=3&next={next}");
    }
    listed.reverse();
    made.sort();
    assert_eq!((listed, pages), (made, 3));
    let whole = stack.get("/v1/mine/runs?limit=7").await;
    assert_eq!((whole["runs"].as_array().unwrap().len(), &whole["next"]), (7, &Value::Null));
    for limit in ["0", "1001", "-1", "x"] {
        let path = format!("/v1/mine/runs?limit={limit}");
        let (status, _) = stack.ask(&stack.one, Method::GET, &path, None).await;
        assert!(status.is_client_error(), "{limit}: {status}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_keeps_its_items_and_its_outcome() {
    let stack = Stack::start().await;
    let board = stack.control.board_id("Autumn table").unwrap();
    stack.control.seed_pins(&board, 60);
    let run = begin(&stack, "pins.list", &json!({})).await;
    let found = ended(&stack, &run).await;
    assert_eq!(found["state"], "done");
    let (mut ids, mut after) = (BTreeSet::new(), 0);
    loop {
        let page = stack.get(&format!("/v1/mine/runs/{run}/items?after={after}&limit=17")).await;
        for item in page["items"].as_array().unwrap() {
            assert!(ids.insert(item["id"].as_str().unwrap().to_owned()));
        }
        match page["next"].as_u64() {
            Some(next) => after = next,
            None => break,
        }
    }
    assert_eq!(Some(ids.len() as u64), found["items"].as_u64());
    let made = begin(&stack, "boards.create", &json!({"name": "Later"})).await;
    let found = ended(&stack, &made).await;
    assert_eq!((&found["state"], &found["output"]["name"]), (&json!("done"), &json!("Later")));
    let url = format!("{}/v1/mine/actions/boards.create", stack.url);
    let wrong = client().post(url).bearer_auth(&stack.one).header("prefer", "respond-async");
    let wrong = wrong.json(&json!({})).send().await.unwrap();
    assert_eq!(wrong.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let refused = begin(&stack, "boards.get", &json!({"board_id": "1"})).await;
    let found = ended(&stack, &refused).await;
    let problem = &found["problem"];
    assert_eq!((&found["state"], &problem["status"]), (&json!("failed"), &json!(404)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_is_followed_to_its_end() {
    let stack = Stack::start().await;
    let run = begin(&stack, "boards.create", &json!({"name": "Followed"})).await;
    let path = format!("/v1/mine/runs/{run}/events");
    let text = timeout(PATIENCE, async {
        stack.send(&stack.one, Method::GET, &path, None).await.text().await
    });
    let text = text.await.expect("it ends").unwrap();
    assert!(text.contains("event: done"), "{text}");
    assert!(text.contains("Followed"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_request_is_done_once() {
    let stack = Stack::start().await;
    let send = |key: &'static str, name: &'static str| {
        let url = format!("{}/v1/mine/actions/boards.create", stack.url);
        let request = client().post(url).bearer_auth(&stack.one).header("idempotency-key", key);
        async move { request.json(&json!({"name": name})).send().await.unwrap() }
    };
    let before = stack.control.count("POST", "/v5/boards");
    let answers = futures_util::future::join_all((0..20).map(|_| send("a", "Once"))).await;
    let mut ids = BTreeSet::new();
    for answer in answers {
        assert_eq!(answer.status(), StatusCode::OK);
        let made: Value = answer.json().await.unwrap();
        ids.insert(made["id"].as_str().unwrap().to_owned());
    }
    assert_eq!((ids.len(), stack.control.count("POST", "/v5/boards") - before), (1, 1));
    let other = send("a", "Another").await;
    assert_eq!(other.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(send("b", "Another").await.status(), StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_is_stopped_and_goes_on() {
    let stack = Stack::start().await;
    let board = stack.control.board_id("Autumn table").unwrap();
    stack.control.seed_pins(&board, 400);
    let all = stack.get("/v1/mine/actions/pins.list?limit=100000").await;
    let all = all["items"].as_array().unwrap().len() as u64;
    let run = begin(&stack, "pins.list", &json!({"page_size": 5})).await;
    let (status, stopped) =
        stack.ask(&stack.one, Method::POST, &format!("/v1/mine/runs/{run}/cancel"), None).await;
    if status == StatusCode::OK && stopped["state"] == "interrupted" {
        let reader = stack.key(&[Right::Read]).await;
        let resume = format!("/v1/mine/runs/{run}/resume");
        let (status, _) = stack.ask(&reader, Method::POST, &resume, None).await;
        assert_eq!(status, StatusCode::FORBIDDEN);
        stack.post(&resume, json!({})).await;
    }
    let found = ended(&stack, &run).await;
    assert_eq!((&found["state"], &found["items"]), (&json!("done"), &json!(all)));
    let items = stack.get(&format!("/v1/mine/runs/{run}/items?limit=100000")).await;
    assert_eq!(items["items"].as_array().unwrap().len() as u64, all);
}

/// What one server leaves behind the next one goes on with.
#[tokio::test(flavor = "multi_thread")]
async fn runs_outlast_the_server() {
    let stack = Stack::start().await;
    let run = begin(&stack, "boards.create", &json!({"name": "Outlasts"})).await;
    ended(&stack, &run).await;
    let (emulator, folder) = stack.stop().await;
    let stack = Stack::over(emulator, folder, |_| {}).await;
    let found = stack.get(&format!("/v1/mine/runs/{run}")).await;
    assert_eq!((&found["state"], &found["output"]["name"]), (&json!("done"), &json!("Outlasts")));
}
