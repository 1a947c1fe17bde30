//! One rate limit: so many calls in so much time.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

use crate::bounds::later;

/// A limit above this is not counted here, because each call of a window takes memory; what the
/// service says about it counts all the same.
const MOST_COUNTED: u32 = 10_000;

/// Calls are counted over any stretch of time as long as the window, from the moment in which
/// they were answered: so they never exceed the limit at the service, wherever its windows begin.
#[derive(Debug, Default)]
pub(super) struct Bucket {
    pub limit: u32,
    /// Zero when nobody has said it.
    pub window: Duration,
    answered: VecDeque<Instant>,
    said: Option<Left>,
}

/// What the service has said. It also knows the calls of others.
#[derive(Clone, Copy, Debug)]
struct Left {
    calls: u32,
    until: Instant,
}

impl Bucket {
    pub fn new(limit: u32, window: Duration) -> Self {
        Bucket { limit, window, ..Bucket::default() }
    }

    fn is_counted(&self) -> bool {
        !self.window.is_zero() && self.limit <= MOST_COUNTED
    }

    /// How long a call that takes so much has to wait at least, when `open` calls are under way and
    /// `ahead` others wait before it.
    pub fn wait(&mut self, open: u32, ahead: u32, amount: u32, now: Instant) -> Duration {
        self.prune(now);
        let mut wait = Duration::ZERO;
        // What takes more than there is in a window takes all of it.
        let more = amount.min(self.limit).saturating_sub(1);
        let before = self.answered.len() + open.saturating_add(ahead).saturating_add(more) as usize;
        if amount == 0 {
            return wait;
        }
        if self.is_counted() && before >= self.limit as usize {
            let needed = before - self.limit as usize;
            wait = match self.answered.get(needed) {
                Some(answered) => later(*answered, self.window) - now,
                // One that has not been answered yet has to leave the window.
                None => {
                    let rounds = (needed - self.answered.len()) / self.limit.max(1) as usize;
                    let rounds = u32::try_from(rounds).unwrap_or(u32::MAX).saturating_add(1);
                    self.window.saturating_mul(rounds)
                }
            };
        }
        match self.said {
            Some(left) if left.until > now && left.calls <= ahead.saturating_add(more) => {
                wait.max(left.until - now)
            }
            _ => wait,
        }
    }

    /// How many more calls have room now, when `open` are under way; None when nobody has said a limit.
    pub fn left(&mut self, open: u32, now: Instant) -> Option<u32> {
        self.prune(now);
        let counted = self.is_counted().then(|| {
            let taken = u32::try_from(self.answered.len()).unwrap_or(u32::MAX);
            self.limit.saturating_sub(taken).saturating_sub(open)
        });
        let said = self.said.filter(|left| left.until > now).map(|left| left.calls);
        counted.into_iter().chain(said).min()
    }

    /// A call goes out that takes so much.
    pub fn take(&mut self, amount: u32) {
        if let Some(left) = &mut self.said {
            left.calls = left.calls.saturating_sub(amount);
        }
    }

    /// It did not go out after all.
    pub fn give_back(&mut self, amount: u32) {
        if let Some(left) = &mut self.said {
            left.calls = left.calls.saturating_add(amount);
        }
    }

    /// A call has come back that took so much.
    pub fn answered(&mut self, amount: u32, now: Instant) {
        self.prune(now);
        if self.is_counted() {
            let taken = amount.min(self.limit) as usize;
            self.answered.extend(std::iter::repeat_n(now, taken));
        }
    }

    /// The service has said how many calls are left until when. Answers overtake each other, so
    /// the least counts.
    pub fn learn(&mut self, calls: u32, reset: Duration, now: Instant) {
        let until = later(now, reset);
        let left = match self.said.filter(|left| left.until > now) {
            Some(left) => Left { calls: left.calls.min(calls), until: left.until.min(until) },
            None => Left { calls, until },
        };
        self.said = Some(left);
    }

    /// The service has said for a refused call how long that one has to wait: it is nothing that
    /// others have to wait for any longer.
    pub fn asked(&mut self, wait: Duration, now: Instant) {
        if let Some(left) = &mut self.said {
            left.until = left.until.min(later(now, wait));
        }
    }

    fn prune(&mut self, now: Instant) {
        while self.answered.front().is_some_and(|answered| later(*answered, self.window) <= now) {
            self.answered.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[tokio::test(start_paused = true)]
    async fn a_full_window_has_room_when_its_oldest_call_leaves() {
        let begun = Instant::now();
        let mut bucket = Bucket::new(2, SECOND * 10);
        assert_eq!(bucket.wait(1, 0, 1, begun), Duration::ZERO);
        assert_eq!(bucket.wait(2, 0, 1, begun), SECOND * 10, "both have to be answered first");
        bucket.answered(1, begun + SECOND);
        bucket.answered(1, begun + SECOND * 3);
        let now = begun + SECOND * 4;
        assert_eq!(bucket.wait(0, 0, 1, now), SECOND * 7);
        assert_eq!(bucket.wait(0, 1, 1, now), SECOND * 9);
        assert_eq!(bucket.wait(0, 2, 1, now), SECOND * 10, "at least");
        assert_eq!(bucket.wait(0, 4, 1, now), SECOND * 20, "at least");
        assert_eq!(bucket.wait(0, 0, 1, begun + SECOND * 11), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn what_takes_more_waits_for_more_room() {
        let now = Instant::now();
        let mut bucket = Bucket::new(10, SECOND);
        bucket.answered(8, now);
        assert_eq!(bucket.wait(0, 0, 2, now), Duration::ZERO);
        assert_eq!(bucket.wait(0, 0, 3, now), SECOND);
        assert_eq!(bucket.wait(0, 0, 0, now), Duration::ZERO, "it takes nothing");
        assert_eq!(bucket.wait(0, 0, 99, now + SECOND), Duration::ZERO, "all of a window");
    }

    #[tokio::test(start_paused = true)]
    async fn no_window_and_no_wait_is_too_long() {
        let now = Instant::now();
        let mut bucket = Bucket::new(1, Duration::MAX);
        bucket.answered(1, now);
        bucket.learn(0, Duration::MAX, now);
        assert_eq!(bucket.wait(u32::MAX, u32::MAX, 1, now), Duration::MAX);
        assert!(bucket.wait(0, 0, 1, now) >= SECOND * 86_400 * 365);
        bucket.asked(SECOND, now);
        bucket.answered(1, now + SECOND);
        assert!(bucket.wait(0, 0, 1, now + SECOND) >= SECOND * 86_400 * 365);
    }

    #[tokio::test(start_paused = true)]
    async fn the_wait_of_a_refused_call_ends_what_its_headers_said() {
        let now = Instant::now();
        let mut bucket = Bucket::default();
        bucket.learn(0, SECOND * 59, now);
        bucket.asked(SECOND, now);
        assert_eq!(bucket.wait(0, 0, 1, now), SECOND);
        bucket.asked(SECOND * 9, now);
        assert_eq!(bucket.wait(0, 0, 1, now), SECOND, "and does not make it longer for others");
    }

    #[tokio::test(start_paused = true)]
    async fn the_service_knows_better() {
        let now = Instant::now();
        let mut bucket = Bucket::new(100, SECOND);
        bucket.learn(1, SECOND * 5, now);
        bucket.learn(7, SECOND * 6, now);
        assert_eq!(bucket.wait(0, 0, 1, now), Duration::ZERO);
        bucket.take(1);
        assert_eq!(bucket.wait(0, 0, 1, now), SECOND * 5);
        assert_eq!(bucket.wait(0, 0, 1, now + SECOND * 5), Duration::ZERO);
    }
}
