use std::time::Duration;

use connector_emulator::{Limits, Options, TokenSpec};
use serde_json::json;

use crate::api::{Answer, Api};

fn number(answer: &Answer, name: &str) -> u32 {
    answer.header(name).parse().unwrap()
}

#[tokio::test]
async fn headers_have_the_shape_seen_on_the_wire() {
    let api = Api::start_with(Options::default()).await;
    let answer = api.get("/v5/user_account").await;
    assert_eq!(
        answer.header("x-ratelimit-limit"),
        "100, 100;w=1;name=\"safety_net_app_id_user_id\", 1000;w=60;name=\"org_read_app_id_user_id\""
    );
    assert_eq!(answer.header("x-ratelimit-remaining"), "99");
    assert_eq!(answer.header("x-ratelimit-reset"), "1");
    assert!(!answer.header("x-pinterest-rid").is_empty());
    let refused = api.get("/v5/boards/1").await;
    refused.refused(404, 40, "");
    assert!(refused.header("x-ratelimit-limit").contains("org_read"));
    assert_ne!(refused.header("x-pinterest-rid"), answer.header("x-pinterest-rid"));
}

#[tokio::test]
async fn a_full_window_refuses_until_it_is_new() {
    let limits = Limits {
        per_second: 1000,
        per_minute: [("org_read", 3), ("org_write", 2)].into(),
        ..Limits::default()
    };
    let api = Api::start_with(Options { limits, ..Options::default() }).await;
    for left in [2, 1, 0] {
        assert_eq!(number(&api.get("/v5/boards").await, "x-ratelimit-remaining"), left);
    }
    let refused = api.get("/v5/boards").await;
    refused.refused(429, 8, "rate limit");
    let reset = number(&refused, "x-ratelimit-reset");
    assert!((50..=60).contains(&reset), "{reset}");
    assert_eq!(api.post("/v5/boards", json!({ "name": "Writes count apart" })).await.status, 201);

    api.control().advance(Duration::from_secs(reset.into()));
    assert_eq!(number(&api.get("/v5/boards").await, "x-ratelimit-remaining"), 2);
}

#[tokio::test]
async fn one_second_has_a_limit_over_all_categories() {
    let limits = Limits { per_second: 2, ..Limits::default() };
    let api = Api::start_with(Options { limits, ..Options::default() }).await;
    let mut statuses = Vec::new();
    for _ in 0..2 {
        statuses.push(api.get("/v5/boards").await.status.as_u16());
        statuses.push(api.post("/v5/boards", json!({})).await.status.as_u16());
    }
    // The test would have to take a second to see another picture.
    assert_eq!(statuses, [200, 400, 429, 429]);
    api.control().advance(Duration::from_secs(1));
    assert_eq!(api.get("/v5/boards").await.status, 200);
}

#[tokio::test]
async fn trial_access_has_a_day() {
    let limits = Limits { trial_per_day: 2, ..Limits::lifted() };
    let api = Api::start_with(Options { limits, ..Options::default() }).await;
    let token = api.control().issue_token(TokenSpec::trial());
    assert_eq!(api.get_as(&token, "/v5/boards").await.status, 200);
    assert_eq!(api.get_as(&token, "/v5/boards").await.status, 200);
    let refused = api.get_as(&token, "/v5/boards").await;
    refused.refused(429, 8, "");
    assert!(number(&refused, "x-ratelimit-reset") > 86_000);
    assert_eq!(api.get("/v5/boards").await.status, 200);
}
