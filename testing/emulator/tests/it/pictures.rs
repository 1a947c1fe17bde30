//! Pictures that the emulator shows itself.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use connector_emulator::{Options, forget};
use serde_json::{Value, json};

use crate::api::{Api, image_pin};

const UPLOADED: &[u8] = b"\x89PNG\r\n\x1a\n and whatever follows";

async fn api(options: Options) -> Api {
    Api::start_with(Options { pictures: true, ..options }).await
}

/// The media type and the content at an address.
async fn picture(api: &Api, url: &Value) -> (String, Vec<u8>) {
    let url = url.as_str().unwrap();
    assert!(url.starts_with(&format!("{}/emulator/pictures/", api.origin)), "{url}");
    let answer = api.http.get(url).send().await.unwrap();
    assert_eq!(answer.status(), 200, "{url}");
    let kind = answer.headers()["content-type"].to_str().unwrap().to_owned();
    (kind, answer.bytes().await.unwrap().into())
}

fn uploaded(board: &str) -> Value {
    let data = STANDARD.encode(UPLOADED);
    let source =
        json!({ "source_type": "image_base64", "content_type": "image/png", "data": data });
    json!({ "board_id": board, "media_source": source })
}

fn url(pin: &Value) -> &Value {
    &pin["media"]["images"]["600x"]["url"]
}

/// Width and height, as a PNG has them.
fn size(png: &[u8]) -> [u32; 2] {
    assert!(png.starts_with(b"\x89PNG\r\n\x1a\n"));
    assert!(png.ends_with(b"IEND\xae\x42\x60\x82"), "{:?}", &png[png.len() - 12..]);
    [16, 20].map(|at| u32::from_be_bytes(png[at..at + 4].try_into().unwrap()))
}

#[tokio::test]
async fn seeded_ones_are_drawn_in_the_size_that_the_answer_says() {
    let api = api(Options::default()).await;
    let pins = api.get("/v5/pins?page_size=2").await;
    let [one, other] = pins.items() else { panic!("{}", pins.body) };
    let drawn = picture(&api, url(one)).await;
    assert_eq!(drawn.0, "image/png");
    let said = &one["media"]["images"]["600x"];
    assert_eq!(json!(size(&drawn.1)), json!([said["width"], said["height"]]));
    assert_eq!(drawn, picture(&api, url(one)).await);
    assert_ne!(drawn, picture(&api, url(other)).await);
    let boards = api.get("/v5/boards").await;
    let cover = &boards.items()[0]["media"]["image_cover_url"];
    assert_eq!(size(&picture(&api, cover).await.1), [400, 300]);
    picture(&api, &api.get("/v5/user_account").await.body["profile_image"]).await;
}

#[tokio::test]
async fn uploaded_ones_are_shown_as_they_came_also_by_the_next_process() {
    let folder = tempfile::tempdir().unwrap();
    let kept = || Options { kept: Some(folder.path().to_owned()), ..Options::default() };
    for options in [Options::default(), kept()] {
        let api = api(options).await;
        let pin = api.post("/v5/pins", uploaded(&api.board("Autumn table"))).await.body;
        assert_eq!(picture(&api, url(&pin)).await, ("image/png".to_owned(), UPLOADED.to_owned()));
    }
    let api = api(kept()).await;
    let newest = async || api.get("/v5/pins?page_size=1").await.items()[0].clone();
    assert_eq!(picture(&api, url(&newest().await)).await.1, UPLOADED);
    forget(folder.path()).unwrap();
    assert_ne!(picture(&api, url(&newest().await)).await.1, UPLOADED);
}

#[tokio::test]
async fn without_them_addresses_are_as_at_the_service() {
    let api = Api::start().await;
    let pin = api.post("/v5/pins", image_pin(&api.board("Autumn table"))).await.body;
    let url = url(&pin).as_str().unwrap();
    let path = url.strip_prefix("https://i.pinimg.com/").expect(url);
    // Whoever leads them here by `Emulator::places` sees a drawing.
    let here = format!("{}/emulator/pictures/{path}", api.origin);
    let shown = api.http.get(here).send().await.unwrap();
    assert_eq!(shown.status(), 200);
    assert_eq!(shown.headers()["content-type"], "image/png");
}

#[tokio::test]
async fn other_addresses_are_not_found() {
    let api = api(Options::default()).await;
    for path in ["9x9/00/00/00/0000000000000000.jpg", "600x/00/00/00/x.jpg", "600x/a/b/c/é.jpg"] {
        let url = format!("{}/emulator/pictures/{path}", api.origin);
        assert_eq!(api.http.get(url).send().await.unwrap().status(), 404, "{path}");
    }
}
