//! GitHub issues as a connector: a small one that keeps the whole contract, built from `wit/`
//! alone.
//!
//! This file says what can be done and where each call goes; `connection` how the service is
//! reached, `call` what is sent and what becomes of the answers, `input` what people may type, and
//! `error` why a call fails.

mod call;
mod connection;
mod error;
mod input;

mod bindings {
    wit_bindgen::generate!({ world: "plugin", path: "../../wit" });
}

use bindings::exports::automation::connector::{actions, steps, triggers, types};
use call::Call;
use input::Input;
use serde_json::json;
use types::{Effect, Error, Reply, Step};

struct Connector;

// Without the condition, native builds would not link.
#[cfg(target_arch = "wasm32")]
bindings::export!(Connector with_types_in bindings);

impl actions::Guest for Connector {
    fn list() -> Vec<actions::Action> {
        let action = |id: &str, title: &str, summary: &str, effect, shape| actions::Action {
            id: id.into(),
            operation_id: None,
            title: title.into(),
            summary: summary.into(),
            group: "Issues".into(),
            scopes: vec![],
            effect,
            destructive: false,
            shape,
            notes: vec![],
        };
        let list = "Gives the issues of a repository, newest first.";
        let create = "Opens an issue in a repository.";
        vec![
            action("issues.list", "List issues", list, Effect::Read, actions::Shape::Items),
            action("issues.create", "Create issue", create, Effect::Write, actions::Shape::Single),
        ]
    }

    fn describe(id: String) -> Result<actions::Description, Error> {
        let found = Self::list().into_iter().find(|action| action.id == id);
        let action = found.ok_or_else(|| error::unknown("action", &id))?;
        let input = match action.effect {
            Effect::Write => include_str!("../schemas/create.json"),
            _ => include_str!("../schemas/list.json"),
        };
        let output = include_str!("../schemas/issue.json").into();
        Ok(actions::Description { action, input: input.into(), output, examples: vec![] })
    }

    fn start(id: String, input: String, settings: String) -> Result<Step, Error> {
        Input::parse(&settings).finish()?;
        let mut input = Input::parse(&input);
        let repository = input.take("repository", input::repository);
        let call = match id.as_str() {
            "issues.list" => {
                let state = input.take("state", input::state);
                Call::Issues { repository, state, page: 1 }
            }
            "issues.create" => {
                let title = input.take("title", input::title);
                let body = input.take("body", input::text);
                Call::Create { repository, issue: json!({ "title": title, "body": body }) }
            }
            _ => return Err(error::unknown("action", &id)),
        };
        input.finish()?;
        Ok(call.send())
    }

    fn choices(
        _id: String,
        field: String,
        _input: String,
        _settings: String,
        _query: Option<String>,
    ) -> Result<Step, Error> {
        Err(error::unknown("field with choices", &field))
    }
}

impl triggers::Guest for Connector {
    fn list() -> Vec<triggers::Trigger> {
        vec![triggers::Trigger {
            id: "issue.opened".into(),
            title: "Issue opened".into(),
            summary: "An issue was opened in a repository; the newest comes first.".into(),
            group: "Issues".into(),
            scopes: vec![],
        }]
    }

    fn describe(id: String) -> Result<triggers::Description, Error> {
        let found = Self::list().into_iter().find(|trigger| trigger.id == id);
        Ok(triggers::Description {
            trigger: found.ok_or_else(|| error::unknown("trigger", &id))?,
            config: include_str!("../schemas/opened.json").into(),
            data: include_str!("../schemas/issue.json").into(),
            sample: include_str!("../schemas/sample.json").into(),
        })
    }

    fn start(
        id: String,
        config: String,
        settings: String,
        cursor: Option<String>,
        _now: String,
    ) -> Result<Step, Error> {
        Self::describe(id)?;
        Input::parse(&settings).finish()?;
        let mut config = Input::parse(&config);
        let repository = config.take("repository", input::repository);
        config.finish()?;
        let seen = cursor.as_deref().map(input::cursor).transpose()?;
        Ok(Call::Opened { repository, seen, newest: None, page: 1 }.send())
    }

    fn choices(
        _id: String,
        field: String,
        _config: String,
        _settings: String,
        _query: Option<String>,
    ) -> Result<Step, Error> {
        Err(error::unknown("field with choices", &field))
    }
}

impl steps::Guest for Connector {
    fn resume(checkpoint: Vec<u8>, reply: Reply) -> Result<Step, Error> {
        call::resume(&checkpoint, reply)
    }
}
