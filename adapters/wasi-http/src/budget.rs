//! How long a request may take before the caller gets a continuation.

use wasi::clocks::monotonic_clock::{now, subscribe_duration};
use wasi::clocks::wall_clock;

use crate::failure::Failure;
use crate::values;

/// Seconds, unless the value `seconds` says otherwise: less than what hosts and proxies give a request.
const SECONDS: u64 = 25;

/// What is left of a request's time.
pub struct Budget {
    end: u64,
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
        Ok(Budget { end: now() + seconds * 1_000_000_000 })
    }

    /// Whether a wait of so many milliseconds fits in.
    pub fn holds(&self, ms: u64) -> bool {
        now().saturating_add(ms.saturating_mul(1_000_000)) < self.end
    }
}

/// Waits.
pub fn wait(ms: u64) {
    subscribe_duration(ms.saturating_mul(1_000_000)).block();
}

/// The host's clock, RFC 3339 in UTC.
pub fn clock() -> String {
    let seconds = wall_clock::now().seconds.try_into().unwrap_or(0);
    jiff::Timestamp::from_second(seconds).unwrap_or_default().to_string()
}

/// So many hexadecimal digits that nobody guesses.
pub fn random_word() -> String {
    let bytes = wasi::random::random::get_random_bytes(16);
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
