//! Memory for the bodies of responses, shared by all calls of an engine: a service that answers ten
//! thousand calls at once is read as fast as its answers are mapped.

use std::fmt;
use std::sync::Arc;

use tokio::sync::Mutex;

use crate::gate::{Gate, Pass};
use crate::turns::Party;

/// Memory is counted in these: a semaphore counts at most half of what a pointer can, also on 32 bits.
const UNIT: u64 = 1 << 10;

/// What all bodies together may take.
#[derive(Clone)]
pub(crate) struct BodyBudget(Arc<Budget>);

struct Budget {
    units: u32,
    free: Arc<Gate>,
    /// Of those bodies that outgrow what they hold, one at a time goes on beyond the budget. So bodies
    /// that are half read never wait for each other.
    beyond: Arc<Gate>,
}

impl BodyBudget {
    /// Of so many bytes.
    pub fn new(bytes: u64) -> Self {
        let units = u32::try_from(bytes / UNIT).unwrap_or(u32::MAX).max(1);
        BodyBudget(Arc::new(Budget { units, free: Gate::new(units), beyond: Gate::new(1) }))
    }

    /// For one body of a party, which holds nothing yet.
    pub fn body(&self, party: &Party) -> BodyMemory {
        let (budget, party) = (self.0.clone(), party.clone());
        BodyMemory(Some(Arc::new(Share { budget, party, held: Mutex::default() })))
    }

    /// Units that nobody holds.
    #[cfg(test)]
    pub fn free(&self) -> u32 {
        self.0.free.free()
    }
}

/// The memory that the body of one response takes from what all calls share. It is given back when the
/// last clone has gone; the host keeps one until the step that maps the body has returned and what came
/// of it was passed on. By default there is no limit.
#[derive(Clone, Default)]
pub struct BodyMemory(Option<Arc<Share>>);

struct Share {
    budget: Arc<Budget>,
    party: Party,
    held: Mutex<Held>,
}

#[derive(Default)]
struct Held {
    units: Option<Pass>,
    /// It takes what it needs.
    beyond: Option<Pass>,
}

impl BodyMemory {
    /// For a transport: waits until a body may take so many bytes in all. To be called before they are
    /// read, with the length of the whole body if that is known. A body that is larger than the whole
    /// budget gets all of it. The time that this takes is no fault of the service's.
    pub async fn hold(&self, bytes: u64) {
        let Some(Share { budget, party, held }) = self.0.as_deref() else { return };
        let mut held = held.lock().await;
        let held = &mut *held;
        if bytes == 0 || held.beyond.is_some() {
            return;
        }
        let wanted = u32::try_from(bytes.div_ceil(UNIT)).unwrap_or(u32::MAX).min(budget.units);
        let Some(units) = &mut held.units else {
            held.units = Some(budget.free.pass(party, wanted).await);
            return;
        };
        let lacking = units.places().map_or(0, |held| wanted.saturating_sub(held));
        if lacking == 0 {
            return;
        }
        tokio::select! {
            biased;
            more = budget.free.pass(party, lacking) => units.join(more),
            beyond = budget.beyond.pass(party, 1) => held.beyond = Some(beyond),
        }
    }

    /// For a transport: the body is there, and takes so many bytes. What it holds more is given back.
    pub fn settle(&self, bytes: usize) {
        let Some(share) = &self.0 else { return };
        let Ok(mut held) = share.held.try_lock() else { return };
        let needed = u32::try_from((bytes as u64).div_ceil(UNIT)).unwrap_or(u32::MAX);
        if let Some(units) = &mut held.units {
            let more = units.places().map_or(0, |held| held.saturating_sub(needed));
            if more > 0 {
                units.give_back(more);
            }
        }
    }

    /// The body has gone, and what was made of it.
    pub(crate) fn give_back(&mut self) {
        *self = BodyMemory::default();
    }
}

impl fmt::Debug for BodyMemory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BodyMemory").field("limited", &self.0.is_some()).finish()
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    const KIB: u64 = UNIT;

    #[tokio::test]
    async fn a_body_waits_for_another_to_go() {
        let budget = BodyBudget::new(10 * KIB);
        let (first, second) = (budget.body(&Party::default()), budget.body(&Party::default()));
        first.hold(6 * KIB).await;
        let also = first.clone();
        let mut waiting = Box::pin(second.hold(5 * KIB));
        assert!(waiting.as_mut().now_or_never().is_none());
        drop(first);
        assert!(waiting.as_mut().now_or_never().is_none(), "a clone holds it, too");
        drop(also);
        waiting.await;
        assert_eq!(budget.free(), 5);
    }

    #[tokio::test]
    async fn who_gives_up_waiting_holds_nothing() {
        let budget = BodyBudget::new(10 * KIB);
        let (first, second) = (budget.body(&Party::default()), budget.body(&Party::default()));
        first.hold(6 * KIB).await;
        assert!(second.hold(5 * KIB).now_or_never().is_none());
        drop(first);
        assert_eq!(budget.free(), 10);
    }

    #[tokio::test]
    async fn a_body_larger_than_the_budget_has_it_for_itself() {
        let budget = BodyBudget::new(10 * KIB);
        let (large, small) = (budget.body(&Party::default()), budget.body(&Party::default()));
        large.hold(1 << 50).await;
        large.hold(1 << 60).await;
        assert!(small.hold(1).now_or_never().is_none());
        drop(large);
        small.hold(1).await;
        assert_eq!(budget.free(), 9);
    }

    #[tokio::test]
    async fn of_bodies_that_outgrow_their_share_one_at_a_time_goes_on() {
        let budget = BodyBudget::new(10 * KIB);
        let bodies = [budget.body(&Party::default()), budget.body(&Party::default())];
        for body in &bodies {
            body.hold(5 * KIB).await;
        }
        let [first, second] = bodies;
        first.hold(6 * KIB).await;
        first.hold(100 * KIB).await;
        let mut waiting = Box::pin(second.hold(6 * KIB));
        assert!(waiting.as_mut().now_or_never().is_none());
        drop(first);
        waiting.await;
        assert_eq!(budget.free(), 4, "the other one's share was enough");
    }

    #[tokio::test]
    async fn a_body_that_is_smaller_than_was_thought_gives_back() {
        let budget = BodyBudget::new(10 * KIB);
        let body = budget.body(&Party::default());
        body.hold(9 * KIB).await;
        body.settle(2 * KIB as usize + 1);
        assert_eq!(budget.free(), 7);
        body.settle(0);
        assert_eq!(budget.free(), 10);
    }
}
