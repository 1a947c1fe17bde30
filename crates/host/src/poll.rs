//! One poll of a trigger, or one delivery of a webhook: both make events.

use std::ops::ControlFlow;

use serde_json::Value;

use crate::call::Call;
use crate::connection::Connection;
use crate::contract::Delivery;
use crate::error::Error;
use crate::observer::Observer;
use crate::secret::Secret;

/// What a poll or a delivery brought.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Polled {
    /// What is new since the poll that the cursor came from; at the first poll nothing is. Each is an
    /// object with `id`, `occurred_at` where it is known, and `data`.
    pub events: Vec<Value>,
    /// For the next poll. To be stored together with the events, so that none is lost or comes
    /// twice.
    pub cursor: Option<String>,
}

impl Connection {
    /// Polls a trigger. `cursor` is that of the poll before, and absent the first time, when the
    /// trigger only takes stock.
    ///
    /// ```no_run
    /// # async fn example(connection: connector_host::Connection) -> Result<(), connector_host::Error> {
    /// use serde_json::json;
    ///
    /// let first = connection.poll("boards.new", json!({}), None).await?;
    /// let later = connection.poll("boards.new", json!({}), first.cursor).await?;
    /// println!("{} boards are new", later.events.len());
    /// # Ok(()) }
    /// ```
    pub async fn poll(
        &self,
        trigger: impl Into<String>,
        config: Value,
        cursor: Option<String>,
    ) -> Result<Polled, Error> {
        let (trigger, config) = (trigger.into(), config.to_string());
        self.events(Call::Poll { trigger, config, cursor }).await
    }

    /// Makes events of what the service sent by itself. The crate `connector-webhooks` finds out
    /// whether it was the service, and what to answer. `subscription` is what came of
    /// [`Call::Subscribe`], `cursor` that of the delivery before.
    pub async fn receive(
        &self,
        webhook: impl Into<String>,
        config: Value,
        subscription: &Secret,
        delivery: Delivery,
        cursor: Option<String>,
    ) -> Result<Polled, Error> {
        let (webhook, config) = (webhook.into(), config.to_string());
        let subscription = subscription.expose().to_owned();
        self.events(Call::Receive { webhook, config, subscription, delivery, cursor }).await
    }

    async fn events(&self, call: Call) -> Result<Polled, Error> {
        let mut events = Events::default();
        let outcome = self.run(call, &mut events).await?;
        match events.broken {
            Some(why) => Err(Error::trap(format!("a page is not a list of JSON: {why}"))),
            None => Ok(Polled { events: events.all, cursor: outcome.cursor }),
        }
    }
}

/// Keeps the events of all pages.
#[derive(Default)]
struct Events {
    all: Vec<Value>,
    broken: Option<String>,
}

impl Observer for Events {
    fn page(&mut self, items: &str, _count: u32) -> ControlFlow<()> {
        match serde_json::from_str::<Vec<Value>>(items) {
            Ok(events) => {
                self.all.extend(events);
                ControlFlow::Continue(())
            }
            Err(error) => {
                self.broken = Some(error.to_string());
                ControlFlow::Break(())
            }
        }
    }
}
