//! Times in words.

/// RFC 3339 in UTC, of milliseconds since 1970.
pub fn time(ms: i64) -> String {
    jiff::Timestamp::from_millisecond(ms).map_or_else(|_| ms.to_string(), |time| time.to_string())
}
