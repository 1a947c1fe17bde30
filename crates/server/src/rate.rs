//! How many requests a tenant may send in a minute, whoever of it sends them.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// A bucket that fills by itself: so many at once, and so many in a minute.
#[derive(Debug)]
pub struct Rate {
    per_minute: f64,
    left: Mutex<(f64, Instant)>,
}

impl Rate {
    pub fn new(per_minute: u32) -> Self {
        let per_minute = f64::from(per_minute);
        Rate { per_minute, left: Mutex::new((per_minute, Instant::now())) }
    }

    /// How many there are.
    pub fn left(&self) -> u32 {
        self.filled(0.0) as u32
    }

    /// Takes one, or says how long it takes until there is one.
    pub fn take(&self) -> Result<(), Duration> {
        let filled = self.filled(1.0);
        if filled < 1.0 {
            let wait = (1.0 - filled) * 60.0 / self.per_minute;
            return Err(Duration::try_from_secs_f64(wait).unwrap_or(Duration::MAX));
        }
        Ok(())
    }

    /// How full it is; so much is taken if there is as much.
    fn filled(&self, take: f64) -> f64 {
        let mut left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        let (before, since) = *left;
        let now = Instant::now();
        let filled = before + (now - since).as_secs_f64() / 60.0 * self.per_minute;
        let filled = filled.min(self.per_minute);
        *left = (if filled < take { filled } else { filled - take }, now);
        filled
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_gives_as_many_as_it_has() {
        let rate = Rate::new(3);
        for left in [3, 2, 1] {
            assert_eq!(rate.left(), left);
            assert!(rate.take().is_ok());
        }
        assert_eq!(rate.left(), 0);
        let wait = rate.take().unwrap_err();
        assert!(wait <= Duration::from_secs(20), "{wait:?}");
        assert!(Rate::new(0).take().is_err());
    }
}
