//! Milliseconds since 1970, as Google counts them, and RFC 3339 in UTC.

use connector_sdk::date::Day;

const DAY: u64 = 86_400_000;

/// Of a time such as `2026-01-31T12:00:00Z`; parts of a second do not count.
pub fn read(text: &str) -> Option<u64> {
    let day = u64::try_from(Day::read(text)?.0).ok()?;
    let mut parts = text.get(11..19)?.split(':').map(str::parse::<u64>);
    let (hour, minute, second) = (parts.next()?.ok()?, parts.next()?.ok()?, parts.next()?.ok()?);
    Some(day * DAY + ((hour * 60 + minute) * 60 + second) * 1000)
}

pub fn written(ms: u64) -> String {
    let (day, second) = (Day((ms / DAY) as i64), ms % DAY / 1000);
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!("{day}T{hour:02}:{minute:02}:{second:02}Z")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_is_written_again() {
        for text in ["1970-01-01T00:00:00Z", "2026-01-31T12:34:56Z", "2400-02-29T23:59:59Z"] {
            assert_eq!(written(read(text).unwrap()), text);
        }
        assert_eq!(read("2026-01-31T00:00:00.999Z"), Some(1_769_817_600_000));
        assert_eq!(read("2026-13-31T00:00:00Z"), None);
    }
}
