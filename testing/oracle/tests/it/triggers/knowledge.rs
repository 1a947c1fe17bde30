//! What a trigger may know, must tell and must not tell, judged by what was in the list and when.
//!
//! Nobody can know what a page showed of an item that moved or went while the list was read. So for
//! each key there is a set of what may be known of it: nothing, or one of the states that it had.
//! An item that was in its place from the beginning to the end of a poll was surely seen, and then
//! the set has one member. What comes back after it went is known, as long as not thousands of
//! others went after it; so it is an event again only in another state.

use std::collections::{BTreeMap, BTreeSet};

/// The time of a schedule: it goes on by one with everything that happens.
pub type Time = u64;

/// An item in one state and one place in the list.
#[derive(Debug)]
pub struct Visit {
    pub key: String,
    pub state: String,
    pub from: Time,
    /// It went, or its state or place became another.
    pub to: Option<Time>,
}

/// One attempt at a poll.
#[derive(Default)]
pub struct Attempt {
    pub begun: Time,
    /// Event ids, and the visits that they tell of. Not those of a step that had to be repeated.
    pub told: Vec<(String, usize)>,
    /// Items went or moved, which shifts pages that begin after a number of items.
    pub shifted: bool,
}

impl Visit {
    fn overlaps(&self, from: Time, to: Time) -> bool {
        self.from <= to && self.to.is_none_or(|end| end >= from)
    }

    fn spans(&self, from: Time, to: Time) -> bool {
        self.from <= from && self.to.is_none_or(|end| end > to)
    }
}

/// What may be known.
#[derive(Default)]
pub struct Knowledge {
    /// By key, the states that may be known; None for nothing. A key that is not here is unknown.
    may: BTreeMap<String, BTreeSet<Option<String>>>,
    /// Polls that came to their end.
    pub polls: u32,
    /// The ids that polls told which came to their end.
    settled: BTreeSet<String>,
    /// What each id tells of: the same key and state, whenever it comes.
    ids: BTreeMap<String, (String, String)>,
}

impl Knowledge {
    /// An event is told. The error says why it must not be.
    pub fn tell(
        &mut self,
        visits: &[Visit],
        attempt: &Attempt,
        id: &str,
        visit: usize,
        now: Time,
    ) -> Result<(), String> {
        let told = &visits[visit];
        if !told.overlaps(attempt.begun, now) {
            return Err(format!("{id} tells of what was not there: {told:?}"));
        }
        let others = visits.iter().filter(|it| it.key == told.key && it.state != told.state);
        let might_differ = others.into_iter().any(|it| it.overlaps(attempt.begun, now));
        let known = self.may.get(&told.key);
        if !might_differ && known.is_some_and(|may| may.iter().eq([&Some(told.state.clone())])) {
            return Err(format!("{id} was known: {told:?}"));
        }
        if self.settled.contains(id) {
            return Err(format!("{id} was told by a poll that came to its end"));
        }
        let means = (told.key.clone(), told.state.clone());
        match self.ids.insert(id.to_owned(), means.clone()) {
            Some(before) if before != means => Err(format!("{id} was {before:?}, now {means:?}")),
            _ => Ok(()),
        }
    }

    /// A poll came to its end. The error says what it should have told.
    pub fn end(
        &mut self,
        visits: &[Visit],
        attempt: &Attempt,
        is_silent: bool,
        now: Time,
    ) -> Result<(), String> {
        self.polls += 1;
        let mut seen: BTreeMap<&str, Vec<(usize, &Visit)>> = BTreeMap::new();
        for (index, visit) in visits.iter().enumerate() {
            if visit.overlaps(attempt.begun, now) {
                seen.entry(&visit.key).or_default().push((index, visit));
            }
        }
        for (key, visits) in seen {
            let may = self.may.entry(key.to_owned()).or_insert_with(|| [None].into());
            let sure =
                !attempt.shifted && visits.iter().any(|(_, it)| it.spans(attempt.begun, now));
            if let (true, [(index, visit)]) = (sure, visits.as_slice()) {
                let state = Some(visit.state.clone());
                let is_told = attempt.told.iter().any(|(_, told)| told == index);
                if !is_silent && !is_told && !may.contains(&state) {
                    return Err(format!("was not told: {visit:?}"));
                }
                *may = [state].into();
            } else {
                may.extend(visits.iter().map(|(_, visit)| Some(visit.state.clone())));
            }
        }
        let ids: BTreeSet<_> = attempt.told.iter().map(|(id, _)| id.clone()).collect();
        if ids.len() < attempt.told.len() {
            return Err("one poll told an event twice".to_owned());
        }
        self.settled.extend(ids);
        Ok(())
    }
}
