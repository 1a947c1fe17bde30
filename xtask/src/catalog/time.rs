//! Which fields are points in time, and how they encode them.
//!
//! The description says so in three places that contradict each other: the format, the name and
//! the prose. The prose is looked at here and then dropped. Encodings:
//! - `rfc3339`: a string such as `2026-07-09T09:33:55Z`; servers were seen to leave out the zone,
//!   which then is UTC;
//! - `date`: a string `YYYY-MM-DD`;
//! - `seconds`, `milliseconds`: a number, since 1970-01-01 UTC;
//! - `seconds-string`: the same seconds as decimal digits in a string;
//! - `magnitude`: a number whose unit is not certain; from 10^11 on it is milliseconds, below it
//!   seconds.
//!
//! Durations, times of day and intervals are not points in time.

use serde_json::{Map, Value};

/// The encoding of a scalar called `name`, or nothing when it is not a point in time.
pub fn encoding(name: &str, schema: &Map<String, Value>) -> Option<&'static str> {
    let text = |key| schema.get(key).and_then(Value::as_str).unwrap_or_default();
    let prose = text("description").to_lowercase();
    match text("type") {
        "string" => match text("format") {
            "date-time" => Some("rfc3339"),
            "date" => Some("date"),
            _ if fits(text("example"), "dddd-dd-ddTdd:dd:dd") => Some("rfc3339"),
            _ if prose.contains("yyyy-mm-dd")
                || text("pattern") == r"^\d{4}-\d{2}-\d{2}$"
                || fits(text("example"), "dddd-dd-dd") =>
            {
                Some("date")
            }
            _ if prose.starts_with("unix utc timestamp") => Some("seconds-string"),
            _ => None,
        },
        "integer" | "number" if is_named_as_time(name) => {
            let example = schema.get("example").and_then(Value::as_u64);
            Some(unit(name, &prose, example))
        }
        _ => None,
    }
}

fn is_named_as_time(name: &str) -> bool {
    // The position of a frame in a video is a duration, whatever its name ends in.
    !name.contains("frame")
        && ["_time", "_time_ms", "_timestamp", "_at", "_expiration"]
            .iter()
            .any(|ending| name.ends_with(ending))
}

/// Where the words and the example disagree, or neither says anything, only the value can tell.
fn unit(name: &str, prose: &str, example: Option<u64>) -> &'static str {
    let said = if prose.contains("milli") || name.ends_with("_ms") {
        Some("milliseconds")
    } else if ["sec", "unix", "epoch"].iter().any(|word| prose.contains(word)) {
        Some("seconds")
    } else {
        None
    };
    let shown = example.map(|example| match example {
        100_000_000_000.. => "milliseconds",
        _ => "seconds",
    });
    match (said, shown) {
        (Some(said), Some(shown)) if said != shown => "magnitude",
        (Some(unit), _) | (None, Some(unit)) => unit,
        (None, None) => "magnitude",
    }
}

/// Whether `text` is `shape`, where `d` stands for a digit; a time may go on with a fraction and a
/// zone, but not with the second half of an interval.
fn fits(text: &str, shape: &str) -> bool {
    let rest = text.get(shape.len()..);
    rest.is_some_and(|rest| rest.is_empty() || (shape.contains('T') && !rest.contains('/')))
        && shape.bytes().zip(text.bytes()).all(|(shape, byte)| match shape {
            b'd' => byte.is_ascii_digit(),
            _ => byte == shape,
        })
}
