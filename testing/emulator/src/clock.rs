//! Time, which tests can push forward.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A point in time: microseconds since 1970, UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(pub i64);

impl Moment {
    /// This moment plus so many seconds.
    pub fn plus_s(self, seconds: i64) -> Moment {
        Moment(self.0.saturating_add(seconds.saturating_mul(1_000_000)))
    }

    /// The day in UTC.
    pub fn date(self) -> Date {
        self.civil().date()
    }

    fn civil(self) -> DateTime {
        let timestamp = Timestamp::from_microsecond(self.0).unwrap_or(Timestamp::UNIX_EPOCH);
        timestamp.to_zoned(TimeZone::UTC).datetime()
    }

    /// Whole seconds since 1970.
    pub fn seconds(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }
}

/// Pinterest writes times without a zone, and leaves the fraction out when it
/// is zero: `2026-07-09T09:33:55`, `2026-07-09T14:29:02.456000`.
impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        let civil = self.civil();
        match self.0 % 1_000_000 {
            0 => out.collect_str(&format_args!("{civil:.0}")),
            _ => out.collect_str(&format_args!("{civil:.6}")),
        }
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(value: D) -> Result<Self, D::Error> {
        let civil: DateTime =
            String::deserialize(value)?.parse().map_err(serde::de::Error::custom)?;
        let zoned = civil.to_zoned(TimeZone::UTC).map_err(serde::de::Error::custom)?;
        Ok(Moment(zoned.timestamp().as_microsecond()))
    }
}

/// The machine's clock, plus what tests have added. Clones share one clock.
#[derive(Clone, Default)]
pub struct Clock {
    ahead_us: Arc<AtomicI64>,
}

impl Clock {
    /// The current moment on this clock.
    pub fn now(&self) -> Moment {
        Moment(Timestamp::now().as_microsecond() + self.ahead_us.load(Ordering::Relaxed))
    }

    /// Moves the clock forward: tokens age and rate windows pass at once.
    pub fn advance(&self, by: Duration) {
        let by = i64::try_from(by.as_micros()).unwrap_or(i64::MAX / 4);
        self.ahead_us.fetch_add(by, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::Moment;

    #[test]
    fn times_have_no_zone_and_a_fraction_only_when_there_is_one() {
        let text = |us| serde_json::to_string(&Moment(us)).unwrap();
        assert_eq!(text(1_783_589_635_000_000), r#""2026-07-09T09:33:55""#);
        assert_eq!(text(1_783_589_635_456_000), r#""2026-07-09T09:33:55.456000""#);
        for us in [0, 1, -1, 1_783_589_635_456_001] {
            let read: Moment = serde_json::from_str(&text(us)).unwrap();
            assert_eq!(read, Moment(us));
        }
    }
}
