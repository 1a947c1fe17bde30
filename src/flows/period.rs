//! Spans of days: given, or named by a shortcut.

use serde::Serialize;
use serde_json::{Map, Value};

use connector_sdk::contract::{Error, FieldError};
use connector_sdk::date::Day;
use connector_sdk::error::{invalid_field, without};
use connector_sdk::flow::{Flow, FlowResult};

/// From the first day to the last, both included.
#[derive(Clone, Copy)]
pub struct Span {
    pub first: Day,
    pub last: Day,
    /// What day it is, if that is known.
    today: Option<Day>,
}

impl Serialize for Span {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{}/{}", self.first, self.last))
    }
}

impl Span {
    pub fn days(self) -> i64 {
        self.last.0 - self.first.0 + 1
    }

    /// Fails when the span begins more than `days` back, which is as far as `what` go. Where it is not
    /// known what day it is, Pinterest has to say so.
    pub fn within(self, days: i64, what: &str) -> Result<Span, Error> {
        match self.today {
            Some(today) if today.0 - self.first.0 > days => {
                let message =
                    format!("is more than {days} days back, which is as far as {what} go");
                Err(invalid_field("start_date", message))
            }
            _ => Ok(self),
        }
    }

    /// The same days, in spans of at most so many.
    pub fn pieces(self, days: i64) -> Vec<Span> {
        let first = |piece: i64| Day(self.first.0 + piece * days);
        let pieces = (self.days() + days - 1) / days;
        let piece = |index| Span {
            first: first(index),
            last: Day((first(index + 1).0 - 1).min(self.last.0)),
            today: self.today,
        };
        (0..pieces).map(piece).collect()
    }
}

/// What the fields `start_date` and `end_date`, or `period`, say; nothing when all are left out.
/// Pinterest's own clock tells what day it is where the input does not.
pub fn of(flow: &mut Flow) -> FlowResult<Option<Span>> {
    let dates = ["start_date", "end_date"];
    let given = dates.map(|name| Day::read(flow.text(name)));
    let today = Day::read(flow.text("today"));
    let has = |name: &str| flow.input().contains_key(name);
    let fault = |name: &str, message: &str| FieldError {
        path: name.to_owned(),
        message: message.to_owned(),
    };
    if !has("period") {
        let missing = dates.into_iter().filter(|name| !has(name));
        let missing: Vec<_> = missing.map(|name| fault(name, "must be given too")).collect();
        return match (given, missing.len()) {
            (_, 2) => Ok(None),
            ([Some(first), Some(last)], _) if first <= last => {
                Ok(Some(Span { first, last, today }))
            }
            ([Some(_), Some(_)], _) => {
                Err(invalid_field("end_date", "must not be before start_date").into())
            }
            (_, 1) => Err(without(missing).unwrap_err().into()),
            _ => {
                let wrong = dates.into_iter().zip(given).filter(|(_, day)| day.is_none());
                let wrong = wrong.map(|(name, _)| fault(name, "must be a date like 2026-01-31"));
                Err(without(wrong.collect()).unwrap_err().into())
            }
        };
    }
    let both = dates.into_iter().filter(|name| has(name));
    without(both.map(|name| fault(name, "must be left out where period is given")).collect())?;
    let Some(today) = today else {
        flow.call_for("user_account.get", Map::new(), |_| Value::Null)?;
        let now = flow.now()?;
        let today = Day::read(&now).ok_or_else(|| {
            invalid_field("today", "must be given: Pinterest does not say what day it is")
        })?;
        return Ok(named(flow.text("period"), today));
    };
    Ok(named(flow.text("period"), today))
}

/// `last_7_days` are the seven days before today, which is not over.
fn named(period: &str, today: Day) -> Option<Span> {
    let (year, month, _) = today.parts();
    let span = |first, last| Span { first, last, today: Some(today) };
    let before = |days: i64| span(Day(today.0 - days), Day(today.0 - 1));
    if let Some(days) = period.strip_prefix("last_").and_then(|it| it.strip_suffix("_days")) {
        return Some(before(days.parse().ok()?));
    }
    // 1970-01-01 was a Thursday.
    let monday = Day(today.0 - (today.0 + 3).rem_euclid(7));
    let quarter = month - (month - 1) % 3;
    let ended = |after: Day, months: i64| {
        let last = Day(after.0 - 1);
        let (year, month, _) = last.parts();
        span(Day::of(year, month - months + 1, 1), last)
    };
    match period {
        "today" => Some(span(today, today)),
        "yesterday" => Some(before(1)),
        "this_week" => Some(span(monday, today)),
        "last_week" => Some(span(Day(monday.0 - 7), Day(monday.0 - 1))),
        "this_month" => Some(span(Day::of(year, month, 1), today)),
        "last_month" => Some(ended(Day::of(year, month, 1), 1)),
        "this_quarter" => Some(span(Day::of(year, quarter, 1), today)),
        "last_quarter" => Some(ended(Day::of(year, quarter, 1), 3)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weeks_begin_on_monday_and_quarters_have_three_months() {
        let told = |period: &str, today: &str| {
            let span = named(period, Day::read(today).unwrap()).unwrap();
            format!("{}/{}", span.first, span.last)
        };
        // A Monday, and the Sunday before it.
        assert_eq!(told("this_week", "2026-11-30"), "2026-11-30/2026-11-30");
        assert_eq!(told("this_week", "2026-11-29"), "2026-11-23/2026-11-29");
        assert_eq!(told("last_week", "2026-11-30"), "2026-11-23/2026-11-29");
        assert_eq!(told("this_quarter", "2026-11-30"), "2026-10-01/2026-11-30");
        assert_eq!(told("last_quarter", "2026-11-30"), "2026-07-01/2026-09-30");
        assert_eq!(told("last_quarter", "2026-02-03"), "2025-10-01/2025-12-31");
        assert_eq!(told("last_month", "2026-01-31"), "2025-12-01/2025-12-31");
    }
}
