//! A video on its way to a pin.

use connector_emulator::STORAGE_PATH;
use reqwest::multipart::{Form, Part};
use reqwest::{Client, RequestBuilder};
use serde_json::json;

use crate::api::{Answer, Api};

async fn registered(api: &Api) -> Answer {
    let media = api.post("/v5/media", json!({ "media_type": "video" })).await;
    assert_eq!(media.status, 201);
    media
}

fn parameters(media: &Answer) -> Form {
    let parameters = media.body["upload_parameters"].as_object().unwrap();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    parameters.iter().fold(Form::new(), |form, (name, value)| form.text(name.clone(), text(value)))
}

fn upload(api: &Api, media: &Answer, form: Form) -> RequestBuilder {
    Client::new().post(api.stored(&media.text("upload_url"))).multipart(form)
}

fn file() -> Part {
    Part::bytes(vec![7; 70_000]).file_name("fern.mp4")
}

#[tokio::test]
async fn a_video_becomes_a_pin() {
    let api = Api::start().await;
    let media = registered(&api).await;
    let path = format!("/v5/media/{}", media.text("media_id"));
    assert_eq!(api.get(&path).await.body["status"], "registered");
    let source = json!({
        "source_type": "video_id",
        "media_id": media.text("media_id"),
        "cover_image_url": "https://images.example/cover.jpg",
    });
    let pin = json!({ "board_id": api.board("Autumn table"), "media_source": source });
    api.post("/v5/pins", pin.clone()).await.refused(400, 1, "not processed yet");

    let sent = upload(&api, &media, parameters(&media).part("file", file())).send().await.unwrap();
    assert_eq!(sent.status(), 204);
    assert_eq!(api.get(&path).await.body["status"], "processing");
    assert_eq!(api.get(&path).await.body["status"], "succeeded");
    assert_eq!(arrivals(&api, &media).await, 1);
    let made = api.post("/v5/pins", pin.clone()).await;
    assert_eq!(made.status, 201, "{}", made.body);
    assert_eq!(
        (&made.body["creative_type"], &made.body["media"]["media_type"]),
        (&json!("VIDEO"), &json!("video"))
    );

    let mut bare = pin;
    bare["media_source"].as_object_mut().unwrap().remove("cover_image_url");
    api.post("/v5/pins", bare).await.refused(400, 1, "cover_image_url");
}

/// How often the file has come, by the only row of the side door.
async fn arrivals(api: &Api, media: &Answer) -> u64 {
    let rows = api.get("/emulator/arrivals").await.body;
    assert_eq!(rows[0]["media_id"], media.body["media_id"]);
    assert_eq!(rows.as_array().map(Vec::len), Some(1));
    rows[0]["count"].as_u64().unwrap()
}

#[tokio::test]
async fn each_time_that_the_file_comes_counts() {
    let api = Api::start().await;
    let media = registered(&api).await;
    assert_eq!(arrivals(&api, &media).await, 0);
    let send = || upload(&api, &media, parameters(&media).part("file", file())).send();
    // Carried out, though nobody hears of it; and not carried out.
    for (kind, count) in [(json!("cut"), 1), (json!({ "status": 503 }), 1)] {
        let on = json!({ "path": STORAGE_PATH });
        api.post("/emulator/faults", json!({ "on": on, "kind": kind })).await;
        let lost = match send().await {
            Ok(answer) => answer.status() == 503 || answer.bytes().await.is_err(),
            Err(_) => true,
        };
        assert!(lost, "{kind}");
        assert_eq!(arrivals(&api, &media).await, count, "{kind}");
    }
    assert_eq!(send().await.unwrap().status(), 204);
    assert_eq!(arrivals(&api, &media).await, 2);
}

#[tokio::test]
async fn an_upload_that_is_not_as_it_was_given_is_refused() {
    let api = Api::start().await;
    let media = registered(&api).await;
    let whole = || parameters(&media).part("file", file());
    let wrong = [
        ("a credential", upload(&api, &media, whole()).bearer_auth(&api.token)),
        ("no parameters", upload(&api, &media, Form::new().part("file", file()))),
        ("no file", upload(&api, &media, parameters(&media))),
        ("a part after the file", upload(&api, &media, whole().text("late", "yes"))),
        (
            "the file first",
            upload(&api, &media, {
                let key = media.body["upload_parameters"]["key"].as_str().unwrap().to_owned();
                Form::new().part("file", file()).text("key", key)
            }),
        ),
    ];
    for (what, request) in wrong {
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), 400, "{what}");
    }
    let path = format!("/v5/media/{}", media.text("media_id"));
    assert_eq!(api.get(&path).await.body["status"], "registered");
    assert_eq!(api.get("/v5/media").await.items().len(), 1);
    assert_eq!(arrivals(&api, &media).await, 0);
}

#[tokio::test]
async fn the_list_tells_how_far_each_is() {
    let api = Api::start().await;
    let media = registered(&api).await;
    let listed = async || api.get("/v5/media").await.items()[0]["status"].clone();
    assert_eq!(listed().await, "registered");
    let form = parameters(&media).part("file", file());
    upload(&api, &media, form).send().await.unwrap();
    assert_eq!(listed().await, "processing");
    assert_eq!(listed().await, "succeeded");
    assert!(api.control().settle(&media.text("media_id"), "failed"));
    assert_eq!(listed().await, "failed");
    let source = json!({
        "source_type": "video_id",
        "media_id": media.text("media_id"),
        "cover_image_url": "https://images.example/cover.jpg",
    });
    let pin = json!({ "board_id": api.board("Autumn table"), "media_source": source });
    api.post("/v5/pins", pin).await.refused(400, 1, "not processed");
}
