//! What a service sends by itself, and what a tenant is told about its connections.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{Stack, client};

/// Of a webhook whose address the service knows: the path.
async fn address(stack: &Stack) -> String {
    let account = json!({"ad_account_id": stack.control.ad_account_id()});
    let all = stack.post("/v1/mine/actions/lead_subscriptions.list", account).await;
    let urls = all["items"].as_array().unwrap().iter().filter_map(|it| it["webhook_url"].as_str());
    let mut ours = urls.filter(|url| url.starts_with("https://connect.example.com/hooks/"));
    let url = ours.next().unwrap_or_default();
    assert_eq!(ours.next(), None);
    url.trim_start_matches("https://connect.example.com").to_owned()
}

async fn deliver(stack: &Stack, path: &str, body: &'static str) -> StatusCode {
    let url = format!("{}{path}", stack.url);
    client().post(url).body(body).send().await.unwrap().status()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_sends_events_to_an_address_that_nobody_guesses() {
    let stack = Stack::with(|options| {
        options.url = Some("https://connect.example.com".parse().unwrap());
    })
    .await;
    let config = json!({"ad_account_id": stack.control.ad_account_id()});
    let made = stack
        .post("/v1/mine/webhooks", json!({"webhook": "leads.received", "config": config}))
        .await;
    let id = made["id"].as_str().unwrap();
    let path = address(&stack).await;
    assert!(!made.to_string().contains(&path[7..]), "the address is for the service alone");
    let lead = r#"{"lead": "c2VhbGVk"}"#;
    for _ in 0..2 {
        assert!(deliver(&stack, &path, lead).await.is_success());
    }
    let events = stack.get(&format!("/v1/mine/webhooks/{id}/events")).await;
    let events = events["events"].as_array().unwrap();
    assert_eq!(events.len(), 1, "the same delivery is the same event");
    assert_eq!(events[0]["event"]["data"], json!({"lead": "c2VhbGVk"}));
    assert_eq!(deliver(&stack, &path, "no JSON").await, StatusCode::BAD_REQUEST);
    for other in ["/hooks/", "/hooks/AAAA", &format!("{path}x")] {
        assert_eq!(deliver(&stack, other, lead).await, StatusCode::NOT_FOUND, "{other}");
    }
    let (status, _) =
        stack.ask(&stack.two, Method::GET, &format!("/v1/mine/webhooks/{id}/events"), None).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let ended =
        stack.ask(&stack.one, Method::DELETE, &format!("/v1/mine/webhooks/{id}"), None).await;
    assert_eq!(ended.0, StatusCode::NO_CONTENT, "{}", ended.1);
    assert_eq!(address(&stack).await, "");
    assert_eq!(deliver(&stack, &path, lead).await, StatusCode::NOT_FOUND);
}

/// With a connection go its webhooks, at the service too.
#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_is_forgotten_ends_its_webhooks() {
    let stack = Stack::with(|options| {
        options.url = Some("https://connect.example.com".parse().unwrap());
    })
    .await;
    let config = json!({"ad_account_id": stack.control.ad_account_id()});
    let body = json!({"webhook": "leads.received", "config": config});
    stack.post("/v1/mine/webhooks", body).await;
    let path = address(&stack).await;
    stack.ask(&stack.one, Method::DELETE, "/v1/connections/mine", None).await;
    assert_eq!(deliver(&stack, &path, r#"{"lead": "c2VhbGVk"}"#).await, StatusCode::NOT_FOUND);
    let ad_account = json!({"ad_account_id": stack.control.ad_account_id()});
    let path = "/v1/mine/actions/lead_subscriptions.list";
    let (_, all) = stack.ask(&stack.two, Method::POST, path, Some(ad_account)).await;
    assert!(!all.to_string().contains("connect.example.com"), "{all}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_is_told_when_a_connection_breaks() {
    let stack = Stack::start().await;
    assert_eq!(stack.get("/v1/events").await, json!({"url": null, "events": []}));
    stack.break_connection();
    let told: Value = stack.get("/v1/events").await;
    assert_eq!(told["events"][0]["event"]["type"], "connection.broken");
    assert_eq!(told["events"][0]["event"]["data"]["name"], "ended");
    assert_eq!(stack.get("/v1/events").await["events"].as_array().unwrap().len(), 1, "once");
    let put = |url: &'static str| {
        let stack = &stack;
        async move { stack.ask(&stack.one, Method::PUT, "/v1/events", Some(json!({"url": url}))).await }
    };
    assert_eq!(put("https://127.0.0.1/").await.0, StatusCode::UNPROCESSABLE_ENTITY);
    let (status, told) = put("https://example.com/events").await;
    assert_eq!(status, StatusCode::OK);
    assert!(told["secret"].as_str().unwrap().len() > 20);
}
