//! A schedule: the list changes, polls begin, are abandoned after any step and begun again with the
//! old cursor, lose the answer to a step, and come to their end.

use std::collections::HashMap;
use std::fmt::Write;

use fastrand::Rng;
use pinterest_connector::contract::{Error, Range, Reply, Request, Step};
use serde_json::{Value, json};

use super::knowledge::{Attempt, Knowledge};
use super::listing::{Change, Listing};
use super::subject::{Reading, Subject};

/// What runs the connector, and answers its requests from the list.
pub trait World {
    fn start(
        &mut self,
        subject: &Subject,
        config: &str,
        cursor: Option<String>,
    ) -> Result<Step, Error>;
    fn resume(&mut self, checkpoint: Vec<u8>, reply: Reply) -> Result<Step, Error>;
    fn answer(&mut self, subject: &Subject, listing: &Listing, request: &Request) -> Reply;
    /// The kept answer that a step looks into.
    fn read(&mut self, range: &Range) -> Reply;
    /// The list has changed.
    fn changed(&mut self, _subject: &Subject, _change: &Change) {}
    /// What the answers call the thing with this key.
    fn id(&self, key: &str) -> String {
        key.to_owned()
    }
    /// What went may come back under its key.
    fn returns(&self) -> bool {
        true
    }
    /// What is there stays there, and what counts goes on counting.
    fn stays(&self) -> bool {
        false
    }
    /// The schedule says where things are in the list.
    fn places(&self) -> bool;
    /// Pages begin after a number of items, so that items can be passed over.
    fn counts_items(&self) -> bool;
}

pub struct Schedule<'a, W> {
    subject: &'a Subject,
    world: W,
    rng: Rng,
    listing: Listing,
    knowledge: Knowledge,
    cursor: Option<String>,
    existing: bool,
    /// The visits that the last answer showed, by key. A file shows what there was when it was
    /// asked for, or later.
    shown: HashMap<String, usize>,
    told: u64,
    log: String,
    /// Nothing changes and nothing goes wrong.
    quiet: bool,
}

impl<'a, W: World> Schedule<'a, W> {
    /// Plays the schedule of a seed, and gives how many events were told. Panics with the schedule.
    pub fn play(subject: &'a Subject, seed: u64, world: impl FnOnce(&mut Rng) -> W) -> u64 {
        let mut rng = Rng::with_seed(seed);
        let world = world(&mut rng);
        let existing = rng.u8(..4) == 0;
        let mut schedule = Schedule {
            subject,
            listing: Listing::new(subject, world.places(), world.returns(), world.stays()),
            world,
            existing,
            rng,
            knowledge: Knowledge::default(),
            cursor: None,
            shown: HashMap::new(),
            told: 0,
            log: String::new(),
            quiet: false,
        };
        if let Err(cause) = schedule.run() {
            let id = subject.trigger.id;
            panic!("{id}, seed {seed}, include_existing {existing}: {cause}\n{}", schedule.log);
        }
        schedule.told
    }

    fn run(&mut self) -> Result<(), String> {
        for _ in 0..self.rng.u8(3..9) {
            for _ in 0..self.rng.u8(..6) {
                self.change();
            }
            self.attempt()?;
        }
        self.quiet = true;
        self.attempt()?;
        self.attempt()
    }

    fn change(&mut self) {
        let change = self.listing.change(self.subject, &mut self.rng);
        let now = self.listing.now;
        let said = match &change {
            Change::Add(item) | Change::Update(item) => {
                let verb = if matches!(change, Change::Add(_)) { "add" } else { "update" };
                let (key, state, counts) = (&item.key, item.state, item.counts);
                format!("{verb} {key} state {state} counts {counts} place {}", item.place)
            }
            Change::Remove(key) => format!("remove {key}"),
        };
        writeln!(self.log, "{now}: {said}").unwrap();
        self.world.changed(self.subject, &change);
    }

    /// Whether something with a chance of one in `of` happens now.
    fn happens(&mut self, of: u8) -> bool {
        !self.quiet && self.rng.u8(..of) == 0
    }

    /// A poll from its start to its end, or until it is abandoned.
    fn attempt(&mut self) -> Result<(), String> {
        let mut attempt = Attempt { begun: self.listing.tick(), ..Attempt::default() };
        let (shifts, silent) = (self.listing.shifts, self.knowledge.polls == 0 && !self.existing);
        writeln!(self.log, "{}: poll", self.listing.now).unwrap();
        let mut config = self.subject.config.clone();
        config["include_existing"] = json!(self.existing);
        let mut next = self.world.start(self.subject, &config.to_string(), self.cursor.clone());
        loop {
            while self.happens(3) {
                self.change();
            }
            if self.happens(12) {
                writeln!(self.log, "{}: abandoned", self.listing.now).unwrap();
                return Ok(());
            }
            let step = next.map_err(|error| format!("{error:?}"))?;
            next = match step {
                Step::Send(pending) => {
                    self.listing.tick();
                    if self.subject.reading != Reading::File {
                        self.shown.clear();
                    }
                    let items = self.listing.items.iter();
                    self.shown
                        .extend(items.filter_map(|it| Some((self.world.id(&it.key), it.visit?))));
                    let reply = self.world.answer(self.subject, &self.listing, &pending.request);
                    let came = self.world.resume(pending.checkpoint.clone(), reply);
                    if self.happens(10) {
                        // The host dies before it has kept the next checkpoint; perhaps it has
                        // recorded the events.
                        writeln!(self.log, "{}: step repeated", self.listing.now).unwrap();
                        if let (Ok(Step::Emit(page)), true) = (came, self.rng.bool()) {
                            self.record(&attempt, &page.items, silent)?;
                        }
                        Ok(Step::Send(pending))
                    } else {
                        came
                    }
                }
                Step::Emit(page) => {
                    let told = self.record(&attempt, &page.items, silent)?;
                    attempt.told.extend(told);
                    self.world.resume(page.checkpoint, Reply::Proceed)
                }
                Step::Read(range) => {
                    let reply = self.world.read(&range);
                    self.world.resume(range.checkpoint, reply)
                }
                Step::Pause(pause) => self.world.resume(pause.checkpoint, Reply::Proceed),
                Step::Done(outcome) => {
                    self.cursor = outcome.cursor;
                    attempt.shifted = self.world.counts_items() && self.listing.shifts != shifts;
                    let now = self.listing.tick();
                    writeln!(self.log, "{now}: end").unwrap();
                    return self.knowledge.end(&self.listing.visits, &attempt, silent, now);
                }
            };
        }
    }

    /// The host records the events of a page: their ids, and the visits that they tell of.
    fn record(
        &mut self,
        attempt: &Attempt,
        items: &str,
        silent: bool,
    ) -> Result<Vec<(String, usize)>, String> {
        let mut told = Vec::new();
        let events: Vec<Value> = serde_json::from_str(items).expect("a page is a JSON array");
        if silent {
            return Err(format!("the first poll tells {items}"));
        }
        for event in events {
            let (id, key) = (&event["id"], &event["data"][self.subject.key()]);
            let (id, key) = (id.as_str().expect("an id"), key.as_str().expect("a key"));
            let visit = *self.shown.get(key).ok_or(format!("{key} does not count"))?;
            let now = self.listing.now;
            writeln!(self.log, "{now}: told {id}").unwrap();
            self.knowledge.tell(&self.listing.visits, attempt, id, visit, now)?;
            told.push((id.to_owned(), visit));
            self.told += 1;
        }
        Ok(told)
    }
}
