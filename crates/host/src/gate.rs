//! Places that calls take in turns, and what becomes of those who wait in vain.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use tokio::time::timeout;

use crate::turns::{Party, Taken, Turns};

/// When nobody has given anything back for so long, the next one is let through without a place. Those
/// that hold the places may be futures that a program polls again only after the very one that waits
/// here: lists that are read side by side in one task stand still while that task does something else.
/// So a place may be missing for a time, and nobody waits for ever.
const STALLED: Duration = Duration::from_secs(60);

/// Places that are taken and given back.
pub(crate) struct Gate {
    turns: Arc<Turns>,
    /// How often something was given back, or somebody let through without a place.
    moved: AtomicU64,
}

/// The right to go on; its places are given back when it goes.
pub(crate) struct Pass {
    gate: Arc<Gate>,
    /// None when it has waited in vain.
    places: Option<Taken>,
}

impl Gate {
    pub fn new(places: u32) -> Arc<Self> {
        Arc::new(Gate { turns: Turns::new(places), moved: AtomicU64::new(0) })
    }

    /// Waits for so many places, of which there must be as many in all.
    pub async fn pass(self: &Arc<Self>, party: &Party, places: u32) -> Pass {
        let mut taken = std::pin::pin!(self.turns.take(party, places));
        loop {
            let before = self.moved.load(Relaxed);
            match timeout(STALLED, &mut taken).await {
                Ok(taken) => return Pass { gate: self.clone(), places: Some(taken) },
                Err(_) if self.moved.load(Relaxed) == before => {
                    tracing::warn!("nothing was given back for {STALLED:?}: going on without");
                    self.moved.fetch_add(1, Relaxed);
                    return Pass { gate: self.clone(), places: None };
                }
                Err(_) => {}
            }
        }
    }

    /// Places that nobody holds.
    #[cfg(test)]
    pub fn free(&self) -> u32 {
        self.turns.free()
    }
}

impl Pass {
    /// None when it may do without.
    pub fn places(&self) -> Option<u32> {
        Some(self.places.as_ref()?.places())
    }

    /// Adds the places of another one of the same gate.
    pub fn join(&mut self, mut other: Pass) {
        match (&mut self.places, other.places.take()) {
            (Some(mine), Some(more)) => mine.join(more),
            _ => self.places = None,
        }
    }

    /// Gives so many places back.
    pub fn give_back(&mut self, places: u32) {
        if let Some(mine) = &mut self.places {
            mine.give_back(places);
            self.gate.moved.fetch_add(1, Relaxed);
        }
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        self.gate.moved.fetch_add(1, Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn party() -> Party {
        Party::default()
    }

    #[tokio::test(start_paused = true)]
    async fn nobody_waits_for_ever_and_only_one_at_a_time_does_without() {
        let gate = Gate::new(2);
        let held = gate.pass(&party(), 2).await;
        let begun = tokio::time::Instant::now();
        let (one, other) = (party(), party());
        let (first, second) = tokio::join!(gate.pass(&one, 1), gate.pass(&other, 1));
        assert_eq!((first.places(), second.places()), (None, None));
        assert_eq!(begun.elapsed(), STALLED * 2, "one after the other");
        drop(held);
        assert_eq!(gate.pass(&party(), 2).await.places(), Some(2));
    }

    #[tokio::test(start_paused = true)]
    async fn who_waits_long_has_a_place_as_long_as_others_give_theirs_back() {
        let gate = Gate::new(1);
        let first = gate.pass(&party(), 1).await;
        let hold = async |pass: Pass| {
            tokio::time::sleep(STALLED * 2 / 3).await;
            drop(pass);
        };
        let begun = tokio::time::Instant::now();
        let second = async { hold(gate.pass(&party(), 1).await).await };
        let third = async { (gate.pass(&party(), 1).await.places(), begun.elapsed()) };
        let ((), (), waited) = tokio::join!(hold(first), second, third);
        assert_eq!(waited, (Some(1), STALLED * 4 / 3));
        assert_eq!(gate.free(), 1);
    }

    #[tokio::test]
    async fn places_are_joined_and_given_back() {
        let gate = Gate::new(5);
        let mut pass = gate.pass(&party(), 2).await;
        pass.join(gate.pass(&party(), 3).await);
        assert_eq!((pass.places(), gate.free()), (Some(5), 0));
        pass.give_back(4);
        assert_eq!((pass.places(), gate.free()), (Some(1), 4));
        drop(pass);
        assert_eq!(gate.free(), 5);
    }
}
