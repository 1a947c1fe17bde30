//! The emulator, which changes while it is polled: real requests, and the connector as a component
//! with an instance for each step.

use std::collections::HashMap;

use connector_emulator::{Control, Emulator, Options, OutsidePin, Seed, SeedBoard};
use connector_host::contract::{Request as GuestRequest, Step as GuestStep};
use connector_host::{Call, Connection, Failure, FixedCredentials, Routes, Secret};
use connector_oracle::engine::{ended, native_reply, told};
use fastrand::Rng;
use pinterest_connector::contract::{Error, Reply, Request, Step};
use serde_json::json;
use tokio::runtime::Runtime;
use url::Url;

use super::listing::{Change, Item, Listing};
use super::schedule::World;
use super::subject::{NOW, Subject};
use crate::component;

/// What another client does to the list.
enum Hand {
    /// A list that the emulator keeps as it is: its path, once it has been asked for.
    Kept(Option<String>),
    /// The account's boards.
    Boards,
    /// The Pins of the first board. What goes is on the second board, and comes back from there.
    Pins([String; 2]),
}

pub struct Emulated {
    runtime: Runtime,
    control: Control,
    connection: Connection,
    _emulator: Emulator,
    hand: Hand,
    /// The emulator's ids of boards and Pins, by the keys of the schedule.
    ids: HashMap<String, String>,
    /// The requests of the steps so far, by their URLs: they differ in nothing else.
    asked: HashMap<String, GuestRequest>,
}

impl Emulated {
    /// A world for a trigger; none where the emulator has no list that could be changed.
    pub fn of(subject: &Subject, rng: &mut Rng) -> Emulated {
        let runtime = Runtime::new().unwrap();
        let largest_page = Some(rng.usize(1..5));
        let seed = Seed::empty();
        let options = Options { largest_page, seed, ..Options::for_bench() };
        let emulator = runtime.block_on(Emulator::start(options)).unwrap();
        let mut routes = Routes::default();
        routes.add("https://api.pinterest.com", &emulator.origin()).unwrap();
        let token = Secret::new(emulator.access_token());
        let credentials = FixedCredentials::new([("access-token".to_owned(), token)]);
        let connection = Connection::builder(component::connector());
        let connection = connection.credentials(std::sync::Arc::new(credentials)).routes(routes);
        let control = emulator.control();
        let board = |name: &str| control.add_board(&SeedBoard::new(name, 0));
        let hand = match subject.trigger.action.id {
            "boards.list" => Hand::Boards,
            "board_pins.list" => Hand::Pins([board("Here"), board("There")]),
            _ => Hand::Kept(None),
        };
        Emulated {
            connection: connection.build().unwrap(),
            _emulator: emulator,
            runtime,
            control,
            hand,
            ids: HashMap::new(),
            asked: HashMap::new(),
        }
    }

    /// Whether the emulator keeps what a trigger reads.
    pub fn keeps(subject: &Subject) -> bool {
        let by_hand =
            ["pins.list", "board_section_pins.list", "pins.search", "board_sections.list"];
        let others = ["media.list", "followed_boards.list"];
        !by_hand.iter().chain(&others).any(|id| *id == subject.trigger.action.id)
    }

    fn step(&mut self, step: Result<GuestStep, Failure>) -> Result<Step, Error> {
        if let Ok(GuestStep::Send(pending)) = &step {
            let request = pending.request.clone();
            self.asked.insert(request.url.clone(), request);
        }
        ended(step)
    }

    fn put(&mut self, subject: &Subject, item: &Item) {
        let id = self.ids.get(&item.key).cloned();
        match (&self.hand, id) {
            (Hand::Kept(Some(path)), _) => {
                let thing = subject.thing(&item.key, item.state, item.counts);
                self.control.keep(path, &item.key, thing);
            }
            (Hand::Kept(None), _) => {}
            (Hand::Boards, Some(id)) => {
                self.control.rename_board(&id, &name(item));
            }
            (Hand::Boards, None) => {
                let id = self.control.add_board(&SeedBoard::new(name(item), 0));
                self.ids.insert(item.key.clone(), id);
            }
            (Hand::Pins([here, _]), Some(id)) => {
                self.control.move_pin(&id, here);
            }
            (Hand::Pins([here, _]), None) => {
                let pin = OutsidePin { board_id: here.clone(), ..OutsidePin::default() };
                self.ids.insert(item.key.clone(), self.control.add_pin(pin).unwrap());
            }
        }
    }
}

/// Boards come in the order of their names, so a board that is renamed also moves.
fn name(item: &Item) -> String {
    format!("{} {}", item.state, item.key)
}

impl World for Emulated {
    fn start(
        &mut self,
        trigger: &str,
        config: &str,
        cursor: Option<String>,
    ) -> Result<Step, Error> {
        let mut config: serde_json::Value = serde_json::from_str(config).expect("it is JSON");
        if let Hand::Pins([here, _]) = &self.hand {
            config["board_id"] = json!(here);
        }
        let (trigger, config) = (trigger.to_owned(), config.to_string());
        let call = Call::Poll { trigger, config, cursor, now: NOW.to_owned() };
        let step = self.connection.start(&call);
        self.step(step)
    }

    fn resume(&mut self, checkpoint: Vec<u8>, reply: Reply) -> Result<Step, Error> {
        let step = self.connection.resume(&checkpoint, &told(reply));
        self.step(step)
    }

    fn answer(&mut self, subject: &Subject, listing: &Listing, request: &Request) -> Reply {
        if let Hand::Kept(path @ None) = &mut self.hand {
            let asked = Url::parse(&request.url).unwrap().path().to_owned();
            self.control.keep_all(&asked, []);
            // And what the list belongs to.
            if let Some((owners, owner)) =
                asked.rsplit_once('/').and_then(|(it, _)| it.rsplit_once('/'))
                && owner.bytes().all(|byte| byte.is_ascii_digit())
            {
                self.control.keep(owners, owner, json!({ "id": owner }));
            }
            *path = Some(asked);
            listing.items.iter().for_each(|item| self.put(subject, item));
        }
        let sent = self.runtime.block_on(self.connection.send(&self.asked[&request.url]));
        native_reply(sent.expect("no rule is broken").into_reply())
    }

    fn read(&mut self) -> Reply {
        unreachable!("no list comes as a file")
    }

    fn changed(&mut self, subject: &Subject, change: &Change) {
        match change {
            Change::Add(item) | Change::Update(item) => self.put(subject, item),
            Change::Remove(key) => match &self.hand {
                Hand::Kept(Some(path)) => drop(self.control.remove(path, key)),
                Hand::Kept(None) => {}
                // A board that goes does not come back.
                Hand::Boards => self.control.remove_board(&self.ids[key]),
                Hand::Pins([_, there]) => drop(self.control.move_pin(&self.ids[key], there)),
            },
        }
    }

    fn id(&self, key: &str) -> String {
        self.ids.get(key).map_or_else(|| key.to_owned(), Clone::clone)
    }

    fn returns(&self) -> bool {
        !matches!(self.hand, Hand::Boards)
    }

    fn counts_items(&self) -> bool {
        false
    }

    fn places(&self) -> bool {
        false
    }
}
