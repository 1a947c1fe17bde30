//! Webhooks: subscriptions that are made and ended at the service, and events of what it sent.

use connector_durable::{Journal, JournalError};
use connector_host::contract::{Delivery, Header, Method};
use connector_host::{Call, Connection, Error, NoopObserver};
use serde_json::{Value, json};

use crate::component;
use crate::support::{Items, Stack, action, routes, word};

const WEBHOOK: &str = "leads.received";
const ADDRESS: &str = "https://hooks.example.com/nobody-guesses-this";

fn config(stack: &Stack) -> String {
    json!({"ad_account_id": stack.control.ad_account_id()}).to_string()
}

fn subscribe(config: String, address: &str) -> Call {
    Call::Subscribe { webhook: WEBHOOK.into(), config, address: address.into() }
}

fn unsubscribe(subscription: &str) -> Call {
    Call::Unsubscribe { webhook: WEBHOOK.into(), subscription: subscription.into() }
}

fn receive(config: String, body: &str) -> Call {
    let header = Header { name: "content-type".into(), value: "application/json".into() };
    let (method, url, headers) = (Method::Post, ADDRESS.into(), vec![header]);
    let delivery = Delivery { method, url, headers, body: body.into() };
    let (webhook, subscription) = (WEBHOOK.into(), "{}".into());
    Call::Receive { webhook, config, subscription, delivery, cursor: None }
}

async fn items(stack: &Stack, call: Call) -> Vec<Value> {
    let mut items = Items(Vec::new());
    stack.connection.run(call, &mut items).await.unwrap();
    items.0
}

/// Where the service sends leads to, by the ids of the subscriptions.
async fn subscribed(stack: &Stack) -> Vec<(Value, Value)> {
    let input = json!({"ad_account_id": stack.control.ad_account_id()});
    let all = items(stack, action("lead_subscriptions.list", input)).await;
    all.into_iter().map(|it| (it["id"].clone(), it["webhook_url"].clone())).collect()
}

/// The paths of the fields that are wrong.
fn wrong(failure: Error) -> Vec<String> {
    let Error::Connector(error) = failure else { panic!("{failure}") };
    error.fields.into_iter().map(|field| field.path).collect()
}

#[tokio::test]
async fn a_subscription_is_made_and_ended_and_ended_again() {
    let stack = Stack::start().await;
    let before = subscribed(&stack).await;
    let call = subscribe(config(&stack), ADDRESS);
    let made = stack.connection.run(call, &mut NoopObserver).await.unwrap().output;
    let id = serde_json::from_str::<Value>(&made).unwrap()["subscription_id"].clone();
    let mut now = subscribed(&stack).await;
    now.retain(|it| !before.contains(it));
    assert_eq!(now, [(id, json!(ADDRESS))]);
    for _ in 0..2 {
        let ended = stack.connection.run(unsubscribe(&made), &mut NoopObserver).await.unwrap();
        assert_eq!(ended.output, "null");
        assert_eq!(subscribed(&stack).await, before);
    }
}

#[tokio::test]
async fn the_same_delivery_makes_the_same_event() {
    let stack = Stack::start().await;
    let sent = r#"{"lead": "c2VhbGVk"}"#;
    let first = items(&stack, receive(config(&stack), sent)).await;
    assert_eq!(first.len(), 1);
    assert_eq!(first[0]["data"], json!({"lead": "c2VhbGVk"}));
    assert_eq!(items(&stack, receive(config(&stack), sent)).await, first);
    let other = items(&stack, receive(config(&stack), r#"{"lead": "b3RoZXI"}"#)).await;
    assert_ne!(other[0]["id"], first[0]["id"]);
    assert_eq!(stack.control.requests().len(), 0, "a delivery asks the service for nothing");
}

#[tokio::test]
async fn what_is_wrong_is_named_and_nothing_is_sent() {
    let stack = Stack::start().await;
    let why = async |call| wrong(stack.connection.run(call, &mut NoopObserver).await.unwrap_err());
    let config = config(&stack);
    assert_eq!(why(subscribe(config.clone(), "http://example.com/")).await, ["address"]);
    assert_eq!(
        why(subscribe(r#"{"ad_account_id": "x"}"#.into(), ADDRESS)).await,
        ["ad_account_id"]
    );
    assert_eq!(why(receive(config.clone(), "no JSON")).await, ["delivery.body"]);
    let webhook = "no.such".into();
    let unknown = Call::Subscribe { webhook, config, address: ADDRESS.into() };
    assert_eq!(why(unknown).await, ["id"]);

    let granted = Some(vec!["ads:read".to_owned()]);
    let connection = Connection::builder(component::connector()).granted(granted);
    let connection = connection.routes(routes(&stack.emulator.origin())).build().unwrap();
    let call = subscribe(self::config(&stack), ADDRESS);
    let refused = connection.run(call, &mut NoopObserver).await.unwrap_err();
    assert_eq!(word(&refused), "missing-scope");
    let said = refused.to_string();
    assert!(said.starts_with("`leads.received` ") && said.contains("ads:write"), "{said}");
    assert_eq!(stack.control.requests().len(), 0);
}

#[tokio::test]
async fn a_webhook_describes_itself_and_offers_choices() {
    let stack = Stack::start().await;
    let mut instance = stack.connection.connector().instantiate().unwrap();
    let ids: Vec<String> =
        instance.webhooks().unwrap().into_iter().map(|it| it.trigger.id).collect();
    assert_eq!(ids, [WEBHOOK]);
    let described = instance.webhook(WEBHOOK).unwrap();
    let schema: Value = serde_json::from_str(&described.config).unwrap();
    assert_eq!(schema["properties"]["ad_account_id"]["x-choices"], json!([]));
    let choices = items(
        &stack,
        Call::WebhookChoices {
            webhook: WEBHOOK.into(),
            field: "ad_account_id".into(),
            config: "{}".into(),
            query: None,
        },
    );
    let account = stack.control.ad_account_id();
    assert!(choices.await.iter().any(|choice| choice["value"] == *account));
}

/// Nobody but the connector knows what is in a subscription.
#[tokio::test]
async fn a_journal_keeps_nothing_of_a_subscription() {
    let stack = Stack::start().await;
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::open(folder.path()).unwrap();
    let held = json!({"ad_account_id": "1", "of": {"keys": ["KEY-that-nobody-may-see"]}});
    for call in [subscribe(config(&stack), ADDRESS), unsubscribe(&held.to_string())] {
        let turn = journal.begin(&stack.connection, "mine", call).unwrap();
        let id = turn.id().to_owned();
        drop(turn);
        let kept = format!("{:?}", journal.run(&id).unwrap().call);
        assert!(!kept.contains("KEY-that"), "{kept}");
        let again = journal.resume(&stack.connection, "mine", &id).err().unwrap();
        assert!(matches!(again, JournalError::Secret(_)), "{again}");
    }
}
