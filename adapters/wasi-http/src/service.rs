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
use crate::call::{Call, Head, tell_of};
use crate::continuation::{About, Continuation, mark};
use crate::credentials;
use crate::failure::Failure;
use crate::incoming::{Asked, INPUT, LARGEST, json, object, optional, required};
use crate::openapi;
use crate::values;
use crate::webhooks::{self, Taken};

/// `POST /triggers/{id}/poll`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Poll {
    config: Option<Box<RawValue>>,
    cursor: Option<String>,
}

/// `POST /choices`, for a field of an action, of a trigger or of a webhook.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Choices {
    action: Option<String>,
    trigger: Option<String>,
    webhook: Option<String>,
    field: Option<String>,
    input: Option<Box<RawValue>>,
    query: Option<String>,
}

/// `POST /continue`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Continue {
    r#continue: Option<String>,
    /// Of a delivery's call, if its signatures have a key in it.
    subscription: Option<Box<RawValue>>,
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
    values::distinct(&credentials::ids(&descriptor))?;
    if asked.is_post {
        let settings = values::settings()?;
        let call = match begin(&path, request, &descriptor, &settings, &asked)? {
            Taken::Call(call) => call,
            Taken::Told(head) => {
                tell_of(head, &asked, answer);
                return Ok(());
            }
        };
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
        ["webhooks"] => Ok(webhooks::list()),
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
) -> Result<Taken, Failure> {
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
            no_limit(asked)?;
            let Poll { config, cursor } = json(request, INPUT)?;
            let config = optional("config", config.as_deref())?;
            (Form::Events, triggers::start(id, &config, &set, cursor.as_deref(), &context))
        }
        ["webhooks", id] => {
            no_limit(asked)?;
            return webhooks::deliver(id, request, descriptor, &set, context);
        }
        ["webhooks", id, what @ ("subscribe" | "renew" | "unsubscribe")] => {
            return webhooks::manage(id, what, request, &set, context).map(Taken::from);
        }
        ["choices"] => {
            let Choices { action, trigger, webhook, field, input, query } = json(request, INPUT)?;
            let (input, query) = (optional("input", input.as_deref())?, query.as_deref());
            let field = required("field", field)?;
            let first = match (action, trigger, webhook) {
                (Some(id), None, None) => {
                    actions::choices(&id, &field, &input, &set, query, &context)
                }
                (None, Some(id), None) => {
                    triggers::choices(&id, &field, &input, &set, query, &context)
                }
                (None, None, Some(id)) => {
                    webhooks::choices(&id, &field, &input, &set, query, &context)?
                }
                _ => {
                    let detail =
                        "choices are of an `action`, of a `trigger` or of a `webhook`, by its id";
                    return Err(Failure::new(422, "invalid-input", detail));
                }
            };
            (Form::Items, first)
        }
        ["test"] => (Form::Output, connection::test(&set, None, &context)),
        ["continue"] => {
            let Continue { r#continue, subscription } = json(request, LARGEST)?;
            let token = required("continue", r#continue)?;
            let Continuation { about, checkpoint } =
                Continuation::opened(&token, &[&descriptor.id, &set])?;
            let (webhook, wanted) = (about.webhook.as_ref(), about.wanted);
            let kept = match webhook {
                Some((id, marked)) => {
                    let kept = webhooks::kept(id, subscription.as_deref())?;
                    if mark(&kept.keys)? != *marked {
                        let detail = "what a delivery began goes on with the `subscription` that it began with";
                        return Err(Failure::new(422, "continuation", detail));
                    }
                    Some(kept)
                }
                None => None,
            };
            about.awaited()?;
            let About { call, now, form, changed, .. } = about;
            let wanted = asked.limit.or(wanted);
            let context = Context { call, now, wanted, ..context };
            let first = steps::resume(&checkpoint, &Reply::Proceed);
            let before = (Some(checkpoint), changed);
            let begun = Begun { form, context, kept };
            return Ok(Taken::from(Call { begun, head: Head::new(), first, wanted, before }));
        }
        _ => return Err(unknown(path)),
    };
    let begun = Begun { form, context, kept: None };
    let (head, before) = (Head::new(), (None, false));
    Ok(Taken::from(Call { begun, head, first, wanted: asked.limit, before }))
}

/// Fails where only some events are wanted: the cursor comes after all of them.
fn no_limit(asked: &Asked) -> Result<(), Failure> {
    if asked.limit.is_none() {
        return Ok(());
    }
    let detail = "polls and deliveries have no `limit`: their cursor comes after all of the events";
    Err(Failure::new(422, "limit", detail))
}
