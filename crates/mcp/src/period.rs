//! Spans of days by their names, for actions that take a first and a last day and no names.

use connector_host::contract::actions::Description;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan, tz::TimeZone};
use rmcp::model::JsonObject;
use serde_json::{Value, json};

use crate::arguments::Invalid;
use crate::schema;

/// The argument that names a span.
pub const PERIOD: &str = "period";
/// The fields that it stands for.
const DAYS: [&str; 2] = ["start_date", "end_date"];
/// Days of a span that is named by their number, at most.
const MOST: i64 = 3_660;

/// Whether it is ours to fill in.
fn is_ours(input: &str) -> bool {
    DAYS.iter().all(|name| schema::has_own(input, name)) && !schema::has_own(input, PERIOD)
}

/// Adds the argument to the schema of a tool, where it can be filled in.
pub fn add(input: &str, tool: &mut JsonObject) {
    if !is_ours(input) {
        return;
    }
    if let Some(Value::Array(required)) = tool.get_mut("required") {
        required.retain(|name| !DAYS.iter().any(|day| name == day));
    }
    let said = "Instead of both dates, such as last_week.";
    let properties = tool.entry("properties").or_insert_with(|| json!({}));
    properties[PERIOD] = json!({"type": "string", "description": said});
}

/// Fills in the days that a name stands for.
pub fn fill(description: &Description, arguments: &mut JsonObject) -> Result<(), Invalid> {
    if !is_ours(&description.input) {
        return Ok(());
    }
    let Some(given) = arguments.remove(PERIOD).filter(|given| !given.is_null()) else {
        return Ok(());
    };
    if DAYS.iter().any(|name| arguments.contains_key(*name)) {
        return Err(Invalid::new(PERIOD, "must be left out where dates are given"));
    }
    let today = Timestamp::now().to_zoned(TimeZone::UTC).date();
    let (first, last) = given.as_str().and_then(|name| span(name, today)).ok_or_else(|| {
        let names = "today, yesterday, last_7_days (or another number), this_week, last_week, \
                     this_month, last_month, this_quarter, last_quarter, this_year, last_year";
        Invalid::new(PERIOD, format!("must be one of {names}"))
    })?;
    for (name, day) in DAYS.iter().zip([first, last]) {
        arguments.insert((*name).to_owned(), day.to_string().into());
    }
    Ok(())
}

/// The first and the last day. Those that begin with `this` end today, all others before; weeks begin on
/// Monday.
fn span(name: &str, today: Date) -> Option<(Date, Date)> {
    let name = name.trim().to_lowercase().replace([' ', '-'], "_");
    if let Some(days) = name.strip_prefix("last_").and_then(|rest| rest.strip_suffix("_days")) {
        let days = days.parse().ok().filter(|days| (1..=MOST).contains(days))?;
        return Some((today.checked_sub(days.days()).ok()?, today.yesterday().ok()?));
    }
    let (which, unit) = name.split_once('_').unwrap_or(("", &name));
    let begun = match unit {
        "today" | "yesterday" => today,
        "week" => {
            let days = today.weekday().to_monday_zero_offset();
            today.checked_sub(i64::from(days).days()).ok()?
        }
        "month" => today.first_of_month(),
        "quarter" => Date::new(today.year(), today.month() - (today.month() - 1) % 3, 1).ok()?,
        "year" => today.first_of_year(),
        _ => return None,
    };
    let length = match unit {
        "week" => 7.days(),
        "month" => 1.month(),
        "quarter" => 3.months(),
        "year" => 1.year(),
        _ => 1.day(),
    };
    match (which, unit) {
        ("", "today") | ("this", "week" | "month" | "quarter" | "year") => Some((begun, today)),
        ("", "yesterday") | ("last", "week" | "month" | "quarter" | "year") => {
            Some((begun.checked_sub(length).ok()?, begun.yesterday().ok()?))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::description;

    #[test]
    fn a_name_is_a_first_and_a_last_day() {
        let told = |name: &str, today: &str| {
            let (first, last) = span(name, today.parse().unwrap()).unwrap();
            format!("{first} {last}")
        };
        for (name, wanted) in [
            ("today", "2026-02-01 2026-02-01"),
            ("yesterday", "2026-01-31 2026-01-31"),
            ("last_7_days", "2026-01-25 2026-01-31"),
            ("this week", "2026-01-26 2026-02-01"),
            ("Last-Week", "2026-01-19 2026-01-25"),
            ("last_month", "2026-01-01 2026-01-31"),
            ("this_quarter", "2026-01-01 2026-02-01"),
            ("last_quarter", "2025-10-01 2025-12-31"),
            ("this_year", "2026-01-01 2026-02-01"),
            ("last_year", "2025-01-01 2025-12-31"),
        ] {
            assert_eq!(told(name, "2026-02-01"), wanted, "{name}");
        }
        let today = "2026-02-01".parse().unwrap();
        for wrong in
            ["", "this_today", "next_week", "last_0_days", "last_x_days", "last_99999_days"]
        {
            assert_eq!(span(wrong, today), None, "{wrong}");
        }
    }

    #[test]
    fn it_is_filled_in_where_the_action_knows_no_names() {
        let dated = r#"{"properties": {"start_date": {}, "end_date": {}}}"#;
        let named = r#"{"properties": {"start_date": {}, "end_date": {}, "period": {}}}"#;
        let filled = |input: &str, given: Value| {
            let mut arguments = given.as_object().cloned().unwrap();
            let filled = fill(&description("things.list", input, "{}"), &mut arguments);
            filled.map(|()| arguments).map_err(|invalid| invalid.path)
        };
        let both = filled(dated, json!({"period": "last_month"})).unwrap();
        assert!(both.contains_key("start_date") && both.contains_key("end_date"));
        assert_eq!(both.len(), 2);
        assert_eq!(filled(named, json!({"period": "x"})).unwrap()["period"], "x");
        assert_eq!(filled(dated, json!({"period": "x"})), Err("period"));
        let too_much = json!({"period": "today", "start_date": "2026-01-01"});
        assert_eq!(filled(dated, too_much), Err("period"));
        let mut tool = json!({"required": ["start_date", "end_date", "a"]});
        add(dated, tool.as_object_mut().unwrap());
        assert_eq!(tool["required"], json!(["a"]));
        assert!(tool["properties"]["period"].is_object());
    }
}
