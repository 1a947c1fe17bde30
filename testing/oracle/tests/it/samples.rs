//! The sample of each trigger is one of its events: it fits the schemas that go with it.

use connector_oracle::dialect::compile;
use pinterest_connector::Connector;
use pinterest_connector::contract::{triggers, webhooks};
use serde_json::Value;

#[test]
fn samples_fit_their_schemas() {
    let triggers = <Connector as triggers::Guest>::list_triggers().into_iter().map(|trigger| {
        let id = trigger.id;
        (<Connector as triggers::Guest>::describe(id.clone()).expect("it is listed"), id)
    });
    let webhooks = <Connector as webhooks::Guest>::list_webhooks().into_iter().map(|webhook| {
        let id = webhook.trigger.id;
        (<Connector as webhooks::Guest>::describe(id.clone()).expect("it is listed"), id)
    });
    for (description, id) in triggers.chain(webhooks) {
        let json = |text: &str| serde_json::from_str::<Value>(text).expect("it is JSON");
        let (sample, data) = (json(&description.sample), json(&description.data));
        let judge = compile(&data).unwrap_or_else(|cause| panic!("{id}: {cause}"));
        if let Err(fault) = judge.validate(&sample["data"]) {
            panic!("{id}: {fault} at {}", fault.instance_path);
        }
        assert!(sample["id"].is_string(), "{id}: an event has an id");
        let time = &sample["occurred_at"];
        assert!(time.is_null() || time.as_str().is_some_and(|time| time.ends_with('Z')), "{id}");
    }
}

/// A kind of thing that the description lacks must not make an answer wrong, however deep it is.
#[test]
fn outputs_take_kinds_that_nobody_knows() {
    use pinterest_connector::contract::actions;
    let mut unions = 0;
    for action in <Connector as actions::Guest>::list_actions() {
        let output = <Connector as actions::Guest>::describe(action.id.clone())
            .expect("it is listed")
            .output;
        let schema: Value = serde_json::from_str(&output).expect("it is JSON");
        walk(&schema, &mut |schema| {
            let Some(tag) = schema["discriminator"]["propertyName"].as_str() else { return };
            unions += 1;
            let judge = compile(schema).unwrap_or_else(|cause| panic!("{}: {cause}", action.id));
            for value in [
                serde_json::json!({ tag: "live_video", "stream": 1 }),
                serde_json::json!({ tag: null }),
                serde_json::json!({}),
            ] {
                assert!(judge.is_valid(&value), "{}: {value} in {schema}", action.id);
            }
        });
    }
    assert!(unions > 50, "only {unions} unions were met");
}

fn walk(schema: &Value, judge: &mut impl FnMut(&Value)) {
    match schema {
        Value::Object(members) => {
            judge(schema);
            members.values().for_each(|member| walk(member, judge));
        }
        Value::Array(items) => items.iter().for_each(|item| walk(item, judge)),
        _ => {}
    }
}
