//! How long a request may take before the caller gets a continuation.

use wasi::clocks::monotonic_clock::{now, subscribe_duration};
use wasi::clocks::wall_clock;

use crate::failure::Failure;
use crate::values;

/// Seconds, unless the value `seconds` says otherwise: less than what hosts and proxies give a request.
const SECONDS: u64 = 25;

/// How many times as long a call may take that cannot be interrupted, because it has changed something.
const LONGEST: u64 = 4;

/// What is left of a request's time.
pub struct Budget {
    end: u64,
    last: u64,
}

impl Budget {
    /// From now on.
    pub fn new() -> Result<Self, Failure> {
        let seconds = match values::optional("seconds")? {
            None => SECONDS,
            Some(text) => {
                text.parse().ok().filter(|it| (1..=3600).contains(it)).ok_or_else(|| {
                    Failure::set_up("the value `seconds` is a number from 1 to 3600".to_owned())
                })?
            }
        };
        let time = seconds * 1_000_000_000;
        Ok(Budget { end: now() + time, last: now() + LONGEST * time })
    }

    /// Whether a wait of so many milliseconds fits in.
    pub fn holds(&self, ms: u64) -> bool {
        now().saturating_add(ms.saturating_mul(1_000_000)) < self.end
    }
}

impl Budget {
    /// Whether even a call that has changed something has to end.
    pub fn is_over(&self) -> bool {
        now() >= self.last
    }
}

/// Waits.
pub fn wait(ms: u64) {
    subscribe_duration(ms.saturating_mul(1_000_000)).block();
}

/// The host's clock, in seconds since 1970.
pub fn seconds_now() -> u64 {
    wall_clock::now().seconds
}

/// The same in milliseconds.
pub fn millis_now() -> u64 {
    let now = wall_clock::now();
    now.seconds * 1000 + u64::from(now.nanoseconds / 1_000_000)
}

/// The host's clock, RFC 3339 in UTC.
pub fn clock() -> String {
    let seconds = seconds_now().try_into().unwrap_or(0);
    jiff::Timestamp::from_second(seconds).unwrap_or_default().to_string()
}

/// So many hexadecimal digits that nobody guesses.
pub fn random_word() -> String {
    let bytes = wasi::random::random::get_random_bytes(16);
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
