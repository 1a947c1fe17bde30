//! Right inputs to begin with: the conformance cases, played natively.

#[allow(dead_code, reason = "of what the cases' own tests need, this takes a part")]
#[path = "../../../tests/case/mod.rs"]
mod case;

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use pinterest_connector::catalog;
use pinterest_connector::contract::{Reply, Step};
use serde_json::Value;

use crate::input::Input;
use crate::shape::Shape;
use case::{Case, Played};

/// From this length on a value is large, in bytes. To change a large one takes long, and shows
/// nothing that a small one does not.
const LARGE: usize = 2 << 10;
/// Parts of values of this length or less are put elsewhere, in bytes.
const PART: usize = 500;

/// Everything that was asked and answered in the cases.
pub struct Seeds {
    /// Calls of actions and tests of the connection.
    pub starts: Vec<Seed>,
    /// Polls.
    pub polls: Vec<Seed>,
    /// Calls of webhooks.
    pub webhooks: Vec<Seed>,
    /// Each checkpoint with the reply that came to it.
    pub resumes: Vec<Resume>,
    /// The ones whose reply is a piece of a file.
    pub reads: Vec<Resume>,
    /// JSON out of inputs of actions and bodies of answers, to be put elsewhere.
    pub odd: Vec<String>,
    /// Cursors that polls ended with.
    pub cursors: Vec<Sealed>,
    /// Ids of actions, triggers and webhooks with the names of their fields.
    pub subjects: Vec<(&'static str, String, Vec<String>)>,
}

/// A call that begins something.
pub struct Seed {
    /// As it is.
    pub input: Input,
    /// Its input or configuration.
    pub shape: Shape,
    /// Its settings.
    pub settings: Shape,
    /// Its cursor, its subscription, or the body of what was delivered.
    pub more: Option<Shape>,
}

/// A checkpoint and its reply.
#[derive(Clone)]
pub struct Resume {
    /// As it is.
    pub checkpoint: Vec<u8>,
    /// In its parts.
    pub sealed: Sealed,
    /// As it is.
    pub reply: Reply,
    /// What the reply holds, where that is JSON.
    pub content: Option<Shape>,
}

/// `tag:sum:json`
#[derive(Clone)]
pub struct Sealed {
    /// As it is.
    pub text: String,
    /// What precedes the sum.
    pub tag: String,
    /// What the sum is of. Nothing when the text is of another form.
    pub json: Option<Shape>,
}

impl Sealed {
    fn of(text: String) -> Sealed {
        let mut parts = text.splitn(3, ':');
        let tag = parts.next().unwrap_or_default().to_owned();
        let json = parts.nth(1).map(Shape::of);
        Sealed { tag, json, text }
    }
}

impl Seed {
    fn of(input: Input) -> Seed {
        let json = |body: &[u8]| std::str::from_utf8(body).ok().map(Shape::of);
        let (own, settings, more) = match &input {
            Input::Start { input, settings, .. } | Input::Choices { input, settings, .. } => {
                (input.as_str(), settings, None)
            }
            Input::Poll { config, settings, cursor, .. } => {
                (config.as_str(), settings, cursor.as_deref().map(Shape::of))
            }
            Input::Subscribe { config, settings, .. } => (config.as_str(), settings, None),
            Input::Renew { config, settings, subscription, .. } => {
                (config.as_str(), settings, Some(Shape::of(subscription)))
            }
            Input::Unsubscribe { subscription, settings, .. } => {
                (subscription.as_str(), settings, None)
            }
            Input::Receive { config, settings, body, .. } => {
                (config.as_str(), settings, json(body))
            }
            Input::Test { settings, .. } => ("{}", settings, None),
            Input::Resume { .. } => ("{}", &String::new(), None),
        };
        Seed { shape: Shape::of(own), settings: Shape::of(settings), more, input }
    }
}

impl Seeds {
    /// Reads and plays all cases of the project.
    pub fn load() -> Seeds {
        let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/cases"));
        let fields =
            |fields: &[catalog::Field]| fields.iter().map(|it| it.name.to_owned()).collect();
        let actions = catalog::ACTIONS.iter();
        let actions = actions.map(|it| ("action", it.id.to_owned(), fields(it.input)));
        let triggers = catalog::TRIGGERS.iter();
        let triggers = triggers.map(|it| ("trigger", it.id.to_owned(), fields(it.config)));
        let mut seeds = Seeds {
            starts: Vec::new(),
            polls: Vec::new(),
            webhooks: Vec::new(),
            resumes: Vec::new(),
            reads: Vec::new(),
            odd: Vec::new(),
            cursors: Vec::new(),
            subjects: actions.chain(triggers).collect(),
        };
        for action in catalog::ACTIONS {
            let examples = action.examples.iter();
            seeds.starts.extend(examples.map(|(_, input)| {
                Seed::of(Input::Start {
                    id: action.id.to_owned(),
                    input: (*input).to_owned(),
                    settings: "{}".to_owned(),
                    wanted: None,
                })
            }));
        }
        let mut parts = BTreeSet::new();
        for case in Case::below(root) {
            let own = ["input", "settings"].iter().filter_map(|key| case.call.get(*key));
            let bodies = case.responses.iter().filter_map(|it| it.get("body"));
            own.chain(bodies).for_each(|value| collect(value, &mut parts));
            // A case that does not go as written is for its own test to tell.
            let _ = catch_unwind(AssertUnwindSafe(|| seeds.play(&case)));
        }
        seeds.odd = parts.into_iter().collect();
        let is_read = |it: &&Resume| matches!(it.reply, Reply::Chunk(_));
        seeds.reads = seeds.resumes.iter().filter(is_read).cloned().collect();
        seeds
    }

    fn play(&mut self, case: &Case) {
        let Some(input) = begin(&case.call) else { return };
        match &input {
            Input::Start { .. } | Input::Test { .. } => self.starts.push(Seed::of(input.clone())),
            Input::Poll { .. } => self.polls.push(Seed::of(input.clone())),
            Input::Subscribe { .. }
            | Input::Renew { .. }
            | Input::Unsubscribe { .. }
            | Input::Receive { .. } => {
                self.webhooks.push(Seed::of(input.clone()));
            }
            _ => {}
        }
        let mut played = Played::of(case);
        let mut step = input.call();
        while let Ok(going) = step {
            let (checkpoint, reply) = match going {
                Step::Done(outcome) => {
                    self.cursors.extend(outcome.cursor.map(Sealed::of));
                    return;
                }
                Step::Send(pending) => (pending.checkpoint, played.sent(&pending.request)),
                Step::Read(range) => {
                    let reply = played.looked(&range);
                    (range.checkpoint, reply)
                }
                Step::Pause(pause) => (pause.checkpoint, Reply::Proceed),
                Step::Emit(page) => (page.checkpoint, Reply::Proceed),
            };
            self.keep(&checkpoint, &reply);
            step = Input::Resume { checkpoint, reply }.call();
        }
    }
    fn keep(&mut self, checkpoint: &[u8], reply: &Reply) {
        let body = match reply {
            Reply::Response(response) => &response.body[..],
            Reply::Chunk(chunk) => &chunk.data,
            _ => &[],
        };
        if checkpoint.len() + body.len() > 4 * LARGE {
            return;
        }
        let text = std::str::from_utf8(body).unwrap_or_default();
        let is_json = serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok();
        self.resumes.push(Resume {
            sealed: Sealed::of(String::from_utf8_lossy(checkpoint).into_owned()),
            checkpoint: checkpoint.to_vec(),
            reply: reply.clone(),
            content: is_json.then(|| Shape::of(text)),
        });
    }
}

/// The small values inside of a value.
fn collect(value: &Value, parts: &mut BTreeSet<String>) {
    let text = value.to_string();
    if text.len() <= PART {
        parts.insert(text);
    }
    match value {
        Value::Array(items) => items.iter().for_each(|it| collect(it, parts)),
        Value::Object(object) => object.values().for_each(|it| collect(it, parts)),
        _ => {}
    }
}

/// The call of a case.
fn begin(call: &Value) -> Option<Input> {
    let text = |key: &str| call[key].as_str().unwrap_or_default().to_owned();
    let json = |key: &str| call.get(key).map(Value::to_string).unwrap_or_default();
    let (id, input, settings) = (text("id"), json("input"), json("settings"));
    Some(match call["do"].as_str()? {
        "action" => Input::Start { id, input, settings, wanted: call["wanted"].as_u64() },
        "poll" => {
            let cursor = call["cursor"].as_str().map(str::to_owned);
            let now = case::context(call).now;
            Input::Poll { id, config: input, settings, cursor, now }
        }
        "choices" => {
            let of = call["of"].as_str().unwrap_or("action").to_owned();
            let query = call["query"].as_str().map(str::to_owned);
            Input::Choices { of, id, field: text("field"), input, settings, query }
        }
        "subscribe" => Input::Subscribe { id, config: input, settings, address: text("address") },
        "renew" => Input::Renew { id, config: input, settings, subscription: json("subscription") },
        "unsubscribe" => Input::Unsubscribe { id, subscription: input, settings },
        "receive" => {
            let delivery = case::delivery(&call["delivery"]);
            let (headers, body) = (delivery.headers, delivery.body);
            let headers = headers.into_iter().map(|it| (it.name, it.value)).collect();
            Input::Receive { id, config: input, settings, headers, body }
        }
        "test" => {
            let granted =
                call.get("granted").and_then(|it| serde_json::from_value(it.clone()).ok());
            Input::Test { settings, granted }
        }
        _ => return None,
    })
}
