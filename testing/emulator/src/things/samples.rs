//! Values that look right: times in their encodings, and text that fits a pattern.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use serde_json::{Value, json};

use crate::clock::Moment;
use crate::facts::{Time, Type, matches};

/// Before this moment everything made up has happened: 2026-03-01.
const LATEST: Moment = Moment(1_772_323_200_000_000);

/// A moment in the two years before `LATEST`.
pub fn moment(noise: u64) -> Moment {
    LATEST.plus_s(-((noise % 63_072_000) as i64))
}

/// A moment in an encoding. The unit of a `magnitude` is the one that is used by most.
pub fn time(encoding: Time, moment: Moment) -> Value {
    match encoding {
        Time::Rfc3339 => json!(moment),
        Time::Date => moment.date().to_string().into(),
        Time::Seconds | Time::Magnitude => moment.seconds().into(),
        Time::Milliseconds => (moment.0 / 1000).into(),
        Time::SecondsString => moment.seconds().to_string().into(),
    }
}

/// Whether a text is a time in an encoding. A time without a zone is in UTC.
pub fn is_time(encoding: Time, text: &str) -> bool {
    match encoding {
        Time::Rfc3339 => text.parse::<Timestamp>().is_ok() || text.parse::<DateTime>().is_ok(),
        Time::Date => text.len() == 10 && text.parse::<Date>().is_ok(),
        _ => text.parse::<i64>().is_ok(),
    }
}

/// Text of a type, by its pattern, its name and its length.
pub fn text(type_: &Type, name: &str, noise: u64) -> String {
    let id = (noise % 899_999_999_999_999 + 100_000_000_000_000).to_string();
    let number = noise % 1000;
    let is = |part: &str| name.to_lowercase().contains(part);
    let by_name = match () {
        () if is("url") || is("link") || is("website") || is("location") => {
            format!("https://example.com/{number}")
        }
        () if name == "id" || name.ends_with("_id") || name.ends_with("_ID") => id.clone(),
        () if is("email") => format!("person{number}@example.com"),
        () if name.is_empty() => format!("word{number}"),
        () => format!("{} {number}", name.replace('_', " ")),
    };
    let others = [
        id,
        format!("https://example.com/{number}"),
        "2026-03-01".to_owned(),
        "08:30".to_owned(),
        "2026-03-01T08:30:00.000Z".to_owned(),
        format!("word{number}"),
    ];
    let mut candidates = std::iter::once(by_name).chain(others).map(|text| trimmed(type_, text));
    candidates.find(|text| fits(type_, text)).unwrap_or_default()
}

fn trimmed(type_: &Type, mut text: String) -> String {
    let fill = text.chars().next_back().unwrap_or('a');
    let length = text.chars().count();
    text.extend(std::iter::repeat_n(fill, type_.min_length.unwrap_or(0).saturating_sub(length)));
    match type_.max_length {
        Some(most) => text.chars().take(most).collect(),
        None => text,
    }
}

fn fits(type_: &Type, text: &str) -> bool {
    type_.pattern.as_ref().is_none_or(|pattern| matches(pattern, text))
}
