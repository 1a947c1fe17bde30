//! What is answered at which path.

use serde::Deserialize;
use serde_json::{Map, Value, json};
use wasi::http::types::IncomingRequest;

use crate::answer::Answer;
use crate::bindings::automation::connector::actions::Shape;
use crate::bindings::automation::connector::connection::{self, Descriptor};
use crate::bindings::automation::connector::types::{Context, Reply};
use crate::bindings::automation::connector::{actions, steps, triggers};
use crate::budget::{clock, random_word};
use crate::call::{Begun, Call, Form};
use crate::continuation::Continuation;
use crate::failure::Failure;
use crate::incoming::{Asked, json};
use crate::openapi;
use crate::values;

/// What a body is: one object of JSON.
type Object = Map<String, Value>;

/// `POST /triggers/{id}/poll`
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Poll {
    config: Object,
    cursor: Option<String>,
}

/// `POST /choices`, for a field of an action or of a trigger.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Choices {
    action: Option<String>,
    trigger: Option<String>,
    field: String,
    #[serde(default)]
    input: Object,
    query: Option<String>,
}

/// `POST /continue`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Continue {
    r#continue: String,
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
        let call = begin(&path, request, &settings, &asked)?;
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
    json!({ "id": id, "title": title, "summary": summary })
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
    let text = |input: Object| Value::Object(input).to_string();
    let (form, input, first) = match path {
        ["actions", id] => {
            let input = text(json::<Option<Object>>(request)?.unwrap_or_default());
            let form = match actions::describe(id)?.action.shape {
                Shape::Single => Form::Output,
                Shape::Items => Form::Items,
            };
            let first = actions::start(id, &input, &set, &context);
            (form, input, first)
        }
        ["triggers", id, "poll"] => {
            let Poll { config, cursor } = json::<Option<Poll>>(request)?.unwrap_or_default();
            let config = text(config);
            let first = triggers::start(id, &config, &set, cursor.as_deref(), &context);
            (Form::Events, config, first)
        }
        ["choices"] => {
            let Choices { action, trigger, field, input, query } = json(request)?;
            let (input, query) = (text(input), query.as_deref());
            let first = match (action, trigger) {
                (Some(id), None) => actions::choices(&id, &field, &input, &set, query, &context),
                (None, Some(id)) => triggers::choices(&id, &field, &input, &set, query, &context),
                _ => {
                    let detail = "choices are of an `action` or of a `trigger`, by its id";
                    return Err(Failure::new(422, "invalid-input", detail));
                }
            };
            (Form::Items, input, first)
        }
        ["test"] => (Form::Output, String::new(), connection::test(&set, None, &context)),
        ["continue"] => {
            let kept = Continuation::opened(&json::<Continue>(request)?.r#continue)?;
            let context = Context { call: kept.call, now: kept.now, ..context };
            let first = steps::resume(&kept.checkpoint, &Reply::Proceed);
            let begun = Begun { form: kept.form, input: kept.input, context };
            return Ok(Call { begun, first });
        }
        _ => return Err(unknown(path)),
    };
    Ok(Call { begun: Begun { form, input, context }, first })
}
