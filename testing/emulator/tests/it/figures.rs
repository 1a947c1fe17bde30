//! Figures of days: of Pins, of the account, of ads, and in reports.

use reqwest::Client;
use serde_json::{Value, json};

use crate::api::Api;
use crate::values::day;

const ADS: &str = "/v5/ad_accounts/549755885175";

/// The days of last week, as a query.
fn week() -> String {
    format!("start_date={}&end_date={}", day(-7), day(-1))
}

fn sum(days: &Value, name: &str) -> f64 {
    days.as_array().unwrap().iter().map(|day| day["metrics"][name].as_f64().unwrap()).sum()
}

#[tokio::test]
async fn an_account_has_its_week_day_by_day() {
    let api = Api::start().await;
    let path = format!("/v5/user_account/analytics?{}&metric_types=IMPRESSION,SAVE", week());
    let answer = api.get(&path).await.body;
    let (days, all) = (&answer["all"]["daily_metrics"], &answer["all"]["summary_metrics"]);
    let dates: Vec<_> = days.as_array().unwrap().iter().map(|day| day["date"].clone()).collect();
    assert_eq!(dates, (-7..0).map(|from| json!(day(from))).collect::<Vec<_>>());
    assert_eq!(days[0]["data_status"], "READY");
    for name in ["IMPRESSION", "SAVE"] {
        assert_eq!(all[name].as_f64().unwrap(), sum(days, name), "{answer}");
    }
    assert!(all["IMPRESSION"].as_f64() > all["SAVE"].as_f64());
    assert_eq!(all.as_object().unwrap().len(), 2, "{answer}");
    assert_eq!(api.get(&path).await.body, answer);

    let usual = api.get(&format!("/v5/user_account/analytics?{}", week())).await.body;
    assert_eq!(usual["all"]["summary_metrics"]["IMPRESSION"], all["IMPRESSION"]);
    let split = format!("{path}&split_field=APP_TYPE");
    let split = api.get(&split).await.body;
    let parts = split.as_object().unwrap().values();
    let parts: f64 = parts.map(|it| it["summary_metrics"]["SAVE"].as_f64().unwrap()).sum();
    assert_eq!(Some(parts), all["SAVE"].as_f64());
}

#[tokio::test]
async fn the_account_is_the_sum_of_its_pins() {
    let api = Api::start().await;
    let query = format!("{}&metric_types=IMPRESSION,PIN_CLICK", week());
    let all = api.get(&format!("/v5/user_account/analytics?{query}")).await.body;
    let pins = api.get("/v5/pins?page_size=250").await;
    let secret = api.board("Drafts for spring");
    let ids: Vec<_> = pins.items().iter().map(|pin| pin["id"].as_str().unwrap()).collect();
    assert!(ids.len() > 90 && !secret.is_empty());
    let mut total = 0.0;
    for ids in ids.chunks(50) {
        let ids: String = ids.iter().map(|id| format!("&pin_ids={id}")).collect();
        let some = api.get(&format!("/v5/pins/analytics?{query}{ids}")).await.body;
        let some = some.as_object().unwrap().values();
        total += some
            .map(|pin| pin["all"]["summary_metrics"]["PIN_CLICK"].as_f64().unwrap())
            .sum::<f64>();
    }
    assert_eq!(all["all"]["summary_metrics"]["PIN_CLICK"].as_f64(), Some(total));
    let one = api.get(&format!("/v5/pins/{}/analytics?{query}", ids[0])).await.body;
    let same = api.get(&format!("/v5/pins/analytics?{query}&pin_ids={}", ids[0])).await.body;
    assert_eq!(same[ids[0]], one);
    api.get(&format!("/v5/pins/analytics?{query}&pin_ids=7")).await.refused(404, 50, "Pin");

    let top =
        format!("/v5/user_account/analytics/top_pins?{query}&sort_by=PIN_CLICK&num_of_pins=3");
    let top = api.get(&top).await.body;
    let clicks = |index: usize| top["pins"][index]["metrics"]["PIN_CLICK"].as_f64().unwrap();
    assert!(clicks(0) >= clicks(1) && clicks(1) >= clicks(2), "{top}");
    assert_eq!(top["pins"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn a_new_pin_has_no_past() {
    let api = Api::start().await;
    let board_id = api.board("Autumn table");
    let pin = connector_emulator::OutsidePin { board_id, ..Default::default() };
    let id = api.control().add_pin(pin).unwrap();
    let query = format!("{}&metric_types=IMPRESSION", week());
    let answer = api.get(&format!("/v5/pins/{id}/analytics?{query}")).await.body;
    assert_eq!(answer["all"]["summary_metrics"]["IMPRESSION"], 0);
    assert_eq!(answer["all"]["daily_metrics"][0]["data_status"], "BEFORE_PIN_CREATED");
}

#[tokio::test]
async fn ads_have_a_row_for_each_day_with_what_was_asked_for() {
    let api = Api::start().await;
    let ask = async |what: &str, granularity: &str| {
        let columns = "columns=SPEND_IN_DOLLAR,TOTAL_IMPRESSION,TOTAL_CLICKTHROUGH,CAMPAIGN_NAME";
        let path = format!("{ADS}{what}&{}&granularity={granularity}&{columns}", week());
        api.get(&path).await.body
    };
    let ids = "campaign_ids=626735565838&campaign_ids=626735565839&campaign_ids=5";
    let days = ask(&format!("/campaigns/analytics?{ids}"), "DAY").await;
    assert_eq!(days.as_array().unwrap().len(), 14, "{days}");
    assert_eq!(days[0]["DATE"], day(-7));
    assert_eq!(days[0]["CAMPAIGN_NAME"], "Spring launch");
    assert_eq!(days[0].as_object().unwrap().len(), 6, "{}", days[0]);
    let total = ask(&format!("/campaigns/analytics?{ids}"), "TOTAL").await;
    assert_eq!(
        (total[1]["CAMPAIGN_ID"].as_str(), total[0].get("DATE")),
        (Some("626735565839"), None)
    );
    let clicks = |rows: &Value, id: &str| -> i64 {
        let rows = rows.as_array().unwrap().iter();
        rows.filter(|row| id.is_empty() || row["CAMPAIGN_ID"] == id)
            .map(|row| row["TOTAL_CLICKTHROUGH"].as_i64().unwrap())
            .sum()
    };
    assert!(clicks(&total, "626735565838") > 0);
    assert_eq!(clicks(&total, "626735565838"), clicks(&days, "626735565838"));
    let ads = ask("/ads/analytics?campaign_ids=626735565838", "TOTAL").await;
    assert_eq!(clicks(&ads, ""), clicks(&total, "626735565838"), "{ads}");
    let account = ask("/analytics?click_window_days=30", "TOTAL").await;
    assert_eq!(account[0]["AD_ACCOUNT_ID"], "549755885175");
    assert_eq!(
        clicks(&account, ""),
        clicks(&ask("/ads/analytics?view_window_days=1", "TOTAL").await, "")
    );
    let targets = ask(
        "/campaigns/targeting_analytics?targeting_types=GENDER&campaign_ids=626735565838",
        "TOTAL",
    )
    .await;
    let by_gender: Value =
        targets["data"].as_array().unwrap().iter().map(|it| it["metrics"].clone()).collect();
    assert_eq!(clicks(&by_gender, ""), clicks(&total, "626735565838"), "{targets}");
}

#[tokio::test]
async fn what_pinterest_has_no_figures_of_is_refused() {
    let api = Api::start().await;
    let ask = async |start: i64, end: i64| {
        let (start, end) = (day(start), day(end));
        let query = format!("start_date={start}&end_date={end}&metric_types=SAVE");
        api.get(&format!("/v5/user_account/analytics?{query}")).await
    };
    assert_eq!(ask(-89, 0).await.status, 200);
    ask(-92, -80).await.refused(400, 1, "start_date: it cannot be more than 90 days back");
    ask(-5, -6).await.refused(400, 1, "end_date: it is before start_date");
    ask(-5, 99).await.refused(400, 1, "end_date: it cannot be more than 90 days past");
    let future = ask(-1, 20).await.body;
    assert_eq!(future["all"]["daily_metrics"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_report_tells_what_was_asked_for() {
    let api = Api::start().await;
    let (start_date, end_date) = (day(-7), day(-1));
    let report = json!({
        "start_date": start_date, "end_date": end_date, "granularity": "DAY", "level": "CAMPAIGN",
        "columns": ["CAMPAIGN_ID", "CAMPAIGN_NAME", "TOTAL_CLICKTHROUGH"], "report_format": "JSON",
        "campaign_ids": ["626735565838"],
    });
    let begun = api.post(&format!("{ADS}/reports"), report.clone()).await;
    let path = format!("{ADS}/reports?token={}", begun.text("token"));
    api.get(&path).await;
    let done = api.get(&path).await;
    let file = Client::new().get(api.stored(&done.text("url"))).send().await.unwrap();
    let text = file.text().await.unwrap();
    assert_eq!(done.body["size"], text.len());
    let rows: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(rows.as_array().unwrap().len(), 7);
    assert_eq!(rows[6]["DATE"], end_date);
    assert_eq!(rows[0]["CAMPAIGN_NAME"], "Spring launch");
    let query = format!(
        "start_date={start_date}&end_date={end_date}&granularity=TOTAL&campaign_ids=626735565838\
         &columns=TOTAL_CLICKTHROUGH"
    );
    let total = api.get(&format!("{ADS}/campaigns/analytics?{query}")).await.body;
    let clicks: i64 = rows
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["TOTAL_CLICKTHROUGH"].as_i64().unwrap())
        .sum();
    assert_eq!(total[0]["TOTAL_CLICKTHROUGH"], clicks);

    let mut old = report.clone();
    old["start_date"] = day(-200).into();
    api.post(&format!("{ADS}/reports"), old).await.refused(400, 1, "186 days past start_date");
    let mut hourly = report;
    hourly["granularity"] = "HOUR".into();
    api.post(&format!("{ADS}/reports"), hourly).await.refused(400, 1, "3 days past start_date");
}
