//! `Delivery`: brings one event to its sink, until it is taken.

use std::time::Duration;

use connector_durable::{Event, NotTaken, Sink, Webhook};
use restate_sdk::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::event::RecordedEvent;
use crate::failure::Failure;
use crate::worker::Worker;

/// Until the sink has answered.
const LIMIT: Duration = Duration::from_secs(30);

/// An event, and where it goes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Delivery {
    pub sink: String,
    pub event: RecordedEvent,
}

pub struct Deliveries(pub Worker);

#[service(name = "Delivery", ingress_private = true, idempotency_retention = "1 day")]
impl Deliveries {
    /// Posts the event. Under its key it is asked for once; a worker that ends before the answer is kept makes
    /// it come twice, under the same id.
    #[handler]
    async fn deliver(&self, ctx: Context<'_>, delivery: Json<Delivery>) -> HandlerResult<()> {
        let worker = self.0.clone();
        let posted = move || post(worker, delivery.into_inner());
        ctx.run(posted).name("post").await?;
        Ok(())
    }
}

async fn post(worker: Worker, Delivery { sink, event }: Delivery) -> HandlerResult<()> {
    let refused = |why: String| TerminalError::from(Failure::new("refused", why));
    let (secret, public) = worker.sinks();
    let opened = match public {
        true => Webhook::public(&sink, secret, LIMIT),
        false => Webhook::new(&sink, secret, LIMIT),
    };
    let mut webhook = opened.map_err(|error| refused(error.to_string()))?;
    let RecordedEvent { trigger, id, occurred_at, data, .. } = event;
    let json = json!({"trigger": trigger, "id": id, "occurred_at": occurred_at, "data": data});
    let event = Event { trigger, id, json: json.to_string() };
    match webhook.deliver(&event).await {
        Ok(()) => Ok(()),
        Err(NotTaken::Yet(why)) => Err(why.into()),
        Err(NotTaken::Ever(why)) => Err(refused(why).into()),
    }
}
