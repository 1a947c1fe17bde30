//! What a service says about its rate limits, in the headers of an answer.
//!
//! `x-ratelimit-limit`, `-remaining` and `-reset`, with or without the `x-`. The limit may list
//! every window, as the IETF's draft of these headers does:
//! `100, 100;w=1;name="burst", 1000;w=60;name="reads"`.

use std::time::{Duration, SystemTime};

use crate::bounds;
use crate::contract::Response;

/// Windows of one answer that are looked at.
const WINDOWS: usize = 16;
/// Characters of a window's name.
const NAME: usize = 64;

/// What came in one answer. Empty when the service says nothing.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct RateLimitHeaders {
    /// Every window that the request fell under.
    pub windows: Vec<Window>,
    /// The tightest of them.
    pub tightest: Option<Tightest>,
}

/// A window that a request fell under.
#[derive(Debug, PartialEq, Eq)]
pub struct Window {
    /// As the service calls it.
    pub name: String,
    /// Calls in it.
    pub limit: u32,
    /// How long it is.
    pub length: Duration,
}

/// The window that is used up next.
#[derive(Debug, PartialEq, Eq)]
pub struct Tightest {
    /// Calls in it, if the service tells.
    pub limit: Option<u32>,
    /// Calls left in it.
    pub left: u32,
    /// From now until it is new.
    pub reset: Duration,
}

impl RateLimitHeaders {
    /// Reads them.
    pub fn of(response: &Response) -> Self {
        let find = |name: &str| {
            let mut headers = response.headers.iter();
            headers.find(|header| header.name == name).map(|header| header.value.as_str())
        };
        let said = |name: &str| {
            find(&format!("x-ratelimit-{name}")).or_else(|| find(&format!("ratelimit-{name}")))
        };
        let limits = said("limit").unwrap_or_default();
        let now = SystemTime::now();
        let wait = find("retry-after").filter(|_| response.status == 429);
        let wait = wait.and_then(|text| bounds::retry_after(text, now));
        let reset = said("reset").and_then(|text| bounds::reset(text, now));
        let left = said("remaining").and_then(bounds::count);
        let tightest = match (wait, left, reset) {
            // Refused, so there is nothing left whatever the counter says.
            (Some(wait), ..) => Some((0, wait)),
            (None, Some(left), Some(reset)) => Some((left, reset)),
            _ => None,
        };
        RateLimitHeaders {
            windows: limits.split(',').filter_map(window).take(WINDOWS).collect(),
            tightest: tightest.map(|(left, reset)| Tightest {
                limit: limits.split([',', ';']).next().and_then(bounds::count),
                left,
                reset,
            }),
        }
    }
}

/// `1000;w=60;name="reads"`
fn window(item: &str) -> Option<Window> {
    let mut parts = item.split(';').map(str::trim);
    let limit = bounds::count(parts.next()?)?;
    let (mut length, mut name) = (None, None);
    for (key, value) in parts.filter_map(|part| part.split_once('=')) {
        match key {
            "w" => length = bounds::seconds(value),
            "name" => name = Some(value.trim_matches('"').chars().take(NAME).collect()),
            _ => {}
        }
    }
    let length = length?;
    let name = name.unwrap_or_else(|| format!("{limit} in {} s", length.as_secs()));
    Some(Window { name, limit, length })
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use super::*;
    use crate::contract::Header;

    fn said(status: u16, headers: &[(&str, &str)]) -> RateLimitHeaders {
        let header =
            |(name, value): &(&str, &str)| Header { name: (*name).into(), value: (*value).into() };
        let headers = headers.iter().map(header).collect();
        RateLimitHeaders::of(&Response { status, headers, body: Vec::new() })
    }

    fn tightest(limit: Option<u32>, left: u32, reset: u64) -> Option<Tightest> {
        Some(Tightest { limit, left, reset: Duration::from_secs(reset) })
    }

    #[test]
    fn windows_and_the_tightest_of_them() {
        for prefix in ["x-ratelimit", "ratelimit"] {
            let limit = r#"100, 100;w=1;name="burst", 1000;w=60"#;
            let names = ["limit", "remaining", "reset"].map(|name| format!("{prefix}-{name}"));
            let said = said(200, &[(&names[0], limit), (&names[1], "99"), (&names[2], "1")]);
            assert_eq!(said.tightest, tightest(Some(100), 99, 1));
            let windows = said.windows.iter();
            let windows: Vec<_> = windows
                .map(|window| (window.name.as_str(), window.limit, window.length.as_secs()))
                .collect();
            assert_eq!(windows, [("burst", 100, 1), ("1000 in 60 s", 1000, 60)]);
        }
    }

    #[test]
    fn a_reset_may_be_a_time_and_a_refusal_may_say_when() {
        let soon = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() + 100;
        let github = [("x-ratelimit-limit", "60"), ("x-ratelimit-remaining", "5")];
        let said_of = said(200, &[github[0], github[1], ("x-ratelimit-reset", &soon.to_string())]);
        assert!((98..=100).contains(&said_of.tightest.unwrap().reset.as_secs()));
        assert_eq!(said(429, &[("retry-after", "7")]).tightest, tightest(None, 0, 7));
        assert_eq!(said(503, &[("retry-after", "7")]), RateLimitHeaders::default());
        assert_eq!(said(429, &[("x-ratelimit-limit", "a;w=b, ;")]), RateLimitHeaders::default());
    }

    #[test]
    fn no_number_and_no_list_is_too_large() {
        let vast = u64::MAX.to_string();
        let limit = format!("5;w={vast}, {}", "7;w=1;name=x, ".repeat(1000));
        let names = ["x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"];
        let said_of = said(200, &[(names[0], &limit), (names[1], &vast), (names[2], &vast)]);
        assert_eq!((said_of.windows.len(), said_of.windows[0].length), (16, bounds::LONGEST));
        let tightest = said_of.tightest.unwrap();
        assert_eq!((tightest.left, tightest.reset), (u32::MAX, bounds::LONGEST));
        let refused = said(429, &[("retry-after", &vast)]).tightest.unwrap();
        assert_eq!(refused.reset, bounds::LONGEST);
    }
}
