//! Leads: new ones by exporting them again and again, and the webhook that sends them.

use serde_json::{Value, json};

use super::batch::named;
use super::place::object;
use super::report;
use crate::contract::ErrorKind;
use crate::date::Day;
use crate::error::invalid_field;
use crate::flow::{Flow, Part};

/// How many days Pinterest keeps a lead.
const KEPT: i64 = 30;

/// A poll of `leads.new`: all leads that there still are, of which the events are those not seen.
pub fn poll(flow: &mut Flow) -> Part<Value> {
    let today = today(flow)?;
    let mut input = flow.given(&["ad_account_id", "ad_id"]);
    input.insert("start_date".to_owned(), Day(today.0 - KEPT).to_string().into());
    input.insert("end_date".to_owned(), today.to_string().into());
    Ok(report::one(flow, "lead_exports.run", input)?.into())
}

/// Makes and ends subscriptions of `leads.received`.
pub fn webhook(flow: &mut Flow) -> Part<Value> {
    match flow.id().ends_with("/subscribe") {
        true => subscribe(flow),
        false => unsubscribe(flow),
    }
}

/// The key that opens the leads stays with Pinterest, where `lead_subscriptions.get` finds it.
fn subscribe(flow: &mut Flow) -> Part<Value> {
    let mut input = flow.given(&["ad_account_id", "lead_form_id"]);
    input.insert("webhook_url".to_owned(), flow.text("address").into());
    let account = input.get("ad_account_id").cloned();
    let made = flow.call_for("lead_subscriptions.create", input, |made| made["id"].clone())?;
    Ok(json!({ "ad_account_id": account, "subscription_id": named(&made)? }))
}

fn unsubscribe(flow: &mut Flow) -> Part<Value> {
    let input = object(flow.input.clone().into());
    match flow.attempt("lead_subscriptions.delete", input, |_| Value::Null)? {
        Err(error) if error.kind != ErrorKind::NotFound => Err(error.into()),
        _ => Ok(Value::Null),
    }
}

/// The day that the host's clock shows.
pub fn today(flow: &Flow) -> Part<Day> {
    let now = Day::read(flow.text("now"));
    Ok(now.ok_or_else(|| invalid_field("now", "must be a time like 2026-01-31T12:00:00Z"))?)
}
