//! Right inputs to begin with: the conformance cases, played natively.

#[allow(dead_code, reason = "of what the cases' own tests need, this takes a part")]
#[path = "../../tests/case/mod.rs"]
mod case;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use pinterest_connector::catalog;
use pinterest_connector::contract::{Reply, Step};
use serde_json::Value;

use crate::input::Input;
use case::{Case, Played};

/// From this length on a value is large, in bytes.
const LARGE: usize = 2 << 10;

/// Everything that was asked and answered in the cases.
pub struct Seeds {
    /// Calls that begin something.
    pub calls: Vec<Input>,
    /// Each checkpoint with the reply that came to it.
    pub resumes: Vec<(Vec<u8>, Reply)>,
    /// Inputs of actions and bodies of answers, to take parts from.
    pub values: Vec<Value>,
    /// Cursors that polls ended with.
    pub cursors: Vec<String>,
    /// Ids of actions, triggers and webhooks with the names of their fields.
    pub subjects: Vec<(&'static str, String, Vec<String>)>,
}

impl Seeds {
    /// Reads and plays all cases of the project.
    pub fn load() -> Seeds {
        let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/cases"));
        let fields =
            |fields: &[catalog::Field]| fields.iter().map(|it| it.name.to_owned()).collect();
        let actions = catalog::ACTIONS.iter();
        let actions = actions.map(|it| ("action", it.id.to_owned(), fields(it.input)));
        let triggers = catalog::TRIGGERS.iter();
        let triggers = triggers.map(|it| ("trigger", it.id.to_owned(), fields(it.config)));
        let mut seeds = Seeds {
            calls: Vec::new(),
            resumes: Vec::new(),
            values: Vec::new(),
            cursors: Vec::new(),
            subjects: actions.chain(triggers).collect(),
        };
        for action in catalog::ACTIONS {
            let examples = action.examples.iter();
            seeds.calls.extend(examples.map(|(_, input)| Input::Start {
                id: action.id.to_owned(),
                input: (*input).to_owned(),
                settings: "{}".to_owned(),
            }));
        }
        for case in Case::below(root) {
            // A case that does not go as written is for its own test to tell.
            let _ = catch_unwind(AssertUnwindSafe(|| seeds.play(&case)));
        }
        // To change a large value takes long, and shows nothing that a small one does not.
        seeds.values.retain(|value| value.to_string().len() < LARGE);
        seeds.resumes.retain(|(checkpoint, reply)| checkpoint.len() + size(reply) < 4 * LARGE);
        seeds
    }

    fn play(&mut self, case: &Case) {
        let Some(input) = begin(&case.call) else { return };
        self.values
            .extend(["input", "settings"].iter().filter_map(|key| case.call.get(*key)).cloned());
        self.values.extend(case.responses.iter().filter_map(|it| it.get("body")).cloned());
        self.calls.push(input.clone());
        let mut played = Played::of(case);
        let mut step = input.call();
        while let Ok(going) = step {
            let (checkpoint, reply) = match going {
                Step::Done(outcome) => {
                    self.cursors.extend(outcome.cursor);
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
            self.resumes.push((checkpoint.clone(), reply.clone()));
            step = Input::Resume { checkpoint, reply }.call();
        }
    }
}

fn size(reply: &Reply) -> usize {
    match reply {
        Reply::Response(response) => response.body.len(),
        Reply::Chunk(chunk) => chunk.data.len(),
        _ => 0,
    }
}

/// The call of a case.
fn begin(call: &Value) -> Option<Input> {
    let text = |key: &str| call[key].as_str().unwrap_or_default().to_owned();
    let json = |key: &str| call.get(key).map(Value::to_string).unwrap_or_default();
    let (id, input, settings) = (text("id"), json("input"), json("settings"));
    Some(match call["do"].as_str()? {
        "action" => Input::Start { id, input, settings },
        "poll" => {
            let cursor = call["cursor"].as_str().map(str::to_owned);
            Input::Poll { id, config: input, settings, cursor, now: text("now") }
        }
        "choices" => {
            let of = call["of"].as_str().unwrap_or("action").to_owned();
            let query = call["query"].as_str().map(str::to_owned);
            Input::Choices { of, id, field: text("field"), input, settings, query }
        }
        "subscribe" => Input::Subscribe { id, config: input, settings, address: text("address") },
        "unsubscribe" => Input::Unsubscribe { id, subscription: input, settings },
        "receive" => {
            let (headers, body) = case::message(&call["delivery"]);
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
