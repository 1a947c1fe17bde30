use std::time::{Duration, Instant};

use connector_emulator::{Fault, FaultKind, Match};
use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::api::{Api, image_pin};

async fn with(kind: FaultKind) -> Api {
    let api = Api::start().await;
    api.control().fault(Fault { on: Match::default(), times: 1, kind });
    api
}

async fn raw(api: &Api, path: &str) -> Response {
    api.request(Method::GET, path).send().await.unwrap()
}

#[tokio::test]
async fn a_fault_strikes_as_often_and_where_it_says() {
    let api = Api::start().await;
    let on =
        |method: &str, path: &str| Match { method: Some(method.into()), path: Some(path.into()) };
    let status = |on, times| Fault { on, times, kind: FaultKind::Status(503) };
    api.control().fault(status(on("GET", "/v5/boards/{board_id}"), 2));
    let board = format!("/v5/boards/{}", api.board("Autumn table"));
    assert_eq!(api.get("/v5/boards").await.status, 200);
    assert_eq!(api.get(&format!("{board}/pins")).await.status, 200);
    api.get(&board).await.refused(503, 12, "");
    api.get(&board).await.refused(503, 12, "");
    assert_eq!(api.get(&board).await.status, 200);

    api.control().fault(status(on("GET", "/v5/pins"), 1));
    let pin = api.get("/v5/pins").await;
    assert_eq!(pin.status, 503);

    api.control().fault(status(on("GET", &board), 1));
    assert_eq!(api.patch(&board, json!({})).await.status, 200);
    assert_eq!(api.get("/v5/pins").await.status, 200);
    assert_eq!(api.get(&format!("{board}/sections")).await.status, 503);
    assert!(api.control().waiting_faults().is_empty());
}

#[tokio::test]
async fn faults_arrive_over_http() {
    let api = Api::start().await;
    let fault = json!({ "on": { "path": "/v5/boards" }, "times": 3, "kind": { "rate_limited": { "reset_s": 7 } } });
    assert_eq!(api.post("/emulator/faults", fault.clone()).await.status, 204);
    api.get("/v5/boards").await.refused(429, 8, "");
    let waiting = api.get("/emulator/faults").await;
    assert_eq!(waiting.body[0]["times"], 2);
    assert_eq!(waiting.body[0]["kind"], fault["kind"]);
    assert_eq!(api.delete("/emulator/faults").await.status, 204);
    assert_eq!(api.get("/v5/boards").await.status, 200);
    for kind in [
        json!("spam"),
        json!("cut"),
        json!({ "status": 500 }),
        json!({ "redirect": "http://a.example/" }),
    ] {
        assert_eq!(api.post("/emulator/faults", json!({ "kind": kind })).await.status, 204);
    }
    let wrong = api.request(Method::POST, "/emulator/faults").json(&json!({ "kind": "rain" }));
    assert_eq!(wrong.send().await.unwrap().status(), 422);
}

#[tokio::test]
async fn rate_limited_says_when_to_come_back() {
    let api = with(FaultKind::RateLimited { reset_s: 47 }).await;
    let answer = api.get("/v5/boards").await;
    answer.refused(429, 8, "rate limit");
    assert_eq!(
        (answer.header("x-ratelimit-remaining"), answer.header("x-ratelimit-reset")),
        ("0", "47")
    );
    assert!(answer.header("x-ratelimit-limit").contains("w=60"));
}

#[tokio::test]
async fn errors_that_only_the_body_explains() {
    let spam = with(FaultKind::Spam).await.get("/v5/boards").await;
    assert_eq!(spam.status, 429);
    assert!(spam.text("message_detail").contains("spam"));
    let cost = with(FaultKind::CostLimit { retry_s: 3 }).await.get("/v5/boards").await;
    cost.refused(429, 2726, "Retry after 3 seconds");
    assert_ne!(cost.header("x-ratelimit-remaining"), "0");
    let hidden = with(FaultKind::ErrorBodyWith200).await.get("/v5/boards").await;
    hidden.refused(200, 12, "");
}

#[tokio::test]
async fn refusals_on_request() {
    with(FaultKind::ExpiredToken).await.get("/v5/boards").await.refused(401, 2, "");
    with(FaultKind::TrialAccess).await.get("/v5/boards").await.refused(403, 29, "Trial access");
    with(FaultKind::Status(500)).await.get("/v5/boards").await.refused(500, 12, "");
}

#[tokio::test]
async fn a_redirect_leads_elsewhere() {
    let api = with(FaultKind::Redirect("http://elsewhere.example/a".into())).await;
    let answer = api.get("/v5/boards").await;
    assert_eq!(answer.status, 302);
    assert_eq!(answer.header("location"), "http://elsewhere.example/a");
}

#[tokio::test]
async fn slow_is_slow() {
    let api = with(FaultKind::Slow(150)).await;
    let begin = Instant::now();
    assert_eq!(api.get("/v5/boards").await.items().len(), 6);
    assert!(begin.elapsed() >= Duration::from_millis(150));
}

#[tokio::test]
async fn a_cut_answer_is_announced_longer_than_it_is() {
    let api = with(FaultKind::Cut).await;
    let answer = raw(&api, "/v5/boards").await;
    assert_eq!(answer.status(), 200);
    assert!(answer.content_length().unwrap() > 64);
    assert!(answer.bytes().await.is_err());
    assert_eq!(api.get("/v5/boards").await.status, 200);
}

#[tokio::test]
async fn a_cut_write_has_still_happened() {
    let api = with(FaultKind::Cut).await;
    let board = api.board("Moss and stone");
    let answer =
        api.request(Method::POST, "/v5/pins").json(&image_pin(&board)).send().await.unwrap();
    assert!(answer.bytes().await.is_err());
    assert_eq!(api.get(&format!("/v5/boards/{board}")).await.body["pin_count"], 1);
    api.control().fault(Fault { on: Match::default(), times: 1, kind: FaultKind::Cut });
    let answer = api.request(Method::DELETE, &format!("/v5/boards/{board}")).send().await.unwrap();
    assert!(answer.bytes().await.is_err());
    api.get(&format!("/v5/boards/{board}")).await.refused(404, 40, "");
}

#[tokio::test]
async fn bodies_that_are_not_what_they_say() {
    let broken = raw(&with(FaultKind::BrokenJson).await, "/v5/boards").await.bytes().await.unwrap();
    assert!(serde_json::from_slice::<Value>(&broken).unwrap_err().is_eof());
    let bytes = raw(&with(FaultKind::InvalidUtf8).await, "/v5/boards").await.bytes().await.unwrap();
    assert!(std::str::from_utf8(&bytes).is_err());
    let page = raw(&with(FaultKind::HtmlPage).await, "/v5/boards").await;
    assert_eq!(page.status(), 200);
    assert!(page.headers()["content-type"].to_str().unwrap().starts_with("text/html"));
    let huge = raw(&with(FaultKind::HugeBody(3_000_000)).await, "/v5/boards").await;
    assert_eq!(huge.content_length(), None);
    let bytes = huge.bytes().await.unwrap();
    assert!(bytes.len() > 3_000_000);
    assert!(serde_json::from_slice::<Value>(&bytes).is_ok());
}

#[tokio::test]
async fn a_bookmark_repeats() {
    let api = with(FaultKind::RepeatBookmark).await;
    let first = api.get("/v5/pins?page_size=2").await.text("bookmark");
    let list = format!("/v5/pins?page_size=2&bookmark={first}");
    let struck = api.get(&list).await;
    assert_eq!(struck.text("bookmark"), first);
    assert_eq!(struck.items().len(), 2);
    assert_ne!(api.get(&list).await.text("bookmark"), first);
}
