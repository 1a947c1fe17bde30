//! How long a refusal asks to wait, read from its message. The build uses this file too (a link in
//! `crates/catalog/src`), so it uses nothing else of the crate.

/// Words before the time.
const LEADS: [&str; 6] =
    ["retry after", "retry-after", "retry in", "try again after", "try again in", "wait"];
/// Words that may come between these and the time.
const FILLERS: [&str; 9] =
    ["about", "another", "approximately", "around", "at", "for", "least", "the", "next"];

/// Milliseconds in a text in lower case: 5000 for `retry after 5 seconds`. Without a unit they are
/// seconds. None when it names no time.
pub fn asked(text: &str) -> Option<u32> {
    LEADS.iter().find_map(|lead| {
        text.match_indices(lead).find_map(|(at, _)| time(&text[at + lead.len()..]))
    })
}

fn time(text: &str) -> Option<u32> {
    let blank = |c: char| c.is_whitespace() || matches!(c, ':' | '=' | '(' | '"');
    let mut rest = text.trim_start_matches(blank);
    while let Some(filler) = FILLERS.iter().find(|filler| {
        rest.strip_prefix(**filler).is_some_and(|after| after.starts_with(char::is_whitespace))
    }) {
        rest = rest[filler.len()..].trim_start_matches(blank);
    }
    let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
    let number: f64 = rest[..end].trim_end_matches('.').parse().ok()?;
    let after = &rest[end..];
    // A date or a time of day is no number of seconds.
    if after.starts_with(['-', ':', '/']) {
        return None;
    }
    let unit = after.trim_start();
    let unit = &unit[..unit.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(unit.len())];
    let unit = match unit {
        "ms" | "msec" | "msecs" | "millis" | "millisecond" | "milliseconds" => 1.0,
        "" | "s" | "sec" | "secs" | "second" | "seconds" => 1_000.0,
        "m" | "min" | "mins" | "minute" | "minutes" => 60_000.0,
        "h" | "hr" | "hrs" | "hour" | "hours" => 3_600_000.0,
        "d" | "day" | "days" => 86_400_000.0,
        // `retry after 5 and …`
        "and" | "or" | "before" | "to" => 1_000.0,
        _ => return None,
    };
    // A float becomes the largest whole number where it is too large.
    Some((number * unit).ceil() as u32)
}

#[cfg(test)]
mod tests {
    use super::asked;

    #[test]
    fn times_are_read_in_any_unit() {
        let all = [
            ("reporting query cost limit exceeded. retry after 1 seconds", Some(1_000)),
            ("retry after 900 seconds", Some(900_000)),
            ("retry after 250ms", Some(250)),
            ("retry-after: 7", Some(7_000)),
            ("please try again in about 2 minutes.", Some(120_000)),
            ("please wait for at least 1.5 hours", Some(5_400_000)),
            ("wait 1 day", Some(86_400_000)),
            ("retry after 0.2 s", Some(200)),
            ("try again after 99999999999 days", Some(u32::MAX)),
            ("await the answer, then retry in 3 sec", Some(3_000)),
            ("retry after 2026-01-31", None),
            ("retry after 12:00", None),
            ("retry after 5 attempts", None),
            ("retry after some time", None),
            ("try again later", None),
            ("retry after", None),
            ("", None),
        ];
        for (text, wanted) in all {
            assert_eq!(asked(text), wanted, "{text}");
        }
    }
}
