//! Subscriptions: polls at an interval and tells a client when there is news.

use std::sync::Arc;

use rmcp::model::ResourceUpdatedNotificationParam;
use rmcp::service::SubscriptionSink;
use rmcp::{Peer, RoleServer};
use tokio::time::{MissedTickBehavior, interval};

use crate::server::Server;
use crate::watch::Watch;

/// Where news goes: to a session, or to a subscription of its own in newer versions of the
/// protocol.
pub enum Listener {
    Session(Peer<RoleServer>),
    Subscription(SubscriptionSink),
}

impl Listener {
    /// Whether the client is still there.
    async fn notify(&self, address: &str) -> bool {
        match self {
            Listener::Session(peer) => {
                let updated = ResourceUpdatedNotificationParam::new(address);
                peer.notify_resource_updated(updated).await.is_ok()
            }
            Listener::Subscription(sink) => sink.notify_resource_updated(address).await.is_ok(),
        }
    }
}

/// Runs until the client has gone. Whoever polls, every follower of the address is told.
pub async fn follow(server: Server, address: String, watch: Arc<Watch>, listener: Listener) {
    let mut news = watch.news();
    let mut clock = interval(server.options().interval);
    clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = clock.tick() => {
                // Two followers of an address do not double the polls.
                let age = server.options().interval.mul_f64(0.9);
                if let Err(error) = watch.poll(server.connection(), age).await {
                    tracing::warn!(address, "not polled: {error}");
                }
            }
            _ = news.changed() => {
                if !listener.notify(&address).await {
                    return;
                }
            }
        }
    }
}
