//! Composed actions, each from its input to its end.

use std::fs;
use std::sync::Arc;

use connector_emulator::{Emulator, TokenSpec};
use connector_host::{Blobs, Connection, Folders, Routes};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::component;
use crate::support::{BOARD, Items, action, emulator, token};

const JPEG: &[u8] = b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01 and more";
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR and more";
const MP4: &[u8] = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom and more";

/// What an account has to begin with.
struct Account {
    emulator: Emulator,
    connection: Connection,
    id: String,
    files: TempDir,
}

impl Account {
    async fn open() -> Account {
        let (emulator, files) = (emulator().await, tempfile::tempdir().unwrap());
        let mut routes = Routes::default();
        for (origin, place) in emulator.places() {
            routes.add(origin, &place).unwrap();
        }
        let connection = Connection::builder(component::connector())
            .credentials(token(&emulator, TokenSpec::default()))
            .blobs(Arc::new(Blobs::default().folders(Folders::new([files.path()]))))
            .routes(routes)
            .build()
            .unwrap();
        Account { id: emulator.control().ad_account_id(), connection, files, emulator }
    }

    fn file(&self, name: &str, content: &[u8]) -> String {
        let path = self.files.path().join(name);
        fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// The items of a run, and its output.
    async fn run(&self, id: &str, input: Value) -> (Vec<Value>, Value) {
        let mut items = Items(Vec::new());
        let outcome = self.connection.run(action(id, input), &mut items).await;
        let outcome = outcome.unwrap_or_else(|failure| panic!("{id}: {}", failure.json()));
        (items.0, serde_json::from_str(&outcome.output).unwrap())
    }
}

#[tokio::test]
async fn images_become_pins() {
    let account = Account::open().await;
    let lemon = json!({"file": account.file("lemon.jpg", JPEG), "title": "Lemon"});
    let plum = json!({"file": account.file("plum.png", PNG), "title": "Plum"});
    for images in [json!([lemon]), json!([lemon, plum])] {
        let title = format!("{} tarts", images.as_array().unwrap().len());
        let input = json!({"images": images, "board_name": BOARD, "title": title});
        let (_, output) = account.run("image_pins.create", input).await;
        assert_eq!((&output["created"], &output["pin"]["title"]), (&json!(true), &json!(title)));
    }
}

#[tokio::test]
async fn a_video_becomes_a_pin() {
    let account = Account::open().await;
    let input = json!({
        "video": account.file("tart.mp4", MP4), "board_name": BOARD, "title": "Tart",
        "cover_image_key_frame_time": 0,
    });
    let (_, output) = account.run("video_pins.create", input).await;
    assert_eq!(output["created"], json!(true));
    assert_eq!(account.emulator.control().count("POST", "/v5/pins"), 1);
    assert!(account.emulator.control().arrivals().into_values().eq([1]));
}

#[tokio::test]
async fn a_board_is_made_once() {
    let account = Account::open().await;
    let make = || account.run("boards.find_or_create", json!({"name": "Spring"}));
    let (made, found) = (make().await.1, make().await.1);
    assert_eq!((&made["created"], &found["created"]), (&json!(true), &json!(false)));
    assert_eq!(made["item"]["id"], found["item"]["id"]);
}

#[tokio::test]
async fn jobs_give_their_rows() {
    let account = Account::open().await;
    let days = |from, to| json!({"ad_account_id": account.id, "start_date": from, "end_date": to});
    let mut report = days("2026-06-01", "2026-06-30");
    for (name, value) in
        [("granularity", "TOTAL"), ("level", "CAMPAIGN"), ("report_format", "JSON")]
    {
        report[name] = value.into();
    }
    report["columns"] = json!(["CAMPAIGN_ID", "SPEND_IN_DOLLAR"]);
    let mut leads = days("2026-06-01", "2026-06-07");
    leads["ad_id"] = "687195905986".into();
    let bulk = json!({
        "ad_account_id": account.id, "entity_types": ["CAMPAIGN"], "output_format": "JSON",
    });
    let runs = [
        ("ads_reports.run", report, "SPEND_IN_DOLLAR"),
        ("lead_exports.run", leads, "IMPRESSION"),
        ("bulk_downloads.run", bulk, "IMPRESSION"),
    ];
    for (id, input, column) in runs {
        let (items, output) = account.run(id, input).await;
        assert_eq!((items.len(), &output["rows"]), (3, &json!(3)), "{id}");
        assert!(items[2][column].is_number() || items[2][column].is_string(), "{id}");
    }
}

#[tokio::test]
async fn batches_tell_of_each_item() {
    let account = Account::open().await;
    let event = |number: u32| {
        json!({
            "event_name": "checkout", "action_source": "web", "event_time": 1_783_589_635,
            "event_id": format!("order-{number}"), "user_data": {"em": ["ada@example.com"]},
        })
    };
    let data: Vec<_> = (0..1_200).map(event).collect();
    let input = json!({"ad_account_id": account.id, "test": true, "data": data});
    let (items, output) = account.run("conversion_events.send", input).await;
    assert_eq!((items.len(), &output["failed"]), (1_200, &json!(0)));

    let campaign = |number: u32| {
        let fails = if number == 40 { " fail-me" } else { "" };
        json!({
            "name": format!("Summer {number}{fails}"), "objective_type": "CONSIDERATION",
            "status": "PAUSED", "is_campaign_budget_optimization": true,
            "daily_spend_cap": 25_000_000,
        })
    };
    let body: Vec<_> = (0..65).map(campaign).collect();
    let input = json!({"ad_account_id": account.id, "body": body});
    let (items, output) = account.run("campaigns.create_many", input).await;
    assert_eq!((items.len(), &output["failed"]), (65, &json!(1)));
    for (number, item) in items.iter().enumerate() {
        assert_eq!((&item["index"], &item["ok"]), (&json!(number), &json!(number != 40)));
    }
    assert_eq!(items[64]["data"]["name"], "Summer 64");
}

#[tokio::test]
async fn what_takes_a_while_is_waited_for() {
    let account = Account::open().await;
    let files = ["a.csv", "b.csv"].map(|name| account.file(name, b"ada@example.com\n"));
    let list = json!({
        "ad_account_id": account.id, "customer_list_id": "643245563100", "operation": "ADD",
        "files": files,
    });
    let (_, output) = account.run("customer_list_uploads.send", list).await;
    assert_eq!(output["state"], "SUCCEEDED");

    let item = |id: &str| {
        let attributes = json!({"price": "12.50 GBP", "availability": "in stock"});
        json!({"operation": "UPDATE", "item_id": id, "attributes": attributes})
    };
    let batch = json!({
        "catalog_type": "RETAIL", "country": "GB", "language": "en-GB",
        "items": [item("MUG-BLUE"), item("MUG-RED")],
    });
    let (items, output) = account.run("catalog_item_batches.run", json!({"body": batch})).await;
    assert_eq!((items.len(), &output["status"]), (2, &json!("COMPLETED")));

    let feed = json!({"feed_id": "2680059592706"});
    let (_, output) = account.run("catalog_feed_ingestions.run", feed).await;
    assert_eq!(output["status"], "COMPLETED");
}

#[tokio::test]
async fn pins_have_figures_whatever_their_number() {
    let account = Account::open().await;
    let control = account.emulator.control();
    let board = control.board_id(BOARD).unwrap();
    control.seed_pins(&board, 150);
    let all = json!({"board_id": board, "page_size": 250});
    let (pins, _) = account.run("board_pins.list", all).await;
    let ids: Vec<_> = pins.iter().map(|pin| pin["id"].clone()).collect();
    assert!(ids.len() > 200);
    let input = json!({
        "pin_ids": ids, "metric_types": ["IMPRESSION", "SAVE"], "period": "last_7_days",
    });
    let (items, output) = account.run("pin_analytics.run", input).await;
    assert_eq!((items.len(), &output["rows"]), (ids.len(), &json!(ids.len())));
    assert!(items.iter().zip(&ids).all(|(item, id)| item["pin_id"] == *id));
}
