use connector_emulator::TokenSpec;
use serde_json::{Value, json};

use crate::api::{Api, image_pin, send};

fn names(items: &[Value]) -> Vec<&str> {
    items.iter().map(|item| item["name"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn boards_come_in_the_order_of_their_names() {
    let api = Api::start().await;
    let boards = api.get("/v5/boards").await;
    let expected = [
        "Autumn table",
        "Botanical prints",
        "Drafts for spring",
        "Moss and stone",
        "Plants for small rooms",
        "Workshop notes",
    ];
    assert_eq!(names(boards.items()), expected);
    assert_eq!(boards.body["bookmark"], Value::Null);
    let secret = api.get("/v5/boards?privacy=SECRET").await;
    assert_eq!(names(secret.items()), ["Drafts for spring"]);
    let created: Vec<_> =
        boards.items().iter().map(|board| board["created_at"].as_str().unwrap()).collect();
    assert!(!created.is_sorted(), "the test needs names and times in different orders");
}

#[tokio::test]
async fn a_board_lives() {
    let api = Api::start().await;
    let made = api.post("/v5/boards", json!({ "name": "Lichen", "description": "Grey" })).await;
    assert_eq!(made.status, 201);
    assert_eq!(made.text("privacy"), "PUBLIC");
    let path = format!("/v5/boards/{}", made.text("id"));
    assert_eq!(made.text("id").len(), 18);

    let changed = api
        .patch(&path, json!({ "name": "Lichens", "description": null, "privacy": "SECRET" }))
        .await;
    assert_eq!(changed.status, 200);
    assert_eq!(changed.body["description"], Value::Null);
    let kept = api.patch(&path, json!({})).await;
    assert_eq!((kept.text("name"), kept.text("privacy")), ("Lichens".into(), "SECRET".into()));

    let gone = api.delete(&path).await;
    assert_eq!((gone.status.as_u16(), gone.body), (204, Value::Null));
    api.get(&path).await.refused(404, 40, "Board not found.");
}

#[tokio::test]
async fn a_second_board_with_a_name_is_refused() {
    let api = Api::start().await;
    api.post("/v5/boards", json!({ "name": "autumn TABLE" })).await.refused(400, 58, "name");
    let id = api.board("Moss and stone");
    api.patch(&format!("/v5/boards/{id}"), json!({ "name": "Autumn table" }))
        .await
        .refused(400, 58, "name");
    assert_eq!(
        api.patch(&format!("/v5/boards/{id}"), json!({ "name": "Moss and Stone" })).await.status,
        200
    );
}

#[tokio::test]
async fn a_board_for_ads_is_named_by_pinterest() {
    let api = Api::start().await;
    let made = api.post("/v5/boards", json!({ "name": "Mine", "is_ads_only": true })).await;
    assert_eq!(
        (made.text("name"), made.text("privacy")),
        ("Ad-only Pins".into(), "PROTECTED".into())
    );
}

#[tokio::test]
async fn secret_boards_need_the_secret_scopes() {
    let api = Api::start().await;
    let scopes = ["boards:read", "boards:write", "pins:read", "pins:write"];
    let token = api.control().issue_token(TokenSpec::with_scopes(&scopes));
    assert_eq!(api.get_as(&token, "/v5/boards").await.items().len(), 5);
    let id = api.board("Drafts for spring");
    api.get_as(&token, &format!("/v5/boards/{id}")).await.refused(404, 40, "");
    api.get_as(&token, &format!("/v5/boards/{id}/pins")).await.refused(404, 40, "");
    let all = api.get("/v5/pins?page_size=250").await.items().len();
    assert_eq!(api.get_as(&token, "/v5/pins?page_size=250").await.items().len(), all - 3);
    let pin = api.http.post(format!("{}/v5/pins", api.origin)).bearer_auth(&token);
    send(pin.json(&image_pin(&id))).await.refused(404, 40, "");
    let secret = json!({ "name": "Hidden", "privacy": "SECRET" });
    let board = api.http.post(format!("{}/v5/boards", api.origin)).bearer_auth(&token);
    send(board.json(&secret)).await.refused(403, 3, "");
    assert_eq!(api.get("/v5/pins?pin_type=PRIVATE").await.items().len(), 3);

    let readers = [&scopes[..], &["boards:read_secret", "pins:read_secret"]].concat();
    let token = api.control().issue_token(TokenSpec::with_scopes(&readers));
    let secret_pins = format!("/v5/boards/{id}/pins");
    assert_eq!(api.get_as(&token, &secret_pins).await.items().len(), 3);
    let pin = api.http.post(format!("{}/v5/pins", api.origin)).bearer_auth(&token);
    send(pin.json(&image_pin(&id))).await.refused(403, 3, "");
    assert_eq!(api.get(&secret_pins).await.items().len(), 3);
}

#[tokio::test]
async fn a_section_lives() {
    let api = Api::start().await;
    let sections = format!("/v5/boards/{}/sections", api.board("Autumn table"));
    let made = api.post(&sections, json!({ "name": "Candles" })).await;
    assert_eq!(made.status, 201);
    assert_eq!(made.body, json!({ "id": made.text("id"), "name": "Candles" }));
    let path = format!("{sections}/{}", made.text("id"));
    assert_eq!(api.patch(&path, json!({ "name": "Light" })).await.text("name"), "Light");
    assert_eq!(names(api.get(&sections).await.items()), ["Light"]);
    assert_eq!(api.delete(&path).await.status, 204);
    api.delete(&path).await.refused(404, 2031, "");
    api.post(&sections, json!({ "name": "" })).await.refused(400, 1, "minLength=1");
    api.post(&sections, json!({ "name": "x".repeat(181) })).await.refused(400, 1, "maxLength=180");
}

#[tokio::test]
async fn a_board_lists_the_pins_of_its_sections_too() {
    let api = Api::start().await;
    let board = api.board("Plants for small rooms");
    let sections = api.get(&format!("/v5/boards/{board}/sections")).await;
    assert_eq!(names(sections.items()), ["Hanging pots", "Propagation", "Low light"]);
    let on_board = api.get(&format!("/v5/boards/{board}/pins?page_size=250")).await;
    assert_eq!(on_board.items().len(), 62);
    let mut in_sections = 0;
    for section in sections.items() {
        let id = section["id"].as_str().unwrap();
        let pins = api.get(&format!("/v5/boards/{board}/sections/{id}/pins")).await;
        assert!(!pins.items().is_empty());
        assert!(pins.items().iter().all(|pin| pin["board_section_id"] == id));
        assert!(pins.items().iter().all(|pin| on_board.items().contains(pin)));
        in_sections += pins.items().len();
    }
    assert_eq!(
        in_sections,
        on_board.items().iter().filter(|pin| !pin["board_section_id"].is_null()).count()
    );
}

#[tokio::test]
async fn the_two_environments_share_nothing() {
    let api = Api::start().await;
    let sandbox = api.emulator.sandbox_origin();
    let get =
        |path: &str, token: &str| send(api.http.get(format!("{sandbox}{path}")).bearer_auth(token));
    get("/v5/boards", &api.token).await.refused(401, 2, "");
    let token = api.emulator.sandbox_access_token();
    api.get_as(&token, "/v5/boards").await.refused(401, 2, "");
    api.control().add_board(&connector_emulator::SeedBoard::new("Only here", 0));
    assert_eq!(get("/v5/boards", &token).await.items().len(), 6);
    assert_eq!(api.get("/v5/boards").await.items().len(), 7);
    get("/v5/search/boards", &token).await.refused(404, 11, "");
}
