//! An account that is kept in a folder, by one emulator after another and by two at once.

use std::fs;
use std::path::Path;

use connector_emulator::{Emulator, Options, forget};
use serde_json::{Value, json};

use crate::api::Api;

async fn api(folder: &Path) -> Api {
    Api::start_with(Options { kept: Some(folder.to_owned()), ..Options::default() }).await
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

async fn names(api: &Api) -> Vec<String> {
    let boards = api.get("/v5/boards").await;
    boards.items().iter().map(|board| board["name"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn everything_is_there_afterwards() {
    let folder = folder();
    let first = api(folder.path()).await;
    let before = names(&first).await.len();
    let board = first.post("/v5/boards", json!({ "name": "Kept" })).await.text("id");
    let sections = format!("/v5/boards/{board}/sections");
    let section = first.post(&sections, json!({ "name": "In it" })).await.text("id");
    let slot = |url: &str| json!({ "url": url, "title": "One" });
    let carousel = json!({
        "board_id": board, "board_section_id": section, "title": "Many",
        "media_source": {
            "source_type": "multiple_image_urls",
            "items": [slot("https://example.com/a.jpg"), slot("https://example.com/b.jpg")],
        },
    });
    let pin = first.post("/v5/pins", carousel).await.text("id");
    let media = first.post("/v5/media", json!({ "media_type": "video" })).await.text("media_id");
    let gone = first.get("/v5/pins?page_size=1").await;
    let moved = first.board("Autumn table");
    let old = first.get(&format!("/v5/boards/{moved}/pins?page_size=1")).await.items()[0].clone();
    let old = old["id"].as_str().unwrap();
    first.patch(&format!("/v5/pins/{old}"), json!({ "board_id": board })).await;
    first.delete(&format!("/v5/boards/{}", first.board("Workshop notes"))).await;
    let campaigns = "/v5/ad_accounts/549755885175/campaigns";
    first.patch(campaigns, json!([{ "id": "626735565838", "name": "Renamed" }])).await;
    let report = first
        .post("/v5/ad_accounts/549755885175/bulk/download", json!({ "output_format": "JSON" }))
        .await
        .text("request_id");
    let report = format!("/v5/ad_accounts/549755885175/bulk/{report}");
    assert_eq!(first.get(&report).await.body["status"], "RUNNING");
    let mut seen = Vec::new();
    let paths = [
        "/v5/boards".to_owned(),
        format!("/v5/boards/{board}/sections"),
        format!("/v5/boards/{board}/sections/{section}/pins"),
        format!("/v5/boards/{board}/pins"),
        format!("/v5/boards/{moved}"),
        format!("/v5/pins/{pin}"),
        format!("/v5/media/{media}"),
        "/v5/user_account".to_owned(),
        campaigns.to_owned(),
    ];
    for path in &paths {
        seen.push(first.get(path).await.body);
    }
    drop(first);
    assert!(!gone.items().is_empty());

    let second = api(folder.path()).await;
    for (path, seen) in paths.iter().zip(seen) {
        assert_eq!(second.get(path).await.body, seen, "{path}");
    }
    assert_eq!(names(&second).await.len(), before);
    assert_eq!(second.get(&report).await.body["status"], "SUCCEEDED");
    let next = second.post("/v5/boards", json!({ "name": "Next" })).await.text("id");
    assert!(next.parse::<u64>().unwrap() > pin.parse().unwrap());
}

#[tokio::test]
async fn each_sees_what_the_other_does_and_nothing_is_lost() {
    let folder = folder();
    let apis = [api(folder.path()).await, api(folder.path()).await];
    let before = names(&apis[0]).await.len();
    let make = async |api: &Api, who: usize| {
        for number in 0..30 {
            let board = json!({ "name": format!("{who} {number}") });
            assert_eq!(api.post("/v5/boards", board).await.status, 201);
        }
    };
    tokio::join!(make(&apis[0], 0), make(&apis[1], 1));
    let boards = async |api: &Api| api.get("/v5/boards?page_size=250").await.items().to_vec();
    let (one, other) = (boards(&apis[0]).await, boards(&apis[1]).await);
    assert_eq!(one, other);
    assert_eq!(one.len(), before + 60);
    let ids: std::collections::HashSet<_> = one.iter().map(|it| it["id"].to_string()).collect();
    assert_eq!(ids.len(), one.len());
}

#[tokio::test]
async fn what_is_forgotten_is_gone_at_once_but_for_the_ids() {
    let folder = folder();
    let api = api(folder.path()).await;
    let at_first = names(&api).await;
    let old = api.post("/v5/boards", json!({ "name": "Gone" })).await.text("id");
    forget(folder.path()).unwrap();
    assert_eq!(names(&api).await, at_first);
    let new = api.post("/v5/boards", json!({ "name": "New" })).await.text("id");
    assert!(new.parse::<u64>().unwrap() > old.parse().unwrap());
    // Nothing there is nothing to forget.
    forget(&folder.path().join("nowhere")).unwrap();
}

#[tokio::test]
async fn a_damaged_file_is_named_and_can_be_forgotten() {
    for (content, words) in [
        ("{\"version\": 1, \"boards\": {", "it is damaged"),
        ("", "it is damaged"),
        ("[]", "it is damaged"),
        ("{\"version\": 1, \"boards\": 7}", "it is damaged"),
        ("{\"version\": 999, \"planets\": 7}", "another version of the emulator wrote it"),
    ] {
        let folder = folder();
        let running = api(folder.path()).await;
        running.post("/v5/boards", json!({ "name": "Kept" })).await;
        let file = folder.path().join("production.json");
        fs::write(&file, content).unwrap();
        let options = Options { kept: Some(folder.path().to_owned()), ..Options::default() };
        let error = Emulator::start(options.clone()).await.err().expect(content);
        assert_eq!(error.kind(), std::io::ErrorKind::InvalidData);
        assert!(error.to_string().contains(words), "{content}: {error}");
        assert!(error.to_string().contains("production.json"), "{error}");
        // One that runs says so too, and leaves the file as it is.
        let refused = running.post("/v5/boards", json!({ "name": "More" })).await;
        refused.refused(500, 12, words);
        assert_eq!(fs::read_to_string(&file).unwrap(), content);
        forget(folder.path()).unwrap();
        assert_eq!(running.post("/v5/boards", json!({ "name": "More" })).await.status, 201);
        assert!(Emulator::start(options).await.is_ok());
    }
}

#[cfg(unix)]
#[tokio::test]
async fn nobody_else_can_read_it() {
    use std::os::unix::fs::PermissionsExt;
    let home = folder();
    let folder = home.path().join("deep/emulator");
    let api = api(&folder).await;
    api.post("/v5/boards", json!({ "name": "Kept" })).await;
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder), 0o700);
    for file in fs::read_dir(&folder).unwrap() {
        assert_eq!(mode(&file.unwrap().path()), 0o600);
    }
}

#[tokio::test]
async fn what_cannot_be_kept_is_not_said_to_be_done() {
    let folder = folder();
    let api = api(folder.path()).await;
    // In the place of the file that is written.
    fs::create_dir(folder.path().join("production.new")).unwrap();
    let refused = api.post("/v5/boards", json!({ "name": "Lost" })).await;
    assert_eq!((refused.status.as_u16(), &refused.body["code"]), (500, &Value::from(12)));
}
