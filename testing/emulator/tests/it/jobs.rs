//! Jobs that take a while, from their beginning to their result.

use std::time::Duration;

use reqwest::Client;
use serde_json::{Value, json};

use crate::api::Api;
use crate::facts::Facts;
use crate::request::draft;

const ADS: &str = "/v5/ad_accounts/549755885175";

async fn report(api: &Api) -> String {
    let draft = draft(api, &Facts::load(), "analytics/create_report", false).await;
    let begun = draft.send(api).await;
    assert_eq!(begun.body["report_status"], "IN_PROGRESS");
    format!("{ADS}/reports?token={}", begun.text("token"))
}

#[tokio::test]
async fn a_report_is_finished_at_the_second_look() {
    let api = Api::start().await;
    let path = report(&api).await;
    let first = api.get(&path).await.body;
    assert_eq!((&first["report_status"], &first["url"]), (&json!("IN_PROGRESS"), &Value::Null));
    let second = api.get(&path).await;
    assert_eq!(second.body["report_status"], "FINISHED");
    let file = Client::new().get(api.stored(&second.text("url"))).send().await.unwrap();
    assert_eq!(file.headers()["content-type"], "text/csv; charset=utf-8");
    let text = file.text().await.unwrap();
    assert_eq!(second.body["size"], text.len());
    assert!(text.lines().next().unwrap().contains("SPEND_IN_DOLLAR"), "{text}");
}

#[tokio::test]
async fn a_report_is_finished_once_time_has_passed() {
    let api = Api::start().await;
    let path = report(&api).await;
    api.control().advance(Duration::from_secs(61));
    assert_eq!(api.get(&path).await.body["report_status"], "FINISHED");
    let unknown = api.get(&format!("{ADS}/reports?token=5")).await.body;
    assert_eq!(unknown["report_status"], "DOES_NOT_EXIST");
    api.get(&format!("{ADS}/bulk/5")).await.refused(404, 4, "");
}

#[tokio::test]
async fn a_bulk_download_can_be_json() {
    let api = Api::start().await;
    let begun = api.post(&format!("{ADS}/bulk/download"), json!({ "output_format": "JSON" })).await;
    let path = format!("{ADS}/bulk/{}", begun.text("request_id"));
    assert_eq!(api.get(&path).await.body["status"], "RUNNING");
    let done = api.get(&path).await;
    assert_eq!(done.body["status"], "SUCCEEDED");
    let rows: Value = Client::new()
        .get(api.stored(&done.text("result_url")))
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(rows[0]["IMPRESSION"], 1204);
    let signed = api.request(reqwest::Method::GET, "").build().unwrap();
    let file =
        Client::new().get(api.stored(&done.text("result_url"))).headers(signed.headers().clone());
    assert_eq!(file.send().await.unwrap().status(), 400);
}

#[tokio::test]
async fn a_batch_of_items_tells_which_failed() {
    let api = Api::start().await;
    let item = |id: &str| json!({ "operation": "DELETE", "item_id": id });
    let items = [item("pot-1"), item("fail-me")];
    let body =
        json!({ "catalog_type": "RETAIL", "country": "DE", "language": "DE", "items": items });
    let begun = api.post("/v5/catalogs/items/batch", body).await;
    let path = format!("/v5/catalogs/items/batch/{}", begun.text("batch_id"));
    assert_eq!(api.get(&path).await.body["status"], "PROCESSING");
    let done = api.get(&path).await.body;
    assert_eq!(done["status"], "COMPLETED");
    assert_eq!(done["items"][0]["errors"], json!([]), "{done}");
    assert_ne!(done["items"][1]["errors"], json!([]), "{done}");
    assert_eq!(done["items"][1]["item_id"], "fail-me");
}

#[tokio::test]
async fn a_feed_is_processed() {
    let api = Api::start().await;
    let begun = api.post_empty("/v5/catalogs/feeds/2680059592706/ingest").await;
    assert_eq!(begun.body["status"], "PROCESSING", "{}", begun.body);
    let results = "/v5/catalogs/feeds/2680059592706/processing_results";
    for status in ["PROCESSING", "COMPLETED"] {
        let list = api.get(results).await;
        let found = list.items().iter().find(|item| item["id"] == begun.body["id"]).unwrap();
        assert_eq!(found["status"], status);
    }
}

#[tokio::test]
async fn a_customer_list_has_an_address_for_every_part() {
    let api = Api::start().await;
    let path = format!("{ADS}/customer_lists/643245563100/uploads");
    let body = json!({ "operation": "ADD", "total_parts": 4 });
    let begun = api.post(&path, body).await.body;
    let parts = begun["s3_multipart_upload_data"]["file_parts"].as_array().unwrap();
    assert_eq!(parts.len(), 4);
    let url = parts[3]["presigned_url"].as_str().unwrap();
    let put = Client::new().put(api.stored(url)).body("a@example.com").send().await.unwrap();
    assert!(put.headers().contains_key("etag"));
    let upload = format!("{path}/{}", begun["customer_list_upload"]["id"].as_str().unwrap());
    assert_eq!(api.get(&upload).await.body["state"], "RUNNING");
    assert_eq!(api.get(&upload).await.body["state"], "SUCCEEDED");
}

#[tokio::test]
async fn a_job_stays_where_it_was_set() {
    let api = Api::start().await;
    let path = report(&api).await;
    let token = path.rsplit_once('=').unwrap().1;
    for state in ["IN_PROGRESS", "FAILED", "FINISHED", "EXPIRED"] {
        assert!(api.control().settle(token, state));
        for _ in 0..3 {
            let looked = api.get(&path).await.body;
            assert_eq!(looked["report_status"], state);
            assert_eq!(looked["url"].is_string(), state == "FINISHED", "{looked}");
        }
    }
    assert!(!api.control().settle("5", "FAILED"));
}

/// As they were when the job began.
#[tokio::test]
async fn a_result_tells_of_what_is_kept() {
    let api = Api::start().await;
    let path = format!("{ADS}/leads_export");
    let export = async || {
        let days = json!({ "start_date": "2026-06-01", "end_date": "2026-06-30", "ad_id": "5" });
        let begun = api.post(&path, days).await;
        let path = format!("{path}/{}", begun.text("leads_export_id"));
        assert_eq!(api.get(&path).await.body["export_status"], "IN_PROGRESS");
        path
    };
    api.control().keep_all(&path, []);
    let none = api.get(&export().await).await.body;
    assert_eq!((&none["export_status"], &none["download_url"]), (&json!("FINISHED"), &Value::Null));

    let lead = |name: &str| json!({ "FULL_NAME": name, "AGE": 36 });
    api.control().keep(&path, "1", lead("Lovelace, \"Ada\""));
    let begun = export().await;
    api.control().keep(&path, "2", lead("Eve"));
    let done = api.get(&begun).await;
    let file = Client::new().get(api.stored(&done.text("download_url"))).send().await.unwrap();
    let rows = file.text().await.unwrap();
    assert_eq!(rows, "FULL_NAME,AGE\n\"Lovelace, \"\"Ada\"\"\",36\n");
}
