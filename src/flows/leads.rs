//! Leads: new ones by exporting them again and again, and the webhook that sends them.

use serde_json::{Value, json};

use super::report::{self, Job};
use connector_sdk::contract::ErrorKind;
use connector_sdk::date::Day;
use connector_sdk::error::invalid_field;
use connector_sdk::flow::{Flow, FlowResult, answer_id};

/// How many days Pinterest keeps a lead.
const KEPT: i64 = 30;

/// A poll of `leads.new`: all leads that there still are, of which the events are those not seen.
pub fn poll(flow: &mut Flow) -> FlowResult<Value> {
    let (today, export) = (today(flow)?, flow.action("lead_exports.run")?);
    let job = Job::of(export.flow.unwrap_or(flow.composed()))?;
    let mut input = flow.given(&["ad_account_id", "ad_id"]);
    input.insert("start_date".to_owned(), Day(today.0 - KEPT).to_string().into());
    input.insert("end_date".to_owned(), today.to_string().into());
    Ok(report::one(flow, &job, input)?.into())
}

/// Makes and ends subscriptions of `leads.received`. They last until they are ended.
pub fn webhook(flow: &mut Flow) -> FlowResult<Value> {
    match flow.id().rsplit('/').next() {
        Some("subscribe") => subscribe(flow),
        Some("renew") => Ok(flow.input()["subscription"].clone()),
        _ => unsubscribe(flow),
    }
}

/// The key that opens the leads stays with Pinterest, where `lead_subscriptions.get` finds it.
fn subscribe(flow: &mut Flow) -> FlowResult<Value> {
    let mut input = flow.given(&["ad_account_id", "lead_form_id"]);
    input.insert("webhook_url".to_owned(), flow.text("address").into());
    let account = input.get("ad_account_id").cloned();
    let made = flow.call_for("lead_subscriptions.create", input, |made| made["id"].clone())?;
    Ok(json!({ "ad_account_id": account, "subscription_id": answer_id(flow.service(), &made)? }))
}

fn unsubscribe(flow: &mut Flow) -> FlowResult<Value> {
    let input = flow.input().clone();
    match flow.attempt("lead_subscriptions.delete", input, |_| Value::Null)? {
        Err(error) if error.kind != ErrorKind::NotFound => Err(error.into()),
        _ => Ok(Value::Null),
    }
}

/// The day that the host's clock shows.
pub fn today(flow: &Flow) -> FlowResult<Day> {
    let now = Day::read(flow.text("now"));
    Ok(now.ok_or_else(|| invalid_field("now", "must be a time like 2026-01-31T12:00:00Z"))?)
}
