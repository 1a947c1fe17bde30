//! So many calls in so much time.

use std::fmt;
use std::str::FromStr;

/// So many calls in a window of so many seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// Calls in each window.
    pub calls: u32,
    /// The length of a window; at least one, and at most 366 days.
    pub seconds: u32,
}

/// Windows that have a word.
const WORDS: [(&str, u32); 4] =
    [("minute", 60), ("hour", 3600), ("day", 86_400), ("week", 7 * 86_400)];
const LONGEST: u32 = 366 * 86_400;

impl Quota {
    /// What tells its window from others: `day`, or `7200s`.
    #[must_use]
    pub fn window(&self) -> String {
        let word = WORDS.iter().find(|(_, seconds)| *seconds == self.seconds);
        word.map_or_else(|| format!("{}s", self.seconds), |(word, _)| (*word).to_owned())
    }
}

impl fmt::Display for Quota {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.calls, self.window())
    }
}

impl FromStr for Quota {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || {
            format!(
                "`{text}` is not CALLS/WINDOW, such as 1000/day; a window is minute, hour, day, week, \
                 or seconds such as 7200s"
            )
        };
        let (calls, window) = text.trim().split_once('/').ok_or_else(wrong)?;
        let word = WORDS.iter().find(|(word, _)| *word == window);
        let seconds = match word {
            Some((_, seconds)) => *seconds,
            None => window.strip_suffix('s').and_then(|it| it.parse().ok()).ok_or_else(wrong)?,
        };
        let calls = calls.parse().map_err(|_| wrong())?;
        match (1..=LONGEST).contains(&seconds) {
            true => Ok(Quota { calls, seconds }),
            false => Err(wrong()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_read_as_it_is_written() {
        for text in ["1000/day", "5/minute", "0/week", "7/7200s"] {
            assert_eq!(text.parse::<Quota>().unwrap().to_string(), text);
        }
        assert_eq!("9/60s".parse::<Quota>().unwrap().to_string(), "9/minute");
        for text in
            ["", "1000", "1/0s", "-1/day", "x/day", "1/month", "1/99999999999s", "1/40000000s"]
        {
            assert!(text.parse::<Quota>().is_err(), "{text}");
        }
    }
}
