//! Several connectors in one server.

use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::support::{Stack, component};

#[tokio::test(flavor = "multi_thread")]
async fn each_connector_has_its_own_actions_and_connections() {
    let stack = Stack::with(|options| options.connectors.push(component("wikipedia"))).await;
    let all = stack.get("/v1/connectors").await;
    let ids: Vec<_> = all.as_array().unwrap().iter().map(|it| it["id"].clone()).collect();
    assert_eq!(ids, [json!("pinterest"), json!("wikipedia")]);
    let actions = stack.get("/v1/connectors/wikipedia/actions").await;
    let id = actions[0]["id"].as_str().unwrap();
    stack.get(&format!("/v1/connectors/wikipedia/actions/{id}")).await;
    // A connection is of one connector: it runs nothing of another.
    let (status, _) = stack
        .ask(&stack.one, Method::POST, &format!("/v1/mine/actions/{id}"), Some(json!({})))
        .await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let body = json!({"connector": "nothing", "name": "x"});
    let (status, _) = stack.ask(&stack.one, Method::POST, "/v1/connections", Some(body)).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}
