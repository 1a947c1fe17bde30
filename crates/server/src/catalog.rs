//! What a connector says about itself, read once and as JSON.

use connector_forms::Form;
use connector_host::contract::connection::{CredentialSource, Oauth2};
use connector_host::contract::{Descriptor, actions, triggers};
use connector_host::{Connector, Error};
use serde_json::{Value, json};

use crate::way::Way;

/// A connector, and what it can do.
#[derive(Debug)]
pub struct Catalog {
    pub connector: Connector,
    pub actions: Vec<actions::Action>,
    pub triggers: Vec<triggers::Trigger>,
}

impl Catalog {
    pub fn of(connector: &Connector) -> Result<Self, Error> {
        let mut instance = connector.instantiate()?;
        let (actions, triggers) = (instance.actions()?, instance.triggers()?);
        Ok(Catalog { connector: connector.clone(), actions, triggers })
    }

    pub fn action(&self, id: &str) -> Option<&actions::Action> {
        self.actions.iter().find(|action| action.id == id)
    }

    /// What a person chooses and fills in to connect.
    pub fn json(&self, has_app: bool) -> Value {
        let descriptor = self.connector.descriptor();
        let environments = descriptor.environments.iter();
        let credentials = descriptor.credentials.iter().map(|credential| {
            json!({
                "id": credential.id,
                "title": credential.title,
                "required": credential.required,
                "group": credential.group,
                "kind": Way::of(credential).word(),
            })
        });
        let scopes = oauth(descriptor).map_or(&[][..], |oauth| &oauth.scopes);
        json!({
            "id": descriptor.id,
            "title": descriptor.title,
            "summary": descriptor.summary,
            "version": descriptor.version,
            "api_version": descriptor.api_version,
            "environments": environments
                .map(|it| json!({"id": it.id, "title": it.title, "help": it.help}))
                .collect::<Vec<_>>(),
            "credentials": credentials.collect::<Vec<_>>(),
            "scopes": scopes.iter().map(|scope| json!({
                "id": scope.id,
                "purpose": scope.purpose,
                "minimum": scope.minimum,
                "suggested": scope.suggested,
            })).collect::<Vec<_>>(),
            "settings": parsed(&descriptor.settings),
            "app": has_app,
        })
    }
}

/// The OAuth of the credential that makes a connection, if it is one.
pub fn oauth(descriptor: &Descriptor) -> Option<&Oauth2> {
    descriptor.credentials.iter().filter(|it| it.required).find_map(|it| match &it.source {
        CredentialSource::Oauth2(oauth) => Some(oauth),
        _ => None,
    })
}

/// What a list shows of an action.
pub fn action(action: &actions::Action) -> Value {
    json!({
        "id": action.id,
        "title": action.title,
        "summary": action.summary,
        "group": action.group,
        "effect": action.effect.word(),
        "destructive": action.destructive,
        "shape": shape(action.shape),
        "scopes": action.scopes,
        "notes": action.notes,
        "deprecation": action.deprecation.as_ref().map(|it| json!({
            "ends": it.ends,
            "instead": it.instead,
        })),
    })
}

/// One word for what an action answers with.
pub fn shape(shape: actions::Shape) -> &'static str {
    match shape {
        actions::Shape::Single => "single",
        actions::Shape::Items => "items",
    }
}

/// All that is known of an action.
pub fn described(description: &actions::Description) -> Value {
    let mut json = action(&description.action);
    json["input"] = parsed(&description.input);
    json["output"] = parsed(&description.output);
    json["form"] = form(&json["input"], &json["output"]);
    let examples = description.examples.iter();
    json["examples"] = examples
        .map(|it| json!({"title": it.title, "input": parsed(&it.input)}))
        .collect::<Vec<_>>()
        .into();
    json
}

/// What a person fills in: `schema`, and in `one` that of a single record where the action takes many.
fn form(input: &Value, output: &Value) -> Value {
    let form = Form::new(input, output);
    match &form.single {
        None => json!({"schema": form.schema}),
        Some(single) => json!({
            "schema": Form::whole(input).schema,
            "one": {"schema": form.schema, "single": single.to_json()},
        }),
    }
}

/// What a list shows of a trigger.
pub fn trigger(trigger: &triggers::Trigger) -> Value {
    json!({
        "id": trigger.id,
        "title": trigger.title,
        "summary": trigger.summary,
        "group": trigger.group,
        "scopes": trigger.scopes,
    })
}

/// All that is known of a trigger.
pub fn described_trigger(description: &triggers::Description) -> Value {
    let mut json = trigger(&description.trigger);
    json["config"] = parsed(&description.config);
    json["data"] = parsed(&description.data);
    json["sample"] = parsed(&description.sample);
    json
}

/// What the component wrote as a JSON text.
pub fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_default()
}
