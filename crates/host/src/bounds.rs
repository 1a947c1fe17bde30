//! Numbers and times that come from outside: the one place that reads them.
//!
//! A service, a connector's description or a file may say any number. Here each gets a bound that no
//! honest one reaches, and arithmetic with it ends at the bound instead of in a panic.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::Value;
use tokio::time::Instant;

/// The longest wait or window: a year and a day.
pub const LONGEST: Duration = Duration::from_secs(366 * 86_400);
/// The longest life of a token, in seconds: a hundred years.
const LONGEST_LIFE: u64 = 100 * 366 * 86_400;
/// From here on a number of seconds is a time since 1970, not one from now.
const EPOCH: f64 = 1e9;
/// From here on it is in milliseconds.
const EPOCH_MS: f64 = 1e12;

/// A whole number without a sign; the largest when it is larger.
pub fn count(text: &str) -> Option<u32> {
    let text = text.trim();
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().unwrap_or(u32::MAX))
}

/// A time in seconds, perhaps with a fraction; zero when it is negative.
pub fn seconds(text: &str) -> Option<Duration> {
    number(text).map(span)
}

/// What `retry-after` says: seconds, or the date of HTTP (RFC 9110, section 10.2.3).
pub fn retry_after(text: &str, now: SystemTime) -> Option<Duration> {
    let until = || httpdate::parse_http_date(text.trim()).ok();
    seconds(text).or_else(|| Some(until()?.duration_since(now).unwrap_or_default().min(LONGEST)))
}

/// When a window begins anew: in seconds from now, or as seconds or milliseconds since 1970.
pub fn reset(text: &str, now: SystemTime) -> Option<Duration> {
    let said = number(text)?;
    let now = now.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64();
    Some(span(match said {
        EPOCH_MS.. => said / 1000.0 - now,
        EPOCH.. => said - now,
        _ => said,
    }))
}

/// How long a token lives, in seconds. Some services write numbers as texts.
pub fn life(value: &Value) -> Option<u64> {
    let seconds = match value {
        Value::String(text) => number(text)?,
        value => value.as_f64()?,
    };
    Some((seconds.max(0.0) as u64).min(LONGEST_LIFE))
}

/// A moment so much later.
pub fn later(from: Instant, time: Duration) -> Instant {
    from.checked_add(time.min(LONGEST)).unwrap_or(from)
}

/// Digits with at most one point, and a sign.
fn number(text: &str) -> Option<f64> {
    let text = text.trim();
    let digits = text.strip_prefix('-').unwrap_or(text);
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let begins = digits.starts_with(|first: char| first.is_ascii_digit());
    text.parse().ok().filter(|_| plain && begins)
}

fn span(seconds: f64) -> Duration {
    Duration::try_from_secs_f64(seconds.max(0.0)).map_or(LONGEST, |time| time.min(LONGEST))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const S: Duration = Duration::from_secs(1);

    #[test]
    fn counts_end_at_the_largest() {
        assert_eq!(count(" 7 "), Some(7));
        assert_eq!(count("99999999999999999999999"), Some(u32::MAX));
        for wrong in ["", "-1", "+1", "1.5", "1e3", "seven", "0x10", "١"] {
            assert_eq!(count(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn times_end_after_a_year() {
        assert_eq!(seconds("7"), Some(S * 7));
        assert_eq!(seconds("0.25"), Some(S / 4));
        assert_eq!(seconds("-3"), Some(Duration::ZERO));
        for long in ["18446744073709551615", "18446744073709551616", &"9".repeat(400), "31622401"] {
            assert_eq!(seconds(long), Some(LONGEST), "{long}");
        }
        for wrong in ["", "-", ".5", "1.2.3", "1e3", "inf", "NaN", "nan", "1 s", "--1"] {
            assert_eq!(seconds(wrong), None, "{wrong}");
        }
        let far = later(Instant::now(), Duration::MAX);
        assert_eq!(later(far, Duration::MAX) - far, LONGEST);
    }

    #[test]
    fn a_moment_may_be_written_in_several_ways() {
        let now = UNIX_EPOCH + S * 1_800_000_000;
        assert_eq!(retry_after("7", now), Some(S * 7));
        assert_eq!(retry_after("Fri, 15 Jan 2027 08:00:30 GMT", now), Some(S * 30));
        assert_eq!(retry_after("Fri, 15 Jan 2016 08:00:30 GMT", now), Some(Duration::ZERO));
        assert_eq!(retry_after("Fri, 31 Dec 9999 23:59:59 GMT", now), Some(LONGEST));
        assert_eq!(retry_after("soon", now), None);
        assert_eq!(reset("100", now), Some(S * 100));
        assert_eq!(reset("1800000100", now), Some(S * 100));
        assert_eq!(reset("1800000100000", now), Some(S * 100));
        assert_eq!(reset("1700000000", now), Some(Duration::ZERO));
        assert_eq!(reset(&u64::MAX.to_string(), now), Some(LONGEST));
    }

    #[test]
    fn lives_are_numbers_or_texts() {
        assert_eq!(life(&json!(3600)), Some(3600));
        assert_eq!(life(&json!(3600.9)), Some(3600));
        assert_eq!(life(&json!("3600")), Some(3600));
        assert_eq!(life(&json!(-5)), Some(0));
        assert_eq!(life(&json!(u64::MAX)), Some(LONGEST_LIFE));
        assert_eq!(life(&json!("never")), None);
        assert_eq!(life(&json!(null)), None);
    }
}
