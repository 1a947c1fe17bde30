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

    /// Takes one, or says how long it takes until there is one.
    pub fn take(&self) -> Result<(), Duration> {
        let mut left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        let (before, since) = *left;
        let now = Instant::now();
        let filled = before + (now - since).as_secs_f64() / 60.0 * self.per_minute;
        let filled = filled.min(self.per_minute);
        *left = (filled, now);
        if filled < 1.0 {
            let wait = (1.0 - filled) * 60.0 / self.per_minute;
            return Err(Duration::try_from_secs_f64(wait).unwrap_or(Duration::MAX));
        }
        left.0 = filled - 1.0;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_gives_as_many_as_it_has() {
        let rate = Rate::new(3);
        for _ in 0..3 {
            assert!(rate.take().is_ok());
        }
        let wait = rate.take().unwrap_err();
        assert!(wait <= Duration::from_secs(20), "{wait:?}");
        assert!(Rate::new(0).take().is_err());
    }
}
