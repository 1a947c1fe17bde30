//! What is answered at which path.

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;
use wasi::http::types::IncomingRequest;

use crate::answer::Answer;
use crate::begun::{Begun, Form};
use crate::bindings::automation::connector::actions::Shape;
use crate::bindings::automation::connector::connection::{self, Descriptor};
use crate::bindings::automation::connector::types::{Context, Reply};
use crate::bindings::automation::connector::{actions, steps, triggers};
use crate::budget::{clock, random_word};
use crate::call::Call;
use crate::continuation::{About, Continuation};
use crate::failure::Failure;
use crate::incoming::{Asked, INPUT, LARGEST, json};
use crate::openapi;
use crate::values;

/// `POST /triggers/{id}/poll`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Poll {
    config: Option<Box<RawValue>>,
    cursor: Option<String>,
}

/// `POST /choices`, for a field of an action or of a trigger.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Choices {
    action: Option<String>,
    trigger: Option<String>,
    field: Option<String>,
    input: Option<Box<RawValue>>,
    query: Option<String>,
}

/// `POST /continue`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Continue {
    r#continue: Option<String>,
}

/// Answers a request, or says why not.
pub fn serve(request: &IncomingRequest, answer: &mut Answer) -> Result<(), Failure> {
    let asked = Asked::new(request)?;
    let path: Vec<&str> = asked.path.iter().map(String::as_str).collect();
    let descriptor = connection::describe();
    if let Some(name) = descriptor.requires.first() {
        let detail = format!("the connector needs the extension `{name}`, which is not known here");
        return Err(Failure::new(501, "extension", detail));
    }
    if asked.is_post {
        let settings = values::settings()?;
        let call = begin(&path, request, &descriptor, &settings, &asked)?;
        return call.run(&descriptor, &settings, &asked, answer);
    }
    answer.json(200, &read(&path, &descriptor)?);
    Ok(())
}

/// What is there to be read.
fn read(path: &[&str], descriptor: &Descriptor) -> Result<Value, Failure> {
    match path {
        ["openapi.json"] => openapi::document(descriptor),
        ["actions"] => {
            let listed =
                actions::list_actions().into_iter().map(|it| listed(it.id, it.title, it.summary));
            Ok(listed.collect())
        }
        ["triggers"] => {
            let listed =
                triggers::list_triggers().into_iter().map(|it| listed(it.id, it.title, it.summary));
            Ok(listed.collect())
        }
        _ => Err(unknown(path)),
    }
}

fn listed(id: String, title: String, summary: String) -> Value {
    serde_json::json!({ "id": id, "title": title, "summary": summary })
}

fn unknown(path: &[&str]) -> Failure {
    let path = path.join("/");
    let detail = format!(
        "there is nothing at /{path} with this method; GET /openapi.json lists what there is"
    );
    Failure::new(404, "no-such-path", detail)
}

/// Begins the call that a path stands for.
fn begin(
    path: &[&str],
    request: &IncomingRequest,
    descriptor: &Descriptor,
    settings: &Value,
    asked: &Asked,
) -> Result<Call, Failure> {
    let set = settings.to_string();
    let context = Context {
        call: random_word(),
        now: clock(),
        locale: None,
        wanted: asked.limit,
        extensions: Vec::new(),
    };
    let (form, first) = match path {
        ["actions", id] => {
            let input = object("", &json::<Box<RawValue>>(request, INPUT)?)?;
            let form = match actions::describe(id)?.action.shape {
                Shape::Single => Form::Output,
                Shape::Items => Form::Items,
            };
            (form, actions::start(id, &input, &set, &context))
        }
        ["triggers", id, "poll"] => {
            if asked.limit.is_some() {
                let detail = "a poll has no `limit`: its cursor comes after all of its events";
                return Err(Failure::new(422, "limit", detail));
            }
            let Poll { config, cursor } = json(request, INPUT)?;
            let config = optional("config", config.as_deref())?;
            (Form::Events, triggers::start(id, &config, &set, cursor.as_deref(), &context))
        }
        ["choices"] => {
            let Choices { action, trigger, field, input, query } = json(request, INPUT)?;
            let (input, query) = (optional("input", input.as_deref())?, query.as_deref());
            let field = required("field", field)?;
            let first = match (action, trigger) {
                (Some(id), None) => actions::choices(&id, &field, &input, &set, query, &context),
                (None, Some(id)) => triggers::choices(&id, &field, &input, &set, query, &context),
                _ => {
                    let detail = "choices are of an `action` or of a `trigger`, by its id";
                    return Err(Failure::new(422, "invalid-input", detail));
                }
            };
            (Form::Items, first)
        }
        ["test"] => (Form::Output, connection::test(&set, None, &context)),
        ["continue"] => {
            let token = required("continue", json::<Continue>(request, LARGEST)?.r#continue)?;
            let kept = Continuation::opened(&token, &[&descriptor.id, &set])?;
            let About { call, now, form, wanted, changed, .. } = kept.about;
            let wanted = asked.limit.or(wanted);
            let context = Context { call, now, wanted, ..context };
            let first = steps::resume(&kept.checkpoint, &Reply::Proceed);
            let before = (Some(kept.checkpoint), changed);
            return Ok(Call { begun: Begun { form, context }, first, wanted, before });
        }
        _ => return Err(unknown(path)),
    };
    Ok(Call { begun: Begun { form, context }, first, wanted: asked.limit, before: (None, false) })
}

/// The text of an object, as the caller wrote it.
fn object(name: &str, text: &RawValue) -> Result<String, Failure> {
    let is_object = text.get().starts_with('{');
    let what = if name.is_empty() { "the body".into() } else { format!("`{name}`") };
    is_object.then(|| text.get().to_owned()).ok_or_else(|| {
        let fields = serde_json::json!([{ "path": name, "message": "is to be an object" }]);
        Failure::new(422, "invalid-input", format!("{what} is to be a JSON object"))
            .with("fields", fields)
    })
}

fn optional(name: &str, text: Option<&RawValue>) -> Result<String, Failure> {
    text.map_or_else(|| Ok("{}".into()), |text| object(name, text))
}

fn required(name: &str, value: Option<String>) -> Result<String, Failure> {
    value.ok_or_else(|| {
        let fields = serde_json::json!([{ "path": name, "message": "is required" }]);
        Failure::new(422, "invalid-input", format!("`{name}` is required")).with("fields", fields)
    })
}
