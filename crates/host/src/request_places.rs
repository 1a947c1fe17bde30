//! How many requests are under way to one origin at once: each has a socket, and what is behind one takes
//! many times the memory of a call that waits.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::gate::{Gate, Pass};
use crate::turns::Party;

/// Origins that are remembered while nothing goes to them.
const ORIGINS: usize = 256;

/// Places for requests, so many to each origin: a service that is slow keeps no others waiting.
#[derive(Clone)]
pub(crate) struct RequestPlaces {
    each: u32,
    origins: Arc<Mutex<HashMap<String, Arc<Gate>>>>,
}

impl RequestPlaces {
    /// So many for each origin, and one at least.
    pub fn new(each: u32) -> Self {
        RequestPlaces { each: each.max(1), origins: Arc::default() }
    }

    /// Waits for a place among the requests to an origin.
    pub async fn next(&self, origin: &str, party: &Party) -> Pass {
        self.gate(origin).pass(party, 1).await
    }

    fn gate(&self, origin: &str) -> Arc<Gate> {
        let mut origins = self.origins.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(gate) = origins.get(origin) {
            return gate.clone();
        }
        if origins.len() >= ORIGINS {
            origins.retain(|_, gate| Arc::strong_count(gate) > 1);
        }
        let gate = Gate::new(self.each);
        origins.insert(origin.to_owned(), gate.clone());
        gate
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    #[tokio::test]
    async fn each_origin_has_places_of_its_own() {
        let places = RequestPlaces::new(1);
        let held = places.next("https://a.example", &Party::default()).await;
        assert!(places.next("https://a.example", &Party::default()).now_or_never().is_none());
        places.next("https://b.example", &Party::default()).await;
        drop(held);
        places.next("https://a.example", &Party::default()).await;
    }

    #[tokio::test]
    async fn origins_with_requests_under_way_are_remembered() {
        let places = RequestPlaces::new(1);
        let _held = places.next("https://a.example", &Party::default()).await;
        for index in 0..ORIGINS * 2 {
            places.next(&format!("https://{index}.example"), &Party::default()).await;
        }
        assert!(places.next("https://a.example", &Party::default()).now_or_never().is_none());
        assert!(places.origins.lock().unwrap().len() <= ORIGINS);
    }
}
