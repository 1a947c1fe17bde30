//! Items that fail on request, each in the dialect of its resource.

use serde_json::{Value, json};

use crate::api::Api;

const ADS: &str = "/v5/ad_accounts/549755885175";

async fn post(path: &str, body: Value) -> (u16, Value) {
    let answer = Api::start().await.post(path, body).await;
    (answer.status.as_u16(), answer.body)
}

#[tokio::test]
async fn an_array_of_exceptions() {
    let campaign = |name: &str| json!({ "name": name, "objective_type": "AWARENESS" });
    let body = json!([campaign("Good"), campaign("please fail-me"), campaign("Good too")]);
    let (status, answer) = post(&format!("{ADS}/campaigns"), body).await;
    assert_eq!(status, 200);
    assert_eq!(answer["items"][0]["exceptions"], json!([]));
    assert_eq!(answer["items"][2]["data"]["name"], "Good too");
    let exception = &answer["items"][1]["exceptions"][0];
    assert!(exception["message"].as_str().unwrap().contains("fail-me"), "{answer}");
}

#[tokio::test]
async fn errors_beside_what_was_made() {
    let label = |value: &str| json!({ "value": value, "label_type": "CUSTOM" });
    let (_, answer) =
        post(&format!("{ADS}/labels"), json!({ "labels": [label("good"), label("fail-me")] }))
            .await;
    assert_eq!(answer["labels"].as_array().map(Vec::len), Some(1), "{answer}");
    assert_eq!(answer["labels"][0]["value"], "good");
    assert!(
        answer["errors"][0]["error_messages"][0].as_str().unwrap().contains("fail-me"),
        "{answer}"
    );
}

#[tokio::test]
async fn an_exception_in_the_data() {
    let store = |name: &str| json!({ "name": name, "country": "DE", "store_code": "1" });
    let path = "/v5/catalogs/2680059592705/local_stores";
    let (status, answer) = post(path, json!([store("Berlin"), store("fail-me")])).await;
    assert_eq!((status, &answer[0]["data"]["name"]), (200, &json!("Berlin")));
    assert!(answer[1]["data"]["exceptions"]["message"].is_string(), "{answer}");
    assert!(answer[0]["data"]["exceptions"].is_null());
}

#[tokio::test]
async fn a_message_in_the_status_of_what_was_to_be_removed() {
    let api = Api::start().await;
    let path = "/v5/catalogs/2680059592705/local_stores";
    let id = api.get(path).await.items()[0]["id"].as_str().unwrap().to_owned();
    let answer = api.delete(&format!("{path}?ids={id},5")).await.body;
    assert_eq!(answer[0]["status"]["statusCode"], 204);
    assert_eq!(answer[1]["status"]["code"], 4, "{answer}");
}

#[tokio::test]
async fn some_of_an_auction_are_206() {
    let api = Api::start().await;
    let facts = crate::facts::Facts::load();
    let mut draft =
        crate::request::draft(&api, &facts, "advanced_auction_items_submit/post", false).await;
    assert_eq!(draft.send(&api).await.status, 200);
    let body = draft.body.as_mut().unwrap();
    let mut bad = body["items"][0].clone();
    bad["item_id"] = "fail-me".into();
    body["items"].as_array_mut().unwrap().push(bad);
    let answer = draft.send(&api).await;
    assert_eq!(answer.status, 206, "{}", answer.body);
    assert_eq!(answer.body["items"][0]["errors"], json!([]));
    assert_ne!(answer.body["items"][1]["errors"], json!([]), "{}", answer.body);
}

#[tokio::test]
async fn a_conversion_token_sends_events_and_nothing_else() {
    let api = Api::start().await;
    let token = api.post_empty("/v5/oauth/conversion_token").await.text("access_token");
    let facts = crate::facts::Facts::load();
    let draft = crate::request::draft(&api, &facts, "events/create", false).await;
    let mut body = draft.body.clone().unwrap();
    let mut bad = body["data"][0].clone();
    bad["event_id"] = "fail-me".into();
    body["data"].as_array_mut().unwrap().push(bad);
    let request = api.http.post(format!("{}{}", api.origin, draft.path)).bearer_auth(&token);
    let answer = crate::api::send(request.json(&body)).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert!(answer.body["events"][0]["error_message"].is_null());
    assert!(answer.body["events"][1]["error_message"].is_string(), "{}", answer.body);
    api.get_as(&token, &format!("{ADS}/campaigns")).await.refused(403, 29, "");
}
