//! Whoever sends requests without end does not fill the memory.

use connector_emulator::Options;
use serde_json::json;

use crate::api::Api;

#[tokio::test]
async fn what_is_kept_has_an_end_and_removing_helps() {
    let api = Api::start().await;
    let long = "x".repeat(1 << 20);
    let mut made = Vec::new();
    let full = loop {
        let name = format!("{} {long}", made.len());
        let answer = api.post("/v5/boards", json!({ "name": name, "description": long })).await;
        match answer.status.as_u16() {
            201 => made.push(answer.text("id")),
            _ => break answer,
        }
        assert!(made.len() < 100);
    };
    full.refused(507, 12, "The emulator is full");
    assert!(made.len() > 20, "{}", made.len());
    assert_eq!(api.get("/v5/user_account").await.status, 200);
    for id in made {
        assert_eq!(api.delete(&format!("/v5/boards/{id}")).await.status, 204);
    }
    let again = json!({ "name": "Small", "description": long });
    assert_eq!(api.post("/v5/boards", again).await.status, 201);
}

#[tokio::test]
async fn large_requests_are_not_all_remembered() {
    let options = Options { remembered_requests: 1_000, ..Options::for_bench() };
    let api = Api::start_with(options).await;
    let long = "x".repeat(1 << 20);
    for _ in 0..24 {
        api.post("/v5/boards", json!({ "colour": long })).await.refused(400, 1, "");
    }
    let requests = api.control().requests();
    let bytes: usize = requests.iter().map(|request| request.body.len()).sum();
    assert!(bytes <= 16 << 20 && requests.len() > 10, "{} of {bytes}", requests.len());
    assert_eq!(api.control().count("POST", "/v5/boards"), 24);
}
