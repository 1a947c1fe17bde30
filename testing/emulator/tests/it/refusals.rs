use connector_emulator::TokenSpec;
use reqwest::Method;
use serde_json::{Value, json};

use crate::api::{Api, carousel_pin, image_pin, send};

#[tokio::test]
async fn every_call_needs_a_good_token() {
    let api = Api::start().await;
    let boards = format!("{}/v5/boards", api.origin);
    send(api.http.get(&boards)).await.refused(401, 2, "Authentication failed");
    send(api.http.get(&boards).header("authorization", &api.token)).await.refused(401, 2, "");
    api.get_as("pina_made_up", "/v5/boards").await.refused(401, 2, "");
    let expired = api.control().issue_token(TokenSpec::expired());
    api.get_as(&expired, "/v5/boards").await.refused(401, 2, "");
}

#[tokio::test]
async fn a_missing_scope_is_not_named() {
    let api = Api::start().await;
    let token = api.control().issue_token(TokenSpec::with_scopes(&[
        "boards:read",
        "pins:read",
        "pins:write",
    ]));
    let pin = api.http.post(format!("{}/v5/pins", api.origin)).bearer_auth(token);
    let answer = send(pin.json(&image_pin(&api.board("Autumn table")))).await;
    answer.refused(403, 3, "");
    assert!(!answer.text("message").contains(':'), "{}", answer.body);
}

#[tokio::test]
async fn an_unknown_path_is_no_method() {
    let api = Api::start().await;
    api.get("/v5/nothing").await.refused(404, 11, "API method not found");
    api.delete("/v5/boards").await.refused(404, 11, "");
}

#[tokio::test]
async fn a_name_where_an_id_belongs_is_quoted() {
    let api = Api::start().await;
    let answer = api.get("/v5/boards/my%20board").await;
    answer.refused(400, 1, "");
    assert_eq!(answer.text("message"), r"'my board' does not match '^\d+$'");
    api.post("/v5/pins", image_pin("my board")).await.refused(400, 1, "'my board' does not match");
    api.get("/v5/boards?ad_account_id=x").await.refused(400, 1, "'x' does not match");
}

#[tokio::test]
async fn another_ad_account_is_not_ours() {
    let api = Api::start().await;
    let ours = api.control().ad_account_id();
    assert_eq!(api.get(&format!("/v5/boards?ad_account_id={ours}")).await.status, 200);
    api.get("/v5/boards?ad_account_id=1").await.refused(403, 29, "");
}

#[tokio::test]
async fn unknown_things_are_not_found() {
    let api = Api::start().await;
    let board = api.board("Autumn table");
    api.get("/v5/boards/99999999999999999999999").await.refused(404, 40, "Board not found.");
    api.get("/v5/boards/1/pins").await.refused(404, 40, "");
    api.get("/v5/pins/1").await.refused(404, 50, "");
    api.get(&format!("/v5/boards/{board}/sections/1/pins")).await.refused(404, 2031, "");
    api.post("/v5/pins", image_pin("1")).await.refused(404, 40, "");
}

#[tokio::test]
async fn unknown_parameters_and_keys_are_named() {
    let api = Api::start().await;
    api.get("/v5/boards?colour=red").await.refused(400, 1, "colour");
    api.get("/v5/pins?creative_types=REGULAR,VIDEO").await.refused(400, 1, "creative_types");
    api.get("/v5/pins?pin_metrics=1").await.refused(400, 1, "pin_metrics");
    api.post("/v5/boards", json!({ "name": "A", "colour": "red" })).await.refused(400, 1, "colour");
    api.post("/v5/boards", json!([])).await.refused(400, 1, "object");
    api.post("/v5/boards", json!({})).await.refused(400, 1, "'name' is a required property");
    api.post("/v5/boards", json!({ "name": 5 })).await.refused(400, 1, "name");
    api.post("/v5/boards", json!({ "name": null })).await.refused(400, 1, "name");
    api.post("/v5/boards", json!({ "name": "A", "privacy": "OPEN" }))
        .await
        .refused(400, 1, "'OPEN'");
    let id = api.board("Autumn table");
    let protect = json!({ "privacy": "PROTECTED" });
    api.patch(&format!("/v5/boards/{id}"), protect).await.refused(400, 1, "'PROTECTED'");
    let request =
        api.request(Method::POST, "/v5/boards").header("content-type", "application/json");
    send(request.body("{")).await.refused(400, 1, "not JSON");
    send(api.request(Method::POST, "/v5/boards").body("{}")).await.refused(400, 1, "content-type");
}

/// A pin that would be made, with one thing wrong.
#[tokio::test]
async fn a_pin_with_one_thing_wrong_is_refused() {
    let api = Api::start().await;
    let board = api.board("Moss and stone");
    let good = image_pin(&board);
    let wrong: &[(&str, Value, &str)] = &[
        ("/board_id", Value::Null, "board_id"),
        ("/media_source", Value::Null, "media_source"),
        ("/title", "x".repeat(101).into(), "maxLength=100"),
        ("/description", "x".repeat(801).into(), "maxLength=800"),
        ("/alt_text", "x".repeat(501).into(), "maxLength=500"),
        ("/link", format!("https://a.example/{}", "x".repeat(2048)).into(), "maxLength=2048"),
        ("/link", "not an address".into(), "link"),
        ("/link", "ftp://a.example/".into(), "link"),
        ("/media_source", json!({ "source_type": "image_file" }), "'image_file'"),
        ("/media_source", json!({ "url": "https://a.example/" }), "source_type"),
        ("/media_source", json!({ "source_type": "image_url" }), "media_source.url"),
        (
            "/media_source",
            json!({ "source_type": "image_url", "url": "https://a.example/", "data": "" }),
            "data",
        ),
        ("/media_source/url", "https://gone.invalid/a.jpg".into(), "Unable to reach the URL"),
        (
            "/media_source",
            json!({ "source_type": "image_base64", "content_type": "image/png", "data": "?" }),
            "base64",
        ),
        (
            "/media_source",
            json!({ "source_type": "image_base64", "content_type": "image/gif", "data": "aGk=" }),
            "'image/gif'",
        ),
        ("/media_source", json!({ "source_type": "video_id", "media_id": "12" }), "media_id"),
        ("/ai_disclosures", json!({ "values": ["PAINTED"] }), "'PAINTED'"),
    ];
    for (at, value, words) in wrong {
        let mut body = good.clone();
        match body.pointer_mut(at) {
            Some(place) => *place = value.clone(),
            None => body[&at[1..]] = value.clone(),
        }
        api.post("/v5/pins", body).await.refused(400, 1, words);
    }
    for missing in ["board_id", "media_source"] {
        let mut body = good.clone();
        body.as_object_mut().unwrap().remove(missing);
        api.post("/v5/pins", body).await.refused(400, 1, missing);
    }
    assert_eq!(api.get(&format!("/v5/boards/{board}")).await.body["pin_count"], 0);
    assert_eq!(api.post("/v5/pins", good).await.status, 201);
}

#[tokio::test]
async fn a_carousel_has_two_to_five_images() {
    let api = Api::start().await;
    let pin = carousel_pin(&api.board("Moss and stone"));
    let slot = &pin["media_source"]["items"][0];
    for (count, words) in [(1, "constraint: minItems=2"), (6, "constraint: maxItems=5")] {
        let mut pin = pin.clone();
        pin["media_source"]["items"] = vec![slot.clone(); count].into();
        api.post("/v5/pins", pin).await.refused(400, 1, words);
    }
}

#[tokio::test]
async fn closed_betas_are_closed() {
    let api = Api::start().await;
    let board = api.board("Moss and stone");
    let mut pin = image_pin(&board);
    pin["sponsor_id"] = "12".into();
    api.post("/v5/pins", pin).await.refused(403, 29, "");
    let product = json!({ "board_id": board, "media_source": { "source_type": "pin_url" } });
    api.post("/v5/pins", product).await.refused(403, 29, "");
}
