//! The smallest connector: it looks an article up in Wikipedia. One action, no credential.

wit_bindgen::generate!({ world: "plugin", path: "../../wit" });

use exports::automation::connector::{actions, connection, steps, triggers, types::*};
use serde_json::{Value, json};

const ORIGIN: &str = "https://en.wikipedia.org";

struct Wikipedia;

#[cfg(target_arch = "wasm32")]
export!(Wikipedia);

impl connection::Guest for Wikipedia {
    fn describe() -> connection::Descriptor {
        let [id, title] = ["production", "Wikipedia"].map(str::to_owned);
        connection::Descriptor {
            id: "wikipedia".into(),
            title: title.clone(),
            summary: "Articles of the English Wikipedia.".into(),
            version: env!("CARGO_PKG_VERSION").into(),
            api_version: "1".into(),
            environments: vec![connection::Environment { id, title, help: "The only one.".into() }],
            origins: vec![ORIGIN.into()],
            credentials: vec![],
            settings: json!({ "type": "object" }).to_string(),
            form: json!({ "type": "object" }).to_string(),
            setup: vec![],
            quotas: vec![],
            operations: vec![],
        }
    }

    fn test(_settings: Json, _granted: Option<Vec<String>>) -> Result<Step, Error> {
        Ok(look_up("Wikipedia", b"test"))
    }

    fn choices(field: String, _: Json, _: Option<String>) -> Result<Step, Error> {
        Err(error(ErrorKind::InvalidInput, &field, "offers no choices", None))
    }
}

impl actions::Guest for Wikipedia {
    fn list() -> Vec<actions::Action> {
        vec![actions::Action {
            id: "articles.get".into(),
            operation_id: None,
            title: "Look an article up".into(),
            summary: "The first paragraph of an article.".into(),
            group: "Articles".into(),
            scopes: vec![],
            effect: Effect::Read,
            destructive: false,
            shape: actions::Shape::Single,
            notes: vec![],
        }]
    }

    fn describe(_id: String) -> Result<actions::Description, Error> {
        let input = json!({ "type": "object", "properties": { "title": { "type": "string" } }, "required": ["title"] });
        let output = json!({ "type": "object", "properties": { "title": { "type": "string" }, "extract": { "type": "string" } } });
        let action = Self::list().remove(0);
        Ok(actions::Description {
            action,
            input: input.to_string(),
            output: output.to_string(),
            examples: vec![],
        })
    }

    fn start(_id: String, input: Json, _settings: Json) -> Result<Step, Error> {
        let input: Value = serde_json::from_str(&input).unwrap_or_default();
        match input["title"].as_str().filter(|title| !title.contains(['/', '?', '#', '%'])) {
            Some(title) => Ok(look_up(&title.replace(' ', "_"), b"article")),
            None => Err(error(ErrorKind::InvalidInput, "title", "must be the title of an article", None)),
        }
    }

    fn choices(_: String, field: String, _: Json, _: Json, _: Option<String>) -> Result<Step, Error> {
        Err(error(ErrorKind::InvalidInput, &field, "offers no choices", None))
    }
}

impl triggers::Guest for Wikipedia {
    fn list() -> Vec<triggers::Trigger> {
        vec![]
    }

    fn describe(id: String) -> Result<triggers::Description, Error> {
        Err(error(ErrorKind::InvalidInput, "id", &format!("there is no trigger {id}"), None))
    }

    fn start(id: String, _: Json, _: Json, _: Option<Cursor>, _: String) -> Result<Step, Error> {
        Err(error(ErrorKind::InvalidInput, "id", &format!("there is no trigger {id}"), None))
    }

    fn choices(_: String, field: String, _: Json, _: Json, _: Option<String>) -> Result<Step, Error> {
        Err(error(ErrorKind::InvalidInput, &field, "offers no choices", None))
    }
}

impl steps::Guest for Wikipedia {
    fn resume(checkpoint: Checkpoint, reply: Reply) -> Result<Step, Error> {
        let Reply::Response(response) = reply else {
            return Err(error(ErrorKind::Unavailable, "", "Wikipedia did not answer", None));
        };
        let article: Value = serde_json::from_slice(&response.body).unwrap_or_default();
        let output = match (response.status, checkpoint.as_slice()) {
            (200, b"article") if article["extract"].is_string() => article,
            (200, b"test") => json!({ "account": { "id": "public", "name": "Wikipedia" }, "lacking": [] }),
            (404, _) => return Err(error(ErrorKind::NotFound, "", "there is no such article", Some(404))),
            (status, _) => {
                return Err(error(ErrorKind::Unexpected, "", "Wikipedia answered otherwise", Some(status)));
            }
        };
        Ok(Step::Done(Outcome { output: output.to_string(), cursor: None }))
    }
}

fn look_up(title: &str, checkpoint: &[u8]) -> Step {
    let url = format!("{ORIGIN}/api/rest_v1/page/summary/{title}");
    let (method, body, effect) = (Method::Get, Body::Empty, Effect::Read);
    let request = Request { method, url, headers: vec![], body, credential: None, effect, quota: None, save: false };
    Step::Send(PendingRequest { request, checkpoint: checkpoint.to_vec() })
}

fn error(kind: ErrorKind, path: &str, message: &str, status: Option<u16>) -> Error {
    let field = FieldError { path: path.into(), message: message.into() };
    Error {
        kind,
        code: "wikipedia".into(),
        message: message.into(),
        advice: None,
        fields: if path.is_empty() { vec![] } else { vec![field] },
        status,
        request_id: None,
        retry_after_ms: None,
        details: None,
    }
}
