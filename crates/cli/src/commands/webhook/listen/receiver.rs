//! What one webhook is sent: checked, answered, and put in a queue.

use std::sync::{Arc, Mutex as Lock, PoisonError};
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::response::Response;
use connector_auth::Vault;
use connector_host::contract::{Delivery, Outcome};
use connector_host::{Call, Connection, Mask, Secret};
use connector_webhooks::{Answer, BODY, Next, Subscription, Webhook, delivery};
use jiff::Timestamp;
use serde_json::{Map, Value};
use tokio::sync::{Mutex, mpsc};
use tokio::time::timeout;
use url::Url;

use super::super::https;
use super::events::Events;
use crate::app::App;
use crate::cursor::CursorFile;
use crate::error::Error;
use crate::{output, stream};

/// Deliveries that wait for those before them; the service sends further ones again.
pub const WAITING: usize = 256;
/// How long a delivery may take to arrive.
const ARRIVING: Duration = Duration::from_secs(30);

/// A webhook with its subscription.
pub struct Receiver {
    webhook: Webhook,
    connection: Connection,
    address: Url,
    /// Whose events these are, where that is known.
    account: Option<String>,
    subscription: Mutex<Subscription>,
    keeper: Keeper,
    queue: mpsc::Sender<Delivery>,
}

/// Where the subscription is kept.
pub struct Keeper {
    vault: Vault,
    owner: String,
    id: Lock<Option<String>>,
}

impl Keeper {
    pub fn new(vault: Vault, owner: String, id: Option<String>) -> Self {
        Keeper { vault, owner, id: Lock::new(id) }
    }

    /// None as long as there is no subscription.
    pub fn id(&self) -> Option<String> {
        self.id.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn replace(&self, content: &Secret) -> Result<(), Error> {
        match self.id() {
            Some(id) => Ok(self.vault.replace_subscription(&self.owner, &id, content)?),
            None => Ok(()),
        }
    }
}

impl Receiver {
    pub fn new(
        webhook: Webhook,
        connection: Connection,
        address: &str,
        account: Option<String>,
        subscription: Subscription,
        keeper: Keeper,
        queue: mpsc::Sender<Delivery>,
    ) -> Result<Self, Error> {
        let address = https(address)?;
        let subscription = Mutex::new(subscription);
        Ok(Receiver { webhook, connection, address, account, subscription, keeper, queue })
    }

    pub fn connection(&self) -> &Connection {
        &self.connection
    }

    pub fn keeper(&self) -> &Keeper {
        &self.keeper
    }

    /// Makes the subscription and keeps it. A key that has come with a greeting meanwhile stays.
    pub async fn subscribe(
        &self,
        config: &Value,
        address: &str,
        schema: &str,
    ) -> Result<(), Error> {
        let made = self.webhook.subscribe(&self.connection, config.clone(), address).await?;
        let mut held = self.subscription.lock().await;
        let read = |text: &Secret| -> Map<String, Value> {
            serde_json::from_str(text.expose()).unwrap_or_default()
        };
        let mut content = read(&held.content);
        content.extend(read(&made.content));
        held.content = Secret::new(Value::Object(content).to_string());
        let shown = Mask::new(schema, &config.to_string()).apply(config.to_string());
        let Keeper { vault, owner, id } = &self.keeper;
        let kept = vault.keep_subscription(owner, self.webhook.id(), &shown, &held.content)?;
        *id.lock().unwrap_or_else(PoisonError::into_inner) = Some(kept);
        Ok(())
    }

    /// How long until the subscription has to be renewed; none when it does not end.
    pub async fn renew_in(&self, since: Timestamp) -> Result<Option<Duration>, Error> {
        let due = self.subscription.lock().await.renew_at(since)?;
        let left = |due: Timestamp| due.as_second() - Timestamp::now().as_second();
        Ok(due.map(|due| Duration::from_secs(left(due).max(0).unsigned_abs())))
    }

    /// Deliveries wait meanwhile: the key may be another one afterwards.
    pub async fn renew(&self) -> Result<(), Error> {
        let mut held = self.subscription.lock().await;
        *held = self.webhook.renew(&self.connection, &held).await?;
        self.keeper.replace(&held.content)
    }

    /// Prints the events of a delivery. One that fails is told, and the next one comes.
    pub async fn receive(
        &self,
        app: &App,
        delivery: Delivery,
        events: &mut Events,
    ) -> Result<(), Error> {
        let Subscription { config, content, cursor } = self.subscription.lock().await.clone();
        let call = Call::Receive {
            webhook: self.webhook.id().to_owned(),
            config: config.to_string(),
            subscription: content.expose().to_owned(),
            delivery,
            cursor,
        };
        match stream::run(&self.connection, call, None, events).await {
            Ok(Outcome { cursor: None, .. }) => {}
            Ok(Outcome { cursor: Some(cursor), .. }) => {
                if let Some(id) = self.keeper.id() {
                    let path = CursorFile::path_of_subscription(app, &id)?;
                    CursorFile::open(path)?.write(&cursor)?;
                }
                self.subscription.lock().await.cursor = Some(cursor);
            }
            // Nobody takes the output.
            Err(error @ Error::Output(_)) => return Err(error),
            Err(error) => output::note(format_args!("A delivery brought no events: {error}")),
        }
        Ok(())
    }

    /// The answer, or the status of a refusal.
    async fn answered(&self, request: Request) -> Result<Answer, u16> {
        let (parts, body) = request.into_parts();
        // Nobody else knows the path, and of the webhooks that are not signed nothing but the path is
        // known.
        if parts.uri.path() != self.address.path() {
            return Err(404);
        }
        if parts.headers.contains_key("content-encoding") {
            return Err(415);
        }
        let body = timeout(ARRIVING, to_bytes(body, BODY)).await.map_err(|_| 408_u16)?;
        let body = body.map_err(|_| 413_u16)?.to_vec();
        let headers = parts.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes()));
        let target = parts.uri.path_and_query().map_or("/", |target| target.as_str());
        let method = parts.method.as_str();
        let delivery = delivery(method, self.address.as_str(), target, headers, body)
            .map_err(|refused| refused.status)?;

        let mut held = self.subscription.lock().await;
        // Empty as long as there is none.
        let content = Some(&held.content).filter(|content| content.expose() != "{}");
        let answer = self.webhook.answer(&self.connection, content, &delivery).await;
        let answer = answer.map_err(|error| {
            output::note(format_args!("A delivery is refused: {error}"));
            error.status()
        })?;
        if let Some(content) = &answer.subscription {
            held.content = content.clone();
            self.keeper.replace(content).map_err(|error| {
                output::note(format_args!("The key of the service is not kept: {error}"));
                503_u16
            })?;
        }
        drop(held);
        let is_ours = match &answer.next {
            Next::Receive => true,
            Next::ReceiveFor(accounts) => {
                self.account.as_ref().is_none_or(|account| accounts.contains(account))
            }
            _ => false,
        };
        if is_ours && self.queue.try_send(delivery).is_err() {
            return Err(503);
        }
        if answer.status >= 400 {
            output::note(format_args!("A delivery is refused: {}", answer.verdict));
        }
        Ok(answer)
    }
}

/// One request.
pub async fn answer(State(receiver): State<Arc<Receiver>>, request: Request) -> Response {
    let (status, headers, body) = match receiver.answered(request).await {
        Ok(answer) => (answer.status, answer.headers, answer.body),
        Err(status) => (status, Vec::new(), Vec::new()),
    };
    let response = Response::builder().status(status);
    let response = headers
        .iter()
        .fold(response, |response, header| response.header(&header.name, header.value.as_str()));
    // What cannot be sent was refused when it was checked.
    response.body(Body::from(body)).unwrap_or_default()
}
