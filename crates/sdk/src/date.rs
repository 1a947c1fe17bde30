//! Days of the calendar, for periods and relative dates.

use std::fmt;

/// A day, counted from 1970-01-01.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(pub i64);

impl Day {
    /// Reads the first ten characters of a text, such as `2026-01-31…`. None if they are not a day.
    pub fn read(text: &str) -> Option<Day> {
        let mut parts = text.get(..10)?.split('-').map(str::parse);
        let (year, month, day) = (parts.next()?.ok()?, parts.next()?.ok()?, parts.next()?.ok()?);
        let found = Day::of(year, month, day);
        (found.to_string() == text[..10]).then_some(found)
    }

    /// The day of the Gregorian calendar with this year, month (1 to 12) and day of the month. In the
    /// calculation years begin in March, so that the leap day is the last day of a year.
    pub fn of(year: i64, month: i64, day: i64) -> Day {
        let year = if month > 2 { year } else { year - 1 };
        let in_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
        let era = year.div_euclid(400);
        let in_era = year.rem_euclid(400);
        Day(era * 146_097 + in_era * 365 + in_era / 4 - in_era / 100 + in_year - 719_468)
    }

    /// Year, month and day of the month.
    pub fn parts(self) -> (i64, i64, i64) {
        let days = self.0 + 719_468;
        let (era, in_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
        let year = (in_era - in_era / 1_460 + in_era / 36_524 - in_era / 146_096) / 365;
        let in_year = in_era - (365 * year + year / 4 - year / 100);
        let month = (5 * in_year + 2) / 153;
        let day = in_year - (153 * month + 2) / 5 + 1;
        let month = if month < 10 { month + 3 } else { month - 9 };
        (era * 400 + year + i64::from(month <= 2), month, day)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        let (year, month, day) = self.parts();
        write!(out, "{year:04}-{month:02}-{day:02}")
    }
}

#[cfg(test)]
mod tests {
    use super::Day;

    #[test]
    fn every_day_of_eight_centuries_has_one_name() {
        let (first, last) = (Day::of(1600, 1, 1), Day::of(2400, 12, 31));
        let mut known = String::new();
        for day in first.0..=last.0 {
            let name = Day(day).to_string();
            assert!(name > known, "{known} {name}");
            assert!(Day::read(&name) == Some(Day(day)), "{name}");
            known = name;
        }
        assert_eq!(last.0 - first.0 + 1, 801 * 365 + 195);
        assert_eq!(Day(0).to_string(), "1970-01-01");
    }

    #[test]
    fn what_is_not_a_day_is_refused() {
        for text in ["", "2026-02-29", "2026-13-01", "2026-00-10", "26-01-01xx", "yesterday!"] {
            assert!(Day::read(text).is_none(), "{text}");
        }
    }
}
