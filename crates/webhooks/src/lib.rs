//! Webhooks for a host: whether a delivery is the service's, what to answer it, the events in it, and
//! how long a subscription lasts.
//!
//! How a service signs is told by its connector, as data; nothing here knows a service. A host with
//! an address of its own does this with each request:
//!
//! ```no_run
//! # async fn keep(_: &connector_host::Secret) {}
//! # async fn send(_: &connector_webhooks::Answer) {}
//! # async fn example(
//! #     connection: connector_host::Connection, mut subscription: connector_webhooks::Subscription,
//! #     headers: Vec<(String, Vec<u8>)>, body: Vec<u8>,
//! # ) -> Result<(), Box<dyn std::error::Error>> {
//! use connector_webhooks::{Next, Webhook, delivery};
//!
//! let webhook = Webhook::find(&connection, "orders.paid").await?;
//! let headers = headers.iter().map(|(name, value)| (name.as_str(), value.as_slice()));
//! // The address as the service knows it, and the path with the query as it came.
//! let delivery = delivery("POST", "https://hooks.example/4f1c9a", "/4f1c9a", headers, body)?;
//! let answer = webhook.answer(&connection, Some(&subscription.content), &delivery).await?;
//! if let Some(content) = &answer.subscription {
//!     keep(content).await;
//!     subscription.content = content.clone();
//! }
//! send(&answer).await;
//! if answer.next == Next::Receive {
//!     let received = webhook.receive(&connection, &subscription, delivery).await?;
//!     println!("{:?}", received.events);
//!     subscription.cursor = received.cursor;
//! }
//! # Ok(()) }
//! ```
//!
//! A connection attaches the credentials that it is made with, and signatures are checked with them:
//! see [`Credentials`](connector_host::Credentials), whose `client_secret` some services sign with.

#![forbid(unsafe_code)]
#![deny(missing_docs, missing_debug_implementations)]

mod answer;
mod error;
mod incoming;
mod key;
mod rule;
mod subscription;
mod webhook;

pub use answer::{Answer, Next};
pub use connector_deliveries::{Fault, Verdict};
pub use error::Error;
pub use incoming::{BODY, HEADERS, Refused, delivery};
pub use key::Keys;
pub use subscription::Subscription;
pub use webhook::Webhook;

/// The snippet of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
