//! Runs of lists that end after so many items.

use std::time::Duration;

use reqwest::StatusCode;
use serde_json::{Value, json};
use tokio::time::{sleep, timeout};

use crate::support::{Stack, client};

const PATIENCE: Duration = Duration::from_secs(60);

#[tokio::test(flavor = "multi_thread")]
async fn a_run_ends_after_so_many_items_however_often_it_is_looked_at() {
    let stack = Stack::start().await;
    for (limit, pages) in [(5, 1), (30, 2)] {
        let before = stack.control.count("GET", "/v5/pins");
        let url = format!("{}/v1/mine/actions/pins.list?limit={limit}", stack.url);
        let request = client().post(url).bearer_auth(&stack.one).header("prefer", "respond-async");
        let answer = request.json(&json!({"page_size": 25})).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::ACCEPTED);
        let run = answer.json::<Value>().await.unwrap()["run"].as_str().unwrap().to_owned();
        let path = format!("/v1/mine/runs/{run}");
        let look = async {
            while stack.get(&path).await["state"] == "running" {
                sleep(Duration::from_millis(20)).await;
            }
        };
        timeout(PATIENCE, look).await.expect("it ends");
        let sent = stack.control.count("GET", "/v5/pins") - before;
        let found = stack.get(&path).await;
        let items = found["items"].as_u64().unwrap();
        assert_eq!((&found["state"], &found["output"]), (&json!("done"), &Value::Null), "{found}");
        assert!(items >= limit, "{found}");
        let listed = stack.get("/v1/mine/runs").await;
        assert_eq!(
            (&listed["runs"][0]["id"], &listed["runs"][0]["items"]),
            (&json!(run), &json!(items))
        );
        let kept = stack.get(&format!("{path}/items?limit=1000")).await;
        assert_eq!(kept["items"].as_array().unwrap().len() as u64, items);
        let events = client().get(format!("{}{path}/events", stack.url)).bearer_auth(&stack.one);
        let events = events.send().await.unwrap().text().await.unwrap();
        assert!(
            events.contains("event: done") && events.contains(&format!("\"items\":{items}")),
            "{events}"
        );
        assert_eq!(
            stack.control.count("GET", "/v5/pins") - before,
            sent,
            "looking at it sends nothing"
        );
        assert!(sent <= pages, "{sent} requests for {limit} items");
    }
}
