//! The days that a question is about, and the rows in which they are told.

use jiff::ToSpan;
use jiff::civil::Date;
use serde_json::Value;

use super::figures::{Part, WHOLE};
use crate::clock::Moment;
use crate::reply::Refusal;

/// How far back and how wide a question may be, in days. Both as the description says.
#[derive(Clone, Copy)]
pub struct Reach {
    /// From today.
    pub back: i64,
    /// From the first day.
    pub span: i64,
}

/// What is answered at once.
pub const AT_ONCE: Reach = Reach { back: 90, span: 90 };
/// Of a report.
pub const REPORT: Reach = Reach { back: 914, span: 186 };
/// Of a report by the hour.
pub const HOURLY: Reach = Reach { back: 8, span: 3 };

/// The days from `start_date` to `end_date`, but none that is still to come.
pub fn asked(question: &Value, reach: Reach, now: Moment) -> Result<Vec<Date>, Refusal> {
    let date = |name: &str| {
        let date = question[name].as_str().and_then(|text| text.parse::<Date>().ok());
        date.ok_or_else(|| Refusal::invalid(format!("'{name}' is a required property")))
    };
    let (start, end, today) = (date("start_date")?, date("end_date")?, now.date());
    let Reach { back, span } = reach;
    let earliest = today.saturating_sub(back.days());
    let refused = match () {
        () if end < start => "end_date: it is before start_date".to_owned(),
        () if start < earliest => {
            format!("start_date: it cannot be more than {back} days back from today")
        }
        () if end > start.saturating_add(span.days()) => {
            format!("end_date: it cannot be more than {span} days past start_date")
        }
        () => return Ok(start.series(1.day()).take_while(|day| *day <= end.min(today)).collect()),
    };
    Err(Refusal::invalid(refused))
}

/// What one row tells of.
pub struct Stretch {
    /// What stands under `DATE`; nothing for the whole.
    pub name: Option<String>,
    /// Its days.
    pub days: Vec<Date>,
    /// An hour of them, or all.
    pub part: Part,
}

/// The rows that a granularity makes of days. Weeks begin on Monday.
pub fn stretches(days: &[Date], granularity: &str) -> Vec<Stretch> {
    let named = |days: &[Date]| Stretch {
        name: days.first().map(Date::to_string),
        days: days.to_vec(),
        part: WHOLE,
    };
    let monday = |day: &Date| day.saturating_sub(day.weekday().to_monday_zero_offset().days());
    match granularity {
        "DAY" => days.chunks(1).map(named).collect(),
        "WEEK" => days.chunk_by(|a, b| monday(a) == monday(b)).map(named).collect(),
        "MONTH" => {
            days.chunk_by(|a, b| a.first_of_month() == b.first_of_month()).map(named).collect()
        }
        "HOUR" => {
            let hours = |day: &Date| {
                let day = *day;
                (0..24).map(move |index| Stretch {
                    name: Some(format!("{day}T{index:02}:00:00")),
                    days: vec![day],
                    part: Part { index, of: 24 },
                })
            };
            days.iter().flat_map(hours).collect()
        }
        _ => vec![Stretch { name: None, days: days.to_vec(), part: WHOLE }],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_cover_the_days() {
        let first = Date::constant(2026, 6, 24);
        let days: Vec<Date> = first.series(1.day()).take(20).collect();
        let names = |granularity| {
            let stretches = stretches(&days, granularity).into_iter();
            stretches.map(|stretch| stretch.name.unwrap_or_default()).collect::<Vec<_>>()
        };
        assert_eq!(names("TOTAL"), [""]);
        assert_eq!(names("MONTH"), ["2026-06-24", "2026-07-01"]);
        assert_eq!(names("WEEK"), ["2026-06-24", "2026-06-29", "2026-07-06", "2026-07-13"]);
        assert_eq!((names("DAY").len(), names("HOUR").len()), (20, 480));
        assert_eq!(names("HOUR")[25], "2026-06-25T01:00:00");
    }
}
