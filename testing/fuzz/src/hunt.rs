//! Runs a target for a while on all cores, and counts.

use std::any::Any;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::panic::{self, AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::rng::Rng;
use crate::seeds::Seeds;
use crate::targets::{Target, Work};

/// How long a call may take.
pub const LONGEST: Duration = Duration::from_secs(1);
/// Calls between two looks at the clock.
const ROUND: u64 = 64;

thread_local! {
    /// Where the last panic of this thread was.
    static PLACE: RefCell<String> = const { RefCell::new(String::new()) };
}

/// How long a target is run, and with what.
#[derive(Clone, Copy)]
pub struct Effort {
    /// For each target.
    pub time: Duration,
    /// At most, for each target.
    pub calls: u64,
    /// At once.
    pub threads: u64,
    /// Where the numbers begin.
    pub seed: u64,
}

/// What came of a target.
#[derive(Default)]
pub struct Tally {
    /// How often it was called.
    pub calls: u64,
    /// How often it panicked.
    pub panics: u64,
    /// How often something else was wrong.
    pub wrong: u64,
    /// The longest call.
    pub slowest: Duration,
    /// How long all of it took.
    pub took: Duration,
    /// One input for each different thing that went wrong, by what that was.
    pub finds: BTreeMap<String, Work>,
}

/// Panics are counted instead of printed from now on.
pub fn silence_panics() {
    panic::set_hook(Box::new(|info| {
        let place = info.location().map(ToString::to_string).unwrap_or_default();
        PLACE.set(format!("panic at {place}: {}", words(info.payload())));
    }));
}

/// Does one thing. The error says what went wrong, and whether it was a panic.
pub fn attempt(work: Work, run: &dyn Fn(Work) -> Result<(), String>) -> Result<(), (String, bool)> {
    match catch_unwind(AssertUnwindSafe(|| run(work))) {
        Ok(done) => done.map_err(|wrong| (wrong, false)),
        Err(payload) => {
            let place = PLACE.take();
            let place =
                if place.is_empty() { format!("panic: {}", words(&*payload)) } else { place };
            Err((place, true))
        }
    }
}

/// Runs a target.
pub fn hunt(
    target: &Target,
    seeds: &Seeds,
    effort: Effort,
    run: &(dyn Fn(Work) -> Result<(), String> + Sync),
) -> Tally {
    let tally = Mutex::new(Tally::default());
    let left = AtomicU64::new(effort.calls);
    let begun = Instant::now();
    let end = begun + effort.time;
    thread::scope(|scope| {
        for thread in 0..effort.threads {
            let (tally, left) = (&tally, &left);
            scope.spawn(move || {
                let seed = effort.seed ^ (thread << 48) ^ name_number(target.name);
                let own = alone(target, seeds, Rng::new(seed), end, left, run);
                let mut all = tally.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                all.calls += own.calls;
                all.panics += own.panics;
                all.wrong += own.wrong;
                all.slowest = all.slowest.max(own.slowest);
                all.finds.extend(own.finds);
            });
        }
    });
    let tally = tally.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    Tally { took: begun.elapsed(), ..tally }
}

fn alone(
    target: &Target,
    seeds: &Seeds,
    mut rng: Rng,
    end: Instant,
    left: &AtomicU64,
    run: &dyn Fn(Work) -> Result<(), String>,
) -> Tally {
    let mut tally = Tally::default();
    let take =
        || left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(ROUND));
    while Instant::now() < end && take().is_ok() {
        for _ in 0..ROUND {
            let before = rng.clone();
            let work = target.make(seeds, &mut rng);
            // The input is made again when it is wanted: to keep a copy of each would cost more
            // than the call.
            let again = || target.make(seeds, &mut before.clone());
            let begun = Instant::now();
            let done = attempt(work, run);
            let took = begun.elapsed();
            tally.calls += 1;
            tally.slowest = tally.slowest.max(took);
            if let Err((what, panicked)) = done {
                *if panicked { &mut tally.panics } else { &mut tally.wrong } += 1;
                if tally.finds.len() < 100 {
                    tally.finds.entry(kind(&what)).or_insert_with(again);
                }
            }
            if took > LONGEST && is_slow(again(), run) {
                tally.wrong += 1;
                tally
                    .finds
                    .entry("a call takes longer than a second".to_owned())
                    .or_insert_with(again);
            }
        }
    }
    tally
}

/// A machine with other work can make any call slow once.
fn is_slow(work: Work, run: &dyn Fn(Work) -> Result<(), String>) -> bool {
    let begun = Instant::now();
    let _ = attempt(work, run);
    begun.elapsed() > LONGEST
}

/// The same for finds that differ in their input only.
fn kind(what: &str) -> String {
    // The place is enough, wherever the words differ.
    if let Some(place) = what.strip_prefix("panic at ") {
        return format!("panic at {}", place.split(": ").next().unwrap_or_default());
    }
    let digits = what.chars().map(|c| if c.is_ascii_digit() { '0' } else { c });
    digits.take(110).collect()
}

fn words(payload: &dyn Any) -> String {
    let text = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap_or_default()
}

fn name_number(name: &str) -> u64 {
    name.bytes().fold(7, |number, byte| number.wrapping_mul(31).wrapping_add(byte.into()))
}
