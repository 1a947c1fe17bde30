//! What a service says about its rate limits, in the headers of an answer.
//!
//! `x-ratelimit-limit`, `-remaining` and `-reset`, with or without the `x-`. The limit may list
//! every window, as the IETF's draft of these headers does:
//! `100, 100;w=1;name="burst", 1000;w=60;name="reads"`.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::contract::Response;

/// What came in one answer. Empty when the service says nothing.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Said {
    /// Every window that the request fell under.
    pub windows: Vec<Window>,
    /// The tightest of them.
    pub tightest: Option<Tightest>,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Window {
    pub name: String,
    pub limit: u32,
    pub length: Duration,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Tightest {
    pub limit: Option<u32>,
    /// Calls left in it.
    pub left: u32,
    /// From now until it is new.
    pub reset: Duration,
}

impl Said {
    pub fn of(response: &Response) -> Self {
        let find = |name: &str| {
            let mut headers = response.headers.iter();
            headers.find(|header| header.name == name).map(|header| header.value.as_str())
        };
        let said = |name: &str| {
            find(&format!("x-ratelimit-{name}")).or_else(|| find(&format!("ratelimit-{name}")))
        };
        let limits = said("limit").unwrap_or_default();
        let seconds = |text: &str| text.trim().parse().ok();
        let wait = find("retry-after").and_then(seconds).filter(|_| response.status == 429);
        let reset = said("reset").and_then(seconds).map(from_now);
        let left = said("remaining").and_then(|text| text.trim().parse().ok());
        let tightest = match (wait, left, reset) {
            // Refused, so there is nothing left whatever the counter says.
            (Some(wait), ..) => Some((0, wait)),
            (None, Some(left), Some(reset)) => Some((left, reset)),
            _ => None,
        };
        Said {
            windows: limits.split(',').filter_map(window).collect(),
            tightest: tightest.map(|(left, reset)| Tightest {
                limit: limits.split([',', ';']).next().and_then(|text| text.trim().parse().ok()),
                left,
                reset: Duration::from_secs(reset),
            }),
        }
    }
}

/// `1000;w=60;name="reads"`
fn window(item: &str) -> Option<Window> {
    let mut parts = item.split(';').map(str::trim);
    let limit = parts.next()?.parse().ok()?;
    let (mut seconds, mut name) = (None, None);
    for (key, value) in parts.filter_map(|part| part.split_once('=')) {
        match key {
            "w" => seconds = value.parse().ok(),
            "name" => name = Some(value.trim_matches('"').to_owned()),
            _ => {}
        }
    }
    let seconds = seconds?;
    let name = name.unwrap_or_else(|| format!("{limit} in {seconds} s"));
    Some(Window { name, limit, length: Duration::from_secs(seconds) })
}

/// Some services give a time since 1970 instead of seconds from now.
fn from_now(reset: u64) -> u64 {
    const PAST: u64 = 1_000_000_000;
    if reset < PAST {
        return reset;
    }
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    reset.saturating_sub(now)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::Header;

    fn said(status: u16, headers: &[(&str, &str)]) -> Said {
        let header =
            |(name, value): &(&str, &str)| Header { name: (*name).into(), value: (*value).into() };
        let headers = headers.iter().map(header).collect();
        Said::of(&Response { status, headers, body: Vec::new() })
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
        assert_eq!(said(503, &[("retry-after", "7")]), Said::default());
        assert_eq!(said(429, &[("x-ratelimit-limit", "a;w=b, ;")]), Said::default());
    }
}
