//! Triggers against a list that changes while they poll: every event exactly once in the record.
//!
//! A schedule is drawn from a seed: what happens to the list, and when polls begin, crash and end.
//! [`knowledge`] says what must be told and what must not, from the history of the list alone.
//! `TRIGGER_SEED` draws other schedules; a failing one is printed with its seed.

mod emulated;
mod hands;
mod knowledge;
mod listing;
mod schedule;
mod served;
mod subject;

use pinterest_connector::catalog::TRIGGERS;

use emulated::Emulated;
use schedule::Schedule;
use served::Served;
use subject::Subject;

/// Schedules, spread over all triggers that read one list.
const SCHEDULES: u64 = 10_000;

/// Schedules over the emulator, for each trigger.
const EMULATED: u64 = 20;

/// The first seed: another one with `TRIGGER_SEED`.
fn first_seed() -> u64 {
    std::env::var("TRIGGER_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(20_260_709)
}

#[test]
fn every_event_is_told_exactly_once() {
    let subjects: Vec<_> = TRIGGERS.iter().map(Subject::of).collect();
    let threads = std::thread::available_parallelism().map_or(2, usize::from) as u64;
    let totals = std::thread::scope(|scope| {
        let play = |first: u64| {
            let subjects = &subjects;
            move || {
                let mut told = vec![0; subjects.len()];
                for number in (first..SCHEDULES).step_by(threads as usize) {
                    let index = number as usize % subjects.len();
                    told[index] +=
                        Schedule::play(&subjects[index], first_seed() + number, Served::new);
                }
                told
            }
        };
        let threads: Vec<_> = (0..threads).map(|first| scope.spawn(play(first))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect::<Vec<_>>()
    });
    for (index, subject) in subjects.iter().enumerate() {
        let told: u64 = totals.iter().map(|told| told[index]).sum();
        assert!(told > 0, "{} told nothing in any schedule", subject.trigger.id);
    }
}

#[test]
fn and_so_it_is_over_http() {
    for subject in TRIGGERS.iter().map(Subject::of) {
        let play = |seed| Schedule::play(&subject, seed, |rng| Emulated::of(&subject, rng));
        let told: u64 = (0..EMULATED).map(|number| play(first_seed() + number)).sum();
        assert!(told > 0, "{} told nothing", subject.trigger.id);
    }
}
