//! Points in time as microseconds since 1970 UTC, however a service writes them.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use serde_json::Value;

/// Numbers from here on are milliseconds, those below seconds: as milliseconds it is a day in 1973,
/// as seconds a year in which nobody reads this.
const MILLISECONDS: f64 = 1e11;

/// Microseconds since 1970: of an RFC 3339 time, of a time without a zone, which is taken as UTC,
/// or of the midnight at which a date begins. None for any other text.
pub fn instant(text: &str) -> Option<i64> {
    if let Ok(time) = text.parse::<Timestamp>() {
        return Some(time.as_microsecond());
    }
    // A zone that is no offset, or an offset without a date, is no civil time.
    let civil = text.parse::<DateTime>();
    let civil = civil.or_else(|_| text.parse::<Date>().map(DateTime::from)).ok()?;
    Some(civil.to_zoned(TimeZone::UTC).ok()?.timestamp().as_microsecond())
}

/// Microseconds since 1970 of a value in a record: a text, or a number of seconds or milliseconds.
pub fn of(value: &Value) -> Option<i64> {
    match value {
        Value::String(text) => instant(text),
        Value::Number(number) => {
            let number = number.as_f64()?;
            let micros = if number.abs() < MILLISECONDS { 1e6 } else { 1e3 };
            Some((number * micros) as i64)
        }
        _ => None,
    }
}

/// A time in a record as RFC 3339 in UTC, however the service writes it: `2026-01-05T12:00:00Z`.
/// None when it is none.
pub fn moment(value: &Value) -> Option<String> {
    Some(Timestamp::from_microsecond(of(value)?).ok()?.to_string())
}

/// The same moment, or the midnight before it for a field that only knows dates.
pub(crate) fn floored(micros: i64, kind: Option<&str>) -> i64 {
    const DAY: i64 = 86_400_000_000;
    match kind {
        Some("date") => micros.saturating_sub(micros.rem_euclid(DAY)),
        _ => micros,
    }
}

/// In words of the kind that a field with this schema takes.
pub(crate) fn value(micros: i64, field: &Value) -> Value {
    let time = Timestamp::from_microsecond(micros).unwrap_or(Timestamp::UNIX_EPOCH);
    match (field["format"].as_str(), field["x-time"].as_str()) {
        (Some("date"), _) => time.to_zoned(TimeZone::UTC).date().to_string().into(),
        (_, Some("milliseconds")) => time.as_millisecond().into(),
        (_, Some(_)) => time.as_second().into(),
        _ => time.to_string().into(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_moment_is_the_same_however_it_is_written() {
        let second = 1_767_614_400;
        let spellings = [
            json!("2026-01-05T12:00:00Z"),
            json!("2026-01-05T13:00:00+01:00"),
            json!("2026-01-05T12:00:00"),
            json!("2026-01-05T12:00:00.000000"),
            json!(second),
            json!(second * 1000),
        ];
        for spelling in spellings {
            assert_eq!(of(&spelling), Some(second * 1_000_000), "{spelling}");
        }
        for spelling in [json!(second), json!(second * 1000), json!("2026-01-05T13:00:00+01:00")] {
            assert_eq!(moment(&spelling).unwrap(), "2026-01-05T12:00:00Z");
        }
        assert_eq!(moment(&json!(null)), None);
        assert_eq!(instant("2026-01-05"), Some((second - 43_200) * 1_000_000));
        assert_eq!(of(&json!("soon")), None);
        assert_eq!(floored(second * 1_000_000, Some("date")), (second - 43_200) * 1_000_000);
    }
}
