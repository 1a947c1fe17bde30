//! Things that the facts describe are kept: made, listed, changed, removed.

use serde_json::{Value, json};

use crate::api::Api;

const ADS: &str = "/v5/ad_accounts/549755885175";

fn ids(list: &[Value]) -> Vec<&str> {
    list.iter().filter_map(|item| item["id"].as_str()).collect()
}

#[tokio::test]
async fn a_campaign_lives() {
    let api = Api::start().await;
    let path = format!("{ADS}/campaigns");
    let made = api
        .post(&path, json!([{ "name": "Summer", "objective_type": "AWARENESS", "daily_spend_cap": 5_000_000 }]))
        .await;
    let campaign = made.body["items"][0]["data"].clone();
    let id = campaign["id"].as_str().unwrap();
    assert_eq!(campaign["ad_account_id"], "549755885175");
    assert!(made.body["items"][0]["name"].is_null(), "{}", made.body);
    assert!(campaign["created_time"].as_i64().unwrap() > 1_700_000_000);

    assert_eq!(ids(api.get(&path).await.items()).len(), 4);
    let newest = api.get(&format!("{path}?order=DESCENDING&page_size=1")).await;
    assert_eq!(ids(newest.items()), [id]);

    api.control().advance(std::time::Duration::from_secs(90));
    let changed = api.patch(&path, json!([{ "id": id, "status": "PAUSED" }])).await;
    assert_eq!(changed.body["items"][0]["exceptions"], json!([]));
    let read = api.get(&format!("{path}/{id}")).await.body;
    assert_eq!((&read["name"], &read["status"]), (&json!("Summer"), &json!("PAUSED")));
    assert!(
        read["updated_time"].as_i64() >= campaign["updated_time"].as_i64().map(|time| time + 90)
    );
}

#[tokio::test]
async fn lists_are_filtered_and_paged() {
    let api = Api::start().await;
    let one = api.get(&format!("{ADS}/campaigns?campaign_ids=626735565839")).await;
    assert_eq!(ids(one.items()), ["626735565839"]);
    let paused = api.get(&format!("{ADS}/campaigns?entity_statuses=PAUSED")).await;
    assert_eq!(ids(paused.items()), ["626735565840"]);
    let groups = api.get(&format!("{ADS}/ad_groups?campaign_ids=626735565838")).await;
    assert_eq!(groups.items().len(), 2);
    let mut seen = 0;
    let mut bookmark = String::new();
    loop {
        let page = api.get(&format!("{ADS}/ads?page_size=2{bookmark}")).await;
        seen += page.items().len();
        match page.body["bookmark"].as_str() {
            Some(next) => bookmark = format!("&bookmark={next}"),
            None => break,
        }
    }
    assert_eq!(seen, 3);
}

#[tokio::test]
async fn a_feed_keeps_its_type() {
    let api = Api::start().await;
    let path = "/v5/catalogs/feeds/2680059592706";
    let change = json!({ "catalog_type": "HOTEL", "status": "INACTIVE" });
    api.patch(path, change).await.refused(400, 1, "catalog_type: it is 'RETAIL'");
    assert_eq!(api.get(path).await.body["status"], "ACTIVE");
}

#[tokio::test]
async fn businesses_that_are_offered_are_there() {
    let api = Api::start().await;
    let employers = api.get("/v5/businesses/employers").await;
    let ids = ids(employers.items());
    assert!(!ids.is_empty());
    for id in ids {
        assert_eq!(api.get(&format!("/v5/businesses/{id}/members")).await.status, 200);
    }
}

/// Keys that the description lacks.
#[tokio::test]
async fn some_keys_are_seen_on_the_wire_alone() {
    let api = Api::start().await;
    let campaigns = api.get(&format!("{ADS}/campaigns")).await;
    assert!(campaigns.items()[0]["is_ctv_enabled"].is_boolean());
    let groups = api.get(&format!("{ADS}/ad_groups")).await;
    assert_eq!(groups.items()[2]["enabled_catalog_expansion"], true);
    let pin = &api.get("/v5/pins?page_size=1").await.items()[0].clone();
    assert!(pin["is_removable"].is_boolean() && pin["product_tags"].is_array());
}

#[tokio::test]
async fn a_feed_is_changed_and_removed() {
    let api = Api::start().await;
    let path = "/v5/catalogs/feeds/2680059592706";
    assert_eq!(api.get(path).await.body["name"], "Plants and pots");
    let change = json!({ "catalog_type": "RETAIL", "status": "INACTIVE" });
    assert_eq!(api.patch(path, change).await.body["status"], "INACTIVE");
    assert_eq!(api.get(path).await.body["status"], "INACTIVE");
    let deleted = api.delete(path).await;
    assert_eq!((deleted.status.as_u16(), deleted.body), (204, Value::Null));
    api.get(path).await.refused(404, 4, "not found");
    api.delete(path).await.refused(404, 4, "not found");
    assert!(api.get("/v5/catalogs/feeds").await.items().is_empty());
}

#[tokio::test]
async fn what_is_named_must_be_there() {
    let api = Api::start().await;
    let ad =
        |group: &str| json!([{ "ad_group_id": group, "creative_type": "REGULAR", "pin_id": "1" }]);
    let path = format!("{ADS}/ads");
    let made = api.post(&path, ad("2680060704748")).await.body;
    assert_eq!(made["items"][0]["data"]["campaign_id"], "626735565839", "{made}");
    let failed = api.post(&path, ad("5")).await.body;
    assert!(
        failed["items"][0]["exceptions"]["message"].as_str().unwrap().contains("ad group '5'"),
        "{failed}"
    );
    api.get(&format!("{ADS}/customer_lists/5")).await.refused(404, 4, "");
    api.get("/v5/ad_accounts/5/campaigns").await.refused(403, 29, "");
    api.get("/v5/businesses/5/members").await.refused(404, 4, "");
}

#[tokio::test]
async fn an_untouched_list_has_something_to_show_and_stays() {
    let api = Api::start().await;
    let path = "/v5/ad_accounts/549755885176/audiences";
    let list = api.get(path).await;
    assert_eq!(list.items().len(), 3);
    let first = &list.items()[0];
    assert_eq!(first["ad_account_id"], "549755885176");
    let id = first["id"].as_str().unwrap();
    assert_eq!(api.get(&format!("{path}/{id}")).await.body, *first);
}

#[tokio::test]
async fn linked_businesses_are_a_bare_array() {
    let api = Api::start().await;
    assert!(api.get("/v5/user_account/businesses").await.body.is_array());
}

#[tokio::test]
async fn an_answer_is_what_was_kept_for_the_question() {
    let api = Api::start().await;
    let path = "/v5/resources/metrics_ready_state";
    for is_ready in [true, false] {
        let answer = json!({ "conversion_metrics_ready": is_ready });
        api.control().keep(path, "2026-07-09", answer.clone());
        assert_eq!(api.get(&format!("{path}?date=2026-07-09")).await.body, answer);
    }
    let other = api.get(&format!("{path}?date=2026-07-10")).await.body;
    assert!(other["non_conversion_metrics_ready"].is_boolean(), "{other}");
}
