//! What actions answer with.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{Stack, client};

async fn text(stack: &Stack, path: &str, accept: &str) -> String {
    let url = format!("{}{path}", stack.url);
    let request = client().get(url).bearer_auth(&stack.one).header("accept", accept);
    request.send().await.unwrap().text().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_the_same_in_every_form() {
    let stack = Stack::start().await;
    let board = stack.control.board_id("Autumn table").unwrap();
    stack.control.seed_pins(&board, 60);
    let mut paged: Vec<Value> = Vec::new();
    let mut path = "/v1/mine/actions/pins.list".to_owned();
    loop {
        let page = stack.get(&path).await;
        paged.extend(page["items"].as_array().unwrap().iter().cloned());
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/v1/mine/actions/pins.list?next={next}");
    }
    let lines = text(&stack, "/v1/mine/actions/pins.list", "application/x-ndjson").await;
    let lined: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let table = text(&stack, "/v1/mine/actions/pins.list", "text/csv").await;
    let mut rows = csv::Reader::from_reader(table.as_bytes());
    let at = rows.headers().unwrap().iter().position(|name| name == "id").unwrap();
    let ids: Vec<String> = rows.records().map(|row| row.unwrap()[at].to_owned()).collect();
    let limited = text(&stack, "/v1/mine/actions/pins.list?limit=7", "application/x-ndjson").await;
    assert!(paged.len() >= 60);
    assert_eq!(paged, lined);
    assert_eq!(ids, paged.iter().map(|pin| pin["id"].as_str().unwrap()).collect::<Vec<_>>());
    assert_eq!(limited.lines().count(), 7);
}

/// What somebody has written at the service is no formula of whoever opens the table.
#[tokio::test(flavor = "multi_thread")]
async fn a_table_computes_nothing() {
    let stack = Stack::start().await;
    let (name, text) = ("=HYPERLINK(\"https://evil.example\")", "-12");
    let board = json!({"name": name, "description": text});
    stack.post("/v1/mine/actions/boards.create", board).await;
    let cell = async |accept: &str, column: &str| {
        let table = self::text(&stack, "/v1/mine/actions/boards.list", accept).await;
        let mut rows = csv::Reader::from_reader(table.as_bytes());
        let at = rows.headers().unwrap().iter().position(|name| name == column).unwrap();
        let cells: Vec<String> = rows.records().map(|row| row.unwrap()[at].to_owned()).collect();
        cells
    };
    assert!(cell("text/csv", "name").await.contains(&format!("'{name}")));
    assert!(cell("text/csv; cells=raw", "name").await.contains(&name.to_owned()));
    assert!(cell("text/csv", "description").await.contains(&text.to_owned()), "a number is one");
}

#[tokio::test(flavor = "multi_thread")]
async fn errors_say_what_to_do() {
    let stack = Stack::start().await;
    let run = |action: &str, input| {
        let path = format!("/v1/mine/actions/{action}");
        let stack = &stack;
        async move { stack.ask(&stack.one, Method::POST, &path, Some(input)).await }
    };
    let (status, problem) = run("boards.create", json!({})).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(problem["fields"][0]["path"], "name");
    let (status, problem) = run("boards.get", json!({"board_id": "1"})).await;
    assert_eq!((status, &problem["status"]), (StatusCode::NOT_FOUND, &json!(404)));
    assert!(problem["detail"].is_string() && problem["code"].is_string());
    let (status, problem) = run("boards.nothing", json!({})).await;
    assert_eq!((status, &problem["code"]), (StatusCode::NOT_FOUND, &json!("not-found")));
    let (status, _) = run("boards.create", json!([])).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    let path = "/v1/mine/actions/boards.list?next=AAAA";
    let (status, _) = stack.ask(&stack.one, Method::GET, path, None).await;
    assert!(status.is_client_error(), "{status}");
    let (status, _) =
        stack.ask(&stack.one, Method::GET, "/v1/mine/actions/boards.create", None).await;
    assert_eq!(status, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test(flavor = "multi_thread")]
async fn choices_dry_runs_polls_and_records() {
    let stack = Stack::start().await;
    let asked = json!({"field": "board_id", "query": "autumn"});
    let choices = stack.post("/v1/mine/actions/pins.create/choices", asked).await;
    assert_eq!(choices["choices"][0]["title"], "Autumn table");
    let before = stack.control.count("POST", "/v5/boards");
    let shown = stack.post("/v1/mine/actions/boards.create/dry-run", json!({"name": "A"})).await;
    assert_eq!((&shown["method"], &shown["body"]["name"]), (&json!("POST"), &json!("A")));
    assert_eq!(stack.control.count("POST", "/v5/boards"), before);
    let poll = || stack.post("/v1/mine/triggers/boards.new/poll", json!({}));
    assert_eq!(poll().await, json!({"events": [], "first": true}));
    stack.post("/v1/mine/actions/boards.create", json!({"name": "New one"})).await;
    let polled = poll().await;
    assert_eq!(polled["events"][0]["data"]["name"], "New one");
    assert_eq!(poll().await["events"], json!([]));
    let records = text(&stack, "/v1/mine/records/boards?limit=3", "*/*").await;
    assert_eq!(records.lines().count(), 3);
}
