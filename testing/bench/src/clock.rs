//! Takes times.

use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

/// Time that passed, and what this process computed in it.
pub struct Spent {
    pub wall: Duration,
    pub cpu: Duration,
}

/// When it began.
pub struct Begun(Instant, Duration);

impl Spent {
    pub fn begin() -> Begun {
        Begun(Instant::now(), cpu())
    }
}

impl Begun {
    pub fn until_now(&self) -> Spent {
        Spent { wall: self.0.elapsed(), cpu: cpu() - self.1 }
    }
}

/// What this process has computed.
pub fn cpu() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), time.tv_nsec.unsigned_abs() as u32)
}

/// Runs it once.
pub fn once<T>(run: impl FnOnce() -> T) -> (T, Duration) {
    let begun = Instant::now();
    let result = run();
    (result, begun.elapsed())
}

/// The median of so many runs, after a tenth as many that do not count. `prepare` and the end of
/// what `run` gives back are not part of the time.
pub fn median<P, T>(
    runs: usize,
    mut prepare: impl FnMut() -> P,
    mut run: impl FnMut(P) -> T,
) -> Duration {
    let mut times = Vec::with_capacity(runs);
    for index in 0..runs + runs / 10 {
        let prepared = prepare();
        let (result, time) = once(|| run(prepared));
        drop(result);
        if index >= runs / 10 {
            times.push(time);
        }
    }
    middle(times)
}

/// The middle one by size.
pub fn middle(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}
