//! Room for instances, and who is next when there is none.

use std::num::NonZero;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use tokio::runtime::{Builder, Handle, RuntimeFlavor};
use tokio::time::timeout;

use crate::error::Error;
use crate::turns::{Party, Taken, Turns};

/// The instances that may exist at once. Calls of some components keep theirs while they wait for a
/// service; a look into a connector keeps its own only as long as the guest computes, so that it has
/// places of its own and waits for nothing but computing.
#[derive(Clone)]
pub(crate) struct Places {
    instances: u32,
    patience: Duration,
    calls: Arc<Turns>,
    looks: Arc<Looks>,
}

/// The right to have one instance; given back when it goes.
pub(crate) struct Place(#[allow(dead_code, reason = "it is given back when it goes")] Holder);

enum Holder {
    Call(#[allow(dead_code, reason = "it is given back when it goes")] Taken),
    Look(Arc<Looks>),
}

struct Looks {
    most: u32,
    free: Mutex<u32>,
    given_back: Condvar,
}

impl Places {
    /// Room for so many calls, each of which waits so long.
    pub fn new(instances: u32, patience: Duration) -> Self {
        // More looks than processors would only wait for these.
        let processors = thread::available_parallelism().map_or(1, NonZero::get);
        let most = u32::try_from(processors).unwrap_or(u32::MAX).clamp(8, 256);
        let looks = Looks { most, free: Mutex::new(most), given_back: Condvar::new() };
        let calls = Turns::new(instances);
        Places { instances, patience, calls, looks: Arc::new(looks) }
    }

    /// So many instances exist at once, at most.
    pub fn total(&self) -> u32 {
        self.instances.saturating_add(self.looks.most)
    }

    /// The next place for a call: parties take turns.
    pub async fn next(&self, party: &Party) -> Result<Place, Error> {
        match timeout(self.patience, self.calls.take(party, 1)).await {
            Ok(taken) => Ok(Place(Holder::Call(taken))),
            Err(_) => Err(self.busy()),
        }
    }

    /// The same for a program that does not wait in a future. On the one thread of a runtime that has
    /// no others it cannot wait, because all that could give a place back is on that thread as well.
    pub fn next_now(&self) -> Result<Place, Error> {
        if let Some(taken) = self.calls.try_take(1) {
            return Ok(Place(Holder::Call(taken)));
        }
        let nobody = Party::default();
        match Handle::try_current() {
            Ok(handle) if handle.runtime_flavor() == RuntimeFlavor::MultiThread => {
                tokio::task::block_in_place(|| handle.block_on(self.next(&nobody)))
            }
            Ok(_) => Err(self.busy()),
            Err(_) => {
                let runtime = Builder::new_current_thread().enable_time().build();
                runtime.map_err(|_| self.busy())?.block_on(self.next(&nobody))
            }
        }
    }

    /// A place for a look. Who has one must not ask for another.
    pub fn look(&self) -> Result<Place, Error> {
        let until = Instant::now() + self.patience;
        let mut free = self.looks.free.lock().unwrap_or_else(PoisonError::into_inner);
        while *free == 0 {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(self.busy());
            }
            let waited = self.looks.given_back.wait_timeout(free, left);
            free = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        *free -= 1;
        drop(free);
        Ok(Place(Holder::Look(self.looks.clone())))
    }

    /// What somebody is told who has waited in vain.
    pub fn busy(&self) -> Error {
        Error::Busy(self.instances)
    }
}

impl Drop for Holder {
    fn drop(&mut self) {
        if let Holder::Look(looks) = self {
            *looks.free.lock().unwrap_or_else(PoisonError::into_inner) += 1;
            looks.given_back.notify_one();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_look_waits_for_another_to_end() {
        let places = Places::new(0, Duration::from_secs(60));
        let held: Vec<Place> = (0..places.looks.most).map(|_| places.look().unwrap()).collect();
        thread::scope(|scope| {
            let waiting = scope.spawn(|| places.look().is_ok());
            drop(held);
            assert!(waiting.join().unwrap());
        });
        assert_eq!(*places.looks.free.lock().unwrap(), places.looks.most);
    }

    #[test]
    fn a_program_without_a_runtime_waits_for_a_call_to_end() {
        let places = Places::new(1, Duration::from_secs(60));
        let held = places.next_now().unwrap();
        thread::scope(|scope| {
            let waiting = scope.spawn(|| places.next_now().is_ok());
            drop(held);
            assert!(waiting.join().unwrap());
        });
        let impatient = Places::new(0, Duration::ZERO);
        assert!(matches!(impatient.next_now(), Err(Error::Busy(0))));
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn a_task_among_others_waits_for_a_call_to_end() {
        let places = Places::new(1, Duration::from_secs(60));
        let held = places.next(&Party::default()).await.unwrap();
        let waiting = places.clone();
        let waiting = tokio::spawn(async move { waiting.next_now().is_ok() });
        tokio::spawn(async move { drop(held) });
        assert!(waiting.await.unwrap());
    }
}
