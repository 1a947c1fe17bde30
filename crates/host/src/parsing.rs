//! What services write, read without a network: a way in for `testing/fuzz/`, which tries odd
//! texts there. Not a part of this library's API: it changes without notice.

use std::time::Duration;

use crate::contract::Response;
use crate::{bounds, limits};

/// No service makes a call wait longer.
pub const LONGEST: Duration = bounds::LONGEST;

/// How long the next call waits after these answers of one service, by what their headers say about
/// rate limits.
pub fn rate_limits(answers: &[Response]) -> Duration {
    limits::wait_after(answers)
}
