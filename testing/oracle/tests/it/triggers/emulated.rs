//! The emulator, which changes while it is polled: real requests, and the connector as a component
//! with an instance for each step.

use std::collections::HashMap;

use connector_emulator::{Control, Emulator, Options, Seed};
use connector_host::contract::{
    Context, PendingRequest as GuestPending, Range as GuestRange, Step as GuestStep,
};
use connector_host::{
    Call, Connection, Error as HostError, FixedCredentials, NoopObserver, Routes, Secret,
};
use connector_oracle::engine::{ended, native_reply, told};
use fastrand::Rng;
use pinterest_connector::contract::{Error, Range, Reply, Request, Step};
use serde_json::{Value, json};
use tokio::runtime::Runtime;
use url::Url;

use super::hands::{self, Deed, Hand};
use super::listing::{Change, Item, Listing};
use super::schedule::World;
use super::subject::{NOW, Subject};
use crate::component;

pub struct Emulated {
    runtime: Runtime,
    control: Control,
    connection: Connection,
    _emulator: Emulator,
    hand: &'static Hand,
    /// What is filled in for the fields of a configuration, by their names.
    fields: HashMap<String, String>,
    /// Where the trigger asks.
    path: String,
    /// The emulator's ids of things, by the keys of the schedule.
    ids: HashMap<String, String>,
    /// The requests of the steps so far, by their URLs: they differ in nothing else.
    asked: HashMap<String, GuestPending>,
}

impl Emulated {
    /// A world for a trigger, in which there is nothing that it could find.
    pub fn of(subject: &Subject, rng: &mut Rng) -> Emulated {
        let runtime = Runtime::new().unwrap();
        let largest_page = Some(rng.usize(1..5));
        let seed = Seed::empty();
        let options = Options { largest_page, seed, ..Options::for_bench() };
        let emulator = runtime.block_on(Emulator::start(options)).unwrap();
        let mut routes = Routes::default();
        for (origin, place) in emulator.places() {
            routes.add(origin, &place).unwrap();
        }
        let token = Secret::new(emulator.access_token());
        let credentials = FixedCredentials::new([("access-token".to_owned(), token)]);
        let connection = Connection::builder(component::connector());
        let connection = connection.credentials(std::sync::Arc::new(credentials)).routes(routes);
        let given = subject.config.as_object().unwrap().iter();
        let given = given.filter_map(|(name, value)| Some((name.clone(), value.as_str()?.into())));
        let mut world = Emulated {
            connection: connection.build().unwrap(),
            control: emulator.control(),
            _emulator: emulator,
            runtime,
            hand: hands::of(subject.trigger.action.id),
            fields: given.collect(),
            path: String::new(),
            ids: HashMap::new(),
            asked: HashMap::new(),
        };
        world.prepare(subject);
        world
    }

    fn prepare(&mut self, subject: &Subject) {
        for (name, action, input) in self.hand.first {
            let id = self.run(action, &self.filled(input));
            self.fields.insert((*name).to_owned(), id);
        }
        let poll = self.start(subject, &subject.config.to_string(), None);
        let Ok(Step::Send(first)) = poll else { panic!("it asks for nothing: {poll:?}") };
        self.path = Url::parse(&first.request.url).unwrap().path().to_owned();
        self.control.keep_all(&self.path, []);
        // And what the list belongs to.
        if let Some((owners, owner)) =
            self.path.rsplit_once('/').and_then(|(it, _)| it.rsplit_once('/'))
            && owner.bytes().all(|byte| byte.is_ascii_digit())
        {
            self.control.keep(owners, owner, json!({ "id": owner }));
        }
        for key in subject.keys().into_iter().flatten() {
            self.do_all(self.hand.remove, subject, &Item::absent(key));
        }
    }

    /// A text with what it leaves open.
    fn filled(&self, text: &str) -> String {
        let fill = |text: String, (name, value): (&String, &String)| {
            text.replace(&format!("{{{name}}}"), value)
        };
        self.fields.iter().fold(text.to_owned(), fill)
    }

    /// Runs an action as another client does, and gives the id in its output, if there is one.
    fn run(&self, action: &str, input: &str) -> String {
        let call = Call::Action { id: action.to_owned(), input: input.to_owned() };
        let ran = self.runtime.block_on(self.connection.run(call, &mut NoopObserver));
        let output = ran.unwrap_or_else(|failure| panic!("{action} {input}: {}", failure.json()));
        let output: Value = serde_json::from_str(&output.output).unwrap();
        let id = ["id", "media_id", "token"].into_iter().find_map(|name| output[name].as_str());
        id.unwrap_or_default().to_owned()
    }

    fn do_all(&mut self, deeds: &[Deed], subject: &Subject, item: &Item) {
        for deed in deeds {
            let (id, state) = (self.id(&item.key), item.state.to_string());
            let of_item = [("{id}", &id), ("{key}", &item.key), ("{state}", &state)];
            let filled = |text: &str| {
                let text = self.filled(text);
                of_item.iter().fold(text, |text, (name, value)| text.replace(name, value))
            };
            match deed {
                Deed::Run(action, input) => {
                    let id = self.run(action, &filled(input));
                    self.ids.entry(item.key.clone()).or_insert(id);
                }
                Deed::Settle(id, under_way) => {
                    let state = subject.state(item).unwrap_or_else(|| (*under_way).to_owned());
                    assert!(self.control.settle(&filled(id), &state), "{id} is nowhere");
                }
                Deed::Keep => {
                    let thing = subject.thing(&item.key, item.state, item.counts);
                    self.control.keep(&self.path, &item.key, thing);
                }
                Deed::Answer(answer) => {
                    let answer = serde_json::from_str(answer).expect("it is JSON");
                    self.control.keep(&self.path, &item.key, answer);
                }
                Deed::Drop => drop(self.control.remove(&self.path, &item.key)),
            }
        }
    }

    fn step(&mut self, step: Result<GuestStep, HostError>) -> Result<Step, Error> {
        if let Ok(GuestStep::Send(pending)) = &step {
            self.asked.insert(pending.request.url.clone(), pending.clone());
        }
        ended(step)
    }
}

fn context() -> Context {
    Context::new("poll", NOW)
}

impl World for Emulated {
    fn start(
        &mut self,
        subject: &Subject,
        config: &str,
        cursor: Option<String>,
    ) -> Result<Step, Error> {
        let mut config: Value = serde_json::from_str(config).expect("it is JSON");
        for field in subject.trigger.config {
            if let Some(value) = self.fields.get(field.name) {
                config[field.name] = json!(value);
            }
        }
        let (trigger, config) = (subject.trigger.id.to_owned(), config.to_string());
        let call = Call::Poll { trigger, config, cursor };
        let step = self.connection.start(&call, &context());
        self.step(step)
    }

    fn resume(&mut self, checkpoint: Vec<u8>, reply: Reply) -> Result<Step, Error> {
        let step = self.connection.resume(&checkpoint, &told(reply));
        self.step(step)
    }

    fn answer(&mut self, _subject: &Subject, _listing: &Listing, request: &Request) -> Reply {
        let (pending, context) = (&self.asked[&request.url], context());
        let sent = self.runtime.block_on(self.connection.send(pending, &context));
        native_reply(sent.expect("no rule is broken").into_reply())
    }

    fn read(&mut self, range: &Range) -> Reply {
        let Range { blob, offset, length, checkpoint } = range.clone();
        let range = GuestRange { blob, offset, length, checkpoint };
        native_reply(self.runtime.block_on(self.connection.read(&range)).expect("it may look"))
    }

    fn changed(&mut self, subject: &Subject, change: &Change) {
        match change {
            Change::Add(item) | Change::Update(item) if self.ids.contains_key(&item.key) => {
                self.do_all(self.hand.change, subject, item);
            }
            Change::Add(item) | Change::Update(item) => {
                self.do_all(self.hand.make, subject, item);
            }
            Change::Remove(key) => {
                self.do_all(self.hand.remove, subject, &Item::absent(key.clone()));
            }
        }
    }

    fn id(&self, key: &str) -> String {
        self.ids.get(key).map_or_else(|| key.to_owned(), Clone::clone)
    }

    fn returns(&self) -> bool {
        self.hand.returns
    }

    fn stays(&self) -> bool {
        self.hand.stays
    }

    fn counts_items(&self) -> bool {
        false
    }

    fn places(&self) -> bool {
        false
    }
}
