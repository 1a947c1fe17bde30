//! A number of places that calls share. Who waits for them is served by party in turns: one with a thousand
//! calls in the queue keeps another one waiting for one of them, and not for all. Those of one party are served in
//! the order of arrival.

use std::collections::VecDeque;
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

/// Whose calls they are: see [`ConnectionBuilder::party`](crate::ConnectionBuilder::party).
pub(crate) type Party = Arc<str>;

/// Places that are taken and given back.
pub(crate) struct Turns(Mutex<State>);

struct State {
    free: u32,
    /// Those that have somebody waiting, in the order of their turns.
    queues: VecDeque<Queue>,
}

struct Queue {
    party: Party,
    waiting: VecDeque<Waiter>,
}

struct Waiter {
    wanted: u32,
    place: oneshot::Sender<Taken>,
}

/// Places that somebody has, until this goes.
pub(crate) struct Taken {
    turns: Arc<Turns>,
    places: u32,
}

/// Somebody who waits. Who gives up is in nobody's way.
struct Waiting {
    turns: Arc<Turns>,
    place: oneshot::Receiver<Taken>,
}

impl Turns {
    pub fn new(places: u32) -> Arc<Self> {
        Arc::new(Turns(Mutex::new(State { free: places, queues: VecDeque::new() })))
    }

    /// Waits for so many places, of which there must be as many in all.
    pub async fn take(self: &Arc<Self>, party: &Party, wanted: u32) -> Taken {
        if let Some(taken) = self.try_take(wanted) {
            return taken;
        }
        let (place, receiver) = oneshot::channel();
        self.lock().join(party, Waiter { wanted, place });
        // Something may have been given back in between.
        self.serve();
        let mut waiting = Waiting { turns: self.clone(), place: receiver };
        // Nobody in the queue is dropped but with its end.
        (&mut waiting.place).await.unwrap_or_else(|_| Taken { turns: self.clone(), places: 0 })
    }

    /// So many places, if they are free and nobody waits for them.
    pub fn try_take(self: &Arc<Self>, wanted: u32) -> Option<Taken> {
        let mut state = self.lock();
        let has_room = state.queues.is_empty() && wanted <= state.free;
        has_room.then(|| {
            state.free -= wanted;
            Taken { turns: self.clone(), places: wanted }
        })
    }

    /// How many are served before somebody of this party who comes now.
    pub fn ahead(&self, party: &Party) -> u32 {
        let state = self.lock();
        let at = state.queues.iter().position(|queue| queue.party == *party);
        let own = at.map_or(0, |at| state.queues[at].open());
        let turns = |(index, queue): (usize, &Queue)| match at {
            Some(at) if index == at => own,
            Some(at) if index > at => queue.open().min(own),
            _ => queue.open().min(own + 1),
        };
        let ahead: usize = state.queues.iter().enumerate().map(turns).sum();
        u32::try_from(ahead).unwrap_or(u32::MAX)
    }

    /// Places that nobody has.
    #[cfg(test)]
    pub fn free(&self) -> u32 {
        self.lock().free
    }

    /// Gives what is free to those whose turn it is.
    fn serve(self: &Arc<Self>) {
        let mut state = self.lock();
        while let Some(waiter) = state.next() {
            let taken = Taken { turns: self.clone(), places: waiter.wanted };
            if let Err(taken) = waiter.place.send(taken) {
                // He has just gone; what he would have had is not given back while this is locked.
                state.free += taken.forget();
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing below panics half-way.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn join(&mut self, party: &Party, waiter: Waiter) {
        if let Some(queue) = self.queues.iter_mut().find(|queue| queue.party == *party) {
            return queue.waiting.push_back(waiter);
        }
        let waiting = VecDeque::from([waiter]);
        self.queues.push_back(Queue { party: party.clone(), waiting });
    }

    /// Who is next, if there is room for him: his places are his then. Nobody overtakes him for being content
    /// with less.
    fn next(&mut self) -> Option<Waiter> {
        loop {
            let queue = self.queues.front_mut()?;
            match queue.waiting.front() {
                None => drop(self.queues.pop_front()),
                Some(gone) if gone.place.is_closed() => drop(queue.waiting.pop_front()),
                Some(next) if next.wanted > self.free => return None,
                Some(_) => break,
            }
        }
        let mut queue = self.queues.pop_front()?;
        let waiter = queue.waiting.pop_front()?;
        self.free -= waiter.wanted;
        if !queue.waiting.is_empty() {
            self.queues.push_back(queue);
        }
        Some(waiter)
    }
}

impl Queue {
    fn open(&self) -> usize {
        self.waiting.iter().filter(|waiter| !waiter.place.is_closed()).count()
    }
}

impl Taken {
    /// How many.
    pub fn places(&self) -> u32 {
        self.places
    }

    /// Adds others of the same.
    pub fn join(&mut self, other: Taken) {
        self.places += other.forget();
    }

    /// Gives so many back.
    pub fn give_back(&mut self, places: u32) {
        let places = places.min(self.places);
        self.places -= places;
        self.turns.lock().free += places;
        self.turns.serve();
    }

    /// They are not given back when this goes.
    fn forget(mut self) -> u32 {
        mem::take(&mut self.places)
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        if self.places > 0 {
            self.give_back(self.places);
        }
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.place.close();
        // Those behind him may have been waiting for him alone; what he was given just now is given back.
        drop(self.place.try_recv());
        self.turns.serve();
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;

    use futures_util::FutureExt;
    use futures_util::future::join_all;

    use super::*;

    fn party(name: &str) -> Party {
        name.into()
    }

    #[tokio::test]
    async fn parties_take_turns() {
        let turns = Turns::new(1);
        let held = turns.take(&party("a"), 1).await;
        let served = Mutex::new(Vec::new());
        let one = async |name: &'static str| {
            let _taken = turns.take(&party(name), 1).await;
            served.lock().unwrap().push(name);
        };
        let calls = ["a", "a", "a", "a", "b", "c", "b"].map(|name| one(name).boxed_local());
        let mut all = pin!(join_all(calls));
        assert!(all.as_mut().now_or_never().is_none());
        assert_eq!(["a", "b", "c", "d"].map(|name| turns.ahead(&party(name))), [7, 6, 5, 3]);
        drop(held);
        all.await;
        assert_eq!(*served.lock().unwrap(), ["a", "b", "c", "a", "b", "a", "a"]);
        assert_eq!(turns.free(), 1);
    }

    #[tokio::test]
    async fn who_gives_up_is_in_nobodys_way() {
        let turns = Turns::new(3);
        let (a, b) = (party("a"), party("b"));
        let held = turns.take(&a, 2).await;
        let mut large = Box::pin(turns.take(&a, 2));
        assert!(large.as_mut().now_or_never().is_none());
        let mut small = Box::pin(turns.take(&a, 1));
        assert!(small.as_mut().now_or_never().is_none(), "he does not overtake");
        drop(large);
        assert_eq!(small.await.places(), 1);
        let mut given = Box::pin(turns.take(&b, 3));
        assert!(given.as_mut().now_or_never().is_none());
        drop(held);
        // It has its places, and nobody has looked yet.
        drop(given);
        assert_eq!(turns.free(), 3);
        assert_eq!(turns.ahead(&b), 0);
    }

    #[tokio::test]
    async fn places_are_joined_and_given_back() {
        let turns = Turns::new(5);
        let mut taken = turns.take(&party("a"), 2).await;
        taken.join(turns.take(&party("a"), 3).await);
        assert_eq!((taken.places(), turns.free()), (5, 0));
        taken.give_back(4);
        assert_eq!((taken.places(), turns.free()), (1, 4));
        drop(taken);
        assert_eq!(turns.free(), 5);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn nothing_is_lost_among_threads() {
        let turns = Turns::new(3);
        let tasks = (0..200_u64).map(|number| {
            let turns = turns.clone();
            tokio::spawn(async move {
                let name = party(&(number % 7).to_string());
                for _ in 0..20 {
                    let wanted = 1 + u32::try_from(number % 3).unwrap_or(0);
                    let waiting = turns.take(&name, wanted);
                    let limit = std::time::Duration::from_micros(number * 5);
                    if let Ok(taken) = tokio::time::timeout(limit, waiting).await {
                        tokio::task::yield_now().await;
                        drop(taken);
                    }
                }
            })
        });
        join_all(tasks.collect::<Vec<_>>()).await;
        assert_eq!(turns.free(), 3);
    }
}
