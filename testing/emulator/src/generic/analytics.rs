//! Answers full of figures: of Pins and the account, of ads and what they belong to.

use jiff::civil::Date;
use serde_json::{Map, Value, json};

use super::days::{self, Stretch};
use super::figures::{Leaf, Part, Sum, WHOLE};
use super::plan::Plan;
use super::subject::{self, Subject};
use crate::call::Call;
use crate::facts::{Kind, Lookup, Type};
use crate::reply::Refusal;
use crate::things::key::key_text;
use crate::world::Id;

/// The figures of an account when nobody says which.
const USUAL: [&str; 9] = [
    "ENGAGEMENT",
    "ENGAGEMENT_RATE",
    "IMPRESSION",
    "OUTBOUND_CLICK",
    "OUTBOUND_CLICK_RATE",
    "PIN_CLICK",
    "PIN_CLICK_RATE",
    "SAVE",
    "SAVE_RATE",
];
/// The apps that people use; together they are `ALL`.
const APPS: [&str; 3] = ["MOBILE", "TABLET", "WEB"];
/// How the account's figures can be split besides by app.
const SPLITS: &[(&str, &[&str])] = &[
    ("APP_TYPE", &APPS),
    ("OWNED_CONTENT", &["CLAIMED", "OTHER"]),
    ("SOURCE", &["YOUR_PINS", "OTHER_PINS"]),
    ("PIN_FORMAT", &["ORGANIC_IMAGE", "ORGANIC_PRODUCT", "ORGANIC_VIDEO"]),
];
/// Into what ads' figures can be split. What is not here has two parts.
const TARGETS: &[(&str, &[&str])] = &[
    ("GENDER", &["female", "male", "unknown"]),
    ("AGE_BUCKET", &["18-24", "25-34", "35-44", "45-49", "50-54", "55-64", "65+"]),
    ("APPTYPE", &["android", "iphone", "web"]),
    ("COUNTRY", &["AT", "CH", "DE"]),
    ("PLACEMENT", &["BROWSE", "SEARCH"]),
];

/// The answer of an operation that asks for figures of some days; None of any other.
pub fn answer(plan: &Plan, call: &mut Call) -> Option<Result<Value, Refusal>> {
    let asks = |name: &str| plan.facts.query().any(|parameter| parameter.name == name);
    if !asks("start_date") || !asks("end_date") {
        return None;
    }
    let column = row_of(plan).and_then(id_column);
    Some(match column {
        Some(column) => ads(column, call),
        None if asks("targeting_types") => targets(plan, call),
        None if asks("sort_by") => top(call),
        None if asks("pin_ids") => many_pins(call),
        None if asks("metric_types") => pins_or_account(call),
        None => return None,
    })
}

/// Rows of ads, or of what they belong to.
fn ads(column: &'static str, call: &mut Call) -> Result<Value, Refusal> {
    let days = days::asked(&call.query, days::AT_ONCE, call.now)?;
    let account = call.text("ad_account_id").unwrap_or_default().to_owned();
    let ids = texts(&call.query, &format!("{}s", column.to_lowercase()));
    let mut subjects = subject::of_account(call.world, &account, column, ids.as_deref());
    for other in ["CAMPAIGN_ID", "PIN_ID"].iter().filter(|other| **other != column) {
        if let Some(ids) = texts(&call.query, &format!("{}s", other.to_lowercase())) {
            let is_asked = |id: &Value| key_text(id).is_some_and(|id| ids.contains(&id));
            subjects.retain(|subject| subject.about.get(*other).is_some_and(is_asked));
        }
    }
    let columns = texts(&call.query, "columns").unwrap_or_default();
    let granularity = call.query["granularity"].as_str().unwrap_or("TOTAL");
    Ok(rows(&subjects, &days::stretches(&days, granularity), column, &columns).into())
}

/// A row for each thing and stretch of time, with what was asked for and nothing else.
pub fn rows(
    subjects: &[Subject],
    stretches: &[Stretch],
    column: &str,
    columns: &[String],
) -> Vec<Value> {
    let row = |subject: &Subject, stretch: &Stretch| {
        let mut row = Map::new();
        row.insert(column.to_owned(), subject.id.as_str().into());
        row.extend(stretch.name.as_ref().map(|name| ("DATE".to_owned(), name.as_str().into())));
        let sum = Sum { leaves: &subject.leaves, days: &stretch.days, part: stretch.part };
        for name in columns {
            row.insert(name.clone(), cell(subject, &sum, name));
        }
        Value::Object(row)
    };
    let of = |subject| stretches.iter().map(move |stretch| row(subject, stretch));
    subjects.iter().flat_map(of).collect()
}

/// What a thing says of itself, or else a figure of it.
fn cell(subject: &Subject, sum: &Sum, name: &str) -> Value {
    let words = ["_ID", "_NAME", "_STATUS", "_TYPE", "_LABEL", "_LABELS", "_CAP", "_TAG"];
    match subject.about.get(name) {
        Some(value) => value.clone(),
        None if words.iter().any(|word| name.ends_with(word)) => Value::Null,
        None => sum.figure(name),
    }
}

/// Rows by who saw the ads.
fn targets(plan: &Plan, call: &mut Call) -> Result<Value, Refusal> {
    let days = days::asked(&call.query, days::AT_ONCE, call.now)?;
    let account = call.text("ad_account_id").unwrap_or_default().to_owned();
    let kinds = ["CAMPAIGN_ID", "AD_GROUP_ID", "AD_ID"];
    let asked = |column: &'static str| {
        Some((column, texts(&call.query, &format!("{}s", column.to_lowercase()))?))
    };
    let (column, ids) =
        kinds.into_iter().find_map(asked).unwrap_or(("AD_ACCOUNT_ID", vec![account.clone()]));
    let subjects = subject::of_account(call.world, &account, column, Some(&ids));
    let granularity = call.query["granularity"].as_str().unwrap_or("TOTAL");
    let columns = texts(&call.query, "columns").unwrap_or_default();
    let stretches = days::stretches(&days, granularity);
    let mut data = Vec::new();
    for kind in texts(&call.query, "targeting_types").unwrap_or_default() {
        let known = TARGETS.iter().find(|(name, _)| *name == kind);
        let values = known.map_or(&["first", "second"][..], |(_, values)| values);
        for (index, value) in values.iter().enumerate() {
            let part = Part { index: index as u64, of: values.len() as u64 };
            // An hour is a part already; of parts of it nobody asks.
            let narrowed = |stretch: &Stretch| Stretch {
                name: stretch.name.clone(),
                days: stretch.days.clone(),
                part: if stretch.part.of == 1 { part } else { stretch.part },
            };
            let stretches: Vec<_> = stretches.iter().map(narrowed).collect();
            for metrics in rows(&subjects, &stretches, column, &columns) {
                data.push(
                    json!({ "targeting_type": kind, "targeting_value": value, "metrics": metrics }),
                );
            }
        }
    }
    let key = plan.facts.paging.as_ref().and_then(|paging| paging.key.as_deref()).unwrap_or("data");
    Ok(json!({ key: data }))
}

/// One Pin, or all that the account has.
fn pins_or_account(call: &Call) -> Result<Value, Refusal> {
    let days = days::asked(&call.query, days::AT_ONCE, call.now)?;
    let pin = call.text("pin_id").map(Id::read);
    organic(&subject::pins(call.world, pin), &days, call)
}

/// Some Pins, by their ids. Believed: one that is not ours refuses all, as it does alone.
fn many_pins(call: &Call) -> Result<Value, Refusal> {
    let days = days::asked(&call.query, days::AT_ONCE, call.now)?;
    let ids = texts(&call.query, "pin_ids").unwrap_or_default();
    let of = |id: &String| {
        let pin = call.pin(Id::read(id))?.id;
        Ok((id.clone(), organic(&subject::pins(call.world, Some(pin)), &days, call)?))
    };
    ids.iter().map(of).collect::<Result<Map<_, _>, Refusal>>().map(Value::Object)
}

/// Days and their sum, for all or for each part of a split.
fn organic(leaves: &[Leaf], days: &[Date], call: &Call) -> Result<Value, Refusal> {
    let metrics = texts(&call.query, "metric_types");
    let metrics = metrics.unwrap_or_else(|| USUAL.map(str::to_owned).to_vec());
    let app = call.query["app_types"].as_str().unwrap_or("ALL");
    let app = APPS.iter().position(|name| *name == app);
    let app = app.map_or(WHOLE, |index| Part { index: index as u64, of: APPS.len() as u64 });
    let split = call.query["split_field"].as_str().unwrap_or("NO_SPLIT");
    let split = SPLITS.iter().find(|(name, _)| *name == split && app.of == 1);
    let parts: Vec<(&str, Part)> = match split {
        None => vec![("all", app)],
        Some((_, names)) => {
            let part = |index: usize| Part { index: index as u64, of: names.len() as u64 };
            names.iter().enumerate().map(|(index, name)| (*name, part(index))).collect()
        }
    };
    let today = call.now.date();
    let made = leaves.iter().map(|leaf| leaf.since).min().unwrap_or(today);
    let told = |(name, part): (&str, Part)| {
        let figures = |days: &[Date]| {
            let sum = Sum { leaves, days, part };
            metrics.iter().map(|name| (name.clone(), sum.figure(name))).collect::<Map<_, _>>()
        };
        let day = |day: &Date| {
            let status = match *day {
                day if day < made => "BEFORE_PIN_CREATED",
                day if day >= today => "ESTIMATE",
                _ => "READY",
            };
            json!({ "date": day.to_string(), "data_status": status, "metrics": figures(&[*day]) })
        };
        let daily: Vec<Value> = days.iter().map(day).collect();
        (name.to_owned(), json!({ "daily_metrics": daily, "summary_metrics": figures(days) }))
    };
    Ok(Value::Object(parts.into_iter().map(told).collect()))
}

/// The Pins with most of something.
fn top(call: &Call) -> Result<Value, Refusal> {
    let days = days::asked(&call.query, days::AT_ONCE, call.now)?;
    let sort_by = call.query["sort_by"].as_str().unwrap_or("IMPRESSION");
    let metrics = texts(&call.query, "metric_types");
    let metrics = metrics.unwrap_or_else(|| USUAL.map(str::to_owned).to_vec());
    let newest = call.query["created_in_last_n_days"].as_i64();
    let since = newest.map(|days| call.now.plus_s(-days * 86_400).date());
    let mut pins = subject::pins(call.world, None);
    pins.retain(|pin| since.is_none_or(|since| pin.since >= since));
    let figure = |pin: &Leaf, name: &str| {
        Sum { leaves: std::slice::from_ref(pin), days: &days, part: WHOLE }.figure(name)
    };
    let mut ranked: Vec<(f64, Leaf)> =
        pins.into_iter().map(|pin| (figure(&pin, sort_by).as_f64().unwrap_or(0.0), pin)).collect();
    ranked.sort_by(|(a, pin), (b, other)| b.total_cmp(a).then_with(|| other.key.cmp(&pin.key)));
    let most = call.query["num_of_pins"].as_u64().unwrap_or(50) as usize;
    let told = |(_, pin): &(f64, Leaf)| {
        let figures = metrics.iter().map(|name| (name.clone(), figure(pin, name)));
        let ready = metrics.iter().map(|name| (name.clone(), "READY".into()));
        json!({
            "pin_id": pin.key,
            "metrics": figures.collect::<Map<_, _>>(),
            "data_status": ready.collect::<Map<String, Value>>(),
        })
    };
    let midnight = call.now.seconds().div_euclid(86_400) * 86_400_000;
    Ok(json!({
        "pins": ranked.iter().take(most).map(told).collect::<Vec<_>>(),
        "sort_by": sort_by,
        "date_availability": { "is_realtime": false, "latest_available_timestamp": midnight },
    }))
}

fn row_of(plan: &Plan) -> Option<&'static Type> {
    let response = plan.facts.response.as_ref()?.resolve();
    response.items.as_deref().filter(|_| response.kind == Some(Kind::Array))
}

/// The column that says what a row is of.
fn id_column(row: &'static Type) -> Option<&'static str> {
    let names = row.alternatives().into_iter().flat_map(|type_| type_.properties.keys());
    names.into_iter().find(|name| name.ends_with("_ID")).map(|name| &**name)
}

/// A list of texts in a question.
pub fn texts(question: &Value, name: &str) -> Option<Vec<String>> {
    Some(question[name].as_array()?.iter().filter_map(key_text).collect())
}
