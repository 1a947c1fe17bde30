use connector_emulator::{OutsidePin, TokenSpec};
use reqwest::Method;
use serde_json::{Value, json};

use crate::api::{Api, carousel_pin, image_pin, send};

#[tokio::test]
async fn a_pin_lives() {
    let api = Api::start().await;
    let board = api.board("Moss and stone");
    let made = api.post("/v5/pins", image_pin(&board)).await;
    assert_eq!(made.status, 201);
    let id = made.text("id");
    let path = format!("/v5/pins/{id}");
    assert_eq!(api.get(&path).await.body, made.body);
    assert_eq!(api.get(&format!("/v5/boards/{board}")).await.body["pin_count"], 1);

    let changed = api.patch(&path, json!({ "title": null, "description": "Green" })).await;
    assert_eq!(
        (&changed.body["title"], &changed.body["description"]),
        (&Value::Null, &json!("Green"))
    );
    assert_eq!(api.delete(&path).await.status, 204);
    api.get(&path).await.refused(404, 50, "Pin not found.");
    api.delete(&path).await.refused(404, 50, "");
    assert_eq!(api.get(&format!("/v5/boards/{board}")).await.body["pin_count"], 0);
}

#[tokio::test]
async fn a_pin_looks_as_on_the_wire() {
    let api = Api::start().await;
    let id = api.new_pin(&api.board("Moss and stone")).await;
    let pin = api.get(&format!("/v5/pins/{id}")).await;
    for key in [
        "is_product",
        "is_removable",
        "product_tags",
        "pin_metrics",
        "alt_text",
        "board_section_id",
    ] {
        assert!(pin.body.get(key).is_some(), "{key}");
    }
    assert_eq!(pin.body["pin_metrics"], Value::Null);
    assert!(pin.body["media"]["images"]["600x"]["width"].as_u64().unwrap() <= 600);
    let created = pin.text("created_at");
    assert!(!created.ends_with('Z') && !created.contains('+'), "{created}");
    let with = api.get(&format!("/v5/pins/{id}?pin_metrics=true")).await;
    assert!(with.body["pin_metrics"]["lifetime_metrics"]["impression"].is_u64());
    let account = api.get("/v5/user_account").await;
    assert_eq!(account.body["monthly_views"], -1);
}

#[tokio::test]
async fn a_pin_moves_and_leaves_its_section() {
    let api = Api::start().await;
    let (from, to) = (api.board("Plants for small rooms"), api.board("Moss and stone"));
    let sections = api.get(&format!("/v5/boards/{from}/sections")).await;
    let section = sections.items()[0]["id"].as_str().unwrap();
    let id = api.new_pin(&from).await;
    let path = format!("/v5/pins/{id}");
    let filed = api.patch(&path, json!({ "board_section_id": section })).await;
    assert_eq!(filed.text("board_section_id"), section);
    let same = api.patch(&path, json!({ "board_id": from })).await;
    assert_eq!(same.text("board_section_id"), section);
    let moved = api.patch(&path, json!({ "board_id": to })).await;
    assert_eq!(
        (moved.text("board_id"), &moved.body["board_section_id"]),
        (to.clone(), &Value::Null)
    );
    assert_eq!(api.get(&format!("/v5/boards/{to}/pins")).await.items()[0]["id"], *id);
    assert_eq!(api.get(&format!("/v5/boards/{from}")).await.body["pin_count"], 62);
    api.patch(&path, json!({ "board_section_id": section })).await.refused(404, 2031, "");
    api.patch(&path, json!({ "board_id": "1" })).await.refused(404, 40, "");
}

#[tokio::test]
async fn saving_makes_a_copy_that_names_its_parent() {
    let api = Api::start().await;
    let id = api.new_pin(&api.board("Moss and stone")).await;
    let target = api.board("Autumn table");
    let saved = api.post(&format!("/v5/pins/{id}/save"), json!({ "board_id": target })).await;
    assert_eq!(saved.status, 201);
    assert_ne!(saved.text("id"), id);
    assert_eq!((saved.text("parent_pin_id"), saved.text("board_id")), (id.clone(), target));
    assert_eq!(api.get("/v5/pins?pin_filter=exclude_native").await.items(), [saved.body]);
    api.post(&format!("/v5/pins/{id}/save"), json!({})).await.refused(400, 1, "board_id");
}

#[tokio::test]
async fn a_carousel_keeps_its_slots() {
    let api = Api::start().await;
    let made = api.post("/v5/pins", carousel_pin(&api.board("Moss and stone"))).await;
    assert_eq!(made.body["media"]["media_type"], "multiple_images");
    assert_eq!(made.body["media"]["items"].as_array().unwrap().len(), 3);
    assert_eq!(made.text("creative_type"), "CAROUSEL");
    let path = format!("/v5/pins/{}", made.text("id"));
    let changed = api.patch(&path, json!({ "carousel_slots": [{ "title": "One" }] })).await;
    let titles: Vec<_> = changed.body["media"]["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|slot| &slot["title"])
        .collect();
    assert_eq!(titles, ["One", "2", "3"]);
    api.patch(&path, json!({ "carousel_slots": [{}, {}, {}, {}] })).await.refused(
        400,
        1,
        "maxItems=3",
    );
    let plain = api.new_pin(&api.board("Moss and stone")).await;
    api.patch(&format!("/v5/pins/{plain}"), json!({ "carousel_slots": [{}] }))
        .await
        .refused(400, 1, "carousel");
    assert_eq!(
        api.get("/v5/pins?creative_types=CAROUSEL&creative_types=VIDEO").await.items().len(),
        1
    );
}

#[tokio::test]
async fn trial_access_creates_pins_in_the_sandbox_only() {
    let api = Api::start().await;
    let token = api.control().issue_token(TokenSpec::trial());
    let pin = api.http.post(format!("{}/v5/pins", api.origin)).bearer_auth(token);
    let pin = send(pin.json(&image_pin(&api.board("Moss and stone")))).await;
    pin.refused(403, 29, "Apps with Trial access may not create Pins in production");
    assert!(
        pin.text("message").contains("use API Sandbox https://api-sandbox.pinterest.com instead.")
    );

    let sandbox = api.emulator.sandbox_control();
    let token = sandbox.issue_token(TokenSpec::trial());
    let pin =
        api.http.post(format!("{}/v5/pins", api.emulator.sandbox_origin())).bearer_auth(token);
    let pin = send(pin.json(&image_pin(&sandbox.board_id("Moss and stone").unwrap()))).await;
    assert_eq!(pin.status, 201, "{}", pin.body);
}

#[tokio::test]
async fn what_others_do_shows() {
    let api = Api::start().await;
    let board_id = api.board("Autumn table");
    let pin = OutsidePin {
        board_id: board_id.clone(),
        title: Some("Sudden".into()),
        ..OutsidePin::default()
    };
    let id = api.control().add_pin(pin).unwrap();
    let list = format!("/v5/boards/{board_id}/pins");
    assert_eq!(api.get(&list).await.items()[0]["id"], *id);
    assert_eq!(api.get("/v5/pins").await.items()[0]["id"], *id);
    assert!(api.control().remove_pin(&id));
    assert_ne!(api.get(&list).await.items()[0]["id"], *id);

    let over_http = json!({ "board_id": board_id, "title": "Over HTTP" });
    let made = api.post("/emulator/pins", over_http).await;
    assert_eq!(api.get("/v5/pins").await.items()[0]["id"], made.text("id"));
    api.post("/emulator/pins", json!({ "board_id": board_id, "count": 40 })).await;
    assert_eq!(api.get(&format!("/v5/boards/{board_id}")).await.body["pin_count"], 9 + 1 + 40);
    let requests = send(api.request(Method::GET, "/emulator/requests")).await;
    let last = requests.body.as_array().unwrap().last().unwrap().clone();
    assert_eq!(last["target"], format!("/v5/boards/{board_id}"));
    assert_eq!(api.control().count("GET", "/v5/pins"), 2);
}

#[tokio::test]
async fn searches_find_words_and_ids() {
    let api = Api::start().await;
    let found = api.get("/v5/search/pins?query=orchid").await;
    assert!(!found.items().is_empty());
    let says = |pin: &Value| pin["title"].as_str().unwrap().contains("Orchid");
    assert!(found.items().iter().all(says));
    let id = found.items()[0]["id"].as_str().unwrap();
    assert_eq!(api.get(&format!("/v5/search/pins?query={id}")).await.items().len(), 1);
    assert_eq!(api.get("/v5/search/boards?query=moss").await.items().len(), 1);
    assert_eq!(api.get("/v5/search/boards").await.items().len(), 6);
    let token = api.control().issue_token(TokenSpec::with_scopes(&["boards:read", "pins:read"]));
    api.get_as(&token, "/v5/search/pins?query=a").await.refused(403, 3, "");
}
