//! `webhook listen`: answers what the service sends, and prints its events.

mod events;
mod receiver;

use std::future::pending;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use clap::Args;
use connector_host::contract::Delivery;
use connector_host::{CancellationToken, Secret};
use connector_webhooks::{Subscription, Webhook};
use jiff::Timestamp;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::time::sleep;

use self::events::Events;
use self::receiver::{Keeper, Receiver, WAITING, answer};
use super::owner;
use super::subscriptions::{self, Kept};
use crate::app::App;
use crate::cursor::CursorFile;
use crate::error::Error;
use crate::input::Input;
use crate::{interrupt, known, output};

/// Before a renewal that failed is tried again.
const AGAIN: Duration = Duration::from_secs(60);

/// What is sent to the address has to reach this program, under the same path: by a proxy or a tunnel of
/// yours, which speaks https. Signatures are checked, challenges answered, and each event is a line of
/// JSON, once. A new subscription ends with the command, that of --subscription goes on; one that ends is
/// renewed. One of --subscription also goes on where its last delivery ended. What has been answered and
/// not yet printed is lost when the program is killed.
#[derive(Args)]
pub struct Listen {
    /// The id of a webhook
    webhook: String,
    /// The webhook's configuration
    #[command(flatten)]
    input: Input,
    /// Where the service sends events: an https URL that nobody can guess
    #[arg(long, value_name = "URL")]
    address: String,
    /// Where this program listens; port 0 takes a free one
    #[arg(long, value_name = "IP:PORT", default_value = "127.0.0.1:8787")]
    listen: SocketAddr,
    /// A subscription that there is already, instead of a new one
    #[arg(long, value_name = "ID")]
    subscription: Option<String>,
}

impl Listen {
    pub async fn run(self, app: &App) -> Result<(), Error> {
        let (connection, owner) = (app.connection()?, owner(app)?);
        let schema = known::webhook(&app.connector, &self.webhook)?.config;
        let kept = match &self.subscription {
            Some(id) => Some(Kept::find(app, &connection, &owner, id)?),
            None => None,
        };
        let (config, content) = match kept {
            Some(kept) if kept.webhook != self.webhook => {
                let message = format!("the subscription is one of {}", kept.webhook);
                return Err(Error::Usage(message));
            }
            Some(kept) => (Value::Object(kept.config(app, &self.input)?), Some(kept.content)),
            None => {
                let config = self.input.read(&schema)?;
                let config = serde_json::from_str(&config)
                    .map_err(|error| Error::Usage(format!("--input: {error}")))?;
                (config, None)
            }
        };
        let webhook = Webhook::find(&connection, &self.webhook).await?;
        let is_new = content.is_none() && !webhook.is_shared();
        let account = app.entry()?.and_then(|entry| entry.account).map(|account| account.id);
        let mut subscription =
            Subscription::new(config.clone(), content.unwrap_or_else(|| Secret::new("{}")));
        if let Some(id) = &self.subscription {
            let path = CursorFile::path_of_subscription(app, id)?;
            subscription.cursor = CursorFile::open(path)?.read()?;
        }
        let keeper = Keeper::new(app.vault()?.clone(), owner.clone(), self.subscription.clone());
        let (queue, deliveries) = mpsc::channel(WAITING);
        let receiver = Arc::new(Receiver::new(
            webhook,
            connection,
            &self.address,
            account,
            subscription,
            keeper,
            queue,
        )?);

        // It listens first: the service may send a challenge before it says that all is well.
        let listener = TcpListener::bind(self.listen).await.map_err(Error::io(self.listen))?;
        let place = listener.local_addr().map_err(Error::io(self.listen))?;
        let stop = CancellationToken::new();
        let router = Router::new().fallback(answer).with_state(receiver.clone());
        let router = router.layer(axum::middleware::from_fn(connector_listen::close_unread));
        let served = axum::serve(listener, router);
        let served = served.with_graceful_shutdown(stop.clone().cancelled_owned());
        let serving = tokio::spawn(served.into_future());
        interrupt::listen(stop.clone());
        if is_new {
            let made = receiver.subscribe(&config, &self.address, &schema).await;
            if let Err(error) = made {
                stop.cancel();
                return Err(error);
            }
        }
        output::note(format_args!("Listening at http://{place}; stop it with Ctrl-C"));
        let ended = follow(app, &receiver, deliveries, &stop).await;
        stop.cancel();
        let _ = serving.await;
        if let Some(id) = receiver.keeper().id().filter(|_| is_new) {
            subscriptions::end(app, receiver.connection(), &owner, &id).await?;
            output::note("The subscription has ended");
        }
        ended
    }
}

/// Makes events of deliveries one after the other, and renews in time, until it is stopped; then of those
/// that have been answered.
async fn follow(
    app: &App,
    receiver: &Receiver,
    mut deliveries: mpsc::Receiver<Delivery>,
    stop: &CancellationToken,
) -> Result<(), Error> {
    let mut events = Events::default();
    let mut due = receiver.renew_in(Timestamp::now()).await?;
    loop {
        let renewal = async {
            match due {
                Some(time) => sleep(time).await,
                None => pending().await,
            }
        };
        tokio::select! {
            biased;
            () = stop.cancelled() => break,
            Some(delivery) = deliveries.recv() => {
                receiver.receive(app, delivery, &mut events).await?;
            }
            () = renewal => {
                due = match receiver.renew().await {
                    Ok(()) => receiver.renew_in(Timestamp::now()).await?,
                    Err(error) => {
                        output::note(format_args!("The subscription is not renewed yet: {error}"));
                        Some(AGAIN)
                    }
                };
            }
        }
    }
    deliveries.close();
    while let Some(delivery) = deliveries.recv().await {
        receiver.receive(app, delivery, &mut events).await?;
    }
    Ok(())
}
