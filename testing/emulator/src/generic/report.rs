//! The rows of a report, from what was asked when it was begun.

use jiff::ToSpan;
use serde_json::{Map, Value};

use super::analytics::{rows, texts};
use super::days::{self, Reach};
use super::subject;
use crate::call::Call;
use crate::clock::Moment;
use crate::reply::Refusal;
use crate::things::job_kind::Job;
use crate::things::key::object;
use crate::world::World;

/// The columns of a report that names none.
const USUAL: [&str; 4] =
    ["SPEND_IN_DOLLAR", "TOTAL_IMPRESSION", "TOTAL_CLICKTHROUGH", "TOTAL_ENGAGEMENT"];
/// Levels and the columns of their ids. A level that is not here is told as the ad account.
const LEVELS: &[(&str, &str)] = &[
    ("CAMPAIGN", "CAMPAIGN_ID"),
    ("AD_GROUP", "AD_GROUP_ID"),
    ("PIN_PROMOTION", "AD_ID"),
    ("AD", "AD_ID"),
];
/// Whatever is left of a report that was let in once.
const ANY: Reach = Reach { back: 36_500, span: 36_500 };

/// What a report is to tell, as one object; None when the job is no report of figures. A template
/// says what its report tells; here all templates say the same, of the last week.
pub fn question(job: &Job, call: &Call) -> Result<Option<Value>, Refusal> {
    let mut question: Map<String, Value> = object(&call.query);
    question.extend(object(&call.body));
    if !job.begin.iter().any(|id| id.starts_with("analytics/")) {
        return Ok(None);
    }
    let today = call.now.date();
    for (name, days) in [("start_date", 7), ("end_date", 1)] {
        let usual = || today.saturating_sub(days.days()).to_string().into();
        question.entry(name).or_insert_with(usual);
    }
    let account = call.text("ad_account_id").unwrap_or_default();
    question.insert("ad_account_id".to_owned(), account.into());
    let question = Value::Object(question);
    let is_hourly = question["granularity"] == "HOUR";
    let reach = match job.begin.contains(&"analytics/create_report") {
        true if is_hourly => days::HOURLY,
        true => days::REPORT,
        false => ANY,
    };
    days::asked(&question, reach, call.now)?;
    Ok(Some(question))
}

/// The rows that answer it.
pub fn answer(question: &Value, world: &mut World, now: Moment) -> Vec<Value> {
    let days = days::asked(question, ANY, now).unwrap_or_default();
    let level = question["level"].as_str().unwrap_or("CAMPAIGN").trim_end_matches("_TARGETING");
    let column = LEVELS.iter().find(|(name, _)| *name == level);
    let column = column.map_or("AD_ACCOUNT_ID", |(_, column)| *column);
    let account = question["ad_account_id"].as_str().unwrap_or_default();
    let ids = texts(question, &format!("{}s", column.to_lowercase()));
    let mut subjects = subject::of_account(world, account, column, ids.as_deref());
    for above in ["CAMPAIGN_ID", "AD_GROUP_ID"].iter().filter(|above| **above != column) {
        if let Some(ids) = texts(question, &format!("{}s", above.to_lowercase())) {
            let is_asked = |id: &Value| id.as_str().is_some_and(|id| ids.iter().any(|it| it == id));
            subjects.retain(|subject| subject.about.get(*above).is_some_and(is_asked));
        }
    }
    let columns = texts(question, "columns");
    let columns = columns.unwrap_or_else(|| USUAL.map(str::to_owned).to_vec());
    let granularity = question["granularity"].as_str().unwrap_or("TOTAL");
    rows(&subjects, &days::stretches(&days, granularity), column, &columns)
}
